"""hopnps segment: saved rules, and how many contacts they find."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from hopnps.cli.context import house, json_option, now, print_json, session
from hopnps.domain import rules
from hopnps.formats import count as written
from hopnps.i18n import gettext as _
from hopnps.i18n import ngettext
from hopnps.services import segments

group = AppGroup("segment", help="Saved rules that find contacts.")


@group.command("count")
@click.argument("slug")
@json_option
def count(slug: str, as_json: bool) -> None:
    """How many contacts a segment finds now."""
    segment = segments.find(session(), slug)
    found = segments.count(session(), segment.rule, now=now(), timezone=house().timezone)
    if as_json:
        return print_json({"segment": segment.slug, "contacts": found})
    click.echo(ngettext("%(count)s contact", "%(count)s contacts", found, count=written(found)))


@group.command("list")
@json_option
def show(as_json: bool) -> None:
    """List the segments."""
    found = segments.by_name(session())
    if as_json:
        return print_json(
            [{"segment": one.slug, "name": one.name, "rule": one.rule} for one in found]
        )
    for segment in found:
        click.echo(f"{segment.slug}\t{segment.name}")


@group.command("save")
@click.argument("slug")
@click.option("--name", required=True, help="What colleagues read.")
@click.option(
    "--rule",
    required=True,
    metavar="JSON|@FILE",
    help='The rule, such as {"contact": "language", "is": "fr"}, or @ and a file that holds it.',
)
@json_option
def save(slug: str, name: str, rule: str, as_json: bool) -> None:
    """Make a segment, or change the one of this slug."""
    parsed = rules.parse(_text_of(rule))
    known = segments.find_if_any(session(), slug)
    segment = segments.save(session(), known, slug=slug, name=name, rule=parsed, now=now())
    found = segments.count(session(), segment.rule, now=now(), timezone=house().timezone)
    session().commit()
    if as_json:
        return print_json({"segment": segment.slug, "contacts": found})
    click.echo(
        ngettext(
            "Saved: %(name)s, %(count)s contact.",
            "Saved: %(name)s, %(count)s contacts.",
            found,
            name=segment.name,
            count=written(found),
        )
    )


def _text_of(rule: str) -> str:
    if not rule.startswith("@"):
        return rule
    try:
        return Path(rule[1:]).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise click.UsageError(_("%(file)s cannot be read.", file=rule[1:])) from fault
