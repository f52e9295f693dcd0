"""The calendar and the visits -> who was asked, when, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from random import Random

from hopnps.demo.company.answering import Listener
from hopnps.demo.company.clients import shop_of
from hopnps.demo.company.ledger import Ledger, Row
from hopnps.demo.company.plans import Plan
from hopnps.demo.company.visits import TICKET
from hopnps.domain.cadence import Cadence
from hopnps.domain.languages import spoken
from hopnps.models import (
    Address,
    CampaignSkip,
    Contact,
    Delivery,
    DeliveryState,
    Interaction,
    Invitation,
    SkipReason,
    Survey,
)

ASKED_AFTER = {TICKET: 0.62, "order": 0.42}  # what share of visits is followed by a survey
BOUNCING = 0.012
EXPIRY = timedelta(days=90)
PER_MINUTE = 300


@dataclass
class Sender:
    """Walks through the year in order, as the house would have done."""

    ledger: Ledger
    random: Random
    relation: Survey
    visit: Survey
    now: datetime
    timezone: tzinfo
    cadence: Cadence
    addresses: dict[str, Row] = field(default_factory=dict)
    causes: set[tuple[str, int]] = field(default_factory=set)

    def send_all(self, plans: list[Plan], listener: Listener) -> None:
        """Each occasion in the order in which it came."""
        occasions = sorted(self._occasions(plans), key=lambda occasion: occasion[0])
        for number, (at, contact, plan, visit) in enumerate(occasions):
            invitation = self._ask(at, number, contact, plan, visit)
            if invitation:
                listener.listen(invitation, contact, visit, self._address(contact))

    def _occasions(
        self, plans: list[Plan]
    ) -> Iterator[tuple[datetime, Row, Plan | None, Row | None]]:
        contacts = self.ledger.rows[Contact]
        for plan in plans:
            for contact in contacts if plan.launched_at else ():
                if _concerns(plan, contact):
                    yield plan.launched_at, contact, plan, None  # type: ignore[misc]
        for visit in self.ledger.rows[Interaction]:
            at = visit["occurred_at"] + timedelta(days=1, minutes=self.random.randrange(90))
            if at < self.now and self.random.random() < ASKED_AFTER[visit["kind"]]:
                yield at, contacts[visit["contact_id"] - 1], None, visit

    def _ask(
        self, at: datetime, number: int, contact: Row, plan: Plan | None, visit: Row | None
    ) -> Row | None:
        """The invitation, or None: then a campaign keeps the reason."""
        cause = f"campaign:{plan.campaign.id}" if plan else self._cause(visit)
        reason = self._reason_against(contact, cause, at)
        if reason:
            if plan:
                self._note_skip(plan, contact, reason)
            return None
        address = self._address(contact)
        address["last_asked_at"] = at
        self.causes.add((cause, address["id"]))
        return self._invitation(at, number, cause, contact, plan, visit)

    def _reason_against(self, contact: Row, cause: str, at: datetime) -> SkipReason | None:
        if not contact["address"]:
            return SkipReason.NO_ADDRESS
        address = self._address(contact)
        if address["unsubscribed_at"] and address["unsubscribed_at"] < at:
            return SkipReason.UNSUBSCRIBED
        if address["bounced_at"] and address["bounced_at"] < at:
            return SkipReason.BOUNCED
        if (cause, address["id"]) in self.causes:
            return SkipReason.SAME_ADDRESS
        if not self.cadence.allows(address["last_asked_at"], at=at):
            return SkipReason.ASKED_RECENTLY
        return None

    def _note_skip(self, plan: Plan, contact: Row, reason: SkipReason) -> None:
        is_early = reason == SkipReason.ASKED_RECENTLY
        asked_at = self._address(contact)["last_asked_at"] if is_early else None
        self.ledger.note(
            CampaignSkip,
            campaign_id=plan.campaign.id,
            contact_id=contact["id"],
            reason=reason,
            askable_on=self.cadence.askable_on(asked_at) if asked_at else None,
        )

    def _invitation(
        self,
        at: datetime,
        number: int,
        cause: str,
        contact: Row,
        plan: Plan | None,
        visit: Row | None,
    ) -> Row:
        survey = self.relation if plan else self.visit
        address = self._address(contact)
        invitation = self.ledger.add(
            Invitation,
            cause=cause,
            address_id=address["id"],
            contact_id=contact["id"],
            campaign_id=plan.campaign.id if plan else None,
            interaction_id=visit["id"] if visit else None,
            survey_id=survey.id,
            template_version_id=survey.template.current.id,
            language=spoken(contact["language"]),
            created_by=plan.campaign.created_by if plan else shop_of(contact).agents[0],
            created_at=at,
            expires_at=at + EXPIRY,
        )
        sent_at = at + timedelta(minutes=number % 2000 / PER_MINUTE) if plan else at
        self._deliver(invitation, address, min(sent_at, self.now))
        return invitation

    def _deliver(self, invitation: Row, address: Row, sent_at: datetime) -> None:
        bounces = self.random.random() < BOUNCING
        words = "550 5.1.1 User unknown" if bounces else ""
        if bounces:
            address.update(bounced_at=sent_at, bounce_reason=words)
        self.ledger.add(
            Delivery,
            invitation_id=invitation["id"],
            campaign_id=invitation["campaign_id"],
            number=1,
            state=DeliveryState.FAILED if bounces else DeliveryState.SENT,
            reason=words,
            due_at=invitation["created_at"],
            attempts=1,
            data_at=None if bounces else sent_at,
            sent_at=None if bounces else sent_at,
            message_id=f"<{invitation['id']}.1@127.0.0.1>",
        )

    def _address(self, contact: Row) -> Row:
        email = contact["address"]
        if email not in self.addresses:
            self.addresses[email] = self.ledger.add(
                Address,
                email=email,
                last_asked_at=None,
                unsubscribed_at=None,
                bounced_at=None,
                bounce_reason="",
            )
        return self.addresses[email]

    def _cause(self, visit: Row | None) -> str:
        return f"interaction:{visit['id'] if visit else 0}:survey:{self.visit.id}"


def _concerns(plan: Plan, contact: Row) -> bool:
    launched_at = plan.launched_at
    assert launched_at, "only what was launched is looked at"
    return contact["created_at"] < launched_at and shop_of(contact).region in plan.regions
