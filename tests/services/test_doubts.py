"""What speaks for the votes of a slice: confirmed, click-only, and what might have been a vote."""

from __future__ import annotations

from datetime import UTC, date

from hopnps.domain.evidence import Verdict
from hopnps.domain.statistics import Tally
from hopnps.models import Evidence, Visit
from hopnps.services.doubts import doubts
from hopnps.services.figures_slice import Slice
from tests.conftest import NOON
from tests.services.answers import answer


def test_votes_are_told_apart_by_what_speaks_for_them(session, cast):
    answer(session, cast.client("claire"), 9)
    answer(session, cast.client("marc"), 3, evidence=Evidence.CLICK_ONLY)
    answer(session, cast.client("tom"), 10, excluded_at=NOON)
    for name, verdict, score, opened in (
        ("zoe", Verdict.MACHINE, 8, 1),
        ("omar", Verdict.MACHINE, None, 11),
    ):
        _visit(session, cast.invitation(cast.client(name)), verdict, score, opened)

    found = doubts(session, Slice(), now=NOON, timezone=UTC)

    assert (found.confirmed, found.click_only) == (Tally(1, 0, 0), Tally(0, 0, 1))
    assert (found.possible, found.machine_clicks) == (Tally(0, 1, 0), 12)
    assert (found.all_in, found.all_out) == (Tally(1, 1, 1), Tally(1, 0, 0))
    other = doubts(session, Slice(since=date(2026, 3, 3)), now=NOON, timezone=UTC)
    assert (other.confirmed.answers, other.machine_clicks) == (0, 0)


def test_of_several_visits_that_might_be_a_vote_the_last_one_is(session, cast):
    invitation = cast.invitation(cast.client("zoe"))
    _visit(session, invitation, Verdict.MACHINE, 9, 1)
    _visit(session, invitation, Verdict.MACHINE, 3, 2)

    found = doubts(session, Slice(), now=NOON, timezone=UTC)

    assert (found.possible, found.machine_clicks) == (Tally(0, 0, 1), 3)


def _visit(session, invitation, verdict, score, opened):
    session.add(
        Visit(
            invitation_id=invitation.id,
            began_at=NOON,
            ended_at=NOON,
            judge_at=NOON,
            judged_at=NOON,
            verdict=verdict,
            score=score,
            opened=opened,
            survey_id=invitation.survey_id,
            contact_id=invitation.contact_id,
            opened_on=NOON.date(),
        )
    )
    session.commit()
