"""Moments as people type them, and as files hold them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from hopnps.domain.errors import Invalid
from hopnps.domain.moments import read_moment

PARIS = ZoneInfo("Europe/Paris")
HALF_PAST_NINE = datetime(2026, 3, 31, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-31 09:30",
        "2026-03-31T09:30",
        "31/03/2026 9:30",
        "31/03/2026, 9:30",
        "31/3/2026 9h30",
        "31/03/2026 à 9:30",
        "2026-03-31 09:30:00",
        "2026-03-31T07:30:00.000Z",
        "2026-03-31T09:30+02:00",
        " 31/03/2026 09:30 ",
    ],
)
def test_the_same_moment_is_read_from_every_way_to_write_it(text):
    assert read_moment(text, PARIS) == HALF_PAST_NINE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("31/03/2026", datetime(2026, 3, 30, 22, tzinfo=UTC)),
        ("2/3/2026", datetime(2026, 3, 1, 23, tzinfo=UTC)),
        ("02/03/2026 à 9h", datetime(2026, 3, 2, 8, tzinfo=UTC)),
        ("2026-03-02 14:05:09", datetime(2026, 3, 2, 13, 5, 9, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_our_midnight_and_an_hour_at_its_first_minute(text, expected):
    assert read_moment(text, PARIS) == expected


@pytest.mark.parametrize("text", ["", "tomorrow", "1", "02/03/26", "31/03/2026 9"])
def test_what_is_no_moment_is_refused_in_words(text):
    with pytest.raises(Invalid, match="is not a date"):
        read_moment(text, PARIS)


@pytest.mark.parametrize(
    "text",
    ["31/02/2026", "2026-02-30", "2026-13-01", "31/03/2026 25:00", "02/03/2026 9:61"],
)
def test_a_moment_that_does_not_exist_is_refused_in_words(text):
    with pytest.raises(Invalid, match="does not exist"):
        read_moment(text, PARIS)
