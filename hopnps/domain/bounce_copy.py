"""The text of a bounce -> the server's own words, and the headers of the mail that it copies below them."""

from __future__ import annotations

import re
from email.message import Message
from email.parser import HeaderParser
from html import unescape

_COPY_BEGINS = re.compile(
    r"^\W{0,12}(?:"
    r"below this line is a copy|"
    r"this is a copy of (?:the|your) (?:message|mail)|"
    r"(?:the )?(?:original|returned|old|unsent|failed) (?:message|mail)(?: headers?)?(?: follows| below| attached)?\W{0,20}$|"
    r"message header follows|"
    r"(?:start|begin) of returned message|"
    r"(?:en-t[êe]tes? du )?message (?:d.origine|original|renvoy[ée])\W{0,20}$|"
    r"(?:voici |ci-(?:dessous|apr[èe]s|joint),? )?(?:une |la )?copie (?:int[ée]grale )?(?:du|de votre) (?:message|mail|courrier)\b"
    r")|^(?:Return-Path: ?<|Received: (?:from|by) )",
    re.IGNORECASE | re.MULTILINE,
)
_HEADER = re.compile(r"^[A-Za-z][\w-]{1,40}: ?\S", re.MULTILINE)
_LONGEST_COPY = 20_000
_TAGS = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^<>]{0,500}>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<(?!\S{1,80}@)[^<>]{0,2000}>")
_HIDDEN = ("style", "script", "head>")


def cut_off(text: str) -> tuple[str, Message | None]:
    """The words above the copy, and the copy's headers if there is one."""
    begins = _COPY_BEGINS.search(text)
    if begins is None:
        return text, None
    copy = text[begins.start() : begins.start() + _LONGEST_COPY]
    first = _HEADER.search(copy)
    if first is None:
        return text[: begins.start()], None
    return text[: begins.start()], HeaderParser().parsestr(copy[first.start() :], headersonly=True)


def plain_of(html: str) -> str:
    """What a page says, roughly, a line for each of its blocks."""
    text = html[: 4 * _LONGEST_COPY]
    for tag in _HIDDEN:
        text = _without(text, tag)
    return unescape(_ANY_TAG.sub(" ", _TAGS.sub("\n", text)))


def _without(html: str, tag: str) -> str:
    """Less what stands between a tag and its end, in one pass."""
    kept, rest, lower = [], 0, html.lower()
    while (begins := lower.find(f"<{tag}", rest)) >= 0:
        ends = lower.find(f"</{tag}", begins)
        if ends < 0:
            break
        kept.append(html[rest:begins])
        rest = ends + len(tag) + 2
    return " ".join([*kept, html[rest:]])
