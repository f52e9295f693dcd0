"""A file of contacts: what each line would do, and what it did."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from hopnps.domain.errors import Invalid, Refused
from hopnps.models import Address, Contact, Store
from hopnps.services import contact_import
from tests.conftest import NOON
from tests.services.imported import Desk, fates, faults, workbook

FRENCH = (
    "Identifiant;Prénom;Nom;Courriel;Téléphone;Langue;Magasin;Étiquettes;Ville;Remarques\r\n"
    "C-1;Zoé;Lefèvre;Zoe.Lefevre@Example.ORG;+33 6 12 34 56 78;Français;Paris Bastille;vip, atelier;Créteil;\r\n"
    'C-2;Tom;Ashby;tom.ashby@example.com;;anglais;PARIS  BASTILLE;;;"Appelle\nle matin"\r\n'
)


@pytest.fixture
def desk(session):
    return Desk(session, contact_import)


def everybody(session) -> dict:
    session.expire_all()
    return {one.external_id: one for one in session.scalars(sa.select(Contact))}


def test_a_french_excel_file_becomes_contacts(desk, session):
    report = desk.bring(FRENCH.encode("cp1252"))

    assert (report.created, report.applied, report.new_stores) == (2, True, ["Paris Bastille"])
    zoe, tom = everybody(session)["C-1"], everybody(session)["C-2"]
    assert (zoe.name, zoe.address) == ("Zoé Lefèvre", "zoe.lefevre@example.org")
    assert (zoe.email, zoe.phone, zoe.language) == (
        "Zoe.Lefevre@Example.ORG",
        "+33 6 12 34 56 78",
        "fr",
    )
    assert (zoe.tags, zoe.attributes) == (["atelier", "vip"], {"Ville": "Créteil"})
    assert (tom.language, tom.notes, tom.attributes) == ("en", "Appelle\nle matin", {})
    assert zoe.store.name == "Paris Bastille"
    assert tom.store is zoe.store


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_every_way_to_save_a_table_gives_the_same_contact(desk, session, encoding, delimiter):
    line = delimiter.join
    text = "\n".join([line(["ID", "Prénom", "E-mail"]), line(["7", "Zoé", "zoe@example.org"])])

    desk.bring(text.encode(encoding))

    assert everybody(session)["7"].first_name == "Zoé"


def test_an_excel_workbook_becomes_contacts(desk, session):
    sheet = workbook(["Code client", "Nom", "Mail"], [1042, "Lefèvre", "zoe@example.org"])

    assert desk.bring(sheet).created == 1
    assert everybody(session)["1042"].last_name == "Lefèvre"


def test_the_same_file_twice_changes_nothing(desk, session):
    desk.bring(FRENCH)
    before = everybody(session)["C-1"].updated_at

    again = desk.bring(FRENCH, now=NOON + timedelta(days=1))

    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    assert everybody(session)["C-1"].updated_at == before


def test_only_what_changed_is_updated(desk, session):
    desk.bring(FRENCH)
    later = NOON + timedelta(days=1)

    report = desk.bring("ID;Nom\nC-1;Lefebvre\nC-2;Ashby\n", now=later)

    assert fates(report) == {2: "update", 3: "unchanged"}
    assert everybody(session)["C-1"].updated_at == later
    assert everybody(session)["C-2"].updated_at == NOON


def test_a_blank_cell_leaves_what_is_there(desk, session):
    desk.bring(FRENCH)

    desk.bring("ID;Prénom;Magasin;Tags;Ville;Rue\nC-1;;;;;Rue Haute\n")

    zoe = everybody(session)["C-1"]
    assert (zoe.first_name, zoe.store.name, zoe.tags) == (
        "Zoé",
        "Paris Bastille",
        ["atelier", "vip"],
    )
    assert zoe.attributes == {"Ville": "Créteil", "Rue": "Rue Haute"}


def test_a_preview_writes_nothing(desk, session):
    report = desk.show(FRENCH)

    assert (report.created, report.applied, report.new_stores) == (2, False, ["Paris Bastille"])
    assert report.mapping["Courriel"] == "email"
    assert report.attributes == ["Ville"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Contact)) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(Store)) == 0


def test_a_line_without_external_id_updates_the_only_contact_at_its_address(desk, session, cast):
    zoe = cast.client("zoe", external_id="C-1")

    report = desk.bring("Courriel;Téléphone\nZOE.LEFEVRE@example.org;0102030405\n")

    session.refresh(zoe)
    assert (report.updated, report.created, zoe.phone) == (1, 0, "0102030405")


def test_a_line_whose_address_two_contacts_bear_is_refused_with_its_number(desk, cast):
    cast.client("zoe", external_id="C-1")
    cast.client("zoe", external_id="C-2")

    report = desk.bring("Courriel;Nom\nnew@example.org;X\nzoe.lefevre@example.org;Y\n")

    assert not report.applied
    assert faults(report) == {3: "2 contacts bear this address: give the line its external id."}


def test_a_known_contact_may_take_an_address_that_another_bears(desk, session, cast):
    cast.client("zoe", external_id="C-1")
    cast.client("tom", external_id="C-2")

    report = desk.bring("ID;Courriel\nC-2;zoe.lefevre@example.org\n")

    assert (report.updated, report.lines[0].reason) == (1, "The e-mail address changes.")
    assert everybody(session)["C-2"].address == "zoe.lefevre@example.org"


def test_an_external_id_stands_alone_but_not_nothing(desk):
    report = desk.bring("ID;Courriel;Nom\nC-1;;Lefèvre\n;;Personne\n")

    assert faults(report) == {3: "This line has neither an e-mail address nor an external id."}


@pytest.mark.parametrize("header", ["Référence", "reference", "Réf."])
def test_a_column_of_references_holds_the_houses_own_numbers_of_its_clients(desk, session, header):
    report = desk.bring(f"{header};Courriel;Nom\nC-1;claire@example.org;Lefèvre\n")

    assert (report.created, faults(report)) == (1, {})
    assert session.scalars(sa.select(Contact.external_id)).all() == ["C-1"]


def test_two_sources_may_use_the_same_external_id(desk, session):
    report = desk.bring("Source;ID;Nom\ncrm;1;A\ncaisse;1;B\n;1;A\n")

    assert (report.created, report.skipped) == (2, 1)


def test_one_faulty_line_and_nothing_is_imported(desk, session):
    file = "ID;Courriel;Langue\nC-1;zoe@example.org;fr\nC-2;zoe@@example.org;klingon\nC-3;x;fr;y\n"

    report = desk.bring(file)

    assert (report.applied, report.faulty, everybody(session)) == (False, 2, {})
    assert [(f.line, f.column, f.value) for f in report.faults] == [
        (3, "Courriel", "zoe@@example.org"),
        (3, "Langue", "klingon"),
        (4, "", ""),
    ]
    assert desk.bring(file, skip_faults=True).created == 1
    assert list(everybody(session)) == ["C-1"]


def test_a_store_that_only_a_faulty_line_names_is_not_made(desk, session):
    report = desk.bring("ID;Courriel;Magasin\n1;a@b.fr;Lyon\n1;c@d.fr;Nice\n", skip_faults=True)

    assert report.new_stores == ["Lyon"]
    assert session.scalars(sa.select(Store.name)).all() == ["Lyon"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("1;a@b.fr;A\n1;a@b.fr;A\n", {2: "create", 3: "skip"}),
        ("1;a@b.fr;A\n1;a@b.fr;B\n", {2: "create", 3: "fault"}),
        (";a@b.fr;A\n;A@B.fr;A\n", {2: "create", 3: "fault"}),
        (";a@b.fr;A\n;a@b.fr;A\n", {2: "create", 3: "skip"}),
        ("1;a@b.fr;A\n;a@b.fr;A\n", {2: "create", 3: "fault"}),
        ("1;a@b.fr;A\n2;a@b.fr;A\n", {2: "create", 3: "create"}),
        ("C-1;;A\n;zoe.lefevre@example.org;B\n", {2: "update", 3: "fault"}),
    ],
)
def test_lines_that_mean_the_same_person(desk, cast, lines, expected):
    cast.client("zoe", external_id="C-1")

    assert fates(desk.show(f"ID;Courriel;Nom\n{lines}")) == expected


def test_a_column_can_be_named_by_hand_or_left_out(desk, session):
    file = "Matricule interne;Nom;Secret\nC-1;Lefèvre;xyz\n"

    desk.bring(file, mapping={"Matricule interne": "external_id", "Secret": ""})

    assert everybody(session)["C-1"].attributes == {}


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"", "empty"),
        (b"Ville;Pays\nLyon;France\n", "e-mail address or an external id"),
    ],
)
def test_what_is_no_table_of_contacts_is_refused_in_words(desk, file, words):
    with pytest.raises(Invalid, match=words):
        desk.show(file)


def test_headers_alone_are_a_file_without_contacts(desk):
    assert desk.bring("ID;Courriel\n").total == 0


def test_a_character_that_is_no_text_is_a_fault(desk):
    report = desk.bring(workbook(["ID", "Nom"], [1, "A"], [2, "B_x0000_C"]))

    assert faults(report) == {3: "This line holds a character that is no text."}


def test_an_import_never_resubscribes_anybody(desk, session, cast):
    cast.client("zoe", external_id="C-1")
    session.add(Address(email="zoe.lefevre@example.org", unsubscribed_at=NOON))
    session.commit()

    desk.bring("ID;Courriel;Nom\nC-1;Zoe.Lefevre@example.org;X\nC-9;zoe.lefevre@example.org;Y\n")

    (address,) = session.scalars(sa.select(Address))
    assert address.unsubscribed_at == NOON


def test_a_broken_file_leaves_the_session_usable(desk, session):
    with pytest.raises(Invalid):
        desk.show("ID;Nom\n" + "1;A\n" * 2_000 + '2;"jamais fermé\n')

    assert session.scalar(sa.select(sa.func.count()).select_from(Contact)) == 0


def test_ten_thousand_lines_and_their_faults_are_counted(desk, session):
    lines = [f"C-{n};c{n}@example.org" if n % 10 else f"C-{n};nowhere" for n in range(1, 10_001)]

    report = desk.bring("\n".join(["ID;Courriel", *lines]), skip_faults=True)

    assert (report.created, report.faulty, len(report.lines)) == (9_000, 1_000, 200)
    assert [fault.line for fault in report.faults[:2]] == [11, 21]


def test_two_imports_that_meet_do_not_leave_half_of_one(desk, session, monkeypatch):
    def somebody_else_first(session, lined, now, noted_for):
        session.add(Contact(source="crm", external_id="C-1", created_at=now, updated_at=now))
        session.flush()
        merge(session, lined, now)

    merge = contact_import.merge
    monkeypatch.setattr(contact_import, "merge", somebody_else_first)

    with pytest.raises(Refused, match="meanwhile"):
        desk.bring(FRENCH)
    session.commit()
    assert everybody(session) == {}
