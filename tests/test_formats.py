"""Figures and moments as one says them in French and in English."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask_babel import force_locale

from hopnps import formats

NOW = datetime(2025, 9, 30, 8, 42, tzinfo=UTC)  # 10:42 in Paris
MIDNIGHT = datetime(
    2025, 9, 29, 22, tzinfo=UTC
)  # in Paris: a day without a time, as an import reads it


@pytest.mark.parametrize(
    ("say", "value", "french", "english"),
    [
        (formats.signed, 42, "+42", "+42"),
        (formats.signed, 0.4, "0", "0"),
        (formats.signed, -0.5, "−1", "−1"),
        (formats.signed, -8.088, "−8", "−8"),
        (formats.signed, None, "pas encore de NPS", "no NPS yet"),
        (formats.interval, (30.6, 51.2), "entre +31 et +51", "between +31 and +51"),
        (formats.interval, None, "", ""),
        (formats.count, 214, "214", "214"),
        (formats.count, 1284, "1\u202f284", "1,284"),
        (formats.rate, 0.217, "21,7\u202f%", "21.7%"),
        (formats.rate, 0.5, "50,0\u202f%", "50.0%"),
        (formats.rate, None, "–", "–"),
        (formats.day, date(2025, 9, 30), "30/09/2025", "30 Sep 2025"),
        (formats.short_day, date(2025, 9, 30), "30 sept. 2025", "30 Sep 2025"),
        (formats.short_day, date(2025, 10, 1), "1er oct. 2025", "1 Oct 2025"),
        (
            formats.long_day,
            date(2025, 10, 1),
            "mercredi 1er octobre 2025",
            "Wednesday 1 October 2025",
        ),
        (formats.long_day, NOW, "mardi 30 septembre 2025", "Tuesday 30 September 2025"),
        (formats.clock, NOW - timedelta(hours=1, minutes=12), "9:30", "9:30 am"),
        (formats.moment, NOW, "30/09/2025, 10:42", "30 Sep 2025, 10:42 am"),
        (formats.moment, None, "", ""),
        (formats.happened, NOW, "30/09/2025, 10:42", "30 Sep 2025, 10:42 am"),
        (formats.happened, MIDNIGHT, "30/09/2025", "30 Sep 2025"),
        (formats.hour, NOW, "10:42", "10:42 am"),
        (formats.hour, MIDNIGHT, "", ""),
        (formats.own, 1555.57, "1\u202f555,57", "1,555.57"),
        (formats.own, -3.0, "−3", "−3"),
        (formats.own, 2026, "2026", "2026"),  # a year more often than a sum
        (formats.own, 2026.0, "2\u202f026", "2,026"),
        (formats.own, 12500, "12\u202f500", "12,500"),
        (formats.own, "555.50", "555,50", "555.50"),
        (formats.own, "555,5", "555,5", "555,5"),
        (formats.own, "69003", "69003", "69003"),
        (formats.own, "1.10.2", "1.10.2", "1.10.2"),
        (formats.own, "2025-09-30", "30/09/2025", "30 Sep 2025"),
        (formats.own, "2025-09-30T08:42:00Z", "30/09/2025, 10:42", "30 Sep 2025, 10:42 am"),
        (formats.own, "2025-09-30 10:42", "30/09/2025, 10:42", "30 Sep 2025, 10:42 am"),
        (formats.own, "2025-02-31", "2025-02-31", "2025-02-31"),
        (formats.own, True, "oui", "yes"),
        (formats.own, "false", "non", "no"),
        (formats.own, ["cargo", True, 1.5], "cargo, oui, 1,5", "cargo, yes, 1.5"),
        (formats.own, {"cadre": 54.5}, "cadre\xa0: 54,5", "cadre: 54.5"),
        (formats.own, None, "", ""),
    ],
)
def test_a_figure_or_moment_is_said(house, say, value, french, english):
    with force_locale("fr"):
        assert say(value) == french
    with force_locale("en"):
        assert say(value) == english


@pytest.mark.parametrize(
    ("ago", "french", "english"),
    [
        (timedelta(seconds=20), "à l’instant", "just now"),
        (timedelta(minutes=12), "il y a 12 min", "12 min ago"),
        (timedelta(hours=2), "aujourd’hui, 8:42", "today, 8:42 am"),
        (timedelta(hours=11), "hier, 23:42", "yesterday, 11:42 pm"),
        (timedelta(days=40), "21 août 2025", "21 Aug 2025"),
        (NOW - MIDNIGHT, "30 sept. 2025", "30 Sep 2025"),
        (timedelta(hours=-2), "aujourd’hui, 12:42", "today, 12:42 pm"),
    ],
)
def test_a_near_moment_is_said_as_people_do(house, ago, french, english):
    with force_locale("fr"):
        assert formats.near(NOW - ago, NOW) == french
    with force_locale("en"):
        assert formats.near(NOW - ago, NOW) == english
