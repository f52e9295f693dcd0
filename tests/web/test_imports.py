"""A marketer brings a file: sees what each line would do, mends, then says yes."""

from datetime import UTC, datetime
from io import BytesIO

import pytest

from hopnps import import_work
from hopnps.access import Principal
from hopnps.domain.scope import only
from hopnps.models import Contact, Response, Role, Store, Upload
from tests.web.visitor import Visitor

FRENCH = (
    "Nom;Prénom;Courriel;Magasin;Langue;Couleur préférée\r\n"
    "Lefèvre;Zoé;zoe.lefevre@example.org;Orléans Châtelet;français;bleu\r\n"
    "Ashby;Tom;tom.ashby@example.com;Orléans Châtelet;anglais;vert\r\n"
)


@pytest.fixture
def camille(app, cast):
    return Visitor(app, cast.colleague("camille"))


def send(visitor, kind, data, filename="clients.csv", **fields):
    data = data if isinstance(data, bytes) else data.encode("cp1252")
    return visitor.post(f"/imports/{kind}", file=(BytesIO(data), filename), **fields)


def upload(session):
    session.rollback()
    return session.query(Upload).order_by(Upload.id.desc()).first()


def approve(visitor, session, **fields):
    return visitor.post(f"/imports/{upload(session).id}/approval", **fields)


def test_a_french_excel_csv_goes_through_the_pages_into_the_database(camille, session):
    seen = send(camille, "contacts", FRENCH)

    assert seen.status_code == 200
    for words in ("clients.csv", "Lefèvre", "zoe.lefevre@example.org", "Orléans Châtelet"):
        assert words in seen.text
    assert session.query(Contact).count() == 0

    done = approve(camille, session)

    assert "clients.csv" in done.text
    session.rollback()
    zoe = session.query(Contact).filter_by(address="zoe.lefevre@example.org").one()
    assert (zoe.first_name, zoe.last_name, zoe.store.name) == ("Zoé", "Lefèvre", "Orléans Châtelet")
    assert zoe.attributes == {"Couleur préférée": "bleu"}
    assert upload(session).data == b""


def test_one_new_store_is_told_as_one_and_lines_without_a_why_have_no_column_for_it(
    camille, session
):
    seen = send(camille, "contacts", FRENCH).text
    assert "Ce magasin est nouveau et sera créé" in seen
    assert "Pourquoi" not in seen

    send(camille, "contacts", FAULTY)
    assert "Pourquoi" in camille.get(f"/imports/{upload(session).id}").text


def test_pressed_twice_it_is_imported_once(camille, session):
    send(camille, "contacts", FRENCH)

    approve(camille, session)
    again = approve(camille, session)

    assert again.status_code == 200
    session.rollback()
    assert session.query(Contact).count() == 2


FAULTY = (
    "Courriel;Nom\n"
    "zoe@example.org;Zoé\n"
    "marc@@example.org;Marc\n"
    ";Personne\n"
)  # fmt: skip


def test_faults_stand_at_their_lines_and_nothing_is_written(camille, session):
    seen = send(camille, "contacts", FAULTY)

    assert "marc@@example.org" in seen.text
    approve(camille, session)
    session.rollback()
    assert session.query(Contact).count() == 0
    assert upload(session).applied_at is None


def test_the_good_lines_can_go_in_without_the_faulty_ones(camille, session):
    send(camille, "contacts", FAULTY)

    approve(camille, session, skip_faults="1")

    session.rollback()
    assert [one.last_name for one in session.query(Contact)] == ["Zoé"]
    assert upload(session).summary["faulty"] == 2


def test_the_faulty_lines_can_be_downloaded(camille, session):
    send(camille, "contacts", FAULTY)

    file = camille.get(f"/imports/{upload(session).id}/faults.csv")

    assert file.headers["Cache-Control"] == "no-store"
    assert file.headers["Content-Disposition"].startswith("attachment")
    lines = file.data.decode("utf-8-sig").splitlines()
    assert lines[1].startswith("3;Courriel;marc@@example.org;")
    assert lines[2].startswith("4;")


