"""hopnps scanner-check: no machine votes, no person's vote is lost, and what nobody can tell apart is told."""

from __future__ import annotations

import json
from functools import partial

from click.testing import CliRunner
from flask.cli import ScriptInfo

from hopnps import create_app
from hopnps.cli import commands
from hopnps.demo import company
from hopnps.models import Contact


def check(*words):
    info = ScriptInfo(create_app=create_app)
    return CliRunner().invoke(commands, ["scanner-check", *words], obj=info)


def test_no_machine_votes_and_every_person_does(make_database_url):
    result = check("--mails", "28", "--json", "--database", make_database_url())

    assert result.exit_code == 0, result.output
    profiles = {one["kind"]: one for one in json.loads(result.stdout)["profiles"]}
    machines = [one for one in profiles.values() if one["target"] and not one["person"]]
    people = [one for one in profiles.values() if one["target"] and one["person"]]
    assert sum(one["mails"] for one in machines) == sum(one["mails"] for one in people) == 28
    assert {one["kind"]: one["votes"] for one in people} == {
        one["kind"]: one["mails"] for one in people
    }
    for one in machines + people:
        assert one["false_accepts"] == one["false_rejects"] == 0, one
        assert one["unsubscribed"] == one["alerts"] == 0, one
    assert profiles["without a sign"]["click_only"] == profiles["without a sign"]["votes"] == 2


def test_no_machine_votes_among_the_clients_of_the_demo_either(monkeypatch):
    monkeypatch.setattr(company, "fill", partial(company.fill, contacts=40))

    result = check("--mails", "14", "--json", "--demo")

    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["good"]


def test_a_database_with_clients_is_left_alone(app, session, cast):
    cast.client("claire")
    session.commit()

    url = app.extensions["hopnps"].db.engine.url.render_as_string(hide_password=False)
    result = check("--mails", "1", "--database", url)

    assert result.exit_code == 1
    assert "clients" in result.stderr  # in either language
    session.rollback()
    assert session.query(Contact).count() == 1
    assert check("--demo", "--database", url).exit_code == 2


def test_a_machine_that_is_believed_ends_it_with_one(monkeypatch):
    from hopnps.scanners import machines, trial

    monkeypatch.setattr(machines, "MACHINES", (machines.sandbox,))
    monkeypatch.setattr(trial.people, "PEOPLE", ())
    result = check("--mails", "1")

    assert result.exit_code == 1
    assert "sandbox" in result.stdout and "  *\n" in result.stdout
