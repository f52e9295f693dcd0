"""Segments on the screen: written as rules, counted, tried on ten contacts."""

from __future__ import annotations

import pytest

from hopnps.models import Segment
from hopnps.services import segments
from tests.conftest import NOON
from tests.web.visitor import Visitor

RULE = '{"contact": "tags", "has": "vip"}'


@pytest.fixture
def camille(app, cast):
    return Visitor(app, cast.colleague("camille"))


def test_a_marketer_writes_a_segment_and_sees_whom_it_finds(camille, cast, session):
    cast.client("claire", tags=["vip"])
    cast.client("marc")

    page = camille.post("/admin/segment/new/", name="Clients fidèles", slug="", rule=RULE).text

    assert "Claire Delmas" in page
    assert "Marc Oberlin" not in page
    assert segments.find(session, "clients-fideles").rule == {"contact": "tags", "has": "vip"}


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ('{"contact": "shoe size", "is": "42"}', "le champ &#34;shoe size&#34; n’existe pas"),
        ('{"contact": ', "La lecture s’arrête à la ligne 1"),
        ("</textarea><script>", "La lecture s’arrête"),
    ],
)
def test_a_faulty_rule_is_said_at_its_field_and_stays_typed(camille, session, rule, fault):
    page = camille.post("/admin/segment/new/", name="VIP", slug="vip", rule=rule).text

    assert fault in page
    assert rule.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;") in page
    assert 'value="vip"' in page
    assert segments.find_if_any(session, "vip") is None


def test_a_short_name_that_is_taken_is_said_at_its_field(camille, session):
    segments.save(session, None, slug="vip", name="VIP", rule={}, now=NOON)
    session.commit()

    page = camille.post("/admin/segment/new/", name="Autre", slug="vip", rule=RULE).text

    assert "s’appelle déjà" in page
    assert session.query(Segment).filter_by(slug="vip").one().name == "VIP"


def test_a_segment_is_changed_and_deleted(camille, session):
    row = segments.save(session, None, slug="vip", name="VIP", rule={}, now=NOON)
    session.commit()
    number = row.id

    camille.post(f"/admin/segment/edit/?id={number}", name="VIP", slug="vip", rule=RULE)
    session.expire_all()
    assert row.rule == {"contact": "tags", "has": "vip"}

    camille.post(f"/admin/segment/delete/?id={number}", confirmed="yes")
    session.expire_all()
    assert segments.find_if_any(session, "vip") is None


def test_the_form_shows_the_rule_as_it_is_read(camille, session):
    rule = {"all": [{"contact": "company", "is": "Tilleul & <fils>"}, {"answers": {}}]}
    row = segments.save(session, None, slug="x", name="X", rule=rule, now=NOON)
    session.commit()

    page = camille.get(f"/admin/segment/edit/?id={row.id}").text

    assert "Tilleul &amp; &lt;fils&gt;" in page
    assert "Exemples à copier" in page


def test_a_stored_rule_that_cannot_be_read_is_said(camille, session):
    row = Segment(slug="old", name="Old", rule={"contact": "gone"}, created_at=NOON)
    session.add(row)
    session.commit()

    page = camille.get(f"/admin/segment/details/?id={row.id}")

    assert page.status_code == 200
    assert "Cette règle ne peut pas être appliquée" in page.text


def test_sales_do_not_see_segments(app, cast):
    ines = Visitor(app, cast.colleague("ines"))

    assert ines.get("/admin/segment/").status_code == 403
