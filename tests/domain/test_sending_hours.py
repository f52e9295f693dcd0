"""Mails leave on the days and in the hours that were chosen, by a clock that knows summer time and France's holidays."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from hopnps.domain.errors import Invalid
from hopnps.domain.sending_hours import SendingHours, read_days, read_hours, write_days, write_hours

PARIS = ZoneInfo("Europe/Paris")
OFFICE = SendingHours(read_days("1-5"), *read_hours("9-18:30"), holidays=False)


def opens(hours, *moment):
    """On a clock of Paris, there and back."""
    found = hours.opens_at(datetime(*moment, tzinfo=PARIS).astimezone(UTC), PARIS)
    return f"{found.astimezone(PARIS):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ((2026, 3, 2, 12, 0), "2026-03-02 12:00"),  # a Monday at noon
        ((2026, 3, 2, 7, 30), "2026-03-02 09:00"),
        ((2026, 3, 2, 18, 30), "2026-03-03 09:00"),
        ((2026, 3, 6, 20, 0), "2026-03-09 09:00"),  # Friday evening
        ((2026, 3, 27, 20, 0), "2026-03-30 09:00"),  # clocks change in between
        ((2026, 4, 3, 19, 0), "2026-04-07 09:00"),  # Easter
        ((2026, 5, 7, 19, 0), "2026-05-11 09:00"),  # Friday is the 8 May
        ((2026, 12, 24, 19, 0), "2026-12-28 09:00"),
        ((2026, 12, 31, 19, 0), "2027-01-04 09:00"),
    ],
)
def test_it_opens_on_the_next_working_morning(moment, opening):
    assert opens(OFFICE, *moment) == opening


def test_without_any_choice_it_is_always_open():
    assert SendingHours().always
    assert opens(SendingHours(), 2026, 5, 1, 3, 0) == "2026-05-01 03:00"


def test_until_midnight_means_the_whole_evening():
    evening = SendingHours(begin=18 * 60)

    assert opens(evening, 2026, 3, 2, 23, 59) == "2026-03-02 23:59"
    assert opens(evening, 2026, 3, 3, 0, 0) == "2026-03-03 18:00"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("9-18", "9:00-18:00"), ("9h-18h30", "9:00-18:30"), (" 9:00–18:30 ", "9:00-18:30"), ("", "")],
)
def test_hours_are_read_as_people_write_them(typed, kept):
    assert write_hours(*read_hours(typed)) == kept


@pytest.mark.parametrize(
    ("typed", "kept"), [("1-5", "1,2,3,4,5"), ("1, 3,5-6", "1,3,5,6"), ("", ""), ("1-7", "")]
)
def test_days_are_read_as_people_write_them(typed, kept):
    assert write_days(read_days(typed)) == kept


@pytest.mark.parametrize("typed", ["18-9", "9-9", "9-25", "9:75-10", "nine", "9", "9-18-20"])
def test_hours_that_cannot_be_are_refused(typed):
    with pytest.raises(Invalid):
        read_hours(typed)


@pytest.mark.parametrize("typed", ["0-5", "5-1", "8", "mon", "1-", "-", "1--3"])
def test_days_that_cannot_be_are_refused(typed):
    with pytest.raises(Invalid):
        read_days(typed)
