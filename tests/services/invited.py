"""People who are to get a mail, for the tests of mails."""

from __future__ import annotations

from datetime import timedelta

from hopnps.models import Address, Contact, Interaction, Invitation, Survey
from hopnps.services import templates
from tests.conftest import NOON


def invite(
    session,
    contact: Contact,
    *,
    survey: str | None = "relation",
    template: str | None = None,
    interaction: Interaction | None = None,
) -> Invitation:
    """An invitation of this contact in their language; `template` for a plain word."""
    asked = session.query(Survey).filter_by(slug=survey).one() if survey else None
    mail = templates.find(session, template) if template else asked.template
    invitation = Invitation(
        cause=f"test:{template}",
        address=Address(email=contact.address),
        contact=contact,
        interaction=interaction,
        survey=asked,
        template_version=mail.current,
        language=contact.language,
        created_at=NOON,
        expires_at=NOON + timedelta(days=90),
    )
    session.add(invitation)
    session.commit()
    return invitation
