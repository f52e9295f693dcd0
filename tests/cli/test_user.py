"""hopnps user: colleagues by command, for set-up and for who lost their password."""

from __future__ import annotations

import json


def test_the_first_admin_is_made_by_command_and_gets_a_link(run, app):
    result = run(
        "user", "add", "Sophie.Marchal@tilleul.test", "--role", "admin", "--name", "Sophie"
    )

    assert result.exit_code == 0
    assert result.stdout.startswith("https://avis.example.org/password/")
    assert result.stdout.count("\n") == 1


def test_the_link_can_be_had_as_json_and_anew(run):
    made = json.loads(run("user", "add", "leo@tilleul.test", "--role", "sales", "--json").stdout)
    again = run("user", "link", "LEO@tilleul.test").stdout.strip()

    assert made["email"] == "leo@tilleul.test"
    assert made["state"] == "invited"
    assert again.startswith("https://avis.example.org/password/")


def test_the_list_tells_role_and_state(run, cast):
    cast.colleague("sophie")
    run("user", "add", "leo@tilleul.test", "--role", "sales")

    assert run("user", "list").stdout.splitlines() == [
        "leo@tilleul.test\tsales\t\tinvited",
        "sophie.marchal@tilleul.test\tadmin\tSophie Marchal\tactive",
    ]
    assert [one["role"] for one in json.loads(run("user", "list", "--json").stdout)] == [
        "sales",
        "admin",
    ]


def test_what_cannot_be_is_refused_in_a_sentence(run):
    run("user", "add", "leo@tilleul.test", "--role", "sales")

    again = run("user", "add", "leo@tilleul.test", "--role", "sales")
    unknown = run("user", "link", "nobody@tilleul.test")
    wrong = run("user", "add", "lea@tilleul.test", "--role", "boss")

    assert (again.exit_code, unknown.exit_code, wrong.exit_code) == (1, 1, 2)
    assert "leo@tilleul.test est déjà collègue ici." in again.stderr
    assert "Personne ici n’a l’adresse nobody@tilleul.test." in unknown.stderr
