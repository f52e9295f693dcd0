"""Moments as people type them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from hopnps.domain.errors import Invalid
from hopnps.domain.times import read_moment

PARIS = ZoneInfo("Europe/Paris")
HALF_PAST_NINE = datetime(2026, 3, 31, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-31 09:30",
        "2026-03-31T09:30",
        "31/03/2026 9:30",
        "31/3/2026 9h30",
        "31/03/2026 à 9:30",
        "2026-03-31T07:30:00Z",
        "2026-03-31T09:30+02:00",
        " 31/03/2026 09:30 ",
    ],
)
def test_the_same_moment_is_read_from_every_way_to_write_it(text):
    assert read_moment(text, PARIS) == HALF_PAST_NINE


def test_a_day_alone_begins_at_midnight():
    assert read_moment("31/03/2026", PARIS) == datetime(2026, 3, 30, 22, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "tomorrow", "31/02/2026", "2026-13-01", "31/03/2026 25:00"])
def test_what_is_no_moment_is_refused_in_words(text):
    with pytest.raises(Invalid, match="is not a time"):
        read_moment(text, PARIS)
