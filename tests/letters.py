"""The mail of an invitation as a worker writes it, for tests that look at one mail."""

from __future__ import annotations

from dataclasses import dataclass

from hopnps.models import Delivery, DeliveryState, Invitation
from hopnps.services.letters import Letters
from tests.conftest import NOON
from tests.mail_lint import html_of, parsed, plain_of


@dataclass
class WrittenMail:
    """The letter and what its reader sees of it."""

    sender: str
    recipient: str
    message_id: str
    content: bytes

    @property
    def subject(self) -> str:
        return str(parsed(self.content)["Subject"])

    @property
    def html(self) -> str:
        return html_of(self.content)

    @property
    def plain(self) -> str:
        return plain_of(self.content)


def written(
    session, invitation: Invitation, letters: Letters, *, number=1, now=NOON
) -> WrittenMail:
    """Raises what the worker would write down as the fault of this delivery."""
    held = Delivery(
        invitation=invitation, number=number, state=DeliveryState.SENDING, lease="test", due_at=now
    )
    session.add(held)
    session.flush()
    ready, faults = letters.write(session, "test", now=now)
    session.delete(held)
    session.flush()
    session.expire(invitation, ["deliveries"])
    for _id, fault in faults:
        raise fault
    (outgoing,) = ready
    mail = outgoing.mail
    return WrittenMail(mail.sender, mail.recipient, mail.message_id, mail.content)
