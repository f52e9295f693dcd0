"""hopnps demo: what it takes from the environment (nothing that leads out), and where it stands."""

import os
import signal
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path
from urllib.request import urlopen

import pytest
from flask.cli import ScriptInfo

from hopnps import create_app
from hopnps.cli import commands, demo
from hopnps.demo import company, room
from hopnps.models import Contact

HOSTILE = {
    "MAIL_SERVER": "smtp.example.com",
    "MAIL_PORT": "587",
    "MAIL_USERNAME": "real",
    "MAIL_PASSWORD": "real",
    "MAIL_USE_TLS": "1",
    "HOPNPS_DATABASE_URL": "postgresql://real.example.com/real",
    "HOPNPS_PUBLIC_URL": "https://real.example.com",
    "HOPNPS_TOKEN_KEYS": "real",
}


def test_demo_mail_cannot_leave_whatever_the_environment_says(tmp_path, monkeypatch):
    for key, value in HOSTILE.items():
        monkeypatch.setenv(key, value)
    monkeypatch.setenv("HOPNPS_INSTANCE", str(tmp_path))

    with room.listening_socket() as door:
        app = demo._app(ScriptInfo(create_app=create_app), door)

    told = {key: app.config[key] for key in HOSTILE}
    assert not [key for key in HOSTILE if str(told[key]) == HOSTILE[key]]
    assert app.config["MAIL_SERVER"] == "127.0.0.1"
    assert app.config["SQLALCHEMY_DATABASE_URI"] == f"sqlite:///{tmp_path / 'demo/hopnps.sqlite'}"


def test_a_second_start_keeps_what_is_there(tmp_path, monkeypatch):
    monkeypatch.setenv("HOPNPS_INSTANCE", str(tmp_path))
    with room.listening_socket() as door:
        app = demo._app(ScriptInfo(create_app=create_app), door)
    with app.app_context():
        session = app.extensions["hopnps"].session
        demo._prepare()
        session.query(Contact).first().notes = "changed by the newcomer"
        session.commit()

        demo._prepare()

        assert session.query(Contact).filter_by(notes="changed by the newcomer").count() == 1
        assert session.query(Contact).count() == company.CONTACTS
        session.get_bind().dispose()


def test_the_next_port_is_taken_when_the_first_is_busy():
    with room.listening_socket() as first, room.listening_socket() as second:
        assert first.getsockname()[1] != second.getsockname()[1]


def test_a_busy_port_that_was_asked_for_is_refused_in_a_sentence(tmp_path, monkeypatch, run):
    monkeypatch.setenv("HOPNPS_INSTANCE", str(tmp_path))
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        result = run("demo", "--port", str(busy.getsockname()[1]))

    assert result.exit_code == 1
    assert "cannot be used" in result.stderr


def test_without_its_mail_server_the_demo_says_what_to_install(monkeypatch, run):
    monkeypatch.setitem(sys.modules, "aiosmtpd", None)

    result = run("demo")

    assert result.exit_code == 1
    assert "hopnps[demo]" in result.stderr


@pytest.fixture
def demo_process(tmp_path):
    """`hopnps demo` as somebody starts it; yields the process and what it said on its last lines."""
    command = [sys.executable, "-c", "from hopnps.app import main; main()", "demo"]
    environ = {**os.environ, "HOPNPS_INSTANCE": str(tmp_path), "LANG": "C", "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=Path(__file__).parents[2],
        # a shell that starts the tests in the background has Ctrl-C ignored in all that they start
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    said = []
    while process.poll() is None and not (said and "Password" in said[-1]):
        said.append(process.stdout.readline())
    yield process, said
    process.kill()
    process.wait()
    process.stdout.close()


def test_it_prints_the_address_and_serves_it_until_ctrl_c(demo_process):
    process, said = demo_process
    address = next(line.split()[-1] for line in said if "Address" in line)

    with urlopen(f"{address}/mailbox") as answer:
        assert answer.status == 200
    process.send_signal(signal.SIGINT)

    assert process.wait(timeout=20) == 0
    assert "Traceback" not in process.stdout.read()
    assert [line.split()[-1] for line in said if "Log in as" in line] == [
        "sales",
        "marketer",
        "admin",
    ]


def test_the_command_is_known(run):
    assert "demo" in commands.commands
    assert "mailbox" in run("demo", "--help").output
