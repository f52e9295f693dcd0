"""One shape for every `hopnps ... import FILE`: options in, the lines' fates out."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import click
from flask.cli import with_appcontext

from hopnps import database
from hopnps.cli.context import house, json_option, now, print_json, session
from hopnps.domain import columns
from hopnps.domain.errors import Invalid
from hopnps.i18n import gettext as _
from hopnps.services.import_preview import Fault, ImportOptions, Preview
from hopnps.services.import_turn import take_turn

SHOWN_FAULTS = 20


class Import(Protocol):
    """A service module such as services.contact_import."""

    def preview(self, *args: Any, **kwargs: Any) -> Preview: ...
    def apply(self, *args: Any, **kwargs: Any) -> Preview: ...


def _pairs(context: click.Context, option: click.Parameter, texts: tuple[str, ...]) -> Any:
    try:
        return columns.pairs(texts)
    except Invalid as fault:
        raise click.BadParameter(str(fault)) from fault


def import_command(service: Any, help_: str, *more: click.Option) -> click.Command:
    """The command `import` of one kind of file; what its `more` options say is the service's `extra`."""

    @click.command("import", help=help_)
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option(
        "--map",
        "mapping",
        multiple=True,
        metavar="COLUMN=FIELD",
        callback=_pairs,
        help="What a column holds; nothing after the = leaves the column out.",
    )
    @click.option("--source", default="", help="Where lines come from that do not say so.")
    @click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing.")
    @click.option("--skip-faults", is_flag=True, help="Import the good lines of a faulty file.")
    @json_option
    @with_appcontext
    def import_(
        file: Path,
        mapping: dict[str, str],
        source: str,
        dry_run: bool,
        skip_faults: bool,
        as_json: bool,
        **extra: Any,
    ) -> None:
        options = ImportOptions(mapping, source, skip_faults, extra)
        database.intend(writing=not dry_run)
        if not dry_run:
            take_turn(session())
        run = service.preview if dry_run else service.apply
        report = run(session(), file, file.name, options, now=now(), timezone=house().timezone)
        session().commit() if report.applied else session().rollback()
        _print(report, as_json, dry_run)
        if report.faulty and not report.applied and not (dry_run and skip_faults):
            raise click.exceptions.Exit(1)

    import_.params += more
    return import_


def _print(report: Preview, as_json: bool, dry_run: bool) -> None:
    if as_json:
        print_json(_as_data(report))
        return
    for fault in report.faults[:SHOWN_FAULTS]:
        click.echo(
            _("Line %(line)s:", line=fault.line) + f" {_place(fault)}{_sentence(fault)}", err=True
        )
    if report.faulty > SHOWN_FAULTS:
        click.echo(_("… %(count)s lines are faulty in all.", count=report.faulty), err=True)
    if report.faulty and not report.applied and not dry_run:
        click.echo(_("Nothing was imported. --skip-faults imports the good lines."), err=True)
        return
    if dry_run:
        click.echo(_("A trial: nothing is written."))
    click.echo(_summary(report))
    if report.new_stores:
        click.echo(_("New stores: %(names)s.", names=", ".join(report.new_stores)))


def _summary(report: Preview) -> str:
    if not report.total:
        return _("Below its headers this file has no lines.")
    if not (report.created or report.updated or report.faulty):
        return _("Nothing to change: everything in this file is known already.")
    return _(
        "%(created)s new, %(updated)s changed, %(unchanged)s unchanged, %(skipped)s skipped, %(faulty)s faulty.",
        created=report.created,
        updated=report.updated,
        unchanged=report.unchanged,
        skipped=report.skipped,
        faulty=report.faulty,
    )


def _place(fault: Fault) -> str:
    return f"{fault.column} ({fault.value[:40]}): " if fault.column else ""


def _sentence(fault: Fault) -> str:
    return _(fault.message, **fault.values)


def _as_data(report: Preview) -> dict[str, Any]:
    counts = ("created", "updated", "unchanged", "skipped", "faulty")
    return {
        "applied": report.applied,
        **{name: getattr(report, name) for name in counts},
        "new_stores": report.new_stores,
        "mapping": report.mapping,
        "attributes": report.attributes,
        "faults": [
            {"line": f.line, "column": f.column, "value": f.value, "message": _sentence(f)}
            for f in report.faults
        ],
    }
