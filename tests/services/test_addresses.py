"""What is known of an address, whoever bears it."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest

from hopnps import database
from hopnps.models import Address, SkipReason
from hopnps.services import addresses
from tests.conftest import NOON
from tests.sending import CADENCE, PARIS


@pytest.fixture
def judge(session, desk):
    """A callable: the verdict on a contact, with the usual survey."""

    def judge(contact, survey=True, now=NOON):
        return addresses.verdict(
            session,
            contact,
            desk.survey() if survey else None,
            now=now,
            frequency_days=60,
            timezone=PARIS,
        )

    return judge


def test_an_address_is_known_once(session):
    first = addresses.ensure(session, "claire@example.org")
    second = addresses.ensure(session, "claire@example.org")

    assert first is second


def test_somebody_new_may_be_asked(judge, cast, session):
    assert judge(cast.client("claire")).may_be_asked
    assert session.query(Address).count() == 0


def test_without_an_address_nobody_is_asked(judge, cast):
    assert judge(cast.client("claire", email="", address="")).reason is SkipReason.NO_ADDRESS


def test_asked_twelve_days_ago_is_too_lately_for_a_survey_not_for_a_word(judge, cast, session):
    claire = cast.client("claire")
    asked = NOON - timedelta(days=12)
    session.add(Address(email=claire.address, last_asked_at=asked))

    verdict = judge(claire)

    assert verdict.reason is SkipReason.ASKED_RECENTLY
    assert verdict.askable_on == date(2026, 4, 19)
    assert verdict.asked_at == asked
    assert judge(claire, survey=False).may_be_asked


@pytest.mark.parametrize(
    ("column", "reason"),
    [("unsubscribed_at", SkipReason.UNSUBSCRIBED), ("bounced_at", SkipReason.BOUNCED)],
)
def test_a_refusal_holds_for_surveys_and_words_and_all_who_share_the_address(
    judge, cast, session, column, reason
):
    claire = cast.client("claire")
    twin = cast.client("marc", email=claire.email, address=claire.address)
    session.add(Address(email=claire.address, **{column: NOON}))

    assert judge(claire).reason is judge(twin).reason is reason
    assert judge(claire, survey=False).reason is reason


def test_the_first_bounce_is_kept(session):
    address = addresses.ensure(session, "claire@example.org")
    addresses.suppress(session, address.id, "550 no such user", now=NOON)
    addresses.suppress(session, address.id, "550 later", now=NOON + timedelta(days=1))
    session.refresh(address)

    assert (address.bounced_at, address.bounce_reason) == (NOON, "550 no such user")


def test_of_two_colleagues_at_once_one_may_ask(app, session):
    address = addresses.ensure(session, "claire@example.org")
    session.commit()
    address_id, start, got = address.id, Barrier(2), []
    session.rollback()

    def ask():
        database.intend(writing=True)
        with app.app_context():
            mine = app.extensions["hopnps"].session
            start.wait()
            got.append(addresses.reserve(mine, mine.get(Address, address_id), CADENCE, now=NOON))
            mine.commit()

    colleagues = [Thread(target=ask) for _ in range(2)]
    for one in colleagues:
        one.start()
    for one in colleagues:
        one.join()

    assert sorted(got) == [False, True]
