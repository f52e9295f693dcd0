"""Rollups: what was counted as answers came, changed and went is what a count of all answers finds."""

from datetime import UTC, date
from threading import Thread

import pytest
import sqlalchemy as sa

from hopnps.models import Response, Rollup
from hopnps.services import responses, rollup_gaps, rollups
from hopnps.services.rollups import Counted
from tests.conftest import NOON
from tests.services.answers import answer, relation, swept

SUNDAY, MONDAY = date(2026, 3, 1), date(2026, 3, 2)


@pytest.fixture
def rows(session):
    """{(day, store, column): number} of all that is not zero."""

    def counted():
        return {
            (row.day, row.store_id, name): row._mapping[name]
            for row in session.execute(sa.select(Rollup.__table__))
            for name in rollups.ALL
            if row._mapping[name]
        }

    return counted


def test_a_vote_is_counted_once_and_moves_with_a_change_of_mind(session, rows):
    first = Counted(survey_id=1, store_id=None, day=SUNDAY, score=3, click_only=True)
    second = Counted(survey_id=1, store_id=None, day=MONDAY, score=9)

    rollups.note(session, None, first)
    assert rows() == {(SUNDAY, 0, "s3"): 1, (SUNDAY, 0, "c0to6"): 1}

    rollups.note(session, first, second)
    assert rows() == {(MONDAY, 0, "s9"): 1}

    rollups.note(session, second, second)
    assert rows() == {(MONDAY, 0, "s9"): 1}

    rollups.note(session, second, None)
    assert rows() == {}


def test_several_votes_of_one_day_are_one_change_of_its_row(session, rows):
    votes = [Counted(survey_id=1, store_id=2, day=SUNDAY, score=score) for score in (9, 9, 10)]

    rollups.note_all(session, [(None, vote) for vote in votes])
    rollups.note_all(session, [(votes[0], votes[2]), (votes[1], None)])

    assert rows() == {(SUNDAY, 2, "s10"): 2}


def test_sets_of_answers_come_and_go_as_they_stand(session, cast, rows):
    store = cast.store()
    for score in (0, 9, 9):
        answer(session, None, score, store=store, region=store.region, counted=False)
    answer(session, None, 9, scale="1-10", counted=False)
    nines = Response.score == 9

    rollups.put_in(session, nines)
    assert rows() == {(MONDAY, store.id, "s9"): 2, (MONDAY, 0, "s9"): 1}
    assert [(gap.table, gap.answers["s0"]) for gap in rollup_gaps.find(session)] == [
        ("nps_rollup", 1),
        ("nps_rollup_month", 1),
    ]

    rollups.put_in(session, ~nines)
    assert rollup_gaps.find(session) == []

    rollups.take_out(session, nines)
    session.execute(sa.delete(Response).where(nines))
    assert rows() == {(MONDAY, store.id, "s0"): 1}
    assert rollup_gaps.find(session) == []


def test_a_wrong_count_is_found_and_mended(session):
    answer(session, None, 10)
    rollups.note(session, None, Counted(relation(session).id, 7, SUNDAY, 4))

    gap, month = rollup_gaps.find(session)
    assert (month.table, month.key["day"]) == ("nps_rollup_month", SUNDAY)
    assert (gap.key["store_id"], gap.counted["s4"], gap.answers["s4"]) == (7, 1, 0)

    rollups.rebuild(session)
    assert rollup_gaps.find(session) == []


def test_what_becomes_of_answers_in_several_steps_is_counted_at_the_end(session, rows):
    for score in (1, 2, 3):
        answer(session, None, score)
    one, two, _three = session.scalars(sa.select(Response).order_by(Response.score))

    with rollups.following(session, [one.id, two.id]) as ids:
        session.execute(sa.update(Response).where(Response.id == one.id).values(score=9))
        session.delete(two)
        answer(session, None, 5, counted=False)
        ids.add(session.scalar(sa.select(Response.id).where(Response.score == 5)))

    assert rows() == {(MONDAY, 0, "s9"): 1, (MONDAY, 0, "s3"): 1, (MONDAY, 0, "s5"): 1}
    assert rollup_gaps.find(session) == []


def test_an_answer_to_a_mail_is_counted_as_it_is_given(session, cast, rows):
    mail = cast.invitation(cast.client("claire"))
    for score, comment in ((3, ""), (3, "Déçue"), (9, "")):
        responses.respond(session, mail, score, comment=comment, now=NOON, timezone=UTC)
        assert rows() == {(MONDAY, 0, f"s{score}"): 1}

    assert rollup_gaps.find(session) == []


def test_the_first_answer_of_a_mail_takes_out_what_a_machine_could_have_voted(session, cast, rows):
    mail = cast.invitation(cast.client("claire", store=(store := cast.store())))
    session.add_all([swept(mail, 0, opened=2), swept(mail, 9), swept(mail, opened=11)])
    rollups.put_in_visits(session)
    came = {(MONDAY, store.id, "visits"): 3, (MONDAY, store.id, "clicks"): 14}
    here = (MONDAY, store.id)
    assert rows() == came | {(*here, "m0to6"): 1, (*here, "m9to10"): 1}

    for score in (3, 10):
        responses.respond(session, mail, score, now=NOON, timezone=UTC)
        assert rows() == came | {(*here, f"s{score}"): 1}
        assert rollup_gaps.find(session) == []


def test_machines_that_were_counted_wrongly_are_found_and_counted_afresh(session, cast):
    session.add(swept(cast.invitation(cast.client("claire")), 7, opened=5))
    session.flush()

    gap, _month = rollup_gaps.find(session)
    assert {name: number for name, number in gap.answers.items() if number} == {
        "visits": 1,
        "clicks": 5,
        "m7": 1,
    }

    rollups.rebuild(session)
    assert rollup_gaps.find(session) == []


def test_votes_that_cross_each_other_neither_stop_nor_lose_one(app, session):
    """Two people move from one day to the other, each in the other direction, fifty times at once."""
    there, here = (Counted(1, 5, day, 9) for day in (SUNDAY, MONDAY))
    rollups.note_all(session, [(None, there), (None, here)] * 50)
    session.commit()
    faults = []

    def wander(before, after):
        with app.app_context():
            mine = app.extensions["hopnps"].session
            try:
                for _ in range(50):
                    rollups.note(mine, before, after)
                    mine.commit()
            except Exception as fault:
                faults.append(fault)

    together = [Thread(target=wander, args=pair) for pair in ((there, here), (here, there)) * 2]
    for one in together:
        one.start()
    for one in together:
        one.join()

    assert faults == []
    found = session.execute(sa.select(Rollup.__table__.c.s9).order_by(Rollup.__table__.c.day))
    assert found.scalars().all() == [50, 50]
