"""hopnps figures: whether the counts that serve the dashboard equal the answers, and how to mend them."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup, with_appcontext

from hopnps.cli.context import json_option, print_json, session
from hopnps.formats import count
from hopnps.i18n import gettext as _
from hopnps.i18n import ngettext
from hopnps.services import rollup_gaps, rollups

group = AppGroup("figures", help="The counts that serve the dashboard.")


@group.command("verify")
@json_option
@with_appcontext
def verify(as_json: bool) -> None:
    """Compare the counts with the answers one by one; exit status 1 where they differ."""
    found = rollup_gaps.find(session())
    if as_json:
        print_json(
            {
                "equal": not found,
                "gaps": [
                    {
                        "table": one.table,
                        "key": one.key,
                        "counted": one.counted,
                        "answers": one.answers,
                    }
                    for one in found
                ],
            }
        )
    elif not found:
        click.echo(_("The counts equal the answers."))
    else:
        click.echo(_differ(len(found)), err=True)
        for one in found:
            days = ", ".join(f"{name} {value}" for name, value in one.key.items())
            click.echo(f"{one.table}, {days}{_(':')} {_told(one)}", err=True)
    if found:
        sys.exit(1)


@group.command("rebuild")
@json_option
@with_appcontext
def rebuild(as_json: bool) -> None:
    """Count all answers afresh; whoever answers meanwhile waits."""
    before = len(rollup_gaps.find(session()))
    rollups.rebuild(session())
    session().commit()
    if as_json:
        return print_json({"mended": before})
    click.echo(_("The counts were made afresh.") if not before else _mended(before))


def _differ(number: int) -> str:
    return ngettext(
        "%(count)s count of a store is wrong. `hopnps figures rebuild` mends it.",
        "%(count)s counts of stores are wrong. `hopnps figures rebuild` mends them.",
        number,
        count=count(number),
    )


def _mended(number: int) -> str:
    return ngettext(
        "The counts were made afresh: %(count)s count of a store was wrong.",
        "The counts were made afresh: %(count)s counts of stores were wrong.",
        number,
        count=count(number),
    )


def _told(gap: rollup_gaps.Gap) -> str:
    """Only the columns that differ."""
    return ", ".join(
        f"{name} {number} ≠ {gap.answers[name]}"
        for name, number in gap.counted.items()
        if number != gap.answers[name]
    )
