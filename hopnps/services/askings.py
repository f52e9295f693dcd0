"""A client and what we would send them -> whether it may leave now; if not, why and from which day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.cadence import Cadence, days_between
from hopnps.domain.errors import N_, Refused
from hopnps.models import Address, Contact, Interaction, Invitation, SkipReason, Survey, Template
from hopnps.services import addresses, templates
from hopnps.services.addresses import Verdict

ASKED_ABOUT, MISFIT = "asked_about", "misfit"
FOREVER = {SkipReason.NO_ADDRESS, SkipReason.UNSUBSCRIBED, SkipReason.BOUNCED}


@dataclass(frozen=True)
class Wish:
    """What would be sent to whom about what: a survey, or a template for a plain word, or both."""

    contact: Contact
    survey: Survey | None = None
    interaction: Interaction | None = None
    template: Template | None = None

    @property
    def mail(self) -> Template | None:
        return self.template or (self.survey.template if self.survey else None)


@dataclass(frozen=True)
class Asking:
    """The verdict on a wish. `reason` is a SkipReason, ASKED_ABOUT or MISFIT, '' where nothing stands against it;
    `askable_on` is the day on which it becomes possible, if a day is all it takes."""

    refused: Refused | None = None
    reason: str = ""
    askable_on: date | None = None
    asked_at: datetime | None = None

    @property
    def allowed(self) -> bool:
        return self.refused is None

    @property
    def forever(self) -> bool:
        """Whether waiting does not help."""
        return self.reason in FOREVER


def judge(session: Session, wish: Wish, *, cadence: Cadence, now: datetime) -> Asking:
    """Whether one wish may be granted."""
    return judge_all(session, [wish], cadence=cadence, now=now)[0]


def judge_all(
    session: Session, wishes: Iterable[Wish], *, cadence: Cadence, now: datetime
) -> list[Asking]:
    """The same of several at once, with as many queries as for one."""
    wishes = list(wishes)
    known = addresses.known(session, {wish.contact.address for wish in wishes})
    asked = _asked_about(session, wishes)
    return [_judge(wish, known, asked, cadence, now) for wish in wishes]


def _judge(
    wish: Wish,
    known: Mapping[str, Address],
    asked: Mapping[tuple[int | None, int | None], datetime],
    cadence: Cadence,
    now: datetime,
) -> Asking:
    verdict = addresses.verdict_on(
        wish.contact, known.get(wish.contact.address), wish.survey, cadence, now=now
    )
    if verdict.reason is not None:
        refused = _in_words(verdict, wish.contact, cadence, now)
        return Asking(refused, verdict.reason, verdict.askable_on, verdict.asked_at)
    if wish.survey and wish.interaction:
        moment = asked.get((wish.survey.id, wish.interaction.id))
        if moment is not None:
            return Asking(_twice(wish, moment, cadence), ASKED_ABOUT, asked_at=verdict.asked_at)
    if misfit := misfit_of(wish):
        return Asking(misfit, MISFIT, asked_at=verdict.asked_at)
    return Asking(asked_at=verdict.asked_at)


def misfit_of(wish: Wish) -> Refused | None:
    """Why this mail cannot carry this survey or tell of this order or ticket."""
    try:
        if wish.mail is not None:
            templates.check_fit(wish.mail.current, wish.survey, wish.interaction)
    except Refused as refused:
        return refused
    return None


def _asked_about(
    session: Session, wishes: list[Wish]
) -> dict[tuple[int | None, int | None], datetime]:
    """One survey asks about one order or ticket once, whatever the frequency allows: when each did."""
    about = {wish.interaction.id for wish in wishes if wish.survey and wish.interaction}
    if not about:
        return {}
    rows = session.execute(
        sa.select(Invitation.survey_id, Invitation.interaction_id, Invitation.created_at)
        .where(
            Invitation.contact_id.in_({wish.contact.id for wish in wishes}),
            Invitation.interaction_id.in_(about),
            Invitation.survey_id.is_not(None),
        )
        .order_by(Invitation.id.desc())
    )
    return {(survey, interaction): moment for survey, interaction, moment in rows}


def _twice(wish: Wish, asked_at: datetime, cadence: Cadence) -> Refused:
    assert wish.interaction is not None, "asked about something"
    return Refused(
        N_("%(name)s was already asked about %(reference)s on %(day)s."),
        name=wish.contact.name,
        reference=wish.interaction.reference,
        day=asked_at.astimezone(cadence.timezone).date(),
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
