"""Passwords: kept as salted hashes that Werkzeug reads as well, refused when weak."""

from __future__ import annotations

import pytest
from werkzeug.security import check_password_hash, generate_password_hash

from hopnps.domain import passwords
from hopnps.domain.errors import Invalid

GOOD = "un vélo sous le tilleul"


def test_a_password_matches_its_own_hash_only():
    stored = passwords.scramble(GOOD)

    assert passwords.matches(stored, GOOD)
    assert not passwords.matches(stored, GOOD + " ")
    assert GOOD not in stored
    assert stored != passwords.scramble(GOOD)  # each has its own salt


@pytest.mark.parametrize("method", ["scrypt", "pbkdf2:sha256:1000"])
def test_werkzeug_and_we_read_each_others_hashes(method):
    assert passwords.matches(generate_password_hash(GOOD, method), GOOD)
    assert check_password_hash(passwords.scramble(GOOD), GOOD)


def test_an_accent_typed_in_two_ways_is_the_same_password():
    assert passwords.matches(passwords.scramble("sous le tilleul, é"), "sous le tilleul, e\u0301")


@pytest.mark.parametrize("stored", ["", "x", "$", "md5$a$b", "plain$$secret"])
def test_what_is_no_hash_of_ours_matches_nothing(stored):
    assert not passwords.matches(stored, "")
    assert not passwords.matches(stored, "secret")


@pytest.mark.parametrize(
    "weak", ["", "short", "aaaaaaaaaaaaaaa", "Sophie.Marchal@tilleul.test ", "x" * 257]
)
def test_a_weak_password_is_refused(weak):
    with pytest.raises(Invalid):
        passwords.check(weak, email="sophie.marchal@tilleul.test")


def test_a_short_sentence_is_good():
    passwords.check(GOOD)
