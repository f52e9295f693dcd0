"""Evidence: when a click alone is taken for a person's, and that nothing a machine does helps it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopnps.domain.browsers import ROBOT, family_of
from hopnps.domain.evidence import Mail, Reason, Request, Verdict, judge, visits

SENT = datetime(2026, 3, 2, 9, tzinfo=UTC)
MAIL = Mail((SENT,), timedelta(seconds=60))
GAP = timedelta(minutes=10)


def at(seconds, kind="score", **overrides):
    """A request so many seconds after the mail was accepted."""
    values = {"score": 9} if kind == "score" else {}
    return Request(SENT + timedelta(seconds=seconds), kind, **values | overrides)


CLAIRE = [at(3600), at(3601, "style")]  # opens one score, looks at the page, closes it


def test_one_score_and_the_page_looked_at_is_a_vote():
    found = judge(CLAIRE, MAIL)

    assert (found.verdict, found.score, found.reasons) == (Verdict.CLICK_ONLY, 9, ())
    assert found.opened == 1


@pytest.mark.parametrize(
    ("visit", "reason"),
    [
        ([*CLAIRE, at(3700, score=3)], Reason.SEVERAL_SCORES),
        ([*CLAIRE, at(3700, method="HEAD")], Reason.HEAD),
        ([*CLAIRE, at(3700, "style", prefetch="prefetch")], Reason.PREFETCH),
        ([at(59), at(61, "style")], Reason.TOO_SOON),
        ([at(-5), at(61, "style")], Reason.TOO_SOON),
        ([*CLAIRE, at(4000, "honeypot")], Reason.HONEYPOT),
        ([at(3596, "unsubscribe"), *CLAIRE], Reason.OTHER_LINKS),
        ([*CLAIRE, at(3604, "page")], Reason.OTHER_LINKS),
        ([at(3600)], Reason.NO_STYLE),
        ([at(3599, "style"), at(3600)], Reason.NO_STYLE),
        ([at(3600, browser=ROBOT), at(3601, "style")], Reason.ROBOT),
    ],
    ids=lambda value: value if isinstance(value, Reason) else "",
)
def test_each_sign_of_a_machine_keeps_a_click_from_being_a_vote(visit, reason):
    found = judge(visit, MAIL)

    assert (found.verdict, found.reasons) == (Verdict.MACHINE, (reason,))
    assert found.score == (None if reason in (Reason.HONEYPOT, Reason.SEVERAL_SCORES) else 9)


def test_who_leaves_later_by_the_pages_own_link_spoils_nothing():
    assert judge([*CLAIRE, at(3640, "unsubscribe")], MAIL).verdict == Verdict.CLICK_ONLY


def test_a_minute_is_counted_from_the_reminder_that_was_opened():
    mail = replace(MAIL, accepted_at=(SENT, SENT + timedelta(seconds=3570)))

    assert judge(CLAIRE, mail).reasons == (Reason.TOO_SOON,)
    assert judge(CLAIRE, replace(mail, accepted_at=())).reasons == (Reason.TOO_SOON,)


def test_a_visit_whose_requests_were_too_many_to_be_noted_is_no_persons():
    assert judge(CLAIRE, MAIL, full=True).reasons == (Reason.TOO_MANY,)


def test_a_vote_that_was_sent_during_a_visit_says_whose_it_was():
    sweep = [at(3600 + one, score=one) for one in range(11)]

    assert judge(sweep, MAIL, confirmed_at=[SENT + timedelta(seconds=3605)]).verdict == "confirmed"
    assert judge(sweep, MAIL, confirmed_at=[SENT + timedelta(seconds=3500)]).verdict == "machine"
    assert judge(CLAIRE, MAIL, confirmed_at=[SENT + timedelta(seconds=3500)]).verdict == "idle"


@pytest.mark.parametrize(
    ("visit", "verdict"),
    [
        ([at(3600, "unsubscribe")], Verdict.IDLE),
        ([at(3600, "page")], Verdict.IDLE),
        ([at(3600, "honeypot")], Verdict.MACHINE),
        ([at(3600, method="HEAD")], Verdict.MACHINE),
    ],
)
def test_where_no_score_was_opened_there_is_nothing_to_count(visit, verdict):
    found = judge(visit, MAIL)

    assert (found.verdict, found.score, found.opened) == (verdict, None, 0)


def test_an_old_sweep_does_not_spoil_a_later_visit():
    sweep = [at(5, "honeypot"), *(at(2 + one, score=one) for one in range(11))]

    machine, person = visits([*CLAIRE, *sweep], GAP)

    assert judge(machine, MAIL).verdict == Verdict.MACHINE
    assert judge(person, MAIL).verdict == Verdict.CLICK_ONLY


requests = st.builds(
    at,
    st.integers(-100, 5000),
    st.sampled_from(["score", "page", "style", "unsubscribe", "honeypot", "sign"]),
    method=st.sampled_from(["GET", "HEAD"]),
    prefetch=st.sampled_from(["", "prefetch"]),
    browser=st.sampled_from(["", "Firefox", ROBOT]),
).flatmap(
    lambda one: (
        st.integers(0, 10).map(lambda score: replace(one, score=score))
        if one.kind == "score"
        else st.just(one)
    )
)
some = st.lists(requests, min_size=1, max_size=12)


@given(some, st.randoms())
def test_the_order_in_which_requests_were_noted_changes_nothing(found, random):
    shuffled = random.sample(found, len(found))

    told = [judge(visit, MAIL) for visit in visits(found, GAP)]
    again = [judge(visit, MAIL) for visit in visits(shuffled, GAP)]
    assert [(one.verdict, one.score, set(one.reasons)) for one in told] == [
        (one.verdict, one.score, set(one.reasons)) for one in again
    ]


@given(some)
def test_visits_lie_a_rest_apart_and_hold_every_request(found):
    parts = visits(found, GAP)

    assert sorted(map(repr, found)) == sorted(repr(one) for part in parts for one in part)
    for one, other in pairwise(parts):
        assert other[0].at - one[-1].at >= GAP
    for part in parts:
        assert all(b.at - a.at < GAP for a, b in pairwise(part))


@given(some, requests)
def test_one_more_request_of_a_link_never_makes_a_vote_of_a_machines_clicks(found, more):
    if more.kind in ("style", "score"):
        return
    before = judge(sorted(found, key=lambda one: one.at), MAIL)
    after = judge(sorted([*found, more], key=lambda one: one.at), MAIL)

    if after.verdict == Verdict.CLICK_ONLY:
        assert before.verdict == Verdict.CLICK_ONLY


@given(some)
def test_a_vote_has_one_score_and_nothing_that_speaks_for_a_machine(found):
    judged = judge(sorted(found, key=lambda one: one.at), MAIL)

    assert (judged.verdict == Verdict.CLICK_ONLY) <= (judged.score is not None)
    if judged.verdict == Verdict.CLICK_ONLY:
        assert not any(
            one.kind == "honeypot" or one.prefetch or one.browser == ROBOT or one.method == "HEAD"
            for one in found
        )
        assert {one.score for one in found if one.kind == "score"} == {judged.score}


CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "family"),
    [
        (CHROME, "Chrome"),
        (f"{CHROME} Edg/126.0", "Edge"),
        (f"{CHROME} OPR/110", "Opera"),
        ("Mozilla/5.0 (iPhone) AppleWebKit/605 Version/17.5 Mobile/15E148 Safari/604.1", "Safari"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox"),
        ("Mozilla/5.0 (compatible; Barracuda Sentinel)", ROBOT),
        ("python-requests/2.32", ROBOT),
        ("", ROBOT),
        ("NetFront/3.5", ""),
    ],
)
def test_a_browser_is_told_by_its_words(user_agent, family):
    assert family_of(user_agent) == family
