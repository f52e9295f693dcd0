"""The pages that come from the code say what the code says today, and what the README shows works."""

import inspect
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import FlaskGroup

from hopnps import HopNPS
from hopnps.cli import commands
from hopnps.signals import SIGNALS
from scripts.write_docs import pages

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.fr.md")


@pytest.mark.parametrize("path", pages())
def test_a_page_from_the_code_is_up_to_date(path):
    assert (ROOT / path).read_text() == pages()[path], "make docs writes it anew"


def test_the_example_configuration_is_python():
    compile((ROOT / "instance/config.py.example").read_text(), "config.py.example", "exec")


@pytest.mark.parametrize("name", READMES)
def test_the_readme_names_every_command(name):
    text = (ROOT / name).read_text()

    assert [one for one in commands.commands if f"hopnps {one}" not in text] == []


@pytest.mark.parametrize("name", READMES)
def test_the_readme_names_no_command_that_is_not_there(name):
    named = re.findall(r"\bhopnps ([a-z]+(?:-[a-z]+)*)(?: ([a-z]+))?", _code_in(ROOT / name))

    assert [words for words in named if not _is_command(*words)] == []


@pytest.mark.parametrize(
    "path", [*READMES, *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))]
)
def test_links_within_the_docs_lead_somewhere(path):
    page = ROOT / path
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())

    assert [one for one in targets if not (page.parent / one).exists()] == []


@pytest.mark.parametrize("name", READMES)
def test_the_host_application_of_the_readme_runs(name, tmp_path, monkeypatch):
    monkeypatch.setenv("HOPNPS_INSTANCE", str(tmp_path))
    block = re.search(r"```python\n(.*?)```", (ROOT / name).read_text(), re.DOTALL)[1]
    host = {"__name__": "host"}
    exec(compile(block, name, "exec"), host)

    result = CliRunner().invoke(
        FlaskGroup(create_app=lambda: host["app"]), ["hopnps", "db", "upgrade"]
    )
    page = host["app"].test_client().get("/nps/", follow_redirects=True)

    assert result.exit_code == 0, result.output
    assert page.status_code == 200
    assert "NPS" in page.text


def test_the_five_lines_of_the_page_on_mounting_run(tmp_path):
    page = (ROOT / "docs/mounting.md").read_text()
    block = re.search(r"```python\n(.*?)```", page, re.DOTALL)[1]
    app = Flask("crm")
    app.config.update(SECRET_KEY="crm", HOPNPS_INSTANCE=str(tmp_path))
    exec(compile(block, "mounting.md", "exec"), {"app": app})

    result = CliRunner().invoke(FlaskGroup(create_app=lambda: app), ["hopnps", "db", "upgrade"])
    front = app.test_client().get("/nps/", follow_redirects=True)

    assert len([line for line in block.splitlines() if line]) <= 5
    assert result.exit_code == 0, result.output
    assert front.status_code == 200


def test_every_argument_of_the_extension_is_documented():
    page = (ROOT / "docs/mounting.md").read_text()
    arguments = inspect.signature(HopNPS).parameters.keys() - {"app"}
    calls = [name for name, _call in inspect.getmembers(HopNPS, callable) if name[0] != "_"]

    assert [name for name in arguments if f"`{name}`" not in page] == []
    assert [name for name in calls if f"nps.{name}" not in page] == []


def test_every_signal_is_documented():
    page = (ROOT / "docs/signals.md").read_text()

    assert [name for name in SIGNALS if f"`{name}`" not in page] == []


def test_every_make_target_says_what_it_does():
    text = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.+)$", text, re.MULTILINE)[1].split()

    assert [name for name in phony if not re.search(rf"^{name}:.*## .+", text, re.MULTILINE)] == []


def _is_command(name: str, second: str) -> bool:
    command = commands.commands.get(name)
    return command is not None and (
        not second or not isinstance(command, click.Group) or second in command.commands
    )


def _code_in(page: Path) -> str:
    """The commands a page shows, in its shell blocks and in backticks."""
    text = page.read_text()
    shell = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))
    inline = re.findall(r"`([^`\n]+)`", text)
    return "\n".join([re.sub(r"#.*", "", shell), *inline])
