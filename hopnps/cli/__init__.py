"""The command line: each command parses, calls one service, commits, prints."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup, ScriptInfo
from sqlalchemy.exc import OperationalError, ProgrammingError

from hopnps.cli import (
    addresses,
    bounces,
    campaign_run,
    contacts,
    db,
    deliveries,
    demo,
    doctor,
    figures,
    interactions,
    nps,
    responses,
    scanner_check,
    segment,
    send,
    serve,
    stores,
    user,
    worker,
)
from hopnps.domain.errors import HopNPSError
from hopnps.i18n import say


class Commands(AppGroup):
    """Says what went wrong in one sentence on stderr, with exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except HopNPSError as error:
            with _application(ctx):
                raise click.ClickException(say(error)) from error
        except (OperationalError, ProgrammingError) as error:
            raise click.ClickException(
                f"{error.orig} (hopnps db upgrade makes the tables)"
            ) from error


def _application(ctx: click.Context) -> AbstractContextManager[Any]:
    """The one that is at work, or the command's own anew."""
    return nullcontext() if current_app else ctx.ensure_object(ScriptInfo).load_app().app_context()


commands = Commands(
    "hopnps", help="Net Promoter Score surveys: contacts in, mails out, answers back."
)
commands.add_command(contacts.group)
commands.add_command(scanner_check.command)
commands.add_command(stores.group)
commands.add_command(interactions.group)
commands.add_command(demo.command)
commands.add_command(db.group)
commands.add_command(serve.serve)
commands.add_command(user.group)
commands.add_command(campaign_run.group)
commands.add_command(deliveries.group)
commands.add_command(send.command)
commands.add_command(worker.command)
commands.add_command(nps.nps)
commands.add_command(figures.group)
commands.add_command(segment.group)
commands.add_command(responses.group)
commands.add_command(bounces.group)
commands.add_command(addresses.group)
commands.add_command(doctor.command)
