"""What the dashboard sums from months and a few days is what the days themselves say."""

from datetime import timedelta
from itertools import product
from zoneinfo import ZoneInfo

from hopnps.blueprints.dashboard_facts import Precision, compare, facts
from hopnps.blueprints.dashboard_filters import Filters
from hopnps.domain.scope import WHOLE_HOUSE
from hopnps.domain.statistics import Tally
from hopnps.domain.trends import Step, trend
from hopnps.services import figures
from tests.conftest import NOON
from tests.services.answers import answers

WHO = {"scope": WHOLE_HOUSE, "now": NOON, "timezone": ZoneInfo("Europe/Paris")}


def test_months_and_the_days_at_their_edges_compare_as_all_days_do(session):
    for days in range(0, 420, 13):
        answers(session, [days % 11, 9, days * 7 % 11], days=days)
    scored = figures.days(session, figures.Slice(), **WHO)
    tallies = {day: one.tally for day, one in scored.items()}
    tally = sum(tallies.values(), Tally())

    for step, back in product(Step, (0, 1, 29, 60, 300, -31)):
        today = NOON.date() - timedelta(days=back)
        filters = Filters(typed={"period": ""}, step=step)

        found = facts(session, filters, Precision(), today=today, **WHO)

        assert found["tally"] == tally
        assert found["compared"] == compare(filters, tallies, tally, today)
        assert found["trend"].stretches == trend(tallies, step)
