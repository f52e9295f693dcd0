"""Segments on the screen: built by buttons that post the whole form, counted, tried on ten contacts."""

from __future__ import annotations

import re

import pytest

from hopnps.domain.draft_form import fields_of
from hopnps.domain.rule_draft import draft_of
from hopnps.models import Campaign, Segment
from hopnps.services import segments, surveys
from tests.conftest import NOON
from tests.web.visitor import Visitor

VIP = {"contact": "tags", "has": "vip"}
NEW, PREVIEW = "/admin/segment/new/", "/admin/segment/preview/"


@pytest.fixture
def camille(app, cast):
    return Visitor(app, cast.colleague("camille"))


def built(rule, **fields):
    """What the builder's form holds for this rule."""
    return {"name": "VIP", "slug": ""} | fields_of(draft_of(rule)) | fields


def saved(session, slug="vip", rule=VIP):
    row = segments.save(session, None, slug=slug, name="VIP", rule=rule, now=NOON)
    session.commit()
    return row


def test_a_marketer_builds_a_segment_button_by_button_and_sees_whom_it_finds(
    camille, cast, session
):
    cast.client("claire", tags=["vip"])
    cast.client("marc")

    page = camille.post(NEW, **built({}, do="add-condition r")).text
    assert 'name="r.0-subject"' in page and "autofocus" in page
    chosen = {"r-group": "all", "r.0-was": "", "r.0-subject": "tags"}
    page = camille.post(NEW, name="VIP", do="look", **chosen).text
    assert 'value="VIP"' in page and 'name="r.0-value"' in page
    page = camille.post(NEW, **built({"all": [VIP]}, do="save")).text

    assert "Claire Delmas" in page and "Marc Oberlin" not in page
    assert "Les contacts qui portent l’étiquette «\u00a0vip\u00a0»." in page
    assert segments.find(session, "vip").rule == {"all": [VIP]}


def test_no_button_but_save_stores_anything_and_nothing_typed_is_lost(camille, session):
    rule = {"all": [VIP, {"not": {"contact": "asked", "within_days": 60}}]}

    for wish in ("add-group r", "down r.0", "remove r.1", "look", "add-condition r.1", "nonsense"):
        page = camille.post(NEW, **built(rule, do=wish)).text
        assert 'value="vip"' in page and 'value="VIP"' in page, wish
    camille.post(PREVIEW, **built(rule, do="count"))

    assert session.query(Segment).filter(Segment.slug.in_(("vip", "x"))).count() == 0


def test_a_preview_counts_what_is_finished_and_says_it_in_a_sentence(camille, cast):
    cast.client("claire", tags=["vip"])
    cast.client("marc")
    half = {"any": [VIP, {"contact": "company", "is": "x"}]}
    fields = built(half) | {"r.1-value": ""}

    part = camille.post(PREVIEW, **fields, do="count").text
    whole = camille.post(PREVIEW, **fields, do="look").text

    assert "<html" not in part and 'data-part="builder"' not in part
    assert "<b>1</b>" in part and "1 condition n’est pas terminée" in part
    assert 'data-part="builder"' in whole and "Il manque quelque chose" not in whole


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"r.0-subject": "last_score", "r.0-ask": "at_least", "r.0-value": "huit"}, "huit"),
        ({"r.0-subject": "company", "r.0-ask": "is", "r.0-value": " "}, "Il manque quelque chose"),
        ({"r.0-subject": "created", "r.0-ask": "since", "r.0-value": "31/02/2026"}, "n’existe pas"),
        ({"r.0-subject": "asked", "r.0-ask": "within_days", "r.0-value": "-1"}, "nombre entier"),
        ({"r.0-subject": ""}, "Choisissez un critère."),
        ({"r.0-group": "any"}, "Ce groupe est vide"),
    ],
)
def test_a_fault_is_said_at_its_condition_and_what_was_typed_stays(camille, session, typed, words):
    was = {"r.0-was": typed["r.0-subject"]} if "r.0-subject" in typed else {}
    fields = {"name": "VIP", "r-group": "all", "do": "save"} | was | typed

    page = camille.post(NEW, **fields).text

    at_condition = page.split('id="r.0"')[1]
    assert words in at_condition
    assert "Certaines conditions sont à revoir" in page
    assert f'value="{typed.get("r.0-value", "").strip()}"' in page
    assert session.query(Segment).filter(Segment.slug.in_(("vip", "x"))).count() == 0