def test_a_corrected_file_keeps_what_was_said_of_the_first(camille, session):
    send(camille, "contacts", "Courriel;Patronyme\nzoe@@example.org;Zoé\n", source="crm")
    first = upload(session).id
    said = {"column-0": "email", "column-1": "last_name"}
    camille.post(f"/imports/{first}/columns", **said)

    form = camille.get(f"/imports?instead_of={first}")
    assert 'value="crm"' in form.text
    send(
        camille,
        "contacts",
        "Courriel;Patronyme\nzoe@example.org;Zoé\n",
        source="crm",
        instead_of=str(first),
    )
    approve(camille, session)

    session.rollback()
    zoe = session.query(Contact).one()
    assert (zoe.last_name, zoe.source) == ("Zoé", "crm")


def test_columns_are_shown_and_can_be_changed_by_hand(camille, session):
    send(camille, "contacts", "Courriel;Nom;Code\nzoe@example.org;Zoé;7\n")
    said = {"column-0": "email", "column-1": "attribute", "column-2": ""}

    seen = camille.post(f"/imports/{upload(session).id}/columns", **said)

    assert '<option value="attribute" selected>' in seen.text
    approve(camille, session)
    session.rollback()
    zoe = session.query(Contact).one()
    assert (zoe.last_name, zoe.attributes) == ("", {"Nom": "Zoé"})


def test_two_columns_for_one_field_are_refused_and_can_be_told_apart(camille, session):
    seen = send(camille, "contacts", "E-mail;Courriel\nzoe@example.org;z@example.org\n")

    assert seen.status_code == 200
    assert "E-mail" in seen.text and "Courriel" in seen.text
    assert "data-once" not in seen.text  # nothing to say yes to

    said = {"column-0": "email", "column-1": ""}
    camille.post(f"/imports/{upload(session).id}/columns", **said)
    approve(camille, session)
    session.rollback()
    assert session.query(Contact).one().address == "zoe@example.org"


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (b"", "vide.csv"),
        (b"%PDF-1.7 ...", "clients.pdf"),
        (b"\x89PNG\r\n\x1a\n", "clients.csv"),
        (b"PK\x03\x04broken", "clients.xlsx"),
        (b"a;b\n1;2\x00\n", "clients.csv"),
    ],
)
def test_what_is_no_table_is_refused_at_its_field_with_all_that_was_typed(
    camille, session, data, filename
):
    answer = send(camille, "contacts", data, filename, source="crm")

    assert answer.status_code == 400
    assert 'id="file-fault"' in answer.text and 'value="crm"' in answer.text
    assert session.query(Upload).count() == 0


def test_no_file_at_all_is_said_at_the_field(camille):
    answer = camille.post("/imports/contacts")

    assert answer.status_code == 400 and 'id="file-fault"' in answer.text


def test_a_file_that_is_too_large_is_refused_in_words(camille, session, monkeypatch):
    monkeypatch.setattr("hopnps.services.uploads.LARGEST", 2 * 1024**2)

    answer = send(camille, "contacts", b"Courriel\n" + b"x@example.org\n" * 200_000)

    assert answer.status_code == 400
    assert "2\u00a0Mo" in answer.text
    assert session.query(Upload).count() == 0


HOSTILE = '"><script>alert(1)</script>'


def test_hostile_names_headers_and_cells_are_shown_as_text(camille, session):
    data = f"Courriel;{HOSTILE}\n{HOSTILE};x\nzoe@example.org;{HOSTILE}\n".replace('"', "'")

    seen = send(camille, "contacts", data, f"../..\\{HOSTILE}\u202e.csv")

    assert "<script>alert" not in seen.text
    assert "/" not in upload(session).filename and "\u202e" not in upload(session).filename
    assert "<script>alert" not in camille.get("/imports").text


