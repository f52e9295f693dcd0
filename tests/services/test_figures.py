"""Figures: every answer counts once, on its own scale, where it was given."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from hopnps.domain.errors import NotFound
from hopnps.domain.scope import only
from hopnps.domain.statistics import Tally
from hopnps.models import Campaign, Region, Response, ResponseChange, Scale, Segment
from hopnps.services import figures, figures_names, rollups, verbatims
from hopnps.services.figures import By, Slice
from tests.conftest import NOON
from tests.services.answers import answer, relation

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def tally(session):
    return lambda **chosen: figures.tally(session, Slice(**chosen), now=NOON, timezone=PARIS)


@pytest.fixture
def groups(session):
    """The tallies by something, as {key: (promoters, passives, detractors)}."""

    def grouped(by, **chosen):
        found = figures.tallies(session, Slice(**chosen), by, now=NOON, timezone=PARIS)
        return {
            one.key: (one.tally.promoters, one.tally.passives, one.tally.detractors)
            for one in found
        }

    return grouped


def test_without_answers_there_is_no_figure(tally, groups):
    assert tally() == Tally()
    assert tally().nps is None
    assert groups(By.STORE) == {}


def test_each_score_falls_into_its_category(session, tally):
    for score in range(11):
        answer(session, None, score)

    assert tally() == Tally(promoters=2, passives=2, detractors=7)
    found = figures.scores(session, Slice(), now=NOON)
    assert found.counts == (1,) * 11
    assert found.tally == tally()
    assert found.tally.eights == tally().eights == 1


def test_a_legacy_scale_is_kept_apart(session, tally, groups):
    answer(session, None, 10)
    answer(session, None, 9, scale="1-10")

    assert tally() == Tally(promoters=1)
    assert groups(By.MONTH) == {"2026-03": (1, 0, 0)}
    assert tally(scale=Scale.LEGACY) == Tally(promoters=1)


def test_days_are_included_on_both_ends(session, tally):
    for day in (1, 2, 3, 4):
        answer(session, None, 10, answered_on=date(2026, 2, day))

    assert tally(since=date(2026, 2, 2), until=date(2026, 2, 3)).answers == 2
    assert tally(since=date(2026, 2, 4)).answers == 1
    assert tally(until=date(2026, 2, 1)).answers == 1


def test_an_answer_belongs_to_the_store_it_was_given_about(session, cast, tally, groups):
    bastille, nantes = cast.store(), cast.store("Nantes", "Pays de la Loire")
    answer(session, None, 10, store=bastille, region=bastille.region)
    answer(session, None, 3, store=nantes, region=nantes.region)
    answer(session, None, 8)
    nantes.region = bastille.region  # the store moves, its past stays
    session.commit()

    assert groups(By.STORE) == {"Nantes": (0, 0, 1), "Paris Bastille": (1, 0, 0), "": (0, 1, 0)}
    assert list(groups(By.REGION)) == ["Île-de-France", "Pays de la Loire", ""]
    assert tally(store=nantes) == Tally(detractors=1)
    assert tally(region=bastille.region) == Tally(promoters=1)


def test_a_campaign_is_ours_or_an_imported_one_by_its_name(session, cast, tally, groups):
    survey = relation(session)
    ours = Campaign(
        name="Printemps 2026",
        survey=survey,
        template=survey.template,
        segment=Segment(slug="s", name="s", rule={}, created_at=NOON),
        due_at=NOON,
        created_at=NOON,
    )
    answer(session, None, 10, campaign=ours)
    answer(session, None, 3, campaign_name="Printemps 2026")
    answer(session, None, 7, campaign_name="Été 2024")
    answer(session, None, 8)

    assert groups(By.CAMPAIGN) == {
        "Été 2024": (0, 1, 0),
        "Printemps 2026": (1, 0, 1),
        "": (0, 1, 0),
    }
    assert tally(campaign="Printemps 2026") == Tally(promoters=1, detractors=1)
    assert figures_names.campaigns(session) == ["Été 2024", "Printemps 2026"]


def test_a_segment_keeps_the_answers_of_its_contacts(session, cast, tally):
    answer(session, cast.client("claire", tags=["vip"]), 10)
    answer(session, cast.client("marc"), 2)
    answer(session, None, 2)
    vip = Segment(slug="vip", name="VIP", rule={"contact": "tags", "has": "vip"}, created_at=NOON)
    everyone = Segment(slug="all", name="All", rule={}, created_at=NOON)

    assert tally(segment=vip) == Tally(promoters=1)
    assert tally(segment=everyone).answers == 3


def test_the_latest_comments_come_newest_first(session, cast):
    claire = cast.client("claire")
    answer(session, claire, 3, "Trois semaines d’attente", days=2)
    answer(session, claire, 9, "", days=1)
    answer(session, claire, 8, "Mieux", days=0)

    found = verbatims.latest(session, Slice(), now=NOON, most=2)

    assert [one.comment for one in found] == ["Mieux", "Trois semaines d’attente"]


def test_unknown_names_are_refused_by_name(session):
    for find in (figures_names.find_survey, figures_names.find_store, figures_names.find_region):
        with pytest.raises(NotFound, match="nulle part"):
            find(session, "nulle part")


def test_a_region_holds_the_answers_of_the_regions_in_it(session, cast, tally):
    nantes = cast.store("Nantes", "Pays de la Loire")
    west = Region(name="Ouest", name_key="ouest")
    nantes.region.parent = west
    session.add(west)
    answer(session, None, 10, store=nantes, region=nantes.region)
    answer(session, None, 3)

    assert tally(region=west) == Tally(promoters=1)


def test_days_are_counted_one_by_one(session):
    for days, score in ((0, 10), (0, 3), (5, 8)):
        answer(session, None, score, days=days)

    found = figures.days(session, Slice(), now=NOON)

    assert {day: one.tally for day, one in found.items()} == {
        NOON.date(): Tally(promoters=1, detractors=1),
        NOON.date() - timedelta(days=5): Tally(passives=1),
    }


def test_who_sees_nantes_counts_nantes_everywhere(session, cast):
    nantes, bastille = cast.store("Nantes", "Pays de la Loire"), cast.store()
    answer(session, None, 10, "Bravo", store=nantes, region=nantes.region, campaign_name="Ici")
    answer(session, None, 3, "Hélas", store=bastille, region=bastille.region, campaign_name="Là")
    answer(session, None, 3, "Nulle part")
    who = {"scope": only(stores=(nantes.id,)), "now": NOON}

    assert figures.tally(session, Slice(), **who) == Tally(promoters=1)
    assert sum(figures.scores(session, Slice(), **who).counts) == 1
    assert [one.tally for one in figures.days(session, Slice(), **who).values()] == [
        Tally(promoters=1)
    ]
    assert [one.key for one in figures.tallies(session, Slice(), By.STORE, **who)] == ["Nantes"]
    assert [one.comment for one in verbatims.latest(session, Slice(), **who)] == ["Bravo"]
    assert figures.pulse(session, Slice(), **who)[0] == 1
    assert figures_names.campaigns(session, scope=who["scope"]) == ["Ici"]
    assert figures_names.stores(session, scope=who["scope"]) == ["Nantes"]
    with pytest.raises(NotFound):
        figures_names.find_store(session, "Paris Bastille", scope=who["scope"])


def test_the_pulse_changes_with_an_answer_a_changed_mind_and_a_comment(session):
    answer(session, None, 10)
    pulses = [figures.pulse(session, Slice(), now=NOON)]

    answer(session, None, 3)
    pulses.append(figures.pulse(session, Slice(), now=NOON))
    one = session.query(Response).first()
    with rollups.following(session, [one.id]):
        one.score = 9
        session.flush()
    session.commit()
    pulses.append(figures.pulse(session, Slice(), now=NOON))
    session.add(ResponseChange(response=one, score=9, comment="Merci", changed_at=NOON))
    session.commit()
    pulses.append(figures.pulse(session, Slice(), now=NOON))

    assert len(set(pulses)) == 4
    assert figures.pulse(session, Slice(), now=NOON) == pulses[-1]
