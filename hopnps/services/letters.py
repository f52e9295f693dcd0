"""A claimed batch -> its mails, by a handful of statements, whatever their number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from hopnps.domain import verp
from hopnps.domain.signing import Signer
from hopnps.links import Links
from hopnps.models import Delivery
from hopnps.services import letter_rows, notice_mails
from hopnps.services.deliveries import Mail, Outgoing
from hopnps.services.envelopes import ComposedMail
from hopnps.services.leases import Lease
from hopnps.services.letter_pen import Pen
from hopnps.services.letter_styles import Styles

Written = tuple[list[Outgoing], list[tuple[int, Exception]]]


class Unwritable(NamedTuple):
    """A delivery whose mail cannot be written, and why."""

    delivery_id: int
    error: Exception


Each = Iterator[Outgoing | Unwritable]


class Coming(NamedTuple):
    """A batch that was read: each of its mails is written when it is asked for, without the database."""

    number: int
    mails: Each


class Letters:
    """Kept for the life of a worker, so that each template is compiled once.

    `bounce_address`: bounces return there, to a signed address for each mail; "" is the sender's address.
    `signer` puts a DKIM signature on each mail.
    """

    def __init__(
        self,
        *,
        links: Links,
        default_sender: str,
        timezone: ZoneInfo,
        bounce_address: str = "",
        signer: Signer | None = None,
    ) -> None:
        self._links, self._default_sender, self._timezone = links, default_sender, timezone
        self._bounce_address, self._signer = bounce_address, signer
        self._styles = Styles(links, default_sender)
        self._fields: set[str] = set()  # what the last batch needed, and the next one is likely to

    def write(self, session: Session, lease: str, *, now: datetime) -> Written:
        """The mails of a claimed batch, oldest first, and those that could not be written with the error of each."""
        written = [*self.begin(session, lease, now=now).mails]
        ready = [one for one in written if isinstance(one, Outgoing)]
        return ready, [
            (one.delivery_id, one.error) for one in written if isinstance(one, Unwritable)
        ]

    def begin(self, session: Session, lease: str, *, now: datetime) -> Coming:
        """The same, read and not yet written; only notices, which are few, are ready."""
        in_campaign = isinstance(lease, Lease) and lease.queue is not None  # where no notice stands
        notices = [] if in_campaign else [*self._notices(session, lease, now)]
        rows, write = self._letters(session, lease, now)
        return Coming(len(notices) + len(rows), chain(notices, _each(rows, write)))

    def _letters(
        self, session: Session, lease: str, now: datetime
    ) -> tuple[Sequence[Any], Callable[[Any], Outgoing]]:
        """The rows, and what writes one."""
        likely = self._fields
        batch = letter_rows.letters(session, lease, likely)
        styles, unusable = self._styles.of(session, batch.kinds())
        fields = {name for style in styles.values() for name in style.fields}
        if not fields <= likely:  # other letters than in the batch before
            batch = letter_rows.letters(session, lease, fields)
        self._fields = fields or self._fields
        pens = {
            kind: Pen(
                style,
                batch.places,
                links=self._links,
                at=now.astimezone(self._timezone),
                return_path=self._return_path,
                signer=self._signer,
            )
            for kind, style in styles.items()
        }

        def write(row: Any) -> Outgoing:
            kind, claimed = letter_rows.told_apart(row)
            if kind in unusable:
                raise unusable[kind]
            return _outgoing(claimed, lease, pens[kind].letter(claimed, row))

        return batch.rows, write

    def _notices(self, session: Session, lease: str, now: datetime) -> Each:
        """To colleagues, one by one: they are few, and each is different."""
        given: dict[str, Any] = {
            "links": self._links,
            "default_sender": self._default_sender,
            "timezone": self._timezone,
            "now": now,
        }

        def write(row: Delivery) -> Outgoing:
            assert row.notice is not None
            mail = notice_mails.compose(row.notice, number=row.number, **given)
            return _outgoing(row, lease, self._finished(mail, row.id, now))

        return _each(letter_rows.notices(session, lease), write)

    def _finished(self, mail: ComposedMail, delivery_id: int, now: datetime) -> ComposedMail:
        """With its return path, and signed."""
        path, content = self._return_path(mail.sender, delivery_id), mail.content
        if self._signer:
            head, end, body = content.partition(b"\r\n\r\n")
            content = self._signer.signed(head + end, body, sender=mail.sender, at=now)
        return replace(mail, sender=path, content=content)

    def _return_path(self, sender: str, delivery_id: int) -> str:
        """Where this mail's bounces go."""
        if not self._bounce_address:
            return sender
        return verp.return_path(self._bounce_address, delivery_id, self._links.keys)


def _each(rows: Iterable[Any], write: Callable[[Any], Outgoing]) -> Each:
    for row in rows:
        try:
            yield write(row)
        except Exception as error:  # one bad row must not hold up the others
            yield Unwritable(row.id, error)


def _outgoing(row: Any, lease: str, mail: Mail) -> Outgoing:
    """Of a row of a batch, or of a notice's delivery."""
    return Outgoing(
        delivery_id=row.id,
        invitation_id=row.invitation_id,
        address_id=getattr(row, "address_id", None),  # a notice goes to no client
        campaign_id=row.campaign_id,
        lease=lease,
        attempts=row.attempts,
        first_tried_at=row.first_tried_at,
        mail=mail,
    )
