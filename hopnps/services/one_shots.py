"""A colleague's wish to write to one person -> an invitation with its mail due now, or a refusal in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.cadence import Cadence
from hopnps.domain.errors import N_, Invalid, NotFound, Refused
from hopnps.models import Address, Contact, Interaction, Invitation, Survey, SurveyKind, Template
from hopnps.services import addresses, askings, invitations, templates
from hopnps.services.askings import Asking, Wish


def send(
    session: Session,
    *,
    contact: Contact,
    survey: Survey | None = None,
    template: Template | None = None,
    interaction: Interaction | None = None,
    nonce: str,
    by: str = "",
    cadence: Cadence,
    expiry_days: int,
    now: datetime,
) -> Invitation:
    """One mail to one person, due now; the same `nonce` again makes no second one.

    A survey, or a template for a plain word, or both. A survey about interactions may be sent without one: its
    mail then names none. Raises Refused in plain words if this person may not be asked now, or this mail cannot
    say it.
    """
    wish = Wish(contact, survey, interaction, template)
    _check(wish)
    cause = f"one-shot:{nonce[:64]}"
    if made_before := _made(session, cause):
        return made_before
    if refused := askings.judge(session, wish, cadence=cadence, now=now).refused:
        raise refused
    address = addresses.ensure(session, contact.address)
    if not _reserved(session, address, survey, cadence, now):
        if made_meanwhile := _made(session, cause):
            return made_meanwhile
        raise Refused(N_("A survey is already on its way to this address."))
    assert wish.mail is not None, "checked above"
    return invitations.create(
        session,
        cause=cause,
        contact=contact,
        address=address,
        version=wish.mail.current,
        survey=survey,
        interaction=interaction,
        by=by,
        expiry_days=expiry_days,
        now=now,
    )


def _check(wish: Wish) -> None:
    """Whether something is wished at all, about something of this client."""
    if wish.mail is None:
        raise Invalid(N_("Choose a survey or a template."), field="survey")
    if wish.interaction is not None and wish.interaction.contact_id != wish.contact.id:
        raise Invalid(N_("This order or ticket belongs to somebody else."), field="interaction")


def _reserved(
    session: Session, address: Address, survey: Survey | None, cadence: Cadence, now: datetime
) -> bool:
    """Whether nobody else asks this address meanwhile; a plain word asks nothing."""
    if survey is None:
        return True
    return addresses.reserve(session, address, cadence.of(survey.frequency_days), now=now)


def refusal(
    session: Session,
    contact: Contact,
    survey: Survey | None,
    interaction: Interaction | None = None,
    template: Template | None = None,
    *,
    cadence: Cadence,
    now: datetime,
) -> Refused | None:
    """Why this may not be sent to this person now, in plain words; None if it may."""
    wish = Wish(contact, survey, interaction, template)
    return askings.judge(session, wish, cadence=cadence, now=now).refused


def choices(session: Session) -> tuple[Sequence[Survey], Sequence[Template]]:
    """What one person can be sent: surveys, and mails that ask nothing."""
    surveys = session.scalars(sa.select(Survey).order_by(Survey.name)).all()
    mails = session.scalars(sa.select(Template).order_by(Template.name)).all()
    return surveys, [mail for mail in mails if _asks_nothing(mail)]


def fitting(surveys: Sequence[Survey], *, about_one: bool) -> Survey | None:
    """The survey to offer first: about an order or ticket if there is one, else about the house."""
    kind = SurveyKind.TRANSACTIONAL if about_one else SurveyKind.RELATIONAL
    return next((one for one in surveys if one.kind == kind), surveys[0] if surveys else None)


def offers(
    session: Session,
    contact: Contact,
    interaction: Interaction | None,
    *,
    cadence: Cadence,
    now: datetime,
) -> list[tuple[Wish, Asking]]:
    """What one could send this person now, each with its verdict: the survey about this order or ticket if there is
    one, the survey about the house, a word that asks nothing."""
    surveys, words = choices(session)
    about_one = fitting(surveys, about_one=True) if interaction else None
    about_us = fitting(surveys, about_one=False)
    wishes = [Wish(contact, about_one, interaction)] if about_one else []
    wishes += [Wish(contact, about_us)] if about_us and about_us is not about_one else []
    wishes += [Wish(contact, template=word) for word in words[:1]]
    verdicts = askings.judge_all(session, wishes, cadence=cadence, now=now)
    return list(zip(wishes, verdicts, strict=True))


def find_contact(
    session: Session, address: str, *, external_id: str | None = None, source: str | None = None
) -> Contact:
    """The one contact who bears this normalised address. Raises NotFound, or Refused if several do."""
    wanted = sa.select(Contact).where(Contact.address == address, Contact.address != "")
    if external_id is not None:
        wanted = wanted.where(Contact.external_id == external_id)
    if source is not None:
        wanted = wanted.where(Contact.source == source)
    found = session.scalars(wanted.limit(2)).all()
    if not found:
        raise NotFound(N_("No contact has the address %(address)s."), address=address)
    if len(found) > 1:
        raise Refused(
            N_(
                "Several contacts have the address %(address)s. Say which one by --external-id and --source."
            ),
            address=address,
        )
    return found[0]


def find_interaction(session: Session, contact: Contact, reference: str) -> Interaction:
    """The latest order, ticket, ... of this contact with this reference. Raises NotFound."""
    found = session.scalar(
        sa.select(Interaction)
        .where(Interaction.contact_id == contact.id, Interaction.reference == reference)
        .order_by(Interaction.occurred_at.desc(), Interaction.id.desc())
        .limit(1)
    )
    if found is None:
        raise NotFound(
            N_("%(name)s has no order or ticket %(reference)s."),
            name=contact.name,
            reference=reference,
        )
    return found


def _made(session: Session, cause: str) -> Invitation | None:
    return session.scalar(sa.select(Invitation).where(Invitation.cause == cause).limit(1))


def _asks_nothing(mail: Template) -> bool:
    try:
        templates.check_fit(mail.current, None)
    except Refused:
        return False
    return True
