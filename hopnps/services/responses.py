"""An invitation and a score -> its one response, the story of its changes, and the contact's last answer."""

from __future__ import annotations

from datetime import datetime, tzinfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.comment import checked
from hopnps.domain.errors import N_, Invalid, Refused
from hopnps.domain.score import SCORES, category_of
from hopnps.models import Channel, Contact, Invitation, Response, ResponseChange, Scale
from hopnps.services import events, rollups
from hopnps.services.last_answers import refresh_contacts

__all__ = ["find", "is_open", "refresh_contacts", "respond"]


def respond(
    session: Session,
    invitation: Invitation,
    score: int,
    *,
    comment: str = "",
    now: datetime,
    timezone: tzinfo,
) -> Response:
    """Keep one response per invitation: the last answer wins, each change is kept, no comment is wiped by silence.

    A new score is a new answer: its moment, local day (of `timezone`), store, region, agent and language are those of
    now. A comment alone leaves the moment; the same answer again changes nothing.
    Raises Refused for an invitation that asks nothing (any more), Invalid for what cannot be kept.
    """
    comment = _checked(invitation, score, comment, now)
    _lock(session, invitation)
    response = find(session, invitation) or Response(comment="")
    if (score, comment or response.comment) == (response.score, response.comment):
        return response
    before = rollups.counted_as(response) if response.id else None
    if score != response.score:
        _answer(response, invitation, score, now, timezone)
    response.comment = comment or response.comment
    session.add(response)
    session.flush()
    _keep_change(session, response, now)
    refresh_contacts(session, [invitation.contact_id])
    rollups.note(session, before, rollups.counted_as(response))
    events.note(session, "response_recorded", response_id=response.id)
    return response


def find(session: Session, invitation: Invitation) -> Response | None:
    """The response of an invitation as the database has it now; None if nobody answered."""
    asked = sa.select(Response).where(Response.invitation_id == invitation.id)
    return session.execute(asked, execution_options={"populate_existing": True}).scalar()


def is_open(invitation: Invitation, *, now: datetime) -> bool:
    """Whether it asked a question and still takes an answer."""
    return invitation.survey_id is not None and now < invitation.expires_at


def _checked(invitation: Invitation, score: int, comment: str, now: datetime) -> str:
    if invitation.survey_id is None:
        raise Refused(N_("This mail asked no question."))
    if not is_open(invitation, now=now):
        raise Refused(N_("This link no longer takes an answer."))
    if score not in SCORES:
        raise Invalid(N_("A score is a whole number from 0 to 10."), field="score")
    return checked(comment)


def _lock(session: Session, invitation: Invitation) -> None:
    """Two answers of one contact wait for each other: a write that changes nothing locks the row on both databases."""
    session.execute(
        sa.update(Contact)
        .where(Contact.id == invitation.contact_id)
        .values(updated_at=Contact.updated_at)
        .execution_options(synchronize_session=False)
    )
    session.refresh(invitation.contact)


def _answer(
    response: Response, invitation: Invitation, score: int, now: datetime, timezone: tzinfo
) -> None:
    """Write down the score and all that is true at this moment."""
    contact, interaction = invitation.contact, invitation.interaction
    store = (interaction.store if interaction else None) or contact.store
    response.score = score
    response.scale = Scale.OFFICIAL
    response.category = category_of(score)
    response.channel = Channel.MAIL
    response.answered_at = now
    response.answered_on = now.astimezone(timezone).date()
    response.survey = invitation.survey  # type: ignore[assignment]  # checked above
    response.campaign = invitation.campaign
    response.contact = contact
    response.store = store
    response.region = store.region if store else None
    response.agent = (interaction.agent if interaction else "") or contact.owner
    response.language = invitation.language
    response.invitation = invitation


def _keep_change(session: Session, response: Response, now: datetime) -> None:
    session.add(
        ResponseChange(
            response_id=response.id,
            score=response.score,
            comment=response.comment,
            changed_at=now,
        )
    )
    session.flush()
