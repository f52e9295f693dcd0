"""Settings as people write them, in config.py or in the environment."""

import os
import re
import subprocess
import sys

import pytest

from hopnps import setting_values


@pytest.mark.parametrize("place", ["given", "environ"])
def test_a_text_means_the_same_in_config_py_and_in_the_environment(place):
    said = {
        "HOPNPS_TOKEN_KEYS": "first-key, second-key",
        "HOPNPS_DEMO_MAILBOX": "false",
        "HOPNPS_RETRY_SECONDS": "60, 120",
        "MAIL_PORT": "587",
    }

    found = setting_values.load(**{"given": {}, "environ": {}, place: said})

    assert found["HOPNPS_TOKEN_KEYS"] == ["first-key", "second-key"]
    assert found["HOPNPS_DEMO_MAILBOX"] is False
    assert found["HOPNPS_RETRY_SECONDS"] == [60, 120]
    assert found["MAIL_PORT"] == 587


def test_each_value_knows_where_it_comes_from():
    said = setting_values.origins(
        given={"MAIL_PORT": 587, "HOPNPS_LANGUAGE": "en", "SECRET_KEY": None},
        environ={"HOPNPS_LANGUAGE": "fr"},
    )

    assert said["HOPNPS_LANGUAGE"] == setting_values.ENVIRONMENT
    assert said["MAIL_PORT"] == setting_values.CONFIG
    assert said["SECRET_KEY"] == said["HOPNPS_TIMEZONE"] == setting_values.DEFAULT


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
        setting_values.load(**{"given": {}, "environ": {}, place: {key: text}})


def test_a_number_in_config_py_is_held_to_the_same_bounds():
    with pytest.raises(ValueError, match="HOPNPS_FREQUENCY_DAYS: -3"):
        setting_values.load({"HOPNPS_FREQUENCY_DAYS": -3}, {})


def test_a_command_says_a_setting_that_cannot_be_in_one_line(tmp_path):
    environ = os.environ | {"HOPNPS_INSTANCE": str(tmp_path), "HOPNPS_FREQUENCY_DAYS": "-3"}
    command = [sys.executable, "-c", "from hopnps.app import main; main()", "segment", "list"]

    told = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)

    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == "Error: HOPNPS_FREQUENCY_DAYS: -3 should be from 0 to 3650\n"