def test_past_answers_come_in_through_the_same_pages(camille, session):
    data = "Date;Courriel;Note;Commentaire\n14/02/2025;zoe@example.org;9,0;Très bien\n"

    send(camille, "responses", data, survey="relation", scale="0-10")
    approve(camille, session)

    session.rollback()
    answer = session.query(Response).one()
    assert (answer.score, answer.comment, answer.survey.slug) == (9, "Très bien", "relation")


def test_stores_and_orders_come_in_through_the_same_pages(camille, cast, session):
    cast.client("claire")

    send(camille, "stores", "Magasin;Région\nBrest;Bretagne\n")
    approve(camille, session)
    send(
        camille,
        "interactions",
        "Référence;Date;Courriel;Magasin\nC-1;14/02/2025;claire.delmas@example.org;Brest\n",
        kind_of_lines="commande",
    )
    approve(camille, session)

    session.rollback()
    brest = session.query(Store).one()
    assert brest.region.name == "Bretagne"
    from hopnps.models import Interaction

    order = session.query(Interaction).one()
    assert (order.kind, order.reference, order.store) == ("order", "C-1", brest)


@pytest.mark.parametrize("form", ["csv", "csv-fr", "xlsx"])
def test_contacts_are_exported_with_formulas_disarmed(camille, cast, form):
    cast.client("claire", company="=1+1")

    file = camille.get(f"/exports/contacts/{form}")

    assert file.status_code == 200
    assert file.headers["Cache-Control"] == "no-store"
    assert file.headers["Content-Disposition"].startswith("attachment; filename=contacts-")
    if form != "xlsx":
        assert "'=1+1" in file.data.decode("utf-8-sig")


def test_a_narrowed_colleague_takes_home_only_the_clients_they_see(app, cast):
    lille = cast.store("Lille", region="Nord")
    cast.client("claire", store=lille)
    cast.client("zoe", store=cast.store("Brest", region="Bretagne"))
    cast.client("tom")
    app.extensions["hopnps"].find_principal = lambda: Principal(
        "7", "Léa", roles=frozenset({Role.MARKETER}), scope=only(stores=[lille.id])
    )

    file = app.test_client().get("/exports/contacts/csv")

    assert "claire.delmas@" in file.text
    assert "zoe.lefevre@" not in file.text and "tom.ashby@" not in file.text


def test_what_the_columns_become_stands_there_without_opening_anything(camille, session):
    seen = send(camille, "contacts", FRENCH)

    told = seen.text.split('id="held"')[1].split("</section>")[0]
    assert "5" in told and "Couleur préférée" in told
    assert "point-virgule" in seen.text and "accents de Windows" in seen.text


def test_the_last_import_is_taken_back_from_its_page(camille, session):
    send(camille, "contacts", FRENCH)
    done = approve(camille, session)
    path = f"/imports/{upload(session).id}/undo"
    assert path in done.text and path in camille.get("/imports").text

    asked = camille.get(path)
    assert "Orléans Châtelet" in asked.text
    assert session.query(Contact).count() == 2

    back = camille.post(path)

    session.rollback()
    assert session.query(Contact).count() == session.query(Store).count() == 0
    assert upload(session).undone_by == "Camille Arnoux"
    assert "Tout est comme avant" in back.text
    assert "annulé" in camille.get("/imports").text
    assert "Tout est comme avant" in camille.post(path).text  # pressed twice


def test_an_import_that_somebody_worked_with_stays_and_the_page_says_why(camille, cast, session):
    send(camille, "contacts", FRENCH)
    approve(camille, session)
    for client in session.query(Contact):
        cast.invitation(client)
    path = f"/imports/{upload(session).id}/undo"

    answers = [camille.get(path), camille.post(path)]

    for answer in answers:
        assert "2 ont reçu une enquête" in answer.text
        assert 'method="post" action="/imports' not in answer.text
    session.rollback()
    assert session.query(Contact).count() == 2


