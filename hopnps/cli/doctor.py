"""hopnps doctor: is this installation fit to send, and if not, what is to be mended?"""

from __future__ import annotations

from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from hopnps.cli.context import house, json_option, now, print_json
from hopnps.domain.languages import LANGUAGES
from hopnps.i18n import gettext as _
from hopnps.i18n import ngettext


@click.command("doctor")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the sentences.")
@click.option(
    "--nameserver",
    default="",
    metavar="ADDRESS[:PORT]",
    help="Name server to ask; default: this machine's.",
)
@json_option
@with_appcontext
def command(lang: str | None, nameserver: str, as_json: bool) -> None:
    """Look at everything that mails need, say how it stands and what to mend. No mail leaves, nothing changes.

    Exit status 1 if something is wrong; warnings alone leave it at 0.
    """
    from hopnps import checkup

    with _in(lang):
        found = []
        for finding in checkup.examine(house(), checkup.Names(nameserver), now=now()):
            found.append(finding)
            if not as_json:
                _print(finding)
        levels = Counter(finding.level for finding in found)
        _sum_up(found, levels, as_json=as_json)
    if levels[checkup.Level.FAULT]:
        raise click.exceptions.Exit(1)


def _print(finding: Any) -> None:
    signs = {
        "ok": ("ok", "green"),
        "warning": (_("warning"), "yellow"),
        "fault": (_("fault"), "red"),
    }
    word, colour = signs[finding.level]
    click.echo(f"{click.style(f'{word:>13}', fg=colour)}  {finding.check}: {finding.says}")
    if finding.mend:
        click.echo(f"{'':>13}  → {finding.mend}")


def _sum_up(found: list[Any], levels: Counter[Any], *, as_json: bool) -> None:
    faults, warnings = levels["fault"], levels["warning"]
    if as_json:
        checks = [
            {"check": one.check, "level": one.level.value, "says": one.says, "mend": one.mend}
            for one in found
        ]
        print_json({"faults": faults, "warnings": warnings, "checks": checks})
        return
    click.echo()
    click.echo(
        ngettext("%(count)s fault", "%(count)s faults", faults, count=faults)
        + ", "
        + ngettext("%(count)s warning", "%(count)s warnings", warnings, count=warnings)
    )


def _in(lang: str | None) -> AbstractContextManager[Any]:
    return force_locale(lang) if lang else nullcontext()
