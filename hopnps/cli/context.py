"""The running application, as a command sees it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
from flask import current_app
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from hopnps.extension import HopNPS

json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")


def house() -> HopNPS:
    return current_app.extensions["hopnps"]


def session() -> Session:
    return house().session


def now() -> datetime:
    return datetime.now(UTC)


def print_json(answer: Any) -> None:
    click.echo(json.dumps(answer, ensure_ascii=False, default=str))
