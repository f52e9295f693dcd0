"""Links: who may forge what (nobody, nothing)."""

import hashlib
import hmac
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopnps.links import Links, Purpose

LINKS = Links("https://avis.example.org", ("new", "old"))


def test_a_score_link_bears_token_and_score_and_no_query():
    link = LINKS.score(7, 9)

    assert link.startswith("https://avis.example.org/s/7-")
    assert link.endswith("/9")
    assert "?" not in link


def test_a_test_mail_leads_to_the_same_pages_with_a_token_of_its_own():
    link, way_out = LINKS.preview(7, 9), LINKS.preview_unsubscribe(7)

    token = LINKS.token(Purpose.PREVIEW, 7)
    assert link == f"https://avis.example.org/s/{token}/9"
    assert way_out == f"https://avis.example.org/u/{token}"
    assert LINKS.verify(Purpose.UNSUBSCRIBE, token) is None


def test_links_in_mails_that_left_long_ago_are_still_the_ones_we_make():
    links = Links("https://avis.example.org", ("a-key-of-the-house",))

    assert links.answer(123456) == "https://avis.example.org/s/2n9c-mJU4lmJZfNR-0W4oDjfrMw"
    assert links.unsubscribe(35) == "https://avis.example.org/u/z-wMm6cXvc74oCRAxjJTaVcw"
    assert links.token(Purpose.NONCE, 9, "x") == "9-JTpoll8Cuh1yb5GSaSEBAw"


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200),
    st.integers(0, 2**63 - 1),
)
def test_a_token_bears_the_first_half_of_an_hmac_whatever_the_key(key, number):
    mac = hmac.digest(key.encode(), f"hopnps/answer/{number}/".encode(), hashlib.sha256)

    token = Links("https://avis.example.org", (key,)).token(Purpose.ANSWER, number)

    assert token.partition("-")[2] == urlsafe_b64encode(mac[:16]).decode().rstrip("=")


def test_a_link_signed_with_an_older_key_still_opens():
    token = Links("https://avis.example.org", ("old",)).token(Purpose.ANSWER, 36)

    assert LINKS.verify(Purpose.ANSWER, token) == 36


@pytest.mark.parametrize("purpose", [Purpose.UNSUBSCRIBE, Purpose.PASSWORD, Purpose.PREVIEW])
def test_a_token_for_answering_opens_nothing_else(purpose):
    assert LINKS.verify(purpose, LINKS.token(Purpose.ANSWER, 7)) is None


@pytest.mark.parametrize("spoil", ["8", "", "7-", "07", "７", "7--", "é", "7-" + "A" * 22])
def test_a_tampered_token_opens_nothing(spoil):
    mac = LINKS.token(Purpose.ANSWER, 7).partition("-")[2]

    assert LINKS.verify(Purpose.ANSWER, spoil if "-" in spoil else f"{spoil}-{mac}") is None


def test_a_token_ends_when_the_state_it_was_made_for_changes():
    token = LINKS.token(Purpose.PASSWORD, 3, state="no password yet")

    assert LINKS.verify(Purpose.PASSWORD, token, state="no password yet") == 3
    assert LINKS.verify(Purpose.PASSWORD, token, state="a password") is None


def test_the_link_that_no_person_sees_opens_nothing_else():
    link = LINKS.honeypot(7)
    token = link.rpartition("/")[2]

    assert link == f"https://avis.example.org/h/{token}"
    assert LINKS.verify(Purpose.HONEYPOT, token) == 7
    assert LINKS.verify(Purpose.ANSWER, token) is None
