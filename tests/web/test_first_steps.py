"""An empty house says what leads to a first NPS, one step after the other."""

from __future__ import annotations

import re

import pytest

from hopnps.models import Delivery, DeliveryState, Notice, NoticeKind
from tests.conftest import NOON
from tests.web.visitor import Visitor


@pytest.fixture
def camille(app, cast):
    return Visitor(app, cast.colleague("camille"))


def states(page: str) -> list[str]:
    return re.findall(r'<li class="(done|now|later)">', page)


def test_a_new_house_greets_and_begins_with_the_mail(camille):
    page = camille.get("/dashboard").text

    assert "<h1>Bienvenue, Camille</h1>" in page
    assert "Votre premier NPS est à 4 pas d’ici." in page
    assert states(page) == ["now", "later", "later", "later"]
    assert 'href="/admin/template/edit/?id=1"' in page


def test_what_is_done_is_told_and_the_next_step_is_marked(camille, cast, session):
    cast.client("claire")
    page = camille.get("/dashboard").text
    assert states(page) == ["now", "done", "later", "later"]
    assert "1 pas fait sur 4" in page

    notice = Notice(
        kind=NoticeKind.TEST, email="camille@tilleul.test", language="fr", created_at=NOON
    )
    session.add(Delivery(notice=notice, state=DeliveryState.SENT, due_at=NOON, sent_at=NOON))
    session.commit()
    page = camille.get("/dashboard").text
    assert states(page) == ["done", "done", "now", "later"]
    assert "2 pas faits sur 4" in page
    assert "Votre premier NPS est à 2 pas d’ici." in page
