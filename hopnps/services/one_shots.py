"""A colleague's wish to write to one person -> an invitation with its mail due now, or a refusal in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.cadence import Cadence, days_between
from hopnps.domain.errors import N_, Invalid, NotFound, Refused
from hopnps.models import Contact, Interaction, Invitation, SkipReason, Survey, SurveyKind, Template
from hopnps.services import addresses, invitations, templates
from hopnps.services.addresses import Verdict


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
    chosen = template or (survey.template if survey else None)
    if chosen is None:
        raise Invalid(N_("Choose a survey or a template."), field="survey")
    if interaction is not None and interaction.contact_id != contact.id:
        raise Invalid(N_("This order or ticket belongs to somebody else."), field="interaction")
    cause = f"one-shot:{nonce[:64]}"
    if made_before := _made(session, cause):
        return made_before
    if refused := refusal(
        session, contact, survey, interaction, template, cadence=cadence, now=now
    ):
        raise refused
    address = addresses.ensure(session, contact.address)
    if survey is not None and not addresses.reserve(session, address, cadence, now=now):
        if made_meanwhile := _made(session, cause):
            return made_meanwhile
        raise Refused(N_("A survey is already on its way to this address."))
    return invitations.create(
        session,
        cause=cause,
        contact=contact,
        address=address,
        version=chosen.current,
        survey=survey,
        interaction=interaction,
        by=by,
        expiry_days=expiry_days,
        now=now,
    )


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
    verdict = addresses.verdict(
        session, contact, survey, now=now, frequency_days=cadence.days, timezone=cadence.timezone
    )
    if verdict.reason is not None:
        return _in_words(verdict, contact, cadence, now)
    if survey is not None and interaction is not None:
        asked = _asked_about(session, survey, interaction)
        if asked is not None:
            return Refused(
                N_("%(name)s was already asked about %(reference)s on %(day)s."),
                name=contact.name,
                reference=interaction.reference,
                day=asked.created_at.astimezone(cadence.timezone).date(),
            )
    return _misfit(survey, template, interaction)


def choices(session: Session) -> tuple[Sequence[Survey], Sequence[Template]]:
    """What one person can be sent: surveys, and mails that ask nothing."""
    surveys = session.scalars(sa.select(Survey).order_by(Survey.name)).all()
    mails = session.scalars(sa.select(Template).order_by(Template.name)).all()
    return surveys, [mail for mail in mails if _misfit(None, mail, None) is None]


def fitting(surveys: Sequence[Survey], *, about_one: bool) -> Survey | None:
    """The survey to offer first: about an order or ticket if there is one, else about the house."""
    kind = SurveyKind.TRANSACTIONAL if about_one else SurveyKind.RELATIONAL
    return next((one for one in surveys if one.kind == kind), surveys[0] if surveys else None)


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


def _misfit(
    survey: Survey | None, template: Template | None, interaction: Interaction | None
) -> Refused | None:
    """Why this mail cannot carry this survey or tell of this order or ticket."""
    mail = template or (survey.template if survey else None)
    try:
        if mail is not None:
            templates.check_fit(mail.current, survey, interaction)
    except Refused as refused:
        return refused
    return None


def _asked_about(session: Session, survey: Survey, interaction: Interaction) -> Invitation | None:
    """One survey asks about one order or ticket once, whatever the frequency allows."""
    return session.scalar(
        sa.select(Invitation)
        .where(
            Invitation.contact_id == interaction.contact_id,
            Invitation.interaction_id == interaction.id,
            Invitation.survey_id == survey.id,
        )
        .limit(1)
    )


def _in_words(verdict: Verdict, contact: Contact, cadence: Cadence, now: datetime) -> Refused:
    if verdict.reason is SkipReason.NO_ADDRESS:
        return Refused(N_("%(name)s has no e-mail address."), name=contact.name)
    if verdict.reason is SkipReason.UNSUBSCRIBED:
        return Refused(N_("%(name)s asked to receive no more mails."), name=contact.name)
    if verdict.reason is SkipReason.BOUNCED:
        return Refused(N_("The last mail to %(address)s came back."), address=contact.address)
    assert verdict.asked_at is not None, "who was asked recently was asked"
    days = days_between(verdict.asked_at, now, cadence.timezone)
    again = verdict.askable_on
    if days < 0:
        return Refused(
            N_("A survey is already planned; may be asked again from %(day)s."), day=again
        )
    if days == 0:
        return Refused(N_("Asked today; may be asked again from %(day)s."), day=again)
    if days == 1:
        return Refused(N_("Asked yesterday; may be asked again from %(day)s."), day=again)
    return Refused(
        N_("Asked %(days)s days ago; may be asked again from %(day)s."), days=days, day=again
    )
