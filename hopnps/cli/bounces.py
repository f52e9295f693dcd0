"""hopnps bounces: what mails that came back say."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from hopnps.cli.context import json_option, print_json
from hopnps.domain import bounce_report

group = AppGroup("bounces", help="Mails that came back, and complaints.")


@group.command("classify")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@json_option
def classify(files: tuple[Path, ...], as_json: bool) -> None:
    """Say of each message its address, status, class (hard, soft, policy, complaint or none) and reason.

    A FILE is one message (.eml) or an mbox of several. Nothing is recorded.
    """
    try:
        found = [_told(path, raw) for path in files for raw in _messages(path)]
    except OSError as fault:
        raise click.ClickException(f"{fault.filename}: {fault.strerror}") from fault
    if as_json:
        return print_json(found)
    for one in found:
        click.echo("\t".join(one[key] or "-" for key in ("address", "status", "class", "reason")))


def _messages(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        if file.read(5) != b"From ":
            file.seek(0)
            yield file.read()
            return
    box = mailbox.mbox(path, create=False)
    try:
        yield from (box.get_bytes(key) for key in box.keys())  # noqa: SIM118  an mbox, no dict
    finally:
        box.close()


def _told(path: Path, raw: bytes) -> dict[str, Any]:
    verdict = bounce_report.read(raw)
    return {
        "file": str(path),
        "address": verdict.address,
        "status": verdict.status,
        "class": verdict.kind.value,
        "reason": verdict.reason,
    }
