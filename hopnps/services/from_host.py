"""A host's wish about its own client -> a survey on its way, or why not; and what the client answered."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from hopnps.domain.cadence import Cadence
from hopnps.domain.errors import N_, NotFound, Refused
from hopnps.models import Contact, Interaction, Invitation, Response, Survey
from hopnps.services import one_shots, surveys

About = Contact | Interaction


def send(
    session: Session,
    about: About,
    *,
    slug: str | None = None,
    nonce: str,
    by: str = "",
    cadence: Cadence,
    expiry_days: int,
    now: datetime,
) -> Invitation:
    """One survey to this person, due now. Raises Refused in plain words, NotFound for an unknown survey."""
    contact, interaction = _parted(about)
    return one_shots.send(
        session,
        contact=contact,
        survey=_survey(session, slug, about_one=interaction is not None),
        interaction=interaction,
        nonce=nonce,
        by=by,
        cadence=cadence,
        expiry_days=expiry_days,
        now=now,
    )


def refusal(
    session: Session, about: About, *, slug: str | None = None, cadence: Cadence, now: datetime
) -> Refused | None:
    """Why this may not be sent to this person now; None if it may."""
    contact, interaction = _parted(about)
    survey = _survey(session, slug, about_one=interaction is not None)
    return one_shots.refusal(session, contact, survey, interaction, cadence=cadence, now=now)


def answers(session: Session, contact: Contact, *, most: int) -> list[Response]:
    """What this client answered, the latest first."""
    asked = (
        sa.select(Response)
        .where(Response.contact_id == contact.id)
        .options(joinedload(Response.survey), joinedload(Response.invitation))
        .order_by(Response.answered_at.desc(), Response.id.desc())
        .limit(most)
    )
    return list(session.scalars(asked))


def _parted(about: About) -> tuple[Contact, Interaction | None]:
    return (about.contact, about) if isinstance(about, Interaction) else (about, None)


def _survey(session: Session, slug: str | None, *, about_one: bool) -> Survey:
    if slug is not None:
        return surveys.find(session, slug)
    known, _mails = one_shots.choices(session)
    found = one_shots.fitting(known, about_one=about_one)
    if found is None:
        raise NotFound(N_("There is no survey yet."))
    return found
