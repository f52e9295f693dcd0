"""Answers that an administrator takes out of the figures, and puts back."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from hopnps.domain.errors import Invalid
from hopnps.models import Response
from hopnps.services import exclusions, figures, responses, rollup_gaps
from hopnps.services.figures_slice import Slice
from tests.conftest import NOON
from tests.services.answers import answer

LATER = NOON + timedelta(hours=1)
SOPHIE = {"why": "Un collègue a répondu.", "by": "Sophie Marchal", "now": LATER}


@pytest.fixture
def claire(session, cast):
    """She gave 9 a month ago and 2 today."""
    claire = cast.client("claire", store=cast.store())
    answer(session, claire, 9, days=30)
    answer(session, claire, 2)
    responses.refresh_contacts(session, [claire.id])
    session.commit()
    return claire


def tally(session):
    return figures.tally(session, Slice(), now=LATER, timezone=UTC)


def test_an_excluded_answer_counts_nowhere_and_stays_to_be_read(session, claire):
    bad = session.query(Response).filter_by(score=2).one()

    exclusions.exclude(session, bad, **SOPHIE)
    session.commit()

    assert (tally(session).promoters, tally(session).detractors) == (1, 0)
    assert (claire.last_score, claire.last_category) == (9, "promoter")
    assert (bad.excluded_at, bad.excluded_by) == (LATER, "Sophie Marchal")
    assert rollup_gaps.find(session) == []


def test_it_can_be_included_again_and_both_words_are_kept(session, claire):
    bad = session.query(Response).filter_by(score=2).one()
    exclusions.exclude(session, bad, **SOPHIE)
    exclusions.include(session, bad, **SOPHIE | {"why": "C’était bien elle."})
    session.commit()

    assert (tally(session).detractors, claire.last_score) == (1, 2)
    assert (bad.excluded_at, bad.excluded_by, bad.excluded_why) == (None, "", "")
    told = [(one.excluded, one.by, one.why, one.at) for one in bad.exclusions]
    assert told == [
        (True, "Sophie Marchal", "Un collègue a répondu.", LATER),
        (False, "Sophie Marchal", "C’était bien elle.", LATER),
    ]
    assert rollup_gaps.find(session) == []


def test_the_only_answer_of_a_client_leaves_none_behind(session, cast):
    marc = cast.client("marc")
    answer(session, marc, 9)
    responses.refresh_contacts(session, [marc.id])

    exclusions.exclude(session, session.query(Response).one(), **SOPHIE)

    assert (marc.last_score, marc.last_answered_at) == (None, None)


def test_twice_is_once_and_a_vote_that_changes_meanwhile_stays_out(session, cast):
    invitation = cast.invitation(cast.client("tom"))
    row = responses.respond(session, invitation, 9, now=NOON, timezone=UTC)
    for _ in range(2):
        exclusions.exclude(session, row, **SOPHIE)
    responses.respond(session, invitation, 3, now=LATER, timezone=UTC)
    session.commit()

    assert len(row.exclusions) == 1
    assert tally(session).answers == 0
    assert invitation.contact.last_score is None
    assert rollup_gaps.find(session) == []


@pytest.mark.parametrize("why", ["", "  ", "é" * 501, "a\0b"])
def test_a_reason_is_asked_for(session, claire, why):
    row = session.query(Response).first()

    with pytest.raises(Invalid):
        exclusions.exclude(session, row, **SOPHIE | {"why": why})

    assert row.excluded_at is None
