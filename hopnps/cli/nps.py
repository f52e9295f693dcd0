"""hopnps nps: the figure, how sure it is, and what it stands on."""

from __future__ import annotations

from datetime import date
from typing import Any

import click
from flask.cli import with_appcontext

from hopnps.cli.context import house, json_option, now, print_json, session
from hopnps.cli.days import DAY
from hopnps.domain.statistics import Tally
from hopnps.formats import count, interval, signed
from hopnps.i18n import gettext as _
from hopnps.i18n import ngettext
from hopnps.models import Scale
from hopnps.services import figures, figures_names, segments
from hopnps.services.figures import By, Group, Slice


@click.command("nps")
@click.option("--survey", metavar="SLUG", help="Only the answers to this survey.")
@click.option("--segment", metavar="SLUG", help="Only the answers of this segment's contacts.")
@click.option(
    "--since", type=DAY, metavar="DATE", help="From this day on: 2026-03-31 or 31/03/2026."
)
@click.option("--until", type=DAY, metavar="DATE", help="Up to this day, included.")
@click.option(
    "--by",
    type=click.Choice([by.value for by in By]),
    help="One figure for each; an answer without one has an empty key.",
)
@click.option(
    "--scale",
    type=click.Choice([scale.value for scale in Scale]),
    default=Scale.OFFICIAL.value,
    help="1-10 looks at the answers of a legacy scale, apart from all others.",
)
@json_option
@with_appcontext
def nps(
    survey: str | None,
    segment: str | None,
    since: date | None,
    until: date | None,
    by: str | None,
    scale: str,
    as_json: bool,
) -> None:
    """The Net Promoter Score, its 95 % interval and the answers it stands on."""
    if since and until and since > until:
        raise click.UsageError(_("--since is later than --until."))
    chosen = Slice(
        survey=figures_names.find_survey(session(), survey) if survey else None,
        segment=segments.find(session(), segment) if segment else None,
        since=since,
        until=until,
        scale=Scale(scale),
    )
    when: dict[str, Any] = {"now": now(), "timezone": house().timezone}
    if by:
        _tell_groups(figures.tallies(session(), chosen, By(by), **when), as_json)
    else:
        _tell(figures.tally(session(), chosen, **when), as_json)


def facts(tally: Tally) -> dict[str, Any]:
    """What `--json` prints; the four figures are null while nobody has answered."""
    low, high = tally.interval or (None, None)
    return {
        "nps": tally.nps,
        "score": tally.score,
        "low": low,
        "high": high,
        "answers": tally.answers,
        "promoters": tally.promoters,
        "passives": tally.passives,
        "detractors": tally.detractors,
    }


def _tell(tally: Tally, as_json: bool) -> None:
    if as_json:
        return print_json(facts(tally))
    if not tally.answers:
        return click.echo(_("No NPS yet: nobody has answered."))
    click.echo(
        _(
            "NPS %(nps)s, %(interval)s, on %(answers)s.",
            nps=signed(tally.nps),
            interval=interval(tally.interval),
            answers=_answers(tally.answers),
        )
    )
    click.echo(
        _(
            "Promoters %(promoters)s, passives %(passives)s, detractors %(detractors)s.",
            promoters=count(tally.promoters),
            passives=count(tally.passives),
            detractors=count(tally.detractors),
        )
    )


def _tell_groups(groups: list[Group], as_json: bool) -> None:
    if as_json:
        return print_json([{"key": group.key, **facts(group.tally)} for group in groups])
    if not groups:
        return click.echo(_("No NPS yet: nobody has answered."))
    rows = [
        (
            group.key or _("(none)"),
            signed(group.tally.nps),
            interval(group.tally.interval),
            _answers(group.tally.answers),
        )
        for group in groups
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for name, figure, sure, answers in rows:
        cells = (name.ljust(widths[0]), figure.rjust(widths[1]), sure.ljust(widths[2]), answers)
        click.echo("  ".join(cells))


def _answers(number: int) -> str:
    return ngettext("%(count)s answer", "%(count)s answers", number, count=count(number))
