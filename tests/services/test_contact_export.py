"""Contacts out, and in again: the same contacts, whatever they are called."""

from io import BytesIO

import openpyxl
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hopnps.domain.sheets import Format
from hopnps.models import Contact
from hopnps.services import contact_export, contact_import, segments
from tests.conftest import NOON
from tests.services.imported import PARIS, Desk

HOSTILE = st.sampled_from(
    [
        "=1+1",
        "'=1+1",
        "+33 6 12 34 56 78",
        "-",
        "@SUM(A1)",
        "=cmd|' /C calc'!A0",
        "'tis",
        "''",
        '"quoted"',
        "a;b,c|d",
        "l'été",
        "two\nlines",
        "two\r\nlines",
        "_x000D_",
        "<script>",
        "0012",
        "1,5",
        "31/12/2026",
        "{{ x }}",
        "100 %(s)s",
        "\\N",
        "😀",
        "NULL",
    ]
)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=20) | HOSTILE
TEXT = WORDS.map(str.strip)
NAME = st.text("abcé ;,:=+@'\"(2)-/._", min_size=1, max_size=12).map(
    lambda name: " ".join(name.split())
)
PERSON = st.fixed_dictionaries(
    {
        "external_id": st.none() | TEXT.filter(bool),
        "address": st.sampled_from(["a@example.org", "b@example.org", ""]),
        "first_name": TEXT,
        "company": TEXT,
        "phone": TEXT,
        "notes": TEXT,
        "tags": st.lists(TEXT.map(lambda tag: tag.replace("|", "/")), max_size=3),
        "attributes": st.dictionaries(NAME.filter(bool), TEXT.filter(bool), max_size=3),
    }
)


def exported(session, format_=Format.CSV, **choices) -> bytes:
    file = BytesIO()
    contact_export.export(session, file, format_, timezone=PARIS, **choices)
    return file.getvalue()


def everybody(session) -> list:
    session.expire_all()
    columns = list(Contact.__table__.columns)
    return [tuple(row) for row in session.execute(sa.select(*columns).order_by(Contact.id))]


def test_the_french_file_opens_in_a_french_excel(session, cast):
    store = cast.store()
    zoe = cast.client("zoe", store=store, tags=["vip", "atelier"], phone="+33 6 12 34 56 78")
    zoe.last_score, zoe.last_category, zoe.last_answered_at = 4, "detractor", NOON
    zoe.attributes = {"Ville": "Créteil"}
    session.commit()

    data = exported(session, Format.CSV_FR)

    assert data.startswith(b"\xef\xbb\xbf")
    header, line, _ = data.decode("utf-8-sig").split("\r\n")
    assert header.startswith('"Origine";"Identifiant externe";"Référence hopnps";"Courriel"')
    assert line == (
        "crm;zoe;;zoe.lefevre@example.org;Zoé;Lefèvre;;'+33 6 12 34 56 78;fr;Paris Bastille;;"
        "atelier, vip;;4;détracteur;02/03/2026;Créteil"
    )


def test_no_cell_can_run_as_a_formula(session, cast):
    cast.client("zoe", first_name="=cmd|' /C calc'!A0", company="@SUM(A1)", attributes={"=A": "=B"})

    book = openpyxl.load_workbook(BytesIO(exported(session, Format.XLSX)))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    lines = exported(session).decode()

    assert {cell.data_type for cell in cells} <= {"inlineStr", "s", "n"}
    assert not [cell.value for cell in cells if str(cell.value or "")[:1] in "=+-@" and cell.value]
    assert ",=" not in lines
    assert ",@" not in lines


def test_only_the_members_of_a_segment_are_exported(session, cast):
    cast.client("zoe"), cast.client("tom")
    rule = {"contact": "language", "is": "en"}

    members = segments.members(rule, now=NOON)

    assert b"Ashby" in exported(session, members=members)
    assert b"Lef" not in exported(session, members=members)


def test_an_export_of_nobody_is_a_header(session):
    assert exported(session).count(b"\n") == 1


def test_contacts_without_external_id_at_one_address_are_told_apart(session, cast):
    cast.client("zoe", external_id=None, notes="one")
    cast.client("zoe", external_id=None, notes="two")
    cast.client("zoe", external_id="Z", notes="three")
    cast.client("zoe", external_id=None, email="", notes="four")
    before = everybody(session)
    data = exported(session)

    assert Desk(session, contact_import).bring(data).unchanged == 4
    changed = data.replace(b"two", b"deux").replace(b"four", b"quatre")
    assert Desk(session, contact_import).bring(changed).updated == 2
    assert [row[0] for row in everybody(session)] == [row[0] for row in before]


def test_the_export_of_another_house_is_not_mistaken_for_ours(session, cast):
    cast.client("zoe", external_id=None)
    theirs = exported(session).replace(b"zoe.lefevre@example.org", b"new@example.org")
    foreign = theirs.replace(b"-", b"-1", 1)

    report = Desk(session, contact_import).bring(foreign)

    assert (report.created, report.updated) == (1, 0)


@pytest.mark.parametrize("format_", list(Format))
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    people=st.lists(
        PERSON, min_size=1, max_size=4, unique_by=lambda one: one["external_id"] or id(one)
    )
)
def test_what_is_exported_comes_back_as_the_same_contacts(session, format_, people):
    session.execute(sa.delete(Contact))
    for person in people:
        moments = {"created_at": NOON, "updated_at": NOON}
        session.add(Contact(**person, **moments, source="crm", email=person["address"]))
    session.commit()
    before = everybody(session)

    report = Desk(session, contact_import).bring(exported(session, format_))

    assert (report.created, report.updated, report.faults) == (0, 0, [])
    assert report.unchanged == len(people)
    assert everybody(session) == before