def test_an_import_too_large_to_be_taken_back_says_so_before(camille, session, monkeypatch):
    assert "Vous pourrez l’annuler" in send(camille, "contacts", FRENCH).text

    monkeypatch.setattr("hopnps.services.import_notes.MOST", 1)

    assert "ne pourra pas être annulé" in send(camille, "contacts", FRENCH).text


@pytest.fixture
def begun(monkeypatch, session):
    """Files are long, and nobody has begun with them: their numbers; `begun.work()` does the work."""

    class Begun(list):
        def work(self):
            with self.app.app_context():
                import_work.work(
                    self.app.extensions["hopnps"],
                    self[-1],
                    clock=lambda: datetime.now(UTC),
                )
            session.rollback()  # the pages of a test share its session, which saw how it was before

        def begin(self, app, upload_id):
            self.app = app
            self.append(upload_id)

    begun = Begun()
    monkeypatch.setattr("hopnps.services.upload_work.LONG", 10)
    monkeypatch.setattr(import_work, "begin", begun.begin)
    return begun


def test_a_long_file_is_watched_then_checked_then_imported(camille, session, begun):
    waiting = send(camille, "contacts", FRENCH)
    page = f"/imports/{upload(session).id}"
    watched = {"HX-Request": "true", "HX-Target": "work"}

    assert 'id="work"' in waiting.text and f'hx-get="{page}"' in waiting.text
    assert "HX-Refresh" not in camille.get(page, headers=watched).headers
    assert "Lefèvre" not in waiting.text

    begun.work()

    assert camille.get(page, headers=watched).headers["HX-Refresh"] == "true"
    assert "Lefèvre" in camille.get(page).text
    assert "est en cours d’import" in approve(camille, session).text
    begun.work()
    assert "est importé" in camille.get(page).text
    session.rollback()
    assert session.query(Contact).count() == 2


def test_columns_of_a_long_file_are_chosen_by_hand(camille, session, begun):
    send(camille, "contacts", FAULTY)
    begun.work()
    page = f"/imports/{upload(session).id}"
    assert "marc@@example.org" in camille.get(page).text
    assert camille.get(f"{page}/faults.csv").text.count("\n") == 3

    seen = camille.post(f"{page}/columns", **{"column-0": "email", "column-1": "attribute"})
    assert 'id="work"' in seen.text
    begun.work()

    assert '<option value="attribute" selected>' in camille.get(page).text


def test_work_that_broke_off_is_told_and_can_be_begun_again(camille, session, begun, monkeypatch):
    send(camille, "contacts", FRENCH)
    with monkeypatch.context() as broken:
        broken.setattr("hopnps.services.uploads.preview", lambda *_, **__: 1 / 0)
        begun.work()
    page = f"/imports/{upload(session).id}"
    assert "s’est interrompue" in camille.get(page).text

    assert "s’est interrompue" not in camille.post(f"{page}/attempt").text
    begun.work()

    assert len(begun) == 2
    assert "Lefèvre" in camille.get(page).text


def test_an_unknown_kind_or_file_is_not_found(camille):
    for path in ("/imports?kind=secrets", "/imports/999", "/exports/contacts/pdf"):
        assert camille.get(path).status_code == 404
    assert camille.get("/imports?instead_of=999").status_code == 200


def test_files_that_nobody_wanted_are_swept_away(camille, session):
    from datetime import timedelta

    send(camille, "contacts", FRENCH)
    old = upload(session)
    old.uploaded_at -= timedelta(days=8)
    session.commit()

    send(camille, "contacts", FRENCH)

    session.rollback()
    assert session.query(Upload).count() == 1


def test_imports_are_for_marketers(app, cast, session):
    ines, stranger = Visitor(app, cast.colleague("ines")), Visitor(app)

    assert ines.get("/imports").status_code == 403
    assert ines.get("/exports/contacts/csv").status_code == 403
    assert send(ines, "contacts", FRENCH).status_code == 403
    assert "password" in stranger.get("/imports").text
    assert session.query(Upload).count() == 0
