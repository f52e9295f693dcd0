"""Past answers come in: each once, where it was given, and in no NPS it does not belong to."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from hopnps.domain.errors import Invalid, NotFound
from hopnps.models import Contact, Response, Scale, Store
from hopnps.services import response_import
from hopnps.services.import_preview import Fate, ImportOptions
from tests.conftest import NOON

PARIS = ZoneInfo("Europe/Paris")
HEADERS = "Date;Courriel;Note;Commentaire;Magasin;Campagne;Conseiller;Langue\n"


@pytest.fixture
def bring(session):
    """Import a file of past answers; `dry` only previews it."""

    def bring(text, *, dry=False, skip_faults=False, mapping=None, source="", **extra):
        run = response_import.preview if dry else response_import.apply
        options = ImportOptions(
            mapping or {}, source, skip_faults, {"survey": "relation", "scale": "0-10"} | extra
        )
        data = text if isinstance(text, bytes) else text.encode("cp1252")
        report = run(session, data, "reponses.csv", options, now=NOON, timezone=PARIS)
        session.commit()
        return report

    return bring


def answers(session):
    session.expire_all()
    return session.query(Response).order_by(Response.id).all()


def counts(report):
    return (
        *(report.created, report.updated, report.unchanged),
        *(report.skipped, report.faulty),
    )


def test_a_past_answer_keeps_all_that_was_true_when_it_was_given(bring, cast, session):
    claire = cast.client("claire")
    bastille = cast.store("Paris Bastille")
    cast.client("marc", store=cast.store("Lyon Part-Dieu", "Rhône-Alpes"), owner="Inès")

    report = bring(
        HEADERS
        + "14/02/2025;claire.delmas@example.org;9;Très bien;PARIS BASTILLE;Hiver;Paul;français\n"
        + "2025-02-15 23:30;Marc.Oberlin@example.org;6,0;;;;;\n"
    )

    assert counts(report) == (2, 0, 0, 0, 0)
    first, second = answers(session)
    assert (first.contact, first.score, first.category) == (claire, 9, "promoter")
    assert (first.store, first.region) == (bastille, bastille.region)
    assert (first.comment, first.campaign_name) == ("Très bien", "Hiver")
    assert (first.agent, first.language, first.channel) == ("Paul", "fr", "import")
    assert first.answered_on == date(2025, 2, 14)
    assert (second.score, second.category) == (6, "detractor")
    assert (second.store.name, second.region.name) == ("Lyon Part-Dieu", "Rhône-Alpes")
    assert (second.agent, second.language) == ("Inès", "fr")
    assert second.answered_at == datetime(2025, 2, 15, 22, 30, tzinfo=UTC)


def test_the_day_of_an_answer_is_the_day_it_was_where_we_are(bring, session):
    bring("Date;Note\n2025-02-14T23:30:00Z;9\n15/02/2025;9\n")

    assert [one.answered_on for one in answers(session)] == [date(2025, 2, 15)] * 2


def test_the_contact_shows_its_last_answer_at_once(bring, cast, session):
    claire = cast.client("claire")

    bring(
        HEADERS
        + "14/02/2025;claire.delmas@example.org;9;;;;;\n"
        + "14/02/2026;claire.delmas@example.org;3;;;;;\n"
        + "14/02/2024;claire.delmas@example.org;7;;;;;\n"
    )

    session.refresh(claire)
    assert (claire.last_score, claire.last_category) == (3, "detractor")
    assert claire.previous_category == "promoter"


@pytest.mark.parametrize("more", ["", ";Id"])
def test_the_same_file_twice_changes_nothing(bring, session, more):
    text = f"Date;Courriel;Note;Magasin{more}\n" + "".join(
        f"14/02/2025;client{n % 7}@example.org;{n % 11};Nantes;A{n}\n" for n in range(40)
    )
    text = text if more else text.replace(";A", ";").replace("Magasin", "Magasin;x")

    first, second = bring(text), bring(text)

    assert first.created > 0
    assert (second.created, second.updated, second.faulty) == (0, 0, 0)
    assert second.unchanged == first.created
    assert len(answers(session)) == first.created


def test_a_line_twice_is_one_answer_of_a_client_but_two_of_nobody(bring, session):
    text = "Date;Courriel;Note\n" + "14/02/2025;claire@example.org;9\n" * 2 + "14/02/2025;;9\n" * 3

    first = bring(text)
    second = bring(text)

    assert counts(first) == (4, 0, 0, 1, 0)
    assert [line.action for line in first.lines] == [
        *(Fate.CREATE, Fate.SKIP, Fate.CREATE, Fate.CREATE, Fate.CREATE),
    ]
    assert counts(second) == (0, 0, 4, 1, 0)
    assert len(answers(session)) == 4


def test_a_preview_writes_nothing_and_tells_the_same(bring, session):
    text = HEADERS + "14/02/2025;new@example.org;9;;Brest;;;\n;;;;;;;\n14/02/2025;x@;9;;;;;\n"

    seen = bring(text, dry=True)

    assert (seen.applied, counts(seen), seen.new_stores) == (False, (1, 0, 0, 0, 1), ["Brest"])
    assert [(line.line, line.action) for line in seen.lines] == [(2, Fate.CREATE), (4, Fate.FAULT)]
    assert (session.query(Response).count(), session.query(Contact).count()) == (0, 0)
    assert session.query(Store).count() == 0


def test_unknown_addresses_become_contacts_and_unknown_stores_become_stores(bring, session):
    bring(
        HEADERS
        + "14/02/2025;Nora@Example.org;9;;Brest;;;en\n"
        + "15/02/2025;nora@example.org;8;;brest;;;\n"
    )

    nora = session.query(Contact).one()
    assert (nora.email, nora.address, nora.language) == (
        "Nora@Example.org",
        "nora@example.org",
        "en",
    )
    assert (nora.store.name, nora.external_id) == ("Brest", None)
    assert {one.contact_id for one in answers(session)} == {nora.id}
    assert {one.store_id for one in answers(session)} == {nora.store_id}


def test_a_client_is_known_by_external_id_before_address(bring, cast, session):
    claire = cast.client("claire")
    marc = cast.client("marc")

    bring(
        "Date;Identifiant client;Courriel;Note\n"
        "14/02/2025;claire;marc.oberlin@example.org;9\n"
        "14/02/2025;nobody-yet;marc.oberlin@example.org;8\n"
        "14/02/2025;77;;7\n"
        "15/02/2025;77;;6\n"
    )

    given = [one.contact for one in answers(session)]
    assert given[:2] == [claire, marc]
    assert given[2] is given[3]
    assert (given[2].external_id, given[2].address) == ("77", "")


def test_an_address_that_two_contacts_bear_is_a_fault_with_its_line(bring, cast, session):
    cast.client("claire")
    cast.client("marc", email="claire.delmas@example.org")

    report = bring("Date;Courriel;Note\n14/02/2025;Claire.Delmas@example.org;9\n")

    assert not report.applied
    (fault,) = report.faults
    assert (fault.line, fault.column) == (2, "Courriel")
    assert "2 contacts" in fault.message % fault.values


def test_one_faulty_line_stops_the_whole_file_unless_it_is_left_out(bring, session):
    text = "Date;Note\n14/02/2025;9\n14/02/2025;11\n"

    assert not bring(text).applied
    assert answers(session) == []
    assert bring(text, skip_faults=True).applied
    assert [one.score for one in answers(session)] == [9]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (";9", "no date"),
        ("14/02/2025;", "no score"),
        ("31/02/2025;9", "does not exist"),
        ("02/14/2025;9", "does not exist"),
        ("hier;9", "is not a date"),
        ("03/03/2026;9", "yet to come"),
        ("02/03/2026 14:00;9", "yet to come"),
        ("14/02/2025;9,5", "whole number from 0 to 10"),
        ("14/02/2025;11", "whole number"),
        ("14/02/2025;-1", "whole number"),
        ("14/02/2025;٩", "whole number"),
        ("14/02/2025;neuf", "whole number"),
        ("14/02/2025;9;x;y;z", "cells"),
    ],
)
def test_what_is_no_answer_is_said_with_its_line(bring, line, words):
    report = bring(f"Date;Note\n01/02/2025;10\n{line}\n".encode())

    assert [fault.line for fault in report.faults] == [3]
    assert words in report.faults[0].message % report.faults[0].values


def test_an_answer_of_today_is_not_yet_to_come(bring, session):
    assert bring("Date;Note\n02/03/2026;9\n02/03/2026 12:59;9\n").applied


def test_scores_of_an_old_scale_are_kept_apart(bring, cast, session):
    claire = cast.client("claire")

    report = bring(
        "Date;Courriel;Note\n14/02/2025;claire.delmas@example.org;10\n14/02/2025;;0\n",
        scale="1-10",
        skip_faults=True,
    )

    assert [fault.line for fault in report.faults] == [3]
    (answer,) = answers(session)
    assert (answer.score, answer.scale, answer.category) == (10, Scale.LEGACY, "")
    session.refresh(claire)
    assert claire.last_score is None


def test_a_file_that_came_in_on_the_wrong_scale_is_mended_by_bringing_it_again(
    bring, cast, session
):
    claire = cast.client("claire")
    text = "Date;Courriel;Note\n14/02/2025;claire.delmas@example.org;9\n14/02/2025;;8\n"
    bring(text)

    assert counts(bring(text, scale="1-10")) == (0, 2, 0, 0, 0)

    assert {(one.scale, one.category) for one in answers(session)} == {(Scale.LEGACY, "")}
    session.refresh(claire)
    assert claire.last_score is None


def test_an_answer_with_a_number_of_its_own_can_be_corrected(bring, cast, session):
    cast.client("claire")
    headers = "Id;Date;Courriel;Note;Commentaire;Magasin\n"
    bring(headers + "A1;14/02/2025;claire.delmas@example.org;9;Bien;Brest\n")

    report = bring(headers + "A1;14/02/2025;claire.delmas@example.org;4;;Nantes\n")

    assert counts(report) == (0, 1, 0, 0, 0)
    (answer,) = answers(session)
    assert (answer.score, answer.category) == (4, "detractor")
    assert (answer.comment, answer.store.name) == ("Bien", "Nantes")
    assert answer.contact.last_score == 4


def test_two_lines_with_one_number_must_say_the_same(bring):
    report = bring("Id;Date;Note\nA1;14/02/2025;9\nA1;14/02/2025;9\nA1;14/02/2025;3\n")

    assert (report.skipped, report.faulty) == (1, 1)
    assert (report.faults[0].line, report.faults[0].column) == (4, "Id")


def test_moving_a_store_or_contact_afterwards_rewrites_no_answer(bring, cast, session):
    claire = cast.client("claire", store=cast.store())
    text = "Date;Courriel;Note\n14/02/2025;claire.delmas@example.org;9\n"
    bring(text)
    claire.store = cast.store("Lyon", "Rhône-Alpes")
    session.commit()

    assert counts(bring(text)) == (0, 0, 1, 0, 0)
    assert answers(session)[0].region.name == "Île-de-France"


def test_a_file_without_date_or_score_is_refused(bring):
    with pytest.raises(Invalid, match="score"):
        bring("Date;Courriel\n14/02/2025;x@example.org\n")


def test_columns_can_be_named_by_hand(bring, session):
    bring(
        "Quand;Combien;Note\n14/02/2025;9;rien\n",
        mapping={"Quand": "date", "Combien": "score", "Note": "comment"},
    )

    assert [(one.score, one.comment) for one in answers(session)] == [(9, "rien")]


def test_answers_belong_to_a_survey_that_exists(bring):
    with pytest.raises(NotFound, match="nothing-like-it"):
        bring("Date;Note\n14/02/2025;9\n", survey="nothing-like-it")


def test_the_same_answers_may_come_for_two_surveys(bring, session):
    text = "Date;Note\n14/02/2025;9\n"

    bring(text)
    bring(text, survey="ticket")

    assert len(answers(session)) == 2
