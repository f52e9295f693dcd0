"""What a server's answer means for the mail and for the address."""

from __future__ import annotations

import pytest

from hopnps.domain.smtp_reply import Reply, Stage


@pytest.mark.parametrize(
    ("stage", "code", "words"),
    [
        (Stage.RCPT, 550, "5.1.1 no such user"),
        (Stage.RCPT, 550, "no such user"),
        (Stage.RCPT, 553, "mailbox name not allowed"),
        (Stage.RCPT, 551, "user not local"),
        (Stage.RCPT, 550, "5.2.1 mailbox disabled"),
        (Stage.DATA, 550, "5.1.1 user unknown"),
    ],
)
def test_the_server_does_not_know_this_address(stage, code, words):
    assert Reply(stage, code, words).means_no_such_address


@pytest.mark.parametrize(
    ("stage", "code", "words"),
    [
        (Stage.RCPT, 550, "5.7.1 blocked by policy"),
        (Stage.RCPT, 552, "5.2.2 mailbox full"),
        (Stage.RCPT, 450, "4.1.1 try later"),
        (Stage.RCPT, 553, "5.1.8 bad sender's system address"),
        (Stage.MAIL, 550, "5.1.7 bad sender"),
        (Stage.DATA, 554, "message refused as spam"),
        (Stage.RCPT, 250, "OK"),
    ],
)
def test_the_answer_says_nothing_about_the_address(stage, code, words):
    assert not Reply(stage, code, words).means_no_such_address


@pytest.mark.parametrize("code", [421, 450, 454, 354, 199])
def test_what_is_neither_yes_nor_no_means_later(code):
    assert Reply(Stage.DATA, code, "").temporary


def test_only_a_250_kind_of_answer_is_yes():
    assert Reply(Stage.DATA, 250, "queued").accepted
    assert not Reply(Stage.DATA, 550, "no").accepted
    assert not Reply(Stage.DATA, 550, "no").temporary