def test_another_field_brings_its_own_comparisons_and_choices(camille, cast):
    cast.store("Nantes", "Pays de la Loire")
    fields = {"r-group": "all", "r.0-was": "company", "r.0-ask": "contains", "r.0-value": "Tilleul"}

    page = camille.post(PREVIEW, **fields, do="look", **{"r.0-subject": "store"}).text

    asks = re.search(r'<select name="r.0-ask".*?</select>', page, re.DOTALL)[0]
    assert "commence par" not in asks and "est parmi" in asks
    assert re.search(r'type="checkbox" name="r.0-value" value="Nantes"', page)
    assert "Tilleul" not in page


def test_a_store_that_is_gone_stays_chosen_until_somebody_takes_it_away(camille, session):
    row = saved(session, rule={"contact": "store", "in": ["Gone <b>"]})

    page = camille.get(f"/admin/segment/edit/?id={row.id}").text

    assert 'value="Gone &lt;b&gt;" checked' in page


def test_a_short_name_that_is_taken_is_said_at_its_field(camille, session):
    saved(session)

    page = camille.post(NEW, **built(VIP, name="Autre", slug="vip", do="save")).text

    assert "s’appelle déjà" in page
    assert segments.find(session, "vip").name == "VIP"


def test_a_segment_is_changed_and_deleted(camille, session):
    row = saved(session, rule={})
    number = row.id

    camille.post(f"/admin/segment/edit/?id={number}", **built(VIP, slug="vip", do="save"))
    session.expire_all()
    assert row.rule == {"all": [VIP]}

    camille.post(f"/admin/segment/delete/?id={number}", confirmed="yes")
    session.expire_all()
    assert segments.find_if_any(session, "vip") is None


def test_a_condition_the_builder_has_no_inputs_for_is_kept_and_said(camille, session):
    odd = {"contact": "company", "contains": "Tilleul & <fils>", "starts_with": "C"}
    row = saved(session, rule={"all": [odd, VIP]})
    address = f"/admin/segment/edit/?id={row.id}"

    page = camille.get(address).text
    assert "Tilleul &amp; &lt;fils&gt;" in page and "Écrite à la main" in page
    camille.post(address, **built({"all": [odd, VIP]}, slug="vip", do="save"))

    session.expire_all()
    assert row.rule == {"all": [odd, VIP]}


def test_a_segment_says_where_it_is_used_and_leads_to_a_campaign(camille, session):
    row = saved(session)
    survey = surveys.find(session, "relation")
    session.add(
        Campaign(
            name="Printemps",
            survey=survey,
            template=survey.template,
            segment=row,
            due_at=NOON,
            created_at=NOON,
        )
    )
    session.commit()

    page = camille.get(f"/admin/segment/details/?id={row.id}").text

    assert "Printemps" in page
    assert "/campaigns/new?segment=vip" in page


@pytest.mark.parametrize("rule", [{"contact": "gone"}, {"all": "x"}, {"contact": ["a"]}])
def test_a_stored_rule_that_cannot_be_read_is_said(camille, session, rule):
    row = Segment(slug="old", name="Old", rule=rule, created_at=NOON)
    session.add(row)
    session.commit()

    for page in ("details", "edit"):
        answer = camille.get(f"/admin/segment/{page}/?id={row.id}")
        assert answer.status_code == 200
    assert camille.get("/admin/segment/").status_code == 200
    page = camille.get(f"/admin/segment/details/?id={row.id}").text
    assert "Cette règle ne peut pas être appliquée" in page


HOSTILE = (
    {f"r{'.0' * depth}-group": "any" for depth in range(40)},
    {"r-group": "all"} | {f"r.{number}-subject": "" for number in range(400)},
    {"r-group": "all", "r.0-subject": "kept", "r.0-was": "kept", "r.0-value": "[" * 9_000},
    {"r-group": "none", "r.0-subject": "kept", "r.0-was": "kept", "r.0-value": '{"all": []}'},
    {"r-group": "x", "r.0-subject": "shoe size", "r.0-ask": "like"},
    {"r-group": "all", "r.0-subject": "tags", "r.0-was": "tags", "r.0-ask": "has_any"},
)


def test_hostile_forms_are_answered_in_words(camille, session):
    for fields in HOSTILE:
        for wish in ("save", "add-group r.0.0.0", "up r", "remove r.x"):
            answer = camille.post(NEW, name="x", do=wish, **fields)
            assert answer.status_code == 200, (fields, wish)

    assert session.query(Segment).filter(Segment.slug.in_(("vip", "x"))).count() == 0


def test_sales_do_not_see_segments(app, cast):
    ines = Visitor(app, cast.colleague("ines"))

    assert ines.get("/admin/segment/").status_code == 403
    assert ines.post(PREVIEW, **built(VIP)).status_code == 403
