"""What a client sent -> the score, the comment and the nonce, also of a form that is far too long."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from hopnps.domain.score import SCORES

LONGEST = 1024**2  # bytes: far above what can be kept, so that what is too long can be shown again
BEGINNING = 4096  # bytes of a longer form that are still read: the score and the nonce stand before the comment
SCORE_OF = {str(score): score for score in SCORES}  # "9", and no other way to write it


@dataclass(frozen=True)
class Form:
    """`by_itself`: the page sent it, nobody pressed the button. `too_long`: the comment could not be read."""

    typed_score: str = ""
    comment: str = ""
    nonce: str = ""
    by_itself: bool = False
    too_long: bool = False

    @property
    def score(self) -> int | None:
        return SCORE_OF.get(self.typed_score)


def read() -> Form:
    """This request's form."""
    if (request.content_length or 0) > LONGEST:
        return _beginning()
    try:
        sent = request.form
    except RequestEntityTooLarge:
        return Form(too_long=True)
    return Form(
        sent.get("score", ""),
        sent.get("comment", ""),
        sent.get("nonce", ""),
        by_itself=bool(sent.get("by_itself")),
    )


def typed(field: str) -> str:
    """One field; '' if it is missing, also where the form is too long to be read."""
    try:
        return request.form.get(field, "")
    except RequestEntityTooLarge:
        return ""


def _beginning() -> Form:
    """A browser sends the fields in the order of the page."""
    begun = request.environ["wsgi.input"].read(BEGINNING).decode("ascii", "replace")
    sent = parse_qs(begun, keep_blank_values=True)
    score, nonce = (sent.get(name, [""])[0] for name in ("score", "nonce"))
    return Form(score, "", nonce, too_long=True)
