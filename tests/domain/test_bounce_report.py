"""What comes back is read: invented mails in the formats of real servers (tests/domain/bounces), and hostile ones."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hopnps.domain.bounce_class import BounceClass, judge, status_in
from hopnps.domain.bounce_message import LARGEST
from hopnps.domain.bounce_report import Verdict, read

CORPUS = Path(__file__).with_name("bounces")
EXPECTED = list(csv.DictReader((CORPUS / "expected.csv").read_text().splitlines()))
SAMPLES = [(CORPUS / one["file"]).read_bytes() for one in EXPECTED[::4]]


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda one: one["file"].removesuffix(".eml"))
def test_each_kind_of_bounce_is_told(expected):
    verdict = read((CORPUS / expected["file"]).read_bytes())

    told = {"class": verdict.kind, "status": verdict.status, "address": verdict.address}
    assert told == {key: expected[key] for key in told}
    assert bool(verdict.reason) == (verdict.kind is not BounceClass.NONE)


def test_every_mail_of_the_corpus_has_its_line():
    assert sorted(path.name for path in CORPUS.glob("*.eml")) == [one["file"] for one in EXPECTED]


def test_a_bounce_says_to_which_address_and_about_which_mail_it_came():
    verdict = read((CORPUS / "exim-unrouteable.eml").read_bytes())

    assert "bounces+7-abcdefghijklmnopqrst@example.org" in " ".join(verdict.return_paths)
    assert verdict.message_ids == ("<7.1.20260302120000@avis.example.org>",)


def test_a_complaint_says_from_which_address_our_mail_came():
    verdict = read((CORPUS / "arf-fraud-without-recipient.eml").read_bytes())

    assert "bounces+7-abcdefghijklmnopqrst@example.org" in " ".join(verdict.return_paths)


def test_the_reason_is_the_servers_words_on_one_line():
    reason = read((CORPUS / "postfix-orange-unknown.eml").read_bytes()).reason

    assert reason.startswith("552 5.1.1 Adresse d au moins un destinataire invalide.")
    assert "\n" not in reason


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        ("5.1.1", "", "hard"),
        ("5.1.1", "mailbox full", "soft"),
        ("5.1.1", "rejected as spam", "policy"),
        ("5.7.1", "user unknown", "policy"),
        ("5.2.2", "", "soft"),
        ("5.1.8", "", "policy"),
        ("4.4.7", "", "soft"),
        ("4.7.1", "greylisted", "soft"),
        ("4.7.0", "blocked for bad reputation", "policy"),
        ("5.0.0", "", "soft"),
        ("", "", "soft"),
    ],
)
def test_a_status_and_words_make_a_class(status, words, kind):
    assert judge(status, words) == kind


WORDS = [line.partition("|") for line in (CORPUS / "words.txt").read_text().splitlines()]


@pytest.mark.parametrize(("kind", "words"), [(kind, words) for kind, _bar, words in WORDS])
def test_the_words_of_a_server_make_a_class(kind, words):
    assert judge(status_in(words), words) == kind


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("550 5.1.1 no", "5.1.1"),
        ("(#5.7.1)", "5.7.1"),
        ("smtp;550-5.2.2 full", "5.2.2"),
        ("host 5.1.1.4 said no", ""),
        ("Exim 4.96", ""),
        ("server 10.5.1.1 said", ""),
        ("status 5.1.1.", "5.1.1"),
    ],
)
def test_an_ip_address_is_no_status(words, status):
    assert status_in(words) == status


@given(st.binary(max_size=2_000))
def test_any_bytes_at_all_are_read_without_harm(raw):
    assert isinstance(read(raw), Verdict)


@given(st.sampled_from(SAMPLES), st.data())
@settings(max_examples=150)
def test_a_broken_bounce_is_read_without_harm(raw, data):
    begin = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(begin, len(raw)))
    noise = data.draw(st.binary(max_size=30) | st.sampled_from([b"\r\n\r\n", b"=?utf-8?b?", b"--"]))

    assert isinstance(read(raw[:begin] + noise + raw[end:]), Verdict)


@pytest.mark.parametrize(
    "raw",
    [
        b"".join(
            b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(4000)
        ),
        b"Content-Type: message/rfc822\n\n" * 4000,
        b"From: mailer-daemon@a.test\nSubject: failure notice\n\n" + b"\n" * 3_000_000,
        b"From: mailer-daemon@a.test\nSubject: failure notice\n\n" + b"a@" * 200_000,
        b"From: mailer-daemon@a.test\nSubject: failure notice\n\n" + b"550 " * 100_000,
        b"From: mailer-daemon@a.test\nSubject: failure notice\n\n" + b"mailbox " * 50_000,
        b"From: mailer-daemon@a.test\nSubject: failure notice\nContent-Type: text/html\n\n"
        + b"<style" * 50_000,
        b"From: mailer-daemon@a.test\nSubject: failure notice\n\n" + b"a." * 100_000 + b"@b.test",
        b"From: " + b"<" * 300_000,
        b"To: " + b"a@b.test," * 50_000,
        b"Subject: " + b"=?utf-8?q?a?= " * 30_000 + b"\n\n",
        (SAMPLES[0].replace(b"Status: ", b"Status: " + b"5." * 50_000)),
        b"Subject: =?no-such-charset?q?Undelivered?=\nContent-Type: text/plain; charset=nonsense\n\n\xff\xfe",
    ],
    ids=range(13),
)
def test_a_hostile_mail_costs_little_time(raw):
    began = time.monotonic()

    assert isinstance(read(raw), Verdict)
    assert time.monotonic() - began < 5


def test_of_a_huge_mail_the_beginning_is_read():
    bounce = (CORPUS / "postfix-free-unknown.eml").read_bytes()

    assert read(bounce + b"x" * 20 * LARGEST).kind is BounceClass.HARD


def test_precision_and_recall_over_the_corpus_stay_high():
    """Of each class: how many that were called so are so, and how many that are so were called so."""
    pairs = [(one["class"], read((CORPUS / one["file"]).read_bytes()).kind) for one in EXPECTED]
    for kind in BounceClass:
        called = sum(1 for _is, said in pairs if said == kind)
        are = sum(1 for is_, _said in pairs if is_ == kind)
        right = sum(1 for is_, said in pairs if is_ == said == kind)
        assert right / called >= 0.95, kind
        assert right / are >= 0.95, kind
