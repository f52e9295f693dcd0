"""hopnps user: who may log in to our own small CRM."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from hopnps.cli.context import house, json_option, now, print_json, session
from hopnps.models import Role, User
from hopnps.services import password_links, users

group = AppGroup("user", help="Colleagues who may log in.")


@group.command("add")
@click.argument("email")
@click.option(
    "--role",
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="What they may do.",
)
@click.option("--name", default="", help="First and last name.")
@json_option
def add(email: str, role: str, name: str, as_json: bool) -> None:
    """Add a colleague; prints the link by which they choose a password."""
    user = users.add(session(), email=email, role=role, name=name, now=now())
    session().commit()
    _print_link(user, as_json)


@group.command("link")
@click.argument("email")
@json_option
def link(email: str, as_json: bool) -> None:
    """Print a new link by which a colleague chooses a password."""
    _print_link(users.find(session(), email), as_json)


@group.command("list")
@json_option
def show(as_json: bool) -> None:
    """List the colleagues."""
    found = users.everybody(session())
    if as_json:
        return print_json([_facts(user) for user in found])
    for user in found:
        click.echo("\t".join((user.email, user.role, user.name, _state(user))))


def _print_link(user: User, as_json: bool) -> None:
    address = password_links.make(house().links, user, now=now())
    print_json(_facts(user) | {"link": address}) if as_json else click.echo(address)


def _facts(user: User) -> dict[str, str]:
    return {"email": user.email, "role": user.role, "name": user.name, "state": _state(user)}


def _state(user: User) -> str:
    if user.disabled_at:
        return "disabled"
    return "active" if user.password_hash else "invited"
