"""The mail editor: previews as anybody, faults at their place, tests to oneself, versions compared and restored."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from hopnps.models import Delivery, Notice, NoticeKind, Template
from tests.mail_lint import plain_of
from tests.web.test_editors import typed
from tests.web.visitor import Visitor

PREVIEW, PEOPLE = "/admin/template/preview/?language=fr", "/admin/template/people/"


@pytest.fixture
def sophie(app, cast):
    return Visitor(app, cast.colleague("sophie"))


@pytest.fixture
def relation(session):
    return session.scalars(sa.select(Template).filter_by(slug="relation")).one()


def form_of(sophie, template):
    return typed(sophie.client, f"/admin/template/edit/?id={template.id}") | {
        "reader": "",
        "width": "phone",
        "part": "html",
    }


def changed(sophie, template, **texts):
    """A new version, with these texts changed."""
    form = form_of(sophie, template) | texts | {"do": "save"}
    return sophie.post(f"/admin/template/edit/?id={template.id}", **form)


def test_a_preview_is_shown_as_a_client_and_as_the_worst_of_clients(sophie, cast, relation):
    claire = cast.client("claire")
    form = form_of(sophie, relation)
    form["body_fr"] = form["body_fr"].replace(
        "Un clic suffit.", "{{ contact.first_name }}/{{ contact.company | default: 'rien' }}."
    )

    seen = {
        who: sophie.post(PREVIEW, **form | {"reader": who}).text
        for who in ("", "longest", "empty", "accents", str(claire.id), "999999", "' or 1")
    }

    assert "Claire/Atelier Delmas." in seen[""] == seen["999999"] == seen["' or 1"]
    assert "Marie-Antoinette-Joséphine/Société coopérative" in seen["longest"]
    assert "/rien." in seen["empty"]
    assert "Zoë Éléonore/L’Été « à l’œil » {{ 100 % }} Ø." in seen["accents"]
    assert "Claire/rien." in seen[str(claire.id)]


def test_the_text_part_is_shown_as_text(sophie, relation):
    page = sophie.post(PREVIEW, **form_of(sophie, relation) | {"part": "text"}).text

    assert "<pre>" in page and "https://avis.example.org/s/.../10" in page


def test_somebody_to_show_it_to_is_found_without_losing_what_is_typed(
    sophie, cast, session, relation
):
    claire = cast.client("claire")
    form = form_of(sophie, relation) | {"letters": "delm", "subject_fr": "Un mot <nouveau>"}

    page = sophie.post(f"/admin/template/edit/?id={relation.id}", **form | {"do": "find"}).text
    part = sophie.post(PEOPLE, **form).text

    for shown in (page, part):
        assert f'<option value="{claire.id}" selected>Claire Delmas</option>' in shown
    assert "Un mot &lt;nouveau&gt;" in page
    session.expire_all()
    assert relation.current.number == 1


def test_a_fault_says_its_line_and_column_and_shows_that_line(sophie, relation):
    form = form_of(sophie, relation)
    line = form["body_fr"].splitlines().index("<mjml>") + 1
    broken = form["body_fr"].replace("<mjml>", "<mjml>\n  {{ contact.fristname }}<b>")

    page = changed(sophie, relation, body_fr=broken).text
    frame = sophie.post(PREVIEW, **form | {"body_fr": broken})

    assert f"ligne {line + 1}, colonne 6" in page
    assert f"ligne {line + 1}, colonne 6" in frame.text and frame.status_code == 422
    assert "{{ contact.fristname }}&lt;b&gt;" in frame.text


def test_versions_are_compared_word_by_word_and_an_old_one_comes_back_as_a_new_one(
    sophie, session, relation
):
    changed(sophie, relation, subject_fr="Un <b>mot</b> de {{ brand.name }}")
    address = f"/admin/template/version/?id={relation.id}"

    page = sophie.get(f"{address}&number=2").text
    assert "<ins>Un" in page and "&lt;" in page and "<b>mot" not in page
    assert "<del>Votre" in page
    same = sophie.get(f"{address}&number=1&beside=1").text
    assert "Leurs mots sont les mêmes" in same
    restored = sophie.post(f"/admin/template/restoration/?id={relation.id}&number=1").text

    assert "La version 3 reprend les mots de la version 1" in restored
    session.expire_all()
    first, _second, third = relation.versions
    assert (third.number, third.created_by) == (3, "Sophie Marchal")
    assert [(t.language, t.subject, t.body) for t in third.texts] == [
        (t.language, t.subject, t.body) for t in first.texts
    ]
    again = sophie.post(f"/admin/template/restoration/?id={relation.id}&number=1").text
    assert "dit la même chose" in again


def test_a_version_that_is_not_there_is_not_found(sophie, relation):
    for number in ("9", "x", "-1", "٣", "9" * 30):
        for page in ("version", "mail"):
            answer = sophie.get(f"/admin/template/{page}/?id={relation.id}&number={number}")
            assert answer.status_code == 404, (page, number)


def test_an_admin_sends_a_test_to_themselves(sophie, session, relation):
    page = sophie.post(f"/admin/template/test/?id={relation.id}", language="en").text

    assert "sophie.marchal@tilleul.test" in page
    notice = session.scalars(sa.select(Notice)).one()
    assert (notice.kind, notice.email) == (NoticeKind.TEST, "sophie.marchal@tilleul.test")
    assert notice.facts["template_version_id"] == relation.current.id
    assert notice.facts["language"] == "en"
    assert session.scalars(sa.select(Delivery).filter_by(notice=notice)).one()


def test_a_test_of_what_is_typed_goes_to_a_colleague_as_a_chosen_client_gets_it(
    sophie, cast, session, relation, desk, mailroom
):
    cast.colleague("ines")
    claire = cast.client("claire")
    form = form_of(sophie, relation)
    form["body_fr"] = form["body_fr"].replace(
        "Un clic suffit.", "Un seul clic, {{ contact.first_name }} {{ contact.last_name }}."
    )
    asked = form | {"to": "ines.kerbrat@tilleul.test", "do": "test-fr"}

    page = sophie.post(f"/admin/template/edit/?id={relation.id}", **asked | {"reader": claire.id})
    sophie.post(f"/admin/template/edit/?id={relation.id}", **asked | {"reader": "accents"})
    desk.work(now=datetime.now(UTC))

    assert "ines.kerbrat@tilleul.test" in page.text
    assert "Un seul clic" in page.text  # still in the form
    first, second = (plain_of(one.content) for one in mailroom.to("ines.kerbrat@tilleul.test"))
    assert "Un seul clic, Claire Delmas." in first
    assert "Un seul clic, Zoë Éléonore Lœwenštein" in second
    session.expire_all()
    assert relation.current.number == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"to": "eve@example.org"}, "Choisissez"),
        ({"body_fr": "<mjml>"}, "fault"),
        ({"do": "test-xx", "subject_fr": ""}, "fault"),
    ],
)
def test_a_test_that_cannot_be_leaves_nothing(sophie, session, relation, changes, said):
    form = form_of(sophie, relation) | {"to": "sophie.marchal@tilleul.test", "do": "test-fr"}

    page = sophie.post(f"/admin/template/edit/?id={relation.id}", **form | changes)

    assert said in page.text
    assert session.scalars(sa.select(Notice)).all() == []


def test_a_marketer_looks_at_versions_but_restores_and_tests_nothing(app, cast, relation):
    camille = Visitor(app, cast.colleague("camille"))

    assert camille.get(f"/admin/template/version/?id={relation.id}").status_code == 200
    for action in ("restoration", "test", "people"):
        answer = camille.post(f"/admin/template/{action}/?id={relation.id}&number=1")
        assert answer.status_code == 403
