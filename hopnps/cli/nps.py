"""hopnps nps: the figure, how sure it is, what it stands on, and whether two of them differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from flask.cli import with_appcontext

from hopnps.cli.context import house, json_option, now, print_json, session
from hopnps.cli.days import DAY
from hopnps.cli.nps_slices import FILTERS, read, slice_of
from hopnps.domain.errors import Invalid
from hopnps.domain.statistics import Difference, Tally, difference
from hopnps.formats import count, decimal, interval, signed
from hopnps.i18n import gettext as _
from hopnps.i18n import ngettext, say
from hopnps.models import Scale
from hopnps.services import figures
from hopnps.services.figures import By, Group, Slice

OPTIONS = {
    "survey": ("SLUG", "Only the answers to this survey."),
    "segment": ("SLUG", "Only the answers of this segment's contacts."),
    "since": ("DATE", "From this day on: 2026-03-31 or 31/03/2026."),
    "until": ("DATE", "Up to this day, included."),
    "store": ("NAME", "Only the answers about this store."),
    "region": ("NAME", "Only those of this region and of the regions in it."),
    "campaign": ("NAME", "Only those of this campaign, ours or an imported one."),
    "agent": ("NAME", "Only those of clients whom this colleague served."),
    "product": ("NAME", "Only those about an order or ticket of this product."),
    "language": ("CODE", "Only those given in this language: fr, en, ..."),
}
LEAST_P = 0.001  # what is told in figures
Command = Callable[..., Any]


def filter_options(command: Command) -> Command:
    """One option for each filter."""
    for name in reversed(FILTERS):
        metavar, words = OPTIONS[name]
        kind: Any = DAY if metavar == "DATE" else None
        command = click.option(f"--{name}", metavar=metavar, help=words, type=kind)(command)
    return command


@click.group("nps", invoke_without_command=True)
@filter_options
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
@click.option(
    "--house-formula",
    is_flag=True,
    help="Tell the house formula too, in which an 8 counts as a promoter; never for a legacy scale.",
)
@json_option
@click.pass_context
@with_appcontext
def nps(
    ctx: click.Context,
    by: str | None,
    scale: str,
    house_formula: bool,
    as_json: bool,
    **filters: Any,
) -> None:
    """The Net Promoter Score, its 95 % interval and the answers it stands on."""
    if ctx.invoked_subcommand:
        _refuse_filters(ctx)
        return
    if filters["since"] and filters["until"] and filters["since"] > filters["until"]:
        raise click.UsageError(_("--since is later than --until."))
    chosen = slice_of(filters | {"scale": Scale(scale)})
    with_house = (house_formula or house().setting("HOPNPS_HOUSE_FORMULA")) and (
        chosen.scale is Scale.OFFICIAL
    )
    if by:
        found = figures.tallies(session(), chosen, By(by), **_when())
        _tell_groups(found, with_house, as_json)
    else:
        _tell(figures.tally(session(), chosen, **_when()), with_house, as_json)


@nps.command("compare")
@click.option("--a", "one", metavar="FILTERS", required=True, help="The first group.")
@click.option("--b", "other", metavar="FILTERS", required=True, help="The second one.")
@json_option
@with_appcontext
def compare(one: str, other: str, as_json: bool) -> None:
    """Whether two groups of answers really differ.

    A group is named by the filters of `hopnps nps`, separated by commas: --a "store=Lille" --b "store=Paris", or
    --a "segment=vip,since=2026-01-01" --b all. The filters are survey, segment, since, until, store, region, campaign,
    agent, product and language; a comma within a name is written twice. No answer should stand in both groups.

    --json tells `difference` (points of NPS, a minus b), `z` and the two-sided `p`, all unrounded, and both groups.
    """
    tallies = [_tally_of(text, option) for text, option in ((one, "--a"), (other, "--b"))]
    found = difference(*tallies)
    if as_json:
        return print_json(_compared(found) | dict(zip("ab", map(facts, tallies), strict=True)))
    for name, tally in zip(("A", "B"), tallies, strict=True):
        click.echo(f"{name}{_(':')} {_sentence(tally)}")
    click.echo(_verdict(found))


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


def _when() -> dict[str, Any]:
    return {"now": now(), "timezone": house().timezone}


def _refuse_filters(ctx: click.Context) -> None:
    """`hopnps nps --store X compare` would compare something else than it seems to."""
    given = [name for name, value in ctx.params.items() if value and name != "scale"]
    if given:
        raise click.UsageError(_("Filters of a comparison stand in --a and --b."))


def _tally_of(text: str, option: str) -> Tally:
    try:
        chosen: Slice = slice_of(read(text))
    except Invalid as refusal:
        raise click.UsageError(f"{option}: {say(refusal)}") from refusal
    return figures.tally(session(), chosen, **_when())


def _compared(found: Difference | None) -> dict[str, float | None]:
    if found is None:
        return {"difference": None, "z": None, "p": None}
    return {"difference": found.points, "z": found.z, "p": found.p}


def _verdict(found: Difference | None) -> str:
    if found is None:
        return _("One of the two has no answer: there is nothing to compare.")
    known = {
        "points": signed(found.points),
        "z": decimal(round(found.z, 2)),
        "p": f"= {decimal(round(found.p, 3))}" if found.p >= LEAST_P else f"< {decimal(LEAST_P)}",
    }
    if found.real:
        return _("Difference %(points)s: it is real (z = %(z)s, p %(p)s).", **known)
    return _("Difference %(points)s: chance may explain it (z = %(z)s, p %(p)s).", **known)


def _sentence(tally: Tally) -> str:
    if not tally.answers:
        return _("No NPS yet: nobody has answered.")
    return _(
        "NPS %(nps)s, %(interval)s, on %(answers)s.",
        nps=signed(tally.nps),
        interval=interval(tally.interval),
        answers=_answers(tally.answers),
    )


def _tell(tally: Tally, with_house: bool, as_json: bool) -> None:
    if as_json:
        return print_json(facts(tally) | _house_facts(tally, with_house))
    click.echo(_sentence(tally))
    if not tally.answers:
        return None
    if more := tally.more_for(points := house().setting("HOPNPS_PRECISION")):
        click.echo(_missing(more, points))
    if with_house:
        told = _("House formula, in which an 8 counts as a promoter:")
        click.echo(f"{told} {_sentence(tally.house)}")
    click.echo(
        _(
            "Promoters %(promoters)s, passives %(passives)s, detractors %(detractors)s.",
            promoters=count(tally.promoters),
            passives=count(tally.passives),
            detractors=count(tally.detractors),
        )
    )


def _missing(more: int, points: int) -> str:
    return ngettext(
        "Too few to tell: %(count)s more answer for ±%(points)s.",
        "Too few to tell: %(count)s more answers for ±%(points)s.",
        more,
        count=count(more),
        points=points,
    )


def _house_facts(tally: Tally, with_house: bool) -> dict[str, Any]:
    return {"house_formula": facts(tally.house)} if with_house else {}


def _tell_groups(groups: list[Group], with_house: bool, as_json: bool) -> None:
    if as_json:
        return print_json(
            [
                {"key": one.key, **facts(one.tally), **_house_facts(one.tally, with_house)}
                for one in groups
            ]
        )
    if not groups:
        return click.echo(_("No NPS yet: nobody has answered."))
    rows = [_row(group, with_house) for group in groups]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.rjust(width) if column == 1 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())


def _row(group: Group, with_house: bool) -> tuple[str, ...]:
    tally, points = group.tally, house().setting("HOPNPS_STORE_PRECISION")
    more = tally.more_for(points)
    return (
        group.key or _("(none)"),
        signed(tally.nps),
        interval(tally.interval),
        _answers(tally.answers),
        _missing(more, points) if more else "",
        f"{_('House formula')} {signed(tally.house.nps)}, {interval(tally.house.interval)}"
        if with_house
        else "",
    )


def _answers(number: int) -> str:
    return ngettext("%(count)s answer", "%(count)s answers", number, count=count(number))
