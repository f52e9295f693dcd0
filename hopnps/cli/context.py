"""The running application, as a command sees it."""

from __future__ import annotations

import json
from typing import Any

import click

from hopnps.doors import house, now, session

__all__ = ["house", "json_option", "now", "print_json", "session"]

json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")


def print_json(answer: Any) -> None:
    click.echo(json.dumps(answer, ensure_ascii=False, default=str))
