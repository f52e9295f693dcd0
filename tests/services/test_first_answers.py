"""A first answer is written by one statement, which does what the usual ones do."""

from __future__ import annotations

from datetime import UTC, timedelta
from functools import partial
from threading import Thread
from time import sleep

import pytest
import sqlalchemy as sa

from hopnps import database
from hopnps.domain.vote import Vote
from hopnps.models import (
    Contact,
    Invitation,
    MonthRollup,
    Response,
    ResponseChange,
    Rollup,
    Setting,
    Visit,
)
from hopnps.services import first_answers, kept, rollup_gaps, turns, votes
from tests.conftest import NOON

DAY = timedelta(days=1)
TABLES = (ResponseChange, Response, Contact, Rollup, MonthRollup)
NEVER = {
    "last_score": None,
    "last_category": "",
    "previous_category": "",
    "category_changed_at": None,
    "last_answered_at": None,
}


@pytest.fixture
def asked(session, cast):
    """Two clients, one of a store, with two invitations each."""
    found = []
    for name, place in (("claire", cast.store()), ("tom", None)):
        client = cast.client(name, store=place, owner="Inès Kerbrat")
        found += [cast.invitation(client, expires_at=NOON + 90 * DAY).id for _ in range(2)]
    session.commit()
    return found


def test_one_statement_writes_what_the_usual_ones_write(app, session, asked, monkeypatch):
    write, written = first_answers.write, []
    first_answers.learn_zone(None)

    def watched(*args, **said):
        written.append(write(*args, **said))
        return written[-1]

    monkeypatch.setattr(first_answers, "write", watched)
    at_once = _rows(app, session, asked)
    assert written == [True] * 4

    for table in TABLES:
        if table is not Contact:
            session.execute(sa.delete(table))
    session.execute(sa.update(Contact).values(NEVER))
    session.commit()
    monkeypatch.setattr(first_answers, "write", lambda *_args, **_said: False)
    assert _rows(app, session, asked) == at_once


def test_votes_look_for_rows_by_their_keys_even_where_the_first_came_to_an_empty_house(
    app, session, cast
):
    engine = app.extensions["hopnps"].db.engine
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite knows no other way to a row by its key")
    claire = cast.client("claire")
    numbers = [cast.invitation(claire, expires_at=NOON + DAY).id for _ in range(8)]
    session.commit()
    kept.of(engine).close()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE nps_response, nps_response_change")
    before = _whole_reads(engine)

    for number in numbers:
        votes.cast(engine, number, Vote(9, "", way="button"), now=NOON, timezone=None)

    # what other connections have read before may be counted late
    assert _whole_reads(engine) - before < len(numbers)


def test_its_day_is_that_of_the_zone_chosen_on_the_screen_from_the_first_vote_on(
    app, session, asked
):
    engine = app.extensions["hopnps"].db.engine
    first_answers.learn_zone(None)
    late = NOON.replace(hour=23, minute=30)
    vote = partial(votes.cast, engine, vote=Vote(9, "", way="button"), timezone=None)

    vote(asked[0], now=late)
    zone = {"value": "America/Martinique"}
    session.add(Setting(key="HOPNPS_TIMEZONE", value=zone, changed_at=NOON))
    session.commit()
    for number, minutes in ((asked[2], 1), (asked[1], 2)):
        vote(number, now=late + timedelta(minutes=minutes))

    days = session.scalars(sa.select(Response.answered_on).order_by(Response.answered_at)).all()
    assert [day.day for day in days] == [3, 2, 2]
    assert not rollup_gaps.find(session)


def test_what_is_no_first_answer_is_left_to_the_usual_way(app, session, asked):
    engine = app.extensions["hopnps"].db.engine
    first_answers.learn_zone(None)

    def write(number, now):
        return turns.write(
            engine,
            lambda line: first_answers.write(line, number, Vote(7), now=now, timezone=UTC),
        )

    invitation = session.get(Invitation, asked[0])
    invitation.expires_at = NOON
    session.commit()
    assert not write(asked[0], NOON)  # its time is over
    assert write(asked[1], NOON)
    assert not write(asked[1], NOON + DAY)  # it has an answer
    assert not write(987654, NOON)
    session.expire_all()
    invitation.expires_at = NOON + DAY
    session.commit()
    assert not write(asked[0], NOON - DAY)  # the client has answered later
    assert session.scalar(sa.select(sa.func.count(Response.id))) == 1


def test_a_client_moved_to_another_store_meanwhile_answers_for_the_new_one(app, session, cast):
    engine = app.extensions["hopnps"].db.engine
    old, new = cast.store("Lyon", "Est"), cast.store("Lille", "Nord")
    claire = cast.client("claire", store=old)
    number, client = cast.invitation(claire, expires_at=NOON + DAY).id, claire.id
    places = new.id, new.region_id
    session.commit()
    cast_vote = partial(
        votes.cast, engine, number, Vote(9, "", way="button"), now=NOON, timezone=UTC
    )

    database.intend(writing=True)
    moved = sa.update(Contact).where(Contact.id == client).values(store_id=places[0])
    session.execute(moved)
    voter = Thread(target=cast_vote)
    voter.start()
    sleep(0.3)  # the voter waits for the client's row, or for the file
    session.commit()
    voter.join()

    answer = session.query(Response).one()
    assert (answer.store_id, answer.region_id) == places
    assert not rollup_gaps.find(session)


def test_a_visit_that_is_about_to_be_judged_is_left_to_the_usual_way(app, session, asked):
    engine = app.extensions["hopnps"].db.engine
    visit = dict.fromkeys(("began_at", "ended_at"), NOON) | {"judge_at": NOON + DAY}
    session.add(Visit(invitation_id=asked[0], requests=1, **visit))
    session.commit()

    def write(now):
        vote = Vote(7)
        return turns.write(
            engine, lambda line: first_answers.write(line, asked[0], vote, now=now, timezone=UTC)
        )

    assert not write(NOON + DAY)
    assert write(NOON)


def _whole_reads(engine):
    """How often whole tables of answers and their story were read, as PostgreSQL counts."""
    turns.read(engine, lambda line: line._connection.execute("SELECT pg_stat_force_next_flush()"))
    names = [f"'{table.__tablename__}'" for table in (Response, ResponseChange)]
    with engine.connect() as connection:
        return connection.exec_driver_sql(
            f"SELECT sum(seq_scan) FROM pg_stat_user_tables WHERE schemaname = 'public' AND relname IN ({', '.join(names)})"
        ).scalar()


def _rows(app, session, asked):
    """All rows, but for their own numbers, once both have voted twice, and once by a click alone."""
    engine = app.extensions["hopnps"].db.engine
    given = zip(asked, (9, 6, 0, 8), (*["confirmed"] * 2, "click-only", "confirmed"), strict=True)
    for turn, (number, score, evidence) in enumerate(given):
        vote = Vote(score, f"Très bien {score} 👍", evidence, "button", "Firefox")
        record = partial(votes.record, invitation_id=number, vote=vote, timezone=None)
        turns.write(engine, partial(record, now=NOON + turn * 20 * DAY))
    session.rollback()
    assert not rollup_gaps.find(session)
    return [_columns(session, table.__table__) for table in TABLES]


def _columns(session, table):
    columns = [one for one in table.c if one.name not in ("id", "response_id")]
    return sorted(map(repr, session.execute(sa.select(*columns))))
