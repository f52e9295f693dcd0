"""Colleagues come, change and leave; one administrator always stays."""

from __future__ import annotations

import pytest

from hopnps.domain.errors import Invalid, NotFound, Refused
from hopnps.models import Role
from hopnps.services import users
from tests.conftest import NOON
from tests.people import PASSWORD


def change(session, user, **new):
    values = {"email": user.email, "role": user.role, "name": user.name, "language": ""}
    return users.change(session, user, **values | new)


def test_a_new_colleague_cannot_log_in_before_choosing_a_password(session):
    leo = users.add(session, email=" Leo.Blin@Tilleul.test ", role="sales", now=NOON)
    assert leo.email == "leo.blin@tilleul.test"

    for guess in ("", "leo.blin@tilleul.test"):
        with pytest.raises(Refused):
            users.authenticate(session, leo.email, guess)

    users.set_password(session, leo, "trois freins et une sonnette")
    assert (
        users.authenticate(session, "LEO.BLIN@tilleul.test", "trois freins et une sonnette") is leo
    )


def test_the_same_words_refuse_an_unknown_address_a_wrong_password_and_who_left(session, cast):
    cast.colleague("sophie")
    camille = cast.colleague("camille")
    users.disable(session, camille, now=NOON)

    refusals = []
    for email, word in (
        ("nobody@tilleul.test", PASSWORD),
        ("sophie.marchal@tilleul.test", "wrong"),
        (camille.email, PASSWORD),
    ):
        with pytest.raises(Refused) as refused:
            users.authenticate(session, email, word)
        refusals.append(str(refused.value))

    assert len(set(refusals)) == 1


def test_an_address_serves_one_colleague(session, cast):
    sophie = cast.colleague("sophie")
    camille = cast.colleague("camille")

    with pytest.raises(Invalid) as again:
        users.add(session, email=sophie.email.upper(), role="sales", now=NOON)
    with pytest.raises(Invalid):
        change(session, camille, email=sophie.email)

    assert again.value.field == "email"
    assert change(session, camille, name="Camille").email == camille.email


@pytest.mark.parametrize(
    ("email", "role"), [("", "sales"), ("no address", "sales"), ("leo@tilleul.test", "boss")]
)
def test_what_cannot_be_is_refused(session, email, role):
    with pytest.raises(Invalid):
        users.add(session, email=email, role=role, now=NOON)


def test_the_last_administrator_stays(session, cast):
    sophie = cast.colleague("sophie")
    with pytest.raises(Refused):
        users.disable(session, sophie, now=NOON)
    with pytest.raises(Refused):
        change(session, sophie, role=Role.SALES)

    other = users.add(session, email="leo@tilleul.test", role="admin", now=NOON)
    users.disable(session, sophie, now=NOON)
    with pytest.raises(Refused):
        users.disable(session, other, now=NOON)
    users.enable(session, sophie)

    assert sophie.disabled_at is None
    assert change(session, other, role=Role.SALES).role == Role.SALES


def test_an_unknown_colleague_is_not_found(session):
    with pytest.raises(NotFound):
        users.find(session, "nobody@tilleul.test")
