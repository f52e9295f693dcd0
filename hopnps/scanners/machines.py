"""What machines do with the links of a mail: each kind is a function of a mail, a caller and chance."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from hopnps.scanners.letter import CHROME, SAFARI, Caller, Letter

Kind = Callable[[Letter, Caller, Random], None]


def heads(letter: Letter, caller: Caller, random: Random) -> None:
    """HEAD on every link, at once."""
    caller.wait(2)
    for path in letter.html_links:
        caller.wait(0.05).open(path, "HEAD")


def fast_sweep(letter: Letter, caller: Caller, random: Random) -> None:
    """GET on every link within a second of the mail's arrival, under the name of a browser."""
    caller.wait(1)
    for path in letter.html_links:
        caller.wait(0.05).open(path)


def rendering_sweep(letter: Letter, caller: Caller, random: Random) -> None:
    """The same hours later in a real browser, which fetches the style sheets too."""
    caller.wait(3600 * random.uniform(1, 48))
    for path in letter.html_links:
        caller.wait(0.4).look(path)


def slow_sweep(letter: Letter, caller: Caller, random: Random) -> None:
    """Every link of the text part, where no link can be hidden, half a minute apart and looked at."""
    caller.wait(3600)
    for path in letter.text_links:
        caller.wait(30).look(path)


def heads_then_gets(letter: Letter, caller: Caller, random: Random) -> None:
    """HEAD first, then GET where there is a page."""
    caller.wait(90)
    for path in letter.html_links:
        caller.wait(0.2).open(path, "HEAD")
        caller.wait(0.2).open(path)


def two_scores(letter: Letter, caller: Caller, random: Random) -> None:
    """Two links drawn by lot, some minutes apart, looked at."""
    caller.wait(4000)
    for path in random.sample(letter.scores, 2):
        caller.wait(200).look(path)


def single_on_arrival(letter: Letter, caller: Caller, random: Random) -> None:
    """One link while the mail is being delivered, looked at."""
    caller.wait(random.uniform(1, 50)).look(random.choice(letter.scores))


def prefetch(letter: Letter, caller: Caller, random: Random) -> None:
    """A mail program that fetches a link in advance and says so."""
    caller.wait(4000).look(random.choice(letter.scores), Sec_Purpose="prefetch")


def preview(letter: Letter, caller: Caller, random: Random) -> None:
    """A messenger draws a preview of a link that somebody passed on."""
    caller.user_agent = random.choice(["WhatsApp/2.24", "Slackbot-LinkExpanding 1.0", "Twitterbot"])
    caller.wait(4000).look(random.choice(letter.scores))


def fetcher(letter: Letter, caller: Caller, random: Random) -> None:
    """One link, read and not shown: no style sheet."""
    caller.wait(4000).open(random.choice(letter.scores))


def link_with_honeypot(letter: Letter, caller: Caller, random: Random) -> None:
    """One score looked at, and minutes later the link that no person sees."""
    caller.wait(4000).look(random.choice(letter.scores))
    caller.wait(300).open(letter.honeypot)


def altered(letter: Letter, caller: Caller, random: Random) -> None:
    """Links with a letter changed, a score that is none, a form without its nonce."""
    caller.wait(4000)
    for path in (f"{letter.answer}x/9", letter.answer[:-1] + "/9", f"{letter.answer}/11"):
        caller.wait(1).open(path)
    caller.send("", letter.answer, 9)


def unsubscriber(letter: Letter, caller: Caller, random: Random) -> None:
    """Opens the way out, again and again."""
    caller.wait(4000)
    for method in ("HEAD", "GET", "GET"):
        caller.wait(3).open(letter.unsubscribe, method)


def second_system(letter: Letter, caller: Caller, random: Random) -> None:
    """After a person voted 9, another system opens another score twice, 12 s apart."""
    caller.wait(4000)
    caller.send(caller.look(letter.score(9)), letter.answer, 9)
    caller.address, caller.user_agent = "203.0.113.9", CHROME
    caller.wait(5).open(letter.score(2))
    caller.wait(12).open(letter.score(2))


def sandbox(letter: Letter, caller: Caller, random: Random) -> None:
    """A sandbox opens one link like a browser, hours later, and does nothing there."""
    caller.user_agent = CHROME
    caller.wait(3600 * random.uniform(1, 48)).look(random.choice(letter.scores))


def gestures(letter: Letter, caller: Caller, random: Random) -> None:
    """The same with a script that fakes a gesture, so that the page sends its score by itself."""
    caller.user_agent = SAFARI
    score = random.randrange(11)
    page = caller.wait(3600 * random.uniform(1, 48)).look(letter.score(score))
    caller.wait(5).send(page, letter.answer, score, by_itself="1")


MACHINES: tuple[Kind, ...] = (
    heads,
    fast_sweep,
    rendering_sweep,
    slow_sweep,
    heads_then_gets,
    two_scores,
    single_on_arrival,
    prefetch,
    preview,
    fetcher,
    link_with_honeypot,
    altered,
    unsubscriber,
    second_system,
)
UNDECIDED: tuple[Kind, ...] = (sandbox, gestures)
