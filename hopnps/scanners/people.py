"""What people do with the links of a mail; each kind gives back the score that they meant."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from hopnps.scanners import machines
from hopnps.scanners.letter import CHROME, SAFARI, Caller, Letter

Kind = Callable[[Letter, Caller, Random], int]


def with_script(letter: Letter, caller: Caller, random: Random) -> int:
    """Reads, moves, and the page sends the score by itself."""
    score = random.randrange(11)
    page = caller.wait(_later(random)).look(letter.score(score))
    caller.wait(5).send(page, letter.answer, score, by_itself="1")
    return score


def with_the_button(letter: Letter, caller: Caller, random: Random) -> int:
    """Presses send, with a comment."""
    score = random.randrange(11)
    page = caller.wait(_later(random)).look(letter.score(score))
    caller.wait(random.uniform(2, 60)).send(page, letter.answer, score, comment="Très bien. 👍")
    return score


def without_script_or_style(letter: Letter, caller: Caller, random: Random) -> int:
    """A text browser of an unknown name, within seconds of the mail."""
    caller.user_agent = "Lynx/2.9"
    score = random.randrange(11)
    caller.wait(3)
    caller.send(caller.open(letter.score(score)), letter.answer, score)
    return score


def slowly(letter: Letter, caller: Caller, random: Random) -> int:
    """Leaves the page open over a week-end."""
    score = random.randrange(11)
    page = caller.wait(_later(random)).look(letter.score(score))
    caller.wait(3600 * 60).send(page, letter.answer, score)
    return score


def changing_their_mind(letter: Letter, caller: Caller, random: Random) -> int:
    """Sends one score, then another from the page that says so."""
    first, last = random.sample(range(11), 2)
    page = caller.wait(_later(random)).look(letter.score(first))
    caller.wait(9).send(page, letter.answer, first)
    again = caller.wait(1).open(letter.answer)
    caller.wait(20).send(again, letter.answer, last)
    return last


def by_keyboard(letter: Letter, caller: Caller, random: Random) -> int:
    """Opens the plain link, chooses with the arrows, sends with Enter."""
    score = random.randrange(11)
    page = caller.wait(_later(random)).open(letter.answer)
    caller.wait(15).send(page, letter.answer, score)
    return score


def behind_a_scanner(letter: Letter, caller: Caller, random: Random) -> int:
    """Their house's scanner opens everything first; then they vote from its address."""
    machines.fast_sweep(letter, caller, random)
    return with_the_button(letter, caller, random)


def on_a_phone_then_a_desk(letter: Letter, caller: Caller, random: Random) -> int:
    """Votes on a phone, then the same again on another machine."""
    caller.user_agent = SAFARI
    score = with_the_button(letter, caller, random)
    caller.user_agent, caller.address = CHROME, "203.0.113.40"
    page = caller.wait(7200).look(letter.score(score))
    caller.wait(4).send(page, letter.answer, score)
    return score


def without_a_sign(letter: Letter, caller: Caller, random: Random) -> int:
    """Clicks, reads, closes the page."""
    score = random.randrange(11)
    caller.wait(_later(random)).look(letter.score(score))
    return score


def _later(random: Random) -> float:
    return 3600 * random.uniform(0.1, 72)


PEOPLE: tuple[Kind, ...] = (
    with_script,
    with_the_button,
    without_script_or_style,
    slowly,
    changing_their_mind,
    by_keyboard,
    behind_a_scanner,
    on_a_phone_then_a_desk,
)
UNDECIDED: tuple[Kind, ...] = (without_a_sign,)
