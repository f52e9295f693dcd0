"""One client's row -> their letter: the pieces that are theirs among those that everybody gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from hopnps.domain import merge, mime
from hopnps.domain.address import normalise
from hopnps.domain.signing import Signer
from hopnps.domain.skeleton import BOUNDARY, Body
from hopnps.links import Links, Purpose
from hopnps.services.letter_rows import Claimed
from hopnps.services.letter_styles import ANSWER_TOKEN, HONEYPOT_TOKEN, UNSUBSCRIBE_TOKEN, Style
from hopnps.services.merge_values import day_in_words, kind_in_words, link_values

_OPEN_ROOMS = {"contact.attributes", "interaction.data"}
_END = mime.head(  # the last lines of every head
    [
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("Auto-Submitted", "auto-generated"),
    ],
    BOUNDARY,
).decode("ascii")
_FINAL_DOT = b".\r\n"
_SPELT = {token.path for token in (ANSWER_TOKEN, UNSUBSCRIBE_TOKEN, HONEYPOT_TOKEN)}


class Letter:
    """A mail ready to leave; `sender` is its return path. Its bytes are put together when they are asked for."""

    __slots__ = ("_body", "_head", "_sign", "message_id", "recipient", "sender")

    def __init__(
        self,
        sender: str,
        recipient: str,
        message_id: str,
        head: bytes,
        body: Body,
        sign: Callable[[bytes, bytes], bytes] | None,
    ) -> None:
        self.sender, self.recipient, self.message_id = sender, recipient, message_id
        self._head, self._body, self._sign = head, body, sign

    @property
    def content(self) -> bytes:
        """The whole message, CRLF."""
        return b"".join(self._pieces())

    @property
    def wire(self) -> bytes:
        """The same after DATA. It is not searched for lines that begin with a dot: a skeleton writes none."""
        return b"".join([*self._pieces(), _FINAL_DOT])

    def _pieces(self) -> list[bytes]:
        parts = self._body.parts()
        return [self._sign(self._head, b"".join(parts))] if self._sign else [self._head, *parts]


class Pen:
    """Writes the letters of one style in one batch. `places` says where in a row a field stands; `at`, with its zone,
    is when they leave; `return_path` says where bounces of a sender's delivery go; `signer` signs them, if there is one.
    """

    def __init__(
        self,
        style: Style,
        places: Mapping[str, int],
        *,
        links: Links,
        at: datetime,
        return_path: Callable[[str, int], str],
        signer: Signer | None = None,
    ) -> None:
        self._sign = partial(signer.signed, sender=style.sender, at=at) if signer else None
        self._style, self._links, self._return_path = style, links, return_path
        self._unsubscribe, self._answer, self._honeypot = (
            links.minter(one) for one in (Purpose.UNSUBSCRIBE, Purpose.ANSWER, Purpose.HONEYPOT)
        )
        self._reads: list[tuple[str, str, int, Callable[[Any], Any]]] = []
        for field in style.fields:
            room, _, name = field.partition(".")
            self._reads.append((room, name, places[field], _reader(field, style, at)))
        self._first, self._last = places["contact.first_name"], places["contact.last_name"]
        self._spells_links = any(name.partition(".")[0] == "links" for name in style.asks - _SPELT)
        self._from = f"From: {style.writer}\r\nTo: "
        self._dated = f"Date: {mime.moment(at)}\r\nMessage-ID: "
        self._listed = f"\r\nList-Id: {style.list_id}\r\nList-Unsubscribe: <{links.public_url}/u/"

    def letter(self, mail: Claimed, row: Sequence[Any]) -> Letter:
        """Raises Invalid for an address that cannot be used and for words that cannot be filled in."""
        style, links = self._style, self._links
        recipient = normalise(mail.email)
        way_out = self._unsubscribe(mail.invitation_id)
        values = self.values(mail.invitation_id, row, way_out)
        message_id = (
            f"<{mail.invitation_id}.{mail.number}.{_stamp(mail.created_at)}@{links.domain}>"
        )
        head = (
            f"{self._from}{mime.mailbox(self._name(row), recipient)}\r\n"
            f"Subject: {style.skeleton.subject(values)}\r\n{self._dated}{message_id}{self._listed}"
            f"{way_out}>\r\n{_END}"
        )
        body = style.skeleton.body(values)
        sender = self._return_path(style.sender, mail.id)
        return Letter(sender, recipient, message_id, head.encode("ascii"), body, self._sign)

    def values(self, invitation_id: int, row: Sequence[Any], way_out: str) -> dict[str, Any]:
        """What the fields stand for in this letter."""
        found: dict[str, Any] = self._links_of(invitation_id, way_out)
        values = self._style.constants | {
            "contact": {}, "interaction": {}, "store": {}, "links": found
        }  # fmt: skip
        for room, name, place, read in self._reads:
            values[room][name] = read(row[place])
        return values

    def _links_of(self, invitation_id: int, way_out: str) -> dict[str, str]:
        asks = self._style.asks_a_question
        found = link_values(self._links, invitation_id, survey=asks) if self._spells_links else {}
        found[UNSUBSCRIBE_TOKEN.name] = way_out
        if asks:
            found[ANSWER_TOKEN.name] = self._answer(invitation_id)
            found[HONEYPOT_TOKEN.name] = self._honeypot(invitation_id)
        return found

    def _name(self, row: Sequence[Any]) -> str:
        first, last = merge.clean_text(row[self._first]), merge.clean_text(row[self._last])
        return f"{first or ''} {last or ''}"


@lru_cache(maxsize=16)
def _stamp(created_at: datetime) -> str:
    """Of a moment that many invitations share: their campaign was launched then."""
    return f"{created_at:%Y%m%d%H%M%S}"


def _reader(name: str, style: Style, at: datetime) -> Callable[[Any], Any]:
    """What makes of a column the value that a field stands for; of an open room, no more than the letters say."""
    if name == "interaction.date":
        return partial(_day, style.language, at)
    if name == "interaction.kind":
        return partial(_kind, style.language)
    if name not in _OPEN_ROOMS:
        return merge.clean_text
    if {name, name.partition(".")[0]} & style.asks:
        return merge.as_values
    inside = [one.removeprefix(f"{name}.") for one in style.asks if one.startswith(f"{name}.")]
    return partial(merge.picked, inside)


def _day(language: str, at: datetime, occurred: datetime | None) -> str | None:
    return day_in_words(occurred.astimezone(at.tzinfo).date(), language) if occurred else None


def _kind(language: str, kind: str | None) -> str | None:
    return merge.clean_text(kind_in_words(kind, language)) if kind else None
