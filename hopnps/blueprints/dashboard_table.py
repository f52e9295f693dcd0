"""What the dashboard shows -> the lines of a table that a spreadsheet opens: each figure with its interval and its n."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from hopnps.domain.sheets import Cell
from hopnps.domain.statistics import Tally
from hopnps.i18n import gettext as _

Line = list[Cell]
DECIMALS = 2


def headers(house_formula: bool) -> list[str]:
    """The first line."""
    official = [_("What"), _("Name"), _("From"), _("Until"), *_figure_headers("NPS")]
    counted = [_("Answers"), _("Promoters"), _("Passives"), _("Detractors")]
    house = _figure_headers(_("House formula")) if house_formula else []
    return [*official, *counted, *house, _("Score"), _("Comment")]


def lines(board: dict[str, Any], house_formula: bool) -> Iterator[Line]:
    """The figure, the period it is compared with, scores, trend, groups, doubts and comments, as they stand there."""
    if "bars" not in board:
        return
    chosen = board["filters"].chosen
    table = _Table(house_formula)
    yield table.line(_("All that is shown"), "", board["tally"], chosen.since, chosen.until)
    if compared := board["compared"]:
        for words, period, tally in (
            (_("Compared"), compared.period, compared.tally),
            (_("Compared with"), compared.before, compared.tally_before),
        ):
            yield table.line(words, "", tally, period.since, period.until)
    yield from _doubts(table, board["doubts"])
    for bar in board["bars"]:
        yield table.count(_("Answers by score"), bar.score, bar.count)
    for one in board["trend"].stretches if board["trend"] else ():
        yield table.line(_("Trend"), "", one.tally, one.since, one.until)
    title = board["tables"][str(board["filters"].by)][1]
    for group in (line for place in board["places"].values() for line in place):
        yield table.line(title, group["name"], group["tally"])
    for said in board["comments"]:
        yield table.comment(_("Latest comments"), said)


def _doubts(table: _Table, doubts: Any) -> Iterator[Line]:
    if doubts.any:
        yield table.line(_("Without any vote in doubt"), "", doubts.without)
        yield table.line(_("Votes that rest on a click alone"), "", doubts.click_only)
        yield table.line(_("With all votes in doubt"), "", doubts.with_all)
        yield table.count(_("Visits of machines, not counted"), None, doubts.visits)
        yield table.count(_("Scores that machines opened, not counted"), None, doubts.clicks)


class _Table:
    """Lines of one width."""

    def __init__(self, house_formula: bool) -> None:
        self._house = house_formula

    def line(
        self,
        what: str,
        name: str,
        tally: Tally,
        since: date | None = None,
        until: date | None = None,
    ) -> Line:
        counted = [tally.answers, tally.promoters, tally.passives, tally.detractors]
        house = _figure(tally.house) if self._house else []
        return [what, name, since, until, *_figure(tally), *counted, *house, None, ""]

    def count(self, what: str, score: int | None, number: int) -> Line:
        empty: Line = [None] * (6 if self._house else 3)
        return [what, "", None, None, None, None, None, number, *empty, score, ""]

    def comment(self, what: str, said: Any) -> Line:
        name = said.contact.name if said.contact else ""
        empty: Line = [None] * (10 if self._house else 7)
        return [what, name, said.answered_on, None, *empty, said.score, said.comment]


def _figure_headers(name: str) -> list[str]:
    return [name, f"{name}, {_('lower bound')}", f"{name}, {_('upper bound')}"]


def _figure(tally: Tally) -> Line:
    """Unrounded but for what a reader can use."""
    if tally.score is None or tally.interval is None:
        return [None, None, None]
    return [round(one, DECIMALS) for one in (tally.score, *tally.interval)]
