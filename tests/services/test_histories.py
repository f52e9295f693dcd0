"""What happened with a contact, latest first."""

from __future__ import annotations

from datetime import timedelta

from hopnps.domain.cadence import Cadence
from hopnps.models import Response, Survey
from hopnps.services import clicks, histories, one_shots
from tests.conftest import NOON


def test_orders_mails_clicks_and_answers_stand_in_one_line(session, cast):
    claire, marc = cast.client("claire"), cast.client("marc")
    order = cast.interaction(claire, occurred_at=NOON - timedelta(days=2))
    cast.interaction(marc, "C-1")
    survey = session.query(Survey).filter_by(slug="ticket").one()
    asked = one_shots.send(
        session,
        contact=claire,
        survey=survey,
        interaction=order,
        nonce="n",
        cadence=Cadence(60),
        expiry_days=90,
        now=NOON - timedelta(days=1),
    )
    for score in (3, 4):
        clicks.note(session, asked, score, now=NOON - timedelta(hours=2))
    session.add(
        Response(
            survey=survey,
            invitation=asked,
            contact=claire,
            score=3,
            answered_at=NOON,
            answered_on=NOON.date(),
        )
    )
    session.flush()

    history = histories.of(session, claire)

    assert [event.kind for event in history.events] == ["answer", "click", "mail", "interaction"]
    assert history.events[1].count == 2
    assert history.events[1].at == NOON - timedelta(hours=2)
    assert not history.has_more


def test_a_long_history_is_cut_and_says_so(session, cast):
    claire = cast.client("claire")
    for number in range(histories.MOST + 1):
        cast.interaction(claire, f"C-{number}", occurred_at=NOON - timedelta(hours=number))

    history = histories.of(session, claire)

    assert len(history.events) == histories.MOST
    assert history.has_more
    assert history.events[0].row.reference == "C-0"
