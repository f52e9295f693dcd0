"""The demo's company: invented once, the same each time, whole, and nobody real."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from hopnps import create_app, database
from hopnps.demo import company
from hopnps.demo.company import names
from hopnps.domain import evidence, rules
from hopnps.domain.browsers import ROBOT
from hopnps.domain.evidence import Mail, Request
from hopnps.domain.statistics import Tally
from hopnps.models import (
    Base,
    Campaign,
    CampaignSkip,
    Click,
    Contact,
    Delivery,
    Invitation,
    Region,
    Response,
    Segment,
    Store,
    ThankYouPage,
    User,
    Visit,
)
from hopnps.services import rollup_gaps, seeds
from hopnps.services.figures_doubts import doubts
from hopnps.services.figures_slice import Slice

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    """A demo of 300 contacts; the tests only look at it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOPNPS_INSTANCE", str(tmp_path_factory.mktemp("demo")))
        patch.delenv("HOPNPS_DATABASE_URL", raising=False)
        app = create_app()
    with app.app_context():
        house = app.extensions["hopnps"]
        database.upgrade(house.db.engine)
        seeds.sow(house.session, now=NOW)
        company.fill(house.session, now=NOW, timezone=PARIS, contacts=300)
        house.session.commit()
        yield house.session
        house.db.engine.dispose()


def count(stage, model, *conditions) -> int:
    return stage.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions))


def test_the_company_is_whole(stage):
    assert company.is_there(stage)
    assert count(stage, Contact) == 300
    assert (count(stage, Store), count(stage, Region)) == (12, 4)
    assert {role for (role,) in stage.execute(sa.select(User.role))} == {
        "sales",
        "marketer",
        "admin",
    }


def test_its_thank_you_pages_show_one_small_picture_that_any_colour_shines_through(stage):
    picture = stage.scalars(sa.select(ThankYouPage)).first().background_image

    assert count(stage, ThankYouPage, ThankYouPage.background_image_id != picture.id) == 0
    assert picture.content_type == "image/png"
    assert len(picture.data) < 40_000


def test_machines_came_too_and_the_dashboard_says_what_they_did(stage):
    machines = sa.select(Visit).where(Visit.verdict == evidence.Verdict.MACHINE)
    sweeps = stage.scalars(machines.where(Visit.opened == 11)).all()
    single = stage.scalars(machines.where(Visit.opened == 1)).all()

    assert sweeps
    assert single
    for visit in (*sweeps, *single):
        clicks = sa.select(Click).filter_by(invitation_id=visit.invitation_id)
        noted = stage.scalars(clicks.filter_by(user_agent=names.SCANNER)).all()
        judged = evidence.judge(
            [Request(one.clicked_at, score=one.score, browser=ROBOT) for one in noted],
            Mail([visit.began_at - timedelta(seconds=20)], timedelta(minutes=1)),
        )
        assert (judged.verdict, judged.score) == (visit.verdict, visit.score)
        assert ",".join(judged.reasons) == visit.reasons
    assert not rollup_gaps.find(stage)
    shown = doubts(stage, Slice(), Tally(), Tally(), now=NOW)
    assert shown.visits == len(sweeps) + len(single)
    assert shown.left_out.answers > 0


def test_some_only_click_and_their_answers_say_so(stage):
    visits = stage.scalars(
        sa.select(Visit).where(Visit.verdict == evidence.Verdict.CLICK_ONLY)
    ).all()

    assert visits
    for visit in visits:
        clicks = sa.select(Click).filter_by(invitation_id=visit.invitation_id)
        noted = stage.scalars(clicks.where(Click.user_agent != names.SCANNER)).all()
        accepted = stage.scalar(
            sa.select(Delivery.sent_at).filter_by(invitation_id=visit.invitation_id)
        )
        judged = evidence.judge(
            [Request(one.clicked_at, one.kind, one.score) for one in noted],
            Mail([accepted], timedelta(minutes=1)),
        )
        answer = stage.scalars(
            sa.select(Response).filter_by(invitation_id=visit.invitation_id)
        ).one()
        assert (judged.verdict, judged.score) == (visit.verdict, answer.score)
        assert (answer.evidence, answer.comment) == ("click-only", "")
        assert [(one.evidence, one.way) for one in answer.changes] == [("click-only", "click")]


def test_nobody_in_it_can_be_reached_by_mail(stage):
    addresses = stage.scalars(sa.select(Contact.email).where(Contact.email != "")).all()

    assert {address.rpartition("@")[2] for address in addresses} == {"example.org", "example.com"}


def test_nothing_in_it_happened_in_the_future(stage):
    assert stage.scalar(sa.select(sa.func.max(Response.answered_at))) < NOW
    assert stage.scalar(sa.select(sa.func.max(Delivery.sent_at))) <= NOW


def test_nobody_answered_before_they_were_asked(stage):
    early = (
        sa.select(Response)
        .join(Invitation, Invitation.id == Response.invitation_id)
        .join(Delivery, Delivery.invitation_id == Invitation.id)
        .where(Response.answered_at <= Delivery.sent_at)
    )

    assert stage.scalars(early).all() == []


def test_nobody_was_asked_twice_within_two_months(stage):
    asked = stage.execute(
        sa.select(Invitation.address_id, Invitation.created_at).order_by(
            Invitation.address_id, Invitation.created_at
        )
    ).all()
    gaps = [
        later.created_at - earlier.created_at
        for earlier, later in pairwise(asked)
        if earlier.address_id == later.address_id
    ]

    assert min(gaps) > timedelta(days=company.FREQUENCY_DAYS - 1)


def test_who_was_left_out_of_a_campaign_has_a_reason(stage):
    reasons = {reason for (reason,) in stage.execute(sa.select(CampaignSkip.reason))}

    assert {"no_address", "asked_recently"} <= reasons


def test_one_campaign_runs_and_one_waits_to_be_launched(stage):
    waiting = stage.scalars(sa.select(Campaign).where(Campaign.launched_at.is_(None))).all()
    latest = stage.scalar(sa.select(sa.func.max(Campaign.launched_at)))

    assert len(waiting) == 1
    assert NOW - latest < timedelta(days=3)


def test_every_segment_keeps_to_the_grammar(stage):
    for segment in stage.scalars(sa.select(Segment)):
        assert rules.read(segment.rule)


def test_no_two_clients_write_the_same_comment(stage):
    comments = stage.scalars(sa.select(Response.comment).where(Response.comment != "")).all()

    assert len(comments) > 50
    assert len(comments) == len(set(comments))


def test_contacts_know_their_last_answer(stage):
    contact = stage.scalars(sa.select(Contact).where(Contact.last_score.is_not(None))).first()
    last = stage.scalars(
        sa.select(Response)
        .filter_by(contact_id=contact.id)
        .order_by(Response.answered_at.desc())
        .limit(1)
    ).one()

    assert (contact.last_score, contact.last_answered_at) == (last.score, last.answered_at)


def test_it_is_invented_alike_each_time(stage, tmp_path, monkeypatch):
    monkeypatch.setenv("HOPNPS_INSTANCE", str(tmp_path))
    app = create_app()
    with app.app_context():
        house = app.extensions["hopnps"]
        database.upgrade(house.db.engine)
        seeds.sow(house.session, now=NOW)
        company.fill(house.session, now=NOW, timezone=PARIS, contacts=300)
        again = {table: count(house.session, table) for table in _tables()}
        house.session.rollback()
        house.db.engine.dispose()

    assert again == {table: count(stage, table) for table in _tables()}


def _tables():
    return [mapper.class_ for mapper in Base.registry.mappers]
