"""hopnps scanner-check: machines and people open the links of a thousand mails; which votes are believed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask
from flask.cli import ScriptInfo

from hopnps import database
from hopnps.cli.context import house, json_option, now, print_json, session
from hopnps.demo import company
from hopnps.i18n import gettext as _
from hopnps.models import Contact
from hopnps.scanners import trial
from hopnps.scanners.trial import Found
from hopnps.services import seeds


@click.command("scanner-check")
@click.option(
    "--mails",
    type=click.IntRange(1, 100_000),
    default=1000,
    show_default=True,
    help="Mails for the machines, and as many for the people.",
)
@click.option(
    "--seed", type=int, default=1, show_default=True, help="Of chance, to repeat a trial."
)
@click.option(
    "--database",
    "url",
    metavar="URL",
    help="An empty database for the trial. Default: a file of its own, gone afterwards.",
)
@click.option(
    "--demo",
    "in_demo",
    is_flag=True,
    help="Among the clients and answers of the company of `hopnps demo`, invented anew.",
)
@json_option
@click.pass_context
def command(
    context: click.Context, mails: int, seed: int, url: str | None, in_demo: bool, as_json: bool
) -> None:
    """Let mail scanners, previews and sandboxes open the links of mails, and people vote.

    It happens in a test instance that is made for it and gone afterwards: no mail leaves, no client of yours is
    touched. Ends with 1 if a machine voted, unsubscribed somebody or raised an alert, or if a person's vote is missing.
    """
    if url and in_demo:
        raise click.UsageError(
            "The company of the demo stands in a file of its own: leave out --database."
        )
    with _instance(context.ensure_object(ScriptInfo), url) as app:
        with app.app_context():
            _settle_the_demo() if in_demo else _refuse_clients()
        found = trial.run(app, mails=mails, seed=seed)
        good = all(one.good for one in found)
        with app.app_context():
            if as_json:
                print_json({"good": good, "seed": seed, "profiles": trial.as_data(found)})
            else:
                _tell(found)
    context.exit(0 if good else 1)


def _settle_the_demo() -> None:
    seeds.sow(session(), now=now())
    company.fill(session(), now=now(), timezone=house().timezone)
    session().commit()


def _refuse_clients() -> None:
    """The trial lets ten days pass: visits that are going on would be judged before their time."""
    theirs = sa.select(Contact.id).where(Contact.source != trial.SOURCE).limit(1)
    if session().scalar(theirs) is not None:
        raise click.ClickException(
            _("This database has clients. The trial needs an empty one, or makes its own.")
        )
    session().rollback()


@contextmanager
def _instance(info: ScriptInfo, url: str | None) -> Iterator[Flask]:
    """An application on a folder of its own, whatever the environment says."""
    before = os.environ.get("HOPNPS_INSTANCE")
    with TemporaryDirectory(prefix="hopnps-scanner-check-") as folder:
        os.environ["HOPNPS_INSTANCE"] = folder
        make: Any = info.create_app
        try:
            app = make(
                HOPNPS_DATABASE_URL=url or f"sqlite:///{Path(folder) / 'trial.sqlite'}",
                HOPNPS_PUBLIC_URL="http://127.0.0.1",
                HOPNPS_DEMO_MAILBOX=False,
                HOPNPS_TOKEN_KEYS=None,
                HOPNPS_TRUSTED_PROXIES=0,
                SECRET_KEY=None,
            )
            with app.app_context():
                engine = app.extensions["hopnps"].db.engine
                database.upgrade(engine)
            yield app
            engine.dispose()
        finally:
            if before is None:
                del os.environ["HOPNPS_INSTANCE"]
            else:
                os.environ["HOPNPS_INSTANCE"] = before


def _tell(found: list[Found]) -> None:
    groups = (
        (_("Machines: nobody voted"), [one for one in found if one.target and not one.person]),
        (_("People: every vote counts"), [one for one in found if one.target and one.person]),
        (
            _("Told as they are: nobody can tell these apart"),
            [one for one in found if not one.target],
        ),
    )
    for title, kinds in groups:
        click.echo(title)
        for one in kinds:
            click.echo(f"  {one.kind:26}{_line(one)}{'' if one.good else '  *'}")
    faults = sum(not one.good for one in found)
    click.echo(
        _("All as it should be.")
        if not faults
        else _("Not as it should be: see the lines marked with *")
    )


def _line(one: Found) -> str:
    told = _(
        "%(mails)s mails, %(votes)s votes (%(clicks)s by a click alone)",
        mails=one.mails,
        votes=one.votes,
        clicks=one.click_only,
    )
    wrong = _(
        "false accepts %(accepts)s, false rejects %(rejects)s, unsubscribed %(left)s, alerts %(alerts)s",
        accepts=one.false_accepts,
        rejects=one.false_rejects,
        left=one.unsubscribed,
        alerts=one.alerts,
    )
    return f"{told}; {wrong}"
