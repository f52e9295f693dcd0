"""Settings as people write them, in config.py or in the environment, and the secrets that an installation makes itself."""

import os
import re
import stat
import subprocess
import sys

import pytest
import sqlalchemy as sa

from hopnps import database, settings


@pytest.mark.parametrize("place", ["given", "environ"])
def test_a_text_means_the_same_in_config_py_and_in_the_environment(place):
    said = {
        "HOPNPS_TOKEN_KEYS": "first-key, second-key",
        "HOPNPS_DEMO_MAILBOX": "false",
        "HOPNPS_RETRY_SECONDS": "60, 120",
        "MAIL_PORT": "587",
    }

    found = settings.load(**{"given": {}, "environ": {}, place: said})

    assert found["HOPNPS_TOKEN_KEYS"] == ["first-key", "second-key"]
    assert found["HOPNPS_DEMO_MAILBOX"] is False
    assert found["HOPNPS_RETRY_SECONDS"] == [60, 120]
    assert found["MAIL_PORT"] == 587


def test_each_value_knows_where_it_comes_from():
    said = settings.origins(
        given={"MAIL_PORT": 587, "HOPNPS_LANGUAGE": "en", "SECRET_KEY": None},
        environ={"HOPNPS_LANGUAGE": "fr"},
    )

    assert said["HOPNPS_LANGUAGE"] == settings.ENVIRONMENT
    assert said["MAIL_PORT"] == settings.CONFIG
    assert said["SECRET_KEY"] == said["HOPNPS_TIMEZONE"] == settings.DEFAULT


@pytest.mark.parametrize("place", ["given", "environ"])
@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("HOPNPS_FREQUENCY_DAYS", "-3", "-3 should be from 0 to 3650"),
        ("HOPNPS_EXPIRY_DAYS", "0", "0 should be from 1 to 3650"),
        ("MAIL_PORT", "70000", "70000 should be from 1 to 65535"),
        ("MAIL_TIMEOUT", "soon", "'soon' is not a whole number"),
        ("HOPNPS_RETRY_SECONDS", "60, soon", "'soon' is not a whole number"),
        ("HOPNPS_RETRY_SECONDS", "60, 0", "should be from 1 to 604800"),
        ("HOPNPS_RETRY_SECONDS", " , ", "should be seconds, separated by commas"),
        ("HOPNPS_TIMEZONE", "Paris", "'Paris' is no time zone"),
        ("HOPNPS_LANGUAGE", "de", "'de' should be fr or en"),
        ("HOPNPS_PUBLIC_URL", "avis.example.org", "should be an address such as https://"),
    ],
)
def test_what_cannot_be_is_said_at_the_start(place, key, text, words):
    with pytest.raises(ValueError, match=f"^{key}: .*{re.escape(words)}"):
        settings.load(**{"given": {}, "environ": {}, place: {key: text}})


def test_a_number_in_config_py_is_held_to_the_same_bounds():
    with pytest.raises(ValueError, match="HOPNPS_FREQUENCY_DAYS: -3"):
        settings.load({"HOPNPS_FREQUENCY_DAYS": -3}, {})


def test_a_command_says_a_setting_that_cannot_be_in_one_line(tmp_path):
    environ = os.environ | {"HOPNPS_INSTANCE": str(tmp_path), "HOPNPS_FREQUENCY_DAYS": "-3"}
    command = [sys.executable, "-c", "from hopnps.app import main; main()", "segment", "list"]

    told = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)

    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == "Error: HOPNPS_FREQUENCY_DAYS: -3 should be from 0 to 3650\n"


def test_a_secret_is_made_once_for_its_owner_alone(tmp_path):
    made = settings.made_once(tmp_path, "token.key")

    assert len(made) >= 32
    assert settings.made_once(tmp_path, "token.key") == made
    assert stat.S_IMODE((tmp_path / "token.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["token.key"]


def test_an_empty_secret_is_no_secret(tmp_path):
    """A full disk, or another process that is just writing it: an empty key would let everybody sign."""
    (tmp_path / "token.key").touch()

    with pytest.raises(ValueError, match=r"token\.key"):
        settings.made_once(tmp_path, "token.key")


def test_the_instance_is_its_owners_alone(tmp_path):
    folder = settings.instance_folder({"HOPNPS_INSTANCE": str(tmp_path / "new" / "instance")})

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_new_sqlite_file_and_its_log_are_their_owners_alone(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'hopnps.sqlite'}")
    database.arm_sqlite(engine)

    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (a INTEGER)"))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}

    engine.dispose()
    assert set(modes.values()) == {0o600}, modes
