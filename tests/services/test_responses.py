"""Answering: one response per invitation, the last answer wins, and all that was true is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hopnps import database
from hopnps.domain.errors import Invalid, Refused
from hopnps.domain.score import category_of
from hopnps.models import (
    Contact,
    Evidence,
    Invitation,
    Response,
    ResponseChange,
    Scale,
    Way,
)
from hopnps.services import responses
from hopnps.services.last_answers import FIELDS
from hopnps.signals import response_recorded
from tests.conftest import NOON

PARIS = ZoneInfo("Europe/Paris")
LATER = NOON + timedelta(hours=2)


@pytest.fixture
def answer(session):
    """A callable: this invitation is answered with this score, and it is committed."""

    def answer(invitation, score, comment="", now=NOON, **evidence):
        response = responses.respond(
            session, invitation, score, comment=comment, now=now, timezone=PARIS, **evidence
        )
        session.commit()
        return response

    return answer


def test_an_answer_keeps_what_was_true_at_that_moment(cast, answer):
    bastille = cast.store("Paris Bastille", "Île-de-France")
    claire = cast.client("claire", store=bastille, owner="Inès")
    invitation = cast.invitation(claire, language="fr")

    response = answer(invitation, 9, "Parfait.")

    assert (response.score, response.category, response.comment) == (9, "promoter", "Parfait.")
    assert (response.survey, response.contact) == (invitation.survey, claire)
    assert (response.store.name, response.region.name) == ("Paris Bastille", "Île-de-France")
    assert (response.agent, response.language) == ("Inès", "fr")
    assert (response.channel, response.scale) == ("mail", Scale.OFFICIAL)
    assert (response.answered_at, response.answered_on) == (NOON, date(2026, 3, 2))


def test_moving_a_contact_or_a_store_rewrites_no_history(session, cast, answer):
    bastille = cast.store("Paris Bastille", "Île-de-France")
    claire = cast.client("claire", store=bastille)
    response = answer(cast.invitation(claire), 9)

    claire.store = cast.store("Annecy", "Alpes")
    bastille.region = claire.store.region
    session.commit()

    assert (response.store.name, response.region.name) == ("Paris Bastille", "Île-de-France")


def test_the_interaction_says_where_and_who_before_the_contact_does(cast, answer):
    claire = cast.client("claire", store=cast.store("Annecy", "Alpes"), owner="Inès")
    ticket = cast.interaction(claire, store=cast.store("Lyon", "Rhône"), agent="Bruno")

    response = answer(cast.invitation(claire, interaction=ticket), 6)

    assert (response.store.name, response.region.name, response.agent) == ("Lyon", "Rhône", "Bruno")


def test_an_interaction_without_a_store_leaves_it_to_the_contact(cast, answer):
    claire = cast.client("claire", store=cast.store("Annecy", "Alpes"), owner="Inès")

    response = answer(cast.invitation(claire, interaction=cast.interaction(claire)), 6)

    assert (response.store.name, response.agent) == ("Annecy", "Inès")


def test_the_local_day_is_the_one_of_the_house(cast, answer):
    late = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)

    response = answer(cast.invitation(cast.client("claire")), 9, now=late)

    assert response.answered_on == date(2026, 4, 1)


def test_a_second_answer_replaces_the_first_and_both_are_kept(session, cast, answer):
    invitation = cast.invitation(cast.client("claire"))

    answer(invitation, 9, "Bien.")
    answer(invitation, 3, "En fait non.", now=LATER)

    response = session.query(Response).one()
    assert (response.score, response.category, response.comment) == (3, "detractor", "En fait non.")
    assert response.answered_at == LATER
    kept = [(one.score, one.comment, one.changed_at) for one in response.changes]
    assert kept == [(9, "Bien.", NOON), (3, "En fait non.", LATER)]
    assert invitation.response is response


def test_silence_wipes_no_comment(cast, answer):
    invitation = cast.invitation(cast.client("claire"))

    answer(invitation, 6, "Trop long.")
    response = answer(invitation, 5, "  \n ", now=LATER)

    assert (response.score, response.comment) == (5, "Trop long.")


def test_a_comment_added_later_leaves_the_moment_of_the_answer(cast, answer):
    invitation = cast.invitation(cast.client("claire"))

    answer(invitation, 6)
    response = answer(invitation, 6, "Trop long.", now=LATER)

    assert (response.comment, response.answered_at) == ("Trop long.", NOON)
    assert [one.comment for one in response.changes] == ["", "Trop long."]


def test_the_same_answer_again_changes_nothing(session, cast, answer):
    invitation = cast.invitation(cast.client("claire"))

    for hour in range(3):
        answer(invitation, 6, "Trop long.", now=NOON + timedelta(hours=hour))

    assert session.query(ResponseChange).count() == 1
    assert session.query(Response).one().answered_at == NOON


def test_who_listens_hears_of_each_change_and_of_nothing_else(cast, answer):
    invitation = cast.invitation(cast.client("claire"))
    heard = []

    def listen(_session, **facts):
        heard.append(facts)

    with response_recorded.connected_to(listen):
        response = answer(invitation, 6)
        answer(invitation, 6)
        answer(invitation, 8)

    assert heard == [{"response_id": response.id, "evidence": "confirmed"}] * 2


def test_an_invitation_takes_answers_until_the_moment_it_expires(cast, answer):
    invitation = cast.invitation(cast.client("claire"), expires_at=LATER)

    answer(invitation, 9, now=LATER - timedelta(seconds=1))

    with pytest.raises(Refused, match="no longer"):
        answer(invitation, 3, now=LATER)


def test_a_mail_without_a_question_takes_no_answer(cast, answer):
    with pytest.raises(Refused, match="no question"):
        answer(cast.invitation(cast.client("claire"), survey_id=None), 9)


@pytest.mark.parametrize("score", [-1, 11, 10**30])
def test_what_is_no_score_is_refused(cast, answer, score):
    with pytest.raises(Invalid):
        answer(cast.invitation(cast.client("claire")), score)


@pytest.mark.parametrize("comment", ["a\0b", "\ud83d", "é" * 5001])
def test_a_comment_that_cannot_be_kept_is_refused_and_nothing_is(session, cast, answer, comment):
    with pytest.raises(Invalid):
        answer(cast.invitation(cast.client("claire")), 9, comment)

    assert session.query(Response).count() == 0


@pytest.mark.parametrize(
    "comment", ["😀" * 5000, "مرحبا", "한국어", "ligne\nligne", "'; DROP TABLE--"]
)
def test_any_script_is_kept_as_it_was_written(session, cast, answer, comment):
    answer(cast.invitation(cast.client("claire")), 9, comment)
    session.expire_all()

    assert session.query(Response).one().comment == comment


def test_line_ends_of_a_browser_count_once(cast, answer):
    response = answer(cast.invitation(cast.client("claire")), 9, "a\r\n" * 2500)

    assert response.comment == ("a\n" * 2500).strip()


def test_answers_given_at_the_same_time_leave_one_response(app, session, cast):
    number = cast.invitation(cast.client("claire")).id
    start = Barrier(6)

    def answer(score):
        with app.app_context():
            database.intend(writing=True)
            ours = app.extensions["hopnps"].session
            start.wait()
            responses.respond(
                ours, ours.get_one(Invitation, number), score, now=NOON, timezone=PARIS
            )
            ours.commit()

    together = [Thread(target=answer, args=(score,)) for score in range(5, 11)]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join()
    session.rollback()

    response = session.query(Response).one()
    assert sorted(change.score for change in response.changes) == [5, 6, 7, 8, 9, 10]
    assert response.changes[-1].score == response.score
    assert session.query(Contact).one().last_score == response.score


def test_two_invitations_answered_at_the_same_time_leave_the_later_on_the_contact(
    app, session, cast
):
    claire = cast.client("claire")
    numbers = [cast.invitation(claire).id for _ in range(6)]
    start = Barrier(6)

    def answer(number, minute):
        with app.app_context():
            database.intend(writing=True)
            ours = app.extensions["hopnps"].session
            start.wait()
            responses.respond(
                ours,
                ours.get_one(Invitation, number),
                minute,
                now=NOON + timedelta(minutes=minute),
                timezone=PARIS,
            )
            ours.commit()

    together = [Thread(target=answer, args=pair) for pair in zip(numbers, range(6), strict=True)]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join()
    session.rollback()

    contact = session.query(Contact).one()
    assert (contact.last_score, contact.last_answered_at) == (5, NOON + timedelta(minutes=5))


def test_the_contact_shows_the_answer_at_once(cast, answer):
    claire = cast.client("claire")

    answer(cast.invitation(claire), 9)

    assert (claire.last_score, claire.last_category, claire.previous_category) == (
        9,
        "promoter",
        "",
    )
    assert (claire.last_answered_at, claire.category_changed_at) == (NOON, None)


def test_the_contact_shows_when_the_category_changed_and_from_which(cast, answer):
    claire = cast.client("claire")

    for month, score in enumerate((9, 4, 2)):
        answer(cast.invitation(claire), score, now=NOON + timedelta(days=30 * month))

    assert (claire.last_score, claire.last_category) == (2, "detractor")
    assert claire.previous_category == "detractor"
    assert claire.category_changed_at == NOON + timedelta(days=30)
    assert claire.last_answered_at == NOON + timedelta(days=60)


def test_a_changed_mind_is_no_answer_before_the_last(cast, answer):
    claire = cast.client("claire")
    invitation = cast.invitation(claire)

    answer(invitation, 9)
    answer(invitation, 2, now=LATER)

    assert (claire.last_category, claire.previous_category) == ("detractor", "")
    assert claire.category_changed_at is None


def test_legacy_scales_and_other_contacts_stay_out(session, cast, answer):
    claire, marc = cast.client("claire"), cast.client("marc")
    answer(cast.invitation(marc), 3)
    response = answer(cast.invitation(claire), 9)
    response.scale, response.category = Scale.LEGACY, ""
    session.commit()

    responses.refresh_contacts(session, [claire.id])

    assert (claire.last_score, claire.last_category, claire.last_answered_at) == (None, "", None)
    assert marc.last_score == 3


def test_all_contacts_can_be_refreshed_and_a_wrong_summary_is_mended(session, cast, answer):
    claire, marc = cast.client("claire"), cast.client("marc")
    answer(cast.invitation(claire), 9)
    claire.last_score = 1
    marc.last_score, marc.last_answered_at = 5, NOON
    session.commit()

    responses.refresh_contacts(session, None)

    assert (claire.last_score, marc.last_score, marc.last_answered_at) == (9, None, None)


answers = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 10)), max_size=7)


@given(answers)
@hypothesis_settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_summary_is_what_reading_the_answers_one_by_one_tells(session, cast, answers):
    claire = session.query(Contact).one_or_none() or cast.client("claire")
    survey = cast.survey()
    for day, score in answers:
        moment = NOON + timedelta(days=day)
        session.add(
            Response(
                survey=survey,
                contact=claire,
                score=score,
                category=category_of(score),
                answered_at=moment,
                answered_on=moment.date(),
            )
        )

    responses.refresh_contacts(session, [claire.id])

    summary = (
        claire.last_score,
        claire.last_category,
        claire.previous_category,
        claire.category_changed_at,
        claire.last_answered_at,
    )
    session.flush()
    assert summary == _read_one_by_one(claire, session)
    session.rollback()


def _read_one_by_one(contact, session):
    """The same summary in plain Python."""
    last_score, last, previous, changed_at, answered_at = None, "", "", None, None
    told = session.query(Response).filter_by(contact_id=contact.id)
    for one in told.order_by(Response.answered_at, Response.id):
        if last and one.category != last:
            changed_at = one.answered_at
        previous, last = last, one.category
        last_score, answered_at = one.score, one.answered_at
    return last_score, last, previous, changed_at, answered_at


def test_a_click_alone_never_wins_over_a_confirmed_vote(session, cast, answer):
    invitation = cast.invitation(cast.client("claire"))

    answer(invitation, 9)
    answer(invitation, 3, evidence=Evidence.CLICK_ONLY, now=LATER)

    assert _as_kept(session) == (9, "confirmed", ["confirmed"])


def test_sending_the_score_of_a_click_confirms_it_and_a_later_click_changes_a_click(
    session, cast, answer
):
    invitation = cast.invitation(cast.client("claire"))

    answer(invitation, 9, evidence=Evidence.CLICK_ONLY, way=Way.CLICK)
    answer(invitation, 8, evidence=Evidence.CLICK_ONLY, way=Way.CLICK, now=LATER)
    assert _as_kept(session) == (8, "click-only", ["click-only"] * 2)

    answer(invitation, 8, way=Way.BUTTON, now=LATER)
    assert _as_kept(session) == (8, "confirmed", ["click-only", "click-only", "confirmed"])


def _as_kept(session):
    response = session.query(Response).one()
    return response.score, response.evidence, [one.evidence for one in response.changes]


def test_another_browser_with_another_score_is_a_conflict_and_the_last_vote_wins(
    session, cast, answer
):
    invitation = cast.invitation(cast.client("claire"))

    answer(invitation, 9, browser="Firefox")
    answer(invitation, 9, "Bien.", browser="Safari")
    answer(invitation, 8, browser="Safari")
    assert session.query(Response).one().conflict_at is None

    answer(invitation, 2, browser="Firefox", now=LATER)

    response = session.query(Response).one()
    assert (response.score, response.conflict_at) == (2, LATER)
    assert [change.conflict for change in response.changes] == [False, False, False, True]


@pytest.mark.parametrize("browser", ["", "robot"])
def test_a_browser_that_we_do_not_know_is_no_conflict(session, cast, answer, browser):
    invitation = cast.invitation(cast.client("claire"))

    answer(invitation, 9, browser="Firefox")
    answer(invitation, 2, browser=browser)

    assert session.query(Response).one().conflict_at is None


def test_an_answer_can_be_changed_for_as_long_as_its_survey_says(session, cast, answer):
    invitation = cast.invitation(cast.client("claire"))
    answer(invitation, 9)
    answer(invitation, 8, now=NOON + timedelta(days=29))

    with pytest.raises(Refused, match="no longer be changed"):
        answer(invitation, 7, now=NOON + timedelta(days=30))
    assert answer(invitation, 8, now=NOON + timedelta(days=30)).score == 8

    invitation.survey.edit_days = 60
    session.commit()
    assert answer(invitation, 7, now=NOON + timedelta(days=30)).score == 7


def test_what_a_first_vote_leaves_on_the_contact_is_what_reading_all_answers_tells(
    session, cast, answer
):
    claire = cast.client("claire")
    for day, score in enumerate((9, 10, 3, 3, 8)):
        answer(cast.invitation(claire), score, now=NOON + timedelta(days=day))
        told = [getattr(claire, name) for name in FIELDS]

        claire.last_score = None
        session.flush()
        responses.refresh_contacts(session, [claire.id])

        assert [getattr(claire, name) for name in FIELDS] == told


def test_a_vote_before_the_contacts_latest_leaves_the_latest(cast, answer):
    claire = cast.client("claire")

    answer(cast.invitation(claire), 9, now=LATER)
    answer(cast.invitation(claire), 2)

    assert (claire.last_score, claire.previous_category) == (9, "detractor")
