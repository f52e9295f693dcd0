"""What came back: whose it is, what it does to the address, and what nobody can make us believe."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hopnps.domain import verp
from hopnps.domain.bounce_class import BounceClass
from hopnps.domain.bounce_report import Verdict
from hopnps.models import Address, Bounce, Delivery, DeliveryState, NoticeKind
from hopnps.services import bounces, campaign_people, histories, notices
from hopnps.services.bounces import Fate
from hopnps.services.campaign_people import Group
from tests.conftest import NOON
from tests.sending import CADENCE

KEYS = ("a-test-key",)
HARD = Verdict(BounceClass.HARD, "claire.delmas@example.org", "5.1.1", "550 5.1.1 unknown")
SOFT = replace(HARD, kind=BounceClass.SOFT, status="5.2.2", reason="552 5.2.2 full")
POLICY = replace(HARD, kind=BounceClass.POLICY, status="5.7.1", reason="550 5.7.1 spam")
COMPLAINT = replace(HARD, kind=BounceClass.COMPLAINT, status="", reason="abuse")


@pytest.fixture
def mail(session, cast):
    """A callable: a mail that left for Claire some days after noon."""
    claire = cast.client("claire")

    def left(days=0, state=DeliveryState.SENT):
        at = NOON + timedelta(days=days)
        delivery = Delivery(invitation=cast.invitation(claire), due_at=at, data_at=at, state=state)
        if state == DeliveryState.SENT:
            delivery.sent_at = at
        session.add(delivery)
        session.flush()
        delivery.message_id = f"<{delivery.invitation_id}.1.20260302120000@avis.example.org>"
        session.commit()
        return delivery

    return left


@pytest.fixture
def came_back(session):
    """A callable: a bounce of this mail arrives at its signed address."""

    def arrive(delivery, verdict, now=NOON):
        signed = verp.return_path("bounces@example.org", delivery.id, KEYS)
        verdict = replace(verdict, return_paths=(f"for <{signed}>; Mon, 2 Mar 2026",))
        fate = bounces.record(session, verdict, keys=KEYS, now=now)
        session.commit()
        return fate

    return arrive


def address_of(session):
    session.expire_all()
    return session.scalars(sa.select(Address)).one()


def kept(session):
    return [
        (one.kind, one.status) for one in session.scalars(sa.select(Bounce).order_by(Bounce.id))
    ]


def test_a_hard_bounce_is_kept_and_nothing_more_is_written_to_that_address(
    session, mail, came_back
):
    assert came_back(mail(), HARD) is Fate.RECORDED

    address = address_of(session)
    assert kept(session) == [("hard", "5.1.1")]
    assert (address.bounced_at, address.bounce_reason) == (NOON, "550 5.1.1 unknown")


@pytest.mark.parametrize("verdict", [HARD, SOFT, COMPLAINT], ids=lambda one: one.kind.value)
def test_what_is_answered_to_a_mail_in_doubt_proves_that_it_had_left(
    session, mail, came_back, verdict
):
    delivery = mail(state=DeliveryState.UNCERTAIN)

    assert came_back(delivery, verdict) is Fate.RECORDED

    session.expire_all()
    assert (delivery.state, delivery.sent_at) == ("sent", NOON)
    assert delivery.reason == verdict.reason
    assert kept(session) == [(verdict.kind.value, verdict.status)]


def test_an_answer_that_is_no_bounce_settles_it_too_and_is_kept_nowhere(session, mail, came_back):
    delivery = mail(state=DeliveryState.UNCERTAIN)

    assert came_back(delivery, Verdict(BounceClass.NONE, "", "", "")) is Fate.NO_BOUNCE

    session.expire_all()
    assert delivery.state == "sent"
    assert kept(session) == []
    assert address_of(session).bounced_at is None


def test_a_forged_report_settles_nothing(session, mail):
    delivery = mail(state=DeliveryState.UNCERTAIN)
    strange = replace(HARD, return_paths=(f"bounces+{delivery.id}=0123456789abcdef@example.org",))

    assert bounces.record(session, strange, keys=KEYS, now=NOON) is Fate.UNKNOWN

    assert delivery.state == "uncertain"


def test_a_complaint_unsubscribes(session, mail, came_back):
    came_back(mail(), COMPLAINT)

    address = address_of(session)
    assert address.unsubscribed_at == NOON
    assert address.bounced_at is None


def test_a_refusal_by_policy_is_kept_and_changes_nothing(session, mail, came_back):
    for days in (0, 10, 20, 30):
        came_back(mail(days), POLICY)

    assert address_of(session).bounced_at is None
    assert kept(session) == [("policy", "5.7.1")] * 4


def test_the_same_bounce_twice_counts_once(session, mail, came_back):
    delivery = mail()

    assert came_back(delivery, HARD) is Fate.RECORDED
    assert came_back(delivery, HARD, now=NOON + timedelta(hours=1)) is Fate.REPEATED

    assert kept(session) == [("hard", "5.1.1")]


def test_a_bounce_that_comes_before_sent_is_recorded_is_kept(session, mail, came_back):
    delivery = mail(state=DeliveryState.SENDING)

    assert came_back(delivery, HARD) is Fate.RECORDED

    assert address_of(session).bounced_at == NOON
    assert delivery.state == DeliveryState.SENDING


def test_what_is_no_bounce_leaves_no_trace(session, mail, came_back):
    assert came_back(mail(), Verdict()) is Fate.NO_BOUNCE
    assert kept(session) == []


def test_our_message_id_and_the_right_address_are_enough(session, mail):
    verdict = replace(HARD, message_ids=("<elsewhere@x.test>", mail().message_id))

    assert bounces.record(session, verdict, keys=KEYS, now=NOON) is Fate.RECORDED


@pytest.mark.parametrize(
    "forged",
    [
        {"address": "marc.oberlin@example.org"},
        {"address": ""},
        {"message_ids": ("<1.1.20250101000000@avis.example.org>",)},
        {"message_ids": ("<999999.1.20260302120000@avis.example.org>",)},
        {"message_ids": ()},
        {"message_ids": (), "return_paths": ("bounces+1-aaaaaaaaaaaaaaaaaaaa@example.org",)},
        {"message_ids": (), "return_paths": (verp.return_path("b@example.org", 1, ("theirs",)),)},
        {"message_ids": (), "return_paths": (verp.return_path("b@example.org", 10**9, KEYS),)},
    ],
)
def test_a_forged_bounce_is_ignored(session, mail, forged):
    verdict = replace(HARD, message_ids=(mail().message_id,))

    fate = bounces.record(session, replace(verdict, **forged), keys=KEYS, now=NOON)

    assert fate is Fate.UNKNOWN
    assert kept(session) == []
    assert address_of(session).bounced_at is None


def test_three_soft_bounces_in_a_row_over_a_week_are_enough(session, mail, came_back):
    for days in (0, 3):
        came_back(mail(days), SOFT)
    assert address_of(session).bounced_at is None

    came_back(mail(7), SOFT, now=NOON + timedelta(days=8))

    assert address_of(session).bounced_at == NOON + timedelta(days=8)


def test_three_soft_bounces_within_a_week_are_not(session, mail, came_back):
    for days in (0, 2, 5):
        came_back(mail(days), SOFT)

    assert address_of(session).bounced_at is None


def test_a_mail_that_arrived_in_between_breaks_the_row(session, mail, came_back):
    for days in (0, 3):
        came_back(mail(days), SOFT)
    mail(5)
    came_back(mail(8), SOFT)

    assert address_of(session).bounced_at is None


def test_a_refusal_by_policy_in_between_does_not(session, mail, came_back):
    for days, verdict in ((0, SOFT), (3, POLICY), (5, SOFT), (8, SOFT)):
        came_back(mail(days), verdict)

    assert address_of(session).bounced_at == NOON


def test_soft_bounces_may_be_told_in_any_order(session, mail, came_back):
    mails = [mail(days) for days in (0, 4, 9)]
    for delivery in (mails[0], mails[2], mails[1]):
        came_back(delivery, SOFT)

    assert address_of(session).bounced_at == NOON


def test_the_soft_bounces_of_one_mail_count_as_one(session, mail, came_back):
    delivery = mail()
    for status in ("4.4.1", "4.4.7", "5.2.2"):
        came_back(delivery, replace(SOFT, status=status), now=NOON + timedelta(days=9))

    assert address_of(session).bounced_at is None


def test_a_mail_to_a_colleague_that_comes_back_suppresses_nobody(session, came_back):
    notice = notices.send(
        session,
        NoticeKind.WELCOME,
        email="ines.kerbrat@tilleul.test",
        language="fr",
        facts={},
        now=NOON,
    )

    assert came_back(notice.delivery, HARD) is Fate.RECORDED
    assert session.scalars(sa.select(Address)).all() == []


def test_a_clients_page_tells_each_mail_that_came_back_once(session, mail, came_back):
    first, last = mail(), mail(1)
    came_back(first, SOFT, now=NOON + timedelta(hours=1))
    came_back(last, HARD, now=NOON + timedelta(days=1, hours=1))
    contact = first.invitation.contact
    session.expire_all()

    told = histories.of(session, contact, view="mails").events

    assert [event.kind for event in told] == ["return", "mail", "return", "mail"]
    assert [event.row.kind for event in told[::2]] == ["hard", "soft"]


def test_another_client_at_the_same_address_is_told_that_it_does_not_work(
    session, cast, mail, came_back
):
    marc = cast.client("marc", email="claire.delmas@example.org")
    came_back(mail(), HARD)

    assert [event.kind for event in histories.of(session, marc).events] == ["bounce"]


def test_a_campaign_counts_and_lists_who_sent_it_back(session, desk, cast, came_back):
    claire, _marc = cast.client("claire"), cast.client("marc")
    campaign = desk.campaign()
    desk.launch(campaign)
    desk.work()
    mails = {one.invitation.contact_id: one for one in desk.deliveries()}

    came_back(mails[claire.id], POLICY)

    assert bounces.returned(session, campaign) == 1
    listed = campaign_people.page(
        session, Group(campaign, campaign_people.RETURNED), cadence=CADENCE, now=NOON, limit=10
    )
    assert [(one.contact, one.mail.bounces[0].kind) for one in listed] == [(claire, "policy")]
