"""What happened with a contact, latest first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hopnps.domain.cadence import Cadence
from hopnps.domain.scope import only
from hopnps.models import Click, Interaction, Response, Survey
from hopnps.services import addresses, histories, one_shots
from tests.conftest import NOON
from tests.sending import PARIS


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
        opened = {"score": score, "clicked_at": NOON - timedelta(hours=2)}
        session.add(Click(invitation_id=asked.id, **opened))
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


def test_two_thousand_events_are_read_page_by_page_without_a_gap(session, cast):
    claire = cast.client("claire")
    session.add_all(
        Interaction(
            contact=claire,
            kind="order",
            reference=f"C-{number}",
            occurred_at=NOON - timedelta(hours=number),
            created_at=NOON,
        )
        for number in range(2000)
    )
    session.flush()

    pages = [histories.of(session, claire, page=page) for page in (1, 2, 50, 51)]

    assert [len(page.events) for page in pages] == [histories.PER_PAGE] * 3 + [0]
    assert [page.has_more for page in pages] == [True, True, False, False]
    read = [event.row.reference for page in pages for event in page.events]
    assert read == [f"C-{number}" for number in (*range(80), *range(1960, 2000))]


def test_events_of_one_local_day_stand_together(session, cast):
    claire = cast.client("claire")
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)  # already Monday in Paris
    for reference, at in (("C-1", late), ("C-2", NOON), ("C-3", NOON - timedelta(days=9))):
        cast.interaction(claire, reference, occurred_at=at)

    days = histories.of(session, claire).days(PARIS)

    assert [(day.isoformat(), len(events)) for day, events in days] == [
        ("2026-03-02", 2),
        ("2026-02-21", 1),
    ]


def test_refusals_bounces_and_campaigns_that_left_them_out_are_told(session, cast, desk):
    claire = cast.client("claire")
    address = addresses.ensure(session, claire.address)
    address.unsubscribed_at = NOON - timedelta(days=1)
    address.bounced_at = NOON - timedelta(days=2)
    session.commit()
    desk.launch()

    told = histories.of(session, claire, view="mails").events

    assert [event.kind for event in told] == ["skip", "unsubscription", "bounce"]
    skip, campaign = told[0].row
    assert (skip.reason, campaign.name) == ("unsubscribed", "Printemps")


@pytest.mark.parametrize(
    ("view", "kinds"),
    [
        ("answers", ["answer"]),
        ("visits", ["interaction"]),
        ("clicks", []),
        ("odd", ["answer", "interaction"]),
    ],
)
def test_a_history_is_filtered_by_kind(session, cast, view, kinds):
    claire = cast.client("claire")
    cast.interaction(claire, occurred_at=NOON - timedelta(days=2))
    answer(session, cast, claire)

    told = histories.of(session, claire, view=view).events

    assert [event.kind for event in told] == kinds


def test_what_belongs_to_another_store_stays_there(session, cast):
    lille, lyon = cast.store("Lille", "Nord"), cast.store("Lyon", "Rhône")
    claire = cast.client("claire", store=lille)
    cast.interaction(claire, "R-1", store=lille)
    cast.interaction(claire, "R-2", store=lyon)
    answer(session, cast, claire, store=lyon)

    told = histories.of(session, claire, scope=only(stores=(lille.id,))).events

    assert [event.row.reference for event in told] == ["R-1"]
    assert histories.last_answers(session, claire, scope=only(stores=(lille.id,))) == []


def answer(session, cast, contact, **values):
    response = Response(
        survey=cast.survey(),
        contact=contact,
        score=3,
        category="detractor",
        answered_at=NOON,
        answered_on=NOON.date(),
        **values,
    )
    session.add(response)
    session.commit()
    return response
