"""Whatever a server says, and in whatever slices: each mail ends once, and what may have left is known."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hopnps.domain.parcel import Fate
from hopnps.domain.smtp_dialogue import Dialogue, dot_stuffed


@dataclass(frozen=True)
class Letter:
    recipient: str = "claire@example.org"
    sender: str = "bonjour@example.org"
    content: bytes = b"Subject: Bonjour\r\n\r\nUn vote ?\r\n"

    @property
    def mail(self):
        return self

    @property
    def wire(self):
        return dot_stuffed(self.content)


CLAIRE, MARC, TOM = (Letter(f"{name}@example.org") for name in ("claire", "marc", "tom"))


def talk(dialogue, letters, answers):
    """Feed these answers one after the other, handing over a letter whenever one is wanted: written bytes, verdicts."""
    letters, written, verdicts = list(letters), [], []
    for answer in ["", *answers]:
        if answer:
            verdicts += dialogue.feed(answer.encode() + b"\r\n")
        if letters and dialogue.wants_mail:
            dialogue.begin(letters.pop(0))
        written.append(said(dialogue))
        dialogue.sent(len(written[-1]))
    return written, verdicts


def said(dialogue):
    """All that the line should take now."""
    return b"".join(dialogue.to_send())


def fates(verdicts):
    return [(one.parcel.recipient.partition("@")[0], one.fate.name) for one in verdicts]


def test_the_next_envelope_travels_with_the_content_of_the_one_before():
    dialogue = Dialogue(pipelining=True, size=True)

    written, verdicts = talk(dialogue, [CLAIRE, MARC], ["250 ok", "250 ok", "354 go", "250 queued"])

    start = b"MAIL FROM:<bonjour@example.org> SIZE=34\r\nRCPT TO:<%s@example.org>\r\nDATA\r\n"
    assert written[0] == start % b"claire"
    assert written[3] == CLAIRE.content + b".\r\n" + start % b"marc"
    assert fates(verdicts) == [("claire", "SENT")]


def test_without_pipelining_each_command_waits_for_its_answer():
    dialogue = Dialogue(pipelining=False)

    written, verdicts = talk(dialogue, [CLAIRE, MARC], ["250 ok", "250 ok", "354 go", "250 queued"])

    assert written[:3] == [
        b"MAIL FROM:<bonjour@example.org>\r\n",
        b"RCPT TO:<claire@example.org>\r\n",
        b"DATA\r\n",
    ]
    assert written[3:] == [CLAIRE.content + b".\r\n", b"MAIL FROM:<bonjour@example.org>\r\n"]
    assert fates(verdicts) == [("claire", "SENT")]


def test_a_server_that_wants_a_mail_for_nobody_gets_a_lone_dot():
    dialogue = Dialogue(pipelining=True)

    written, verdicts = talk(
        dialogue, [CLAIRE, MARC], ["250 ok", "550 5.1.1 no", "354 go", "554 no"]
    )

    assert written[3].startswith(b".\r\nRSET\r\nMAIL FROM:")
    assert fates(verdicts) == [("claire", "REFUSED")]
    assert str(verdicts[0].reply) == "550 5.1.1 no"


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize(
    "answers",
    [["450 no"], ["250 ok", "550 no"], ["250 ok", "250 ok", "451 no"]],
    ids=["mail", "rcpt", "data"],
)
def test_after_a_refusal_the_next_mail_starts_anew(pipelining, answers):
    dialogue = Dialogue(pipelining=pipelining)
    more = ["503 no", "503 no", "503 no"][len(answers) :] if pipelining else []
    anew = ["250 reset", "250 ok", "250 ok", "354 go", "250 queued"]

    written, verdicts = talk(dialogue, [CLAIRE, MARC], [*answers, *more, *anew])

    assert fates(verdicts) == [("claire", "REFUSED"), ("marc", "SENT")]
    assert verdicts[0].reply.code == int(answers[-1][:3])
    assert b"".join(written).count(b"RSET\r\n") == 1


def test_a_line_that_breaks_knows_what_may_have_left():
    dialogue = Dialogue(pipelining=True)
    talk(dialogue, [CLAIRE, MARC, TOM], ["250 ok", "250 ok", "354 go"])

    assert fates(dialogue.feed(b"")) == [("claire", "DOUBTFUL"), ("marc", "UNBEGUN")]
    assert dialogue.closed
    assert not dialogue.wants_mail


def test_a_line_that_breaks_on_an_envelope_may_do_so_because_of_it():
    dialogue = Dialogue(pipelining=True)
    talk(dialogue, [CLAIRE], ["250 ok"])

    assert fates(dialogue.feed(b"")) == [("claire", "CUT")]


def test_a_line_that_served_others_and_breaks_blames_nobody_new():
    dialogue = Dialogue(pipelining=True)
    talk(dialogue, [CLAIRE, MARC], ["250 ok", "250 ok", "354 go", "552 too big"])

    assert fates(dialogue.feed(b"")) == [("marc", "UNBEGUN")]


def test_a_refusal_that_was_read_counts_though_the_line_breaks_after_it():
    dialogue = Dialogue(pipelining=True)
    talk(dialogue, [CLAIRE], ["250 ok", "550 5.1.1 no"])

    assert fates(dialogue.feed(b"")) == [("claire", "REFUSED")]


@pytest.mark.parametrize("answer", ["421 closing", "421-we are\r\n421 closing"])
def test_a_server_that_hangs_up_politely_says_it_of_one_mail(answer):
    dialogue = Dialogue(pipelining=True)
    _written, verdicts = talk(dialogue, [CLAIRE, MARC], ["250 ok", "250 ok", "354 go", answer])

    assert fates(verdicts) == [("claire", "REFUSED"), ("marc", "UNBEGUN")]
    assert verdicts[0].reply.temporary


def test_a_line_that_has_served_its_time_blames_nobody():
    dialogue = Dialogue(pipelining=True)
    answers = ["250 ok", "250 ok", "354 go", "250 queued", "421 4.7.0 enough for one connection"]
    _written, verdicts = talk(dialogue, [CLAIRE, MARC], answers)

    assert fates(verdicts) == [("claire", "SENT"), ("marc", "UNBEGUN")]


@pytest.mark.parametrize("answer", ["hello", "250", "25", "999 what", "100 what", "", "2x0 ok"])
def test_what_cannot_be_read_ends_the_line(answer):
    dialogue = Dialogue(pipelining=True)
    talk(dialogue, [CLAIRE, MARC], ["250 ok", "250 ok", "354 go"])

    verdicts = dialogue.feed(answer.encode() + b"\r\n")

    expected = "SENT" if answer == "250" else "DOUBTFUL"
    assert fates(verdicts)[0] == ("claire", expected)
    assert dialogue.closed is (answer != "250")


def test_an_answer_before_the_end_of_a_mail_can_only_be_a_refusal():
    for answer, fate in ((b"552 5.3.4 too big\r\n", "REFUSED"), (b"250 ok\r\n", "DOUBTFUL")):
        dialogue = Dialogue(pipelining=True)
        talk(dialogue, [CLAIRE], ["250 ok", "250 ok"])
        dialogue.feed(b"354 go\r\n")
        dialogue.sent(5)

        assert fates(dialogue.feed(answer)) == [("claire", fate)]
        assert dialogue.closed


def test_an_answer_without_end_is_not_kept():
    dialogue = Dialogue(pipelining=True)
    talk(dialogue, [CLAIRE], [])

    assert fates(dialogue.feed(b"2" * 100_000)) == [("claire", "CUT")]


ANSWERS = st.sampled_from(
    [
        *["250 ok"] * 3,
        *["354 go"] * 2,
        "250-two\r\n250 lines",
        "251 will forward",
        "450 later",
        "550 5.1.1 no",
        "421 closing",
        "503 what",
        "noise",
    ]
)


@settings(max_examples=300)
@given(st.lists(ANSWERS, max_size=40), st.booleans(), st.integers(1, 7), st.data())
def test_each_mail_ends_once_whatever_is_said_and_nothing_is_sent_twice(
    answers, pipelining, slice_size, data
):
    dialogue = Dialogue(pipelining=pipelining)
    letters = [Letter(f"client{number}@example.org") for number in range(12)]
    stream = "".join(f"{one}\r\n" for one in answers).encode()
    waiting, ended, written, begun = list(letters), [], b"", set()
    for at in range(0, len(stream), slice_size):
        if waiting and dialogue.wants_mail:
            begun.add(waiting[0].recipient)
            dialogue.begin(waiting.pop(0))
        taken = said(dialogue)
        count = data.draw(st.integers(0, len(taken)))
        written += taken[:count]
        dialogue.sent(count)
        assert said(dialogue) == taken[count:]
        ended += dialogue.feed(stream[at : at + slice_size])
    ended += dialogue.break_off("the end")

    assert sorted(one.parcel.recipient for one in ended) == sorted(begun)
    assert all((one.fate is Fate.REFUSED) == (one.reply is not None) for one in ended)
    contents = written.count(b"Un vote ?\r\n.\r\n")
    may_have_left = [one for one in ended if one.fate not in {Fate.CUT, Fate.UNBEGUN}]
    assert contents <= len(may_have_left)


@given(st.lists(st.text(st.sampled_from(".ab "), max_size=4)))
def test_no_line_ends_the_mail_early(lines):
    content = "\r\n".join(lines).encode()

    wire = dot_stuffed(content)

    assert wire.endswith(b"\r\n.\r\n") or wire == b".\r\n"
    body = wire[: -len(b".\r\n")]
    assert b"\r\n.\r\n" not in b"\r\n" + body
    undone = body.replace(b"\r\n..", b"\r\n.")
    undone = undone[1:] if undone.startswith(b"..") else undone
    assert undone.removesuffix(b"\r\n") == content.removesuffix(b"\r\n")
