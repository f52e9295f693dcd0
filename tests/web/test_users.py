"""An administrator brings colleagues in, says whose clients they see, and lets them go."""

from __future__ import annotations

import re

import pytest

from hopnps.models import Notice, User
from hopnps.services.places import scope_of
from tests.web.visitor import Visitor


@pytest.fixture
def sophie(app, cast):
    return Visitor(app, cast.colleague("sophie"))


@pytest.fixture
def lille(cast):
    return cast.store("Lille Vieux-Lille", "Hauts-de-France")


def leo(session) -> User:
    session.rollback()
    return session.query(User).filter_by(email="leo.blin@tilleul.test").one()


def add(sophie, **more):
    fields = {
        "name": "Léo Blin",
        "email": "leo.blin@tilleul.test",
        "role": "sales",
        "language": "",
    } | more
    return sophie.post("/admin/user/new/", **fields)


def test_a_new_colleague_is_invited_by_mail_and_the_page_says_so(sophie, session):
    page = add(sophie, invite="y", language="en")

    assert "L’invitation\N{NO-BREAK SPACE}: envoi en cours à leo.blin@tilleul.test" in page.text
    notice = session.query(Notice).one()
    assert (notice.kind, notice.language) == ("welcome", "en")
    assert notice.created_by == "Sophie Marchal"


def test_who_is_not_invited_by_mail_gets_a_link_shown_once(sophie, session):
    page = add(sophie)
    assert session.query(Notice).count() == 0
    assert "/password/" not in page.text

    shown = sophie.post(f"/admin/user/link/?id={leo(session).id}")
    assert re.search(r"https://avis\.example\.org/password/\d+/[\w-]+", shown.text)
    assert "/password/" not in sophie.get(f"/admin/user/details/?id={leo(session).id}").text


def test_an_invitation_can_be_mailed_again_but_not_to_who_left(sophie, session):
    add(sophie)
    number = leo(session).id
    assert "Un mail part pour" in sophie.post(f"/admin/user/invitation/?id={number}").text

    sophie.post(f"/admin/user/login-right/?id={number}")
    page = sophie.post(f"/admin/user/invitation/?id={number}")

    assert "aucun lien ne part" in page.text
    assert session.query(Notice).count() == 1


def test_sales_see_the_places_they_are_given_as_a_tree(app, sophie, session, lille):
    form = sophie.get("/admin/user/new/").text
    assert f'value="store:{lille.id}"' in form
    assert f'value="region:{lille.region_id}"' in form

    page = add(sophie, places=[f"store:{lille.id}"])
    assert "Lille Vieux-Lille" in page.text
    assert scope_of(leo(session)).stores == {lille.id}

    edit = f"/admin/user/edit/?id={leo(session).id}"
    assert re.search(rf'value="store:{lille.id}" checked', sophie.get(edit).text)
    known = {"name": "Léo Blin", "email": "leo.blin@tilleul.test", "language": ""}
    sophie.post(edit, **known, role="sales", places=[f"region:{lille.region_id}"])
    assert scope_of(leo(session)).regions == {lille.region_id}

    sophie.post(edit, **known, role="marketer", places=[f"region:{lille.region_id}"])
    assert scope_of(leo(session)).whole
    assert leo(session).places == []


@pytest.mark.parametrize("place", ["store:999999", "region:x", "house:1", "store:"])
def test_a_place_that_is_none_is_refused(sophie, session, lille, place):
    add(sophie, places=[place])

    assert session.query(User).filter_by(email="leo.blin@tilleul.test").count() == 0


def test_a_link_ends_when_the_address_it_went_to_is_put_right(app, sophie, session):
    add(sophie)
    number = leo(session).id
    shown = sophie.post(f"/admin/user/link/?id={number}").text
    path = re.search(r"/password/\d+/[\w-]+", shown)[0]
    assert Visitor(app).get(path).status_code == 200

    known = {"name": "Léo Blin", "role": "sales", "language": ""}
    sophie.post(f"/admin/user/edit/?id={number}", email="leo.blain@tilleul.test", **known)

    assert Visitor(app).get(path).status_code == 404


def test_saving_a_colleague_sends_nothing(sophie, session):
    add(sophie)
    edit = f"/admin/user/edit/?id={leo(session).id}"
    known = {"email": "leo.blin@tilleul.test", "role": "sales", "language": ""}
    sophie.post(edit, **known, name="Léo", invite="y")

    assert leo(session).name == "Léo"
    assert session.query(Notice).count() == 0
