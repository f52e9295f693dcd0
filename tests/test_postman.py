"""The postman: bytes as they are, each mail's end told once, several connections, none that is silent for long."""

from __future__ import annotations

from time import monotonic, sleep

import pytest

from hopnps import postman
from hopnps.mailer import Mailer
from hopnps.postman import Postman
from tests.carrying import CONTENT, Letter, carry, fates, letters

CLAIRE, MARC = Letter("claire@example.org"), Letter("marc@example.org")


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(postman, "RETRY_SECONDS", (0, 0))


@pytest.fixture
def mailer(mailroom):
    """A callable: a mailer to this mail room; keywords are more of its settings."""

    def make(**settings):
        usual = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": mailroom.port, "MAIL_TIMEOUT": 5}
        return Mailer.from_config(usual | settings)

    return make


def test_the_bytes_arrive_as_they_are(mailer, mailroom):
    assert fates(carry(mailer(), [CLAIRE])) == {"SENT"}

    assert mailroom.mails[0].content == CONTENT
    assert mailroom.mails[0].sender == "bonjour@example.org"


def test_a_refusal_is_an_answer_and_the_line_goes_on(mailer, mailroom):
    mailroom.answers["marc@example.org"] = "550 5.1.1 no such user"

    refused, sent = carry(mailer(), [MARC, CLAIRE])

    assert str(refused.reply) == "550 5.1.1 no such user"
    assert refused.reply.means_no_such_address
    assert sent.fate.name == "SENT"
    assert mailroom.connections == 1


@pytest.mark.parametrize(
    ("trouble", "fate"),
    [
        ("cut_at_rcpt", "CUT"),
        ("cut_in_data", "DOUBTFUL"),
        ("cut_after_dot", "DOUBTFUL"),
        ("silent", "DOUBTFUL"),
    ],
)
def test_a_broken_line_says_whether_the_mail_may_have_left(mailer, mailroom, trouble, fate):
    getattr(mailroom, trouble).add("claire@example.org")

    [verdict] = carry(mailer(MAIL_TIMEOUT=0.5), [CLAIRE])

    assert verdict.fate.name == fate
    assert verdict.words


def test_many_mails_take_several_connections(mailer, mailroom):
    assert fates(carry(mailer(), letters(60), connections=3)) == {"SENT"}

    assert mailroom.connections == 3
    assert sorted(one.recipient for one in mailroom.mails) == sorted(
        one.recipient for one in letters(60)
    )


def test_a_stand_in_carries_while_one_waits_for_something_else(mailer, mailroom):
    end = monotonic() + 10

    with Postman(mailer(), connections=2) as carrier:
        carrier.hand_over(letters(20))
        with carrier.meanwhile():
            while len(mailroom.mails) < 20 and monotonic() < end:
                sleep(0.01)
        assert len(mailroom.mails) == 20
        verdicts = carrier.take(enough=20, seconds=5)

    assert fates(verdicts) == {"SENT"}
    assert len(verdicts) == 20


def test_without_a_mail_server_he_gives_up_and_the_mails_can_be_recalled(mailer):
    with Postman(mailer(MAIL_PORT=1), connections=4) as carrier:
        carrier.hand_over(letters(50))
        assert carrier.take(seconds=5) == []

        assert "refused" in str(carrier.trouble)
        assert len(carrier.recall()) == 50


def test_a_server_that_wants_a_login_refuses_the_house_not_the_recipient(mailer, mailroom):
    mailroom.at_mail = "530 5.7.0 log in first"

    with Postman(mailer(), connections=1) as carrier:
        carrier.hand_over([CLAIRE])
        [verdict] = carrier.take(seconds=5)

    assert verdict.fate.name == "UNBEGUN"
    assert carrier.trouble.login
