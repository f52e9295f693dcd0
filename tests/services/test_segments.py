"""Segments: a rule finds the same people on both databases as reading it aloud would."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hopnps.domain.errors import Invalid, NotFound, Refused
from hopnps.models import Address, Campaign, Contact
from hopnps.services import segments
from hopnps.services.last_answers import refresh_contacts
from tests.conftest import NOON
from tests.services.answers import answer, relation

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def named(session, cast):
    """Who a rule finds, by first name."""

    def find(rule, now=NOON, timezone=PARIS):
        chosen = segments.members(rule, now=now, timezone=timezone)
        found = session.query(Contact).filter(Contact.id.in_(chosen))
        return sorted(contact.first_name for contact in found)

    return find


def test_an_empty_rule_finds_everybody(cast, named):
    cast.client("claire")
    cast.client("tom")

    assert named({}) == ["Claire", "Tom"]


@pytest.mark.parametrize(
    "rule",
    [
        {"contact": "first_name", "is": "ZOE"},
        {"contact": "last_name", "contains": "lefev"},
        {"contact": "last_name", "starts_with": "LEFÈ"},
        {"contact": "last_name", "ends_with": "vre"},
        {"contact": "first_name", "in": ["zoé", "nobody"]},
        {"contact": "email", "is": "ZOE.Lefevre@example.org"},
        {"contact": "external_id", "is": "zoe"},
        {"contact": "external_id", "starts_with": "z"},
        {"contact": "tags", "has": "VIP"},
        {"contact": "tags", "has_all": ["vip", "atelier"]},
        {"contact": "tags", "has_any": ["vip", "presse"]},
        {"contact": "store", "is": "paris bastille"},
        {"contact": "region", "in": ["ile de france"]},
        {"contact": "store", "empty": False},
        {"contact": "company", "empty": False},
    ],
)
def test_a_contact_is_found_by_her_fields_without_accents_or_case(cast, named, rule):
    bastille = cast.store()
    cast.client("zoe", tags=["vip", "atelier"], store=bastille, company="Tilleul & fils")
    cast.client("marc")

    assert named(rule) == ["Zoé"]
    assert named({"not": rule}) == ["Marc"]


def test_the_domain_of_an_address_is_the_whole_domain(cast, named):
    cast.client("claire", email="c@example.org")
    cast.client("marc", email="m@other-example.org")

    assert named({"contact": "email_domain", "is": "Example.org"}) == ["Claire"]


def test_percent_and_underscore_in_a_rule_are_letters_like_others(cast, named):
    cast.client("claire", notes="remise de 10 % au comptoir")
    cast.client("marc", notes="remise de 100 euros")

    assert named({"contact": "notes", "contains": "10 %"}) == ["Claire"]
    assert named({"contact": "notes", "contains": "1_"}) == []


def test_brackets_and_stars_in_a_rule_are_letters_like_others(cast, named):
    cast.client("claire", notes="voir [1] et *")
    cast.client("marc", notes="voir 1 et a")

    assert named({"contact": "notes", "contains": "[1]"}) == ["Claire"]
    assert named({"contact": "notes", "ends_with": "*"}) == ["Claire"]
    assert named({"contact": "notes", "contains": "?"}) == []


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ({"attribute": "Prix payé", "at_least": 1000}, ["Claire"]),
        ({"attribute": "Prix payé", "at_least": 99.5, "at_most": 99.5}, ["Marc"]),
        ({"attribute": "Prix payé", "is": "gratuit"}, ["Tom"]),
        ({"attribute": "Né le", "since": "2026-01-31"}, ["Claire"]),
        ({"attribute": "Né le", "until": "31/12/2025"}, ["Marc"]),
        ({"attribute": "Né le", "within_days": 30}, ["Claire"]),
        ({"attribute": "Né le", "older_than_days": 60}, ["Marc"]),
        ({"attribute": "Né le", "empty": True}, ["Tom"]),
        ({"attribute": 'a"b.c', "is": "oui"}, ["Tom"]),
        ({"attribute": "2024", "is": "non"}, ["Tom"]),
        ({"attribute": "ville", "is": "NIMES"}, ["Claire"]),
        ({"attribute": "ville", "empty": True}, ["Marc", "Tom"]),
        ({"attribute": "points", "at_least": 12}, ["Marc"]),
    ],
)
def test_own_attributes_compare_as_texts_numbers_and_dates(cast, named, rule, found):
    cast.client(
        "claire", attributes={"Prix payé": "1\u202f284,50", "Né le": "01/02/2026", "ville": "Nîmes"}
    )
    cast.client("marc", attributes={"Prix payé": "99.5", "Né le": "2025-12-31", "points": 12.5})
    cast.client("tom", attributes={"Prix payé": "Gratuit", 'a"b.c': "oui", "2024": "non"})

    assert named(rule) == found


def test_orders_are_counted_in_their_period_and_store(cast, named):
    bastille, nantes = cast.store(), cast.store("Nantes", "Pays de la Loire")
    claire, marc = cast.client("claire"), cast.client("marc")
    for number, (who, days, where) in enumerate(
        [(claire, 10, bastille), (claire, 59, nantes), (marc, 5, bastille), (marc, 61, bastille)]
    ):
        cast.interaction(
            who,
            f"C-{number}",
            kind="order",
            occurred_at=NOON - timedelta(days=days),
            store=where,
            data={"canal": "web", "montant": "120,00"} if days == 5 else {},
        )

    def orders(*, counts=None, **filters):
        return named({"interactions": {"kind": "order", **filters}, **(counts or {})})

    assert orders(within_days=60, counts={"at_least": 2}) == ["Claire"]
    assert orders(counts={"exactly": 2}) == ["Claire", "Marc"]
    assert orders(store="Nantes") == ["Claire"]
    assert orders(store="Nantes", counts={"exactly": 0}) == ["Marc"]
    assert orders(region="ile-de-france", counts={"at_most": 1}) == ["Claire"]
    assert orders(data={"canal": "web", "montant": {"at_least": 100}}) == ["Marc"]
    assert orders(since="2026-02-20", until="2026-02-20") == ["Claire"]


def test_a_day_of_a_rule_is_a_local_day(session, cast, named):
    claire = cast.client("claire")
    claire.created_at = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)  # the first of March in Paris
    session.commit()
    rule = {"contact": "created", "since": "2026-03-01"}

    assert named(rule) == ["Claire"]
    assert named(rule, timezone=UTC) == []


def test_answers_are_found_by_what_they_say(session, cast, named):
    claire, marc, _tom = cast.client("claire"), cast.client("marc"), cast.client("tom")
    answer(session, claire, 3, "Trois semaines d’attente", days=8)
    answer(session, claire, 9, "", days=4)
    answer(session, marc, 2, "Note sur dix", days=300, scale="1-10")

    assert named({"answers": {"commented": True}}) == ["Claire"]
    assert named({"answers": {"survey": "relation"}, "exactly": 0}) == ["Marc", "Tom"]
    assert named({"answers": {"category": "detractor", "within_days": 7}}) == []
    assert named({"answers": {"score": {"at_most": 3}}}) == ["Claire"]
    assert named({"answers": {"scale": "1-10", "score": 2}}) == ["Marc"]
    assert named({"answers": {}, "at_least": 2}) == ["Claire"]


def test_the_last_answer_is_on_the_contact(cast, named):
    cast.client("claire", last_score=4, last_category="detractor", last_answered_at=NOON)
    cast.client("marc", last_score=10, last_category="promoter")
    cast.client("tom")

    assert named({"contact": "last_category", "is": "detractor"}) == ["Claire"]
    assert named({"contact": "last_score", "at_least": 8.5}) == ["Marc"]
    assert named({"contact": "last_score", "empty": True}) == ["Tom"]
    assert named({"not": {"contact": "answered", "within_days": 7}}) == ["Marc", "Tom"]


def test_a_change_of_category_is_found_while_it_lasts(session, cast, named):
    claire, marc = cast.client("claire"), cast.client("marc")
    for score, days in ((10, 40), (3, 6), (2, 1)):
        answer(session, claire, score, days=days)
    answer(session, marc, 3, days=1)
    refresh_contacts(session, None)
    session.commit()

    change = {"contact": "category_changed", "from": "promoter", "to": "detractor"}
    assert named(change) == ["Claire"]
    assert named({**change, "within_days": 7}) == ["Claire"]
    assert named({**change, "within_days": 5}) == []
    assert named({**change, "from": "passive"}) == []
    assert named({"contact": "category_changed", "empty": True}) == ["Marc"]


def test_being_asked_belongs_to_the_address(session, cast, named):
    cast.client("claire")
    cast.client("marc", email="claire.delmas@example.org")
    cast.client("tom")
    session.add(
        Address(
            email="claire.delmas@example.org",
            last_asked_at=NOON - timedelta(days=12),
            unsubscribed_at=NOON,
        )
    )
    session.commit()

    assert named({"contact": "asked", "within_days": 12}) == []
    assert named({"contact": "asked", "older_than_days": 12}) == ["Claire", "Marc"]
    assert named({"contact": "asked", "empty": True}) == ["Tom"]
    assert named({"contact": "reachable", "is": True}) == ["Tom"]


def test_a_segment_is_made_then_changed(session):
    made = segments.save(session, None, slug="", name="Clients fidèles", rule={}, now=NOON)
    rule = {"contact": "tags", "has": "vip"}
    segments.save(session, made, slug="fideles", name="Fidèles", rule=rule, now=NOON)

    kept = segments.find(session, "fideles")
    assert (kept.id, kept.name, kept.rule) == (made.id, "Fidèles", rule)
    assert segments.find_if_any(session, "clients-fideles") is None


def test_two_segments_cannot_share_a_short_name(session):
    segments.save(session, None, slug="vip", name="VIP", rule={}, now=NOON)

    with pytest.raises(Invalid, match="vip"):
        segments.save(session, None, slug="vip", name="Others", rule={}, now=NOON)


def test_a_segment_that_a_campaign_goes_to_stays(session):
    survey = relation(session)
    vip = segments.save(session, None, slug="vip", name="VIP", rule={}, now=NOON)
    session.add(
        Campaign(
            name="Printemps",
            survey=survey,
            template=survey.template,
            segment=vip,
            due_at=NOON,
            created_at=NOON,
        )
    )

    with pytest.raises(Refused, match="Printemps"):
        segments.remove(session, vip)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"slug": "Clients fidèles"}, "slug"),
        ({"name": " "}, "name"),
        ({"rule": {"contact": "shoe size", "is": 42}}, "rule"),
    ],
)
def test_a_segment_that_cannot_work_is_refused_at_its_field(session, fields, field):
    good = {"slug": "fideles", "name": "Fidèles", "rule": {}}

    with pytest.raises(Invalid) as refusal:
        segments.save(session, None, **good | fields, now=NOON)

    assert refusal.value.field == field


def test_an_unknown_segment_is_named_in_the_refusal(session):
    with pytest.raises(NotFound, match="nowhere"):
        segments.find(session, "nowhere")
