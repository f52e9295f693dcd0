"""A contact -> one page of what happened with them, latest first: answers, mails, opened links, refusals, visits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from hopnps.domain.scope import WHOLE_HOUSE, Scope
from hopnps.models import (
    Address,
    AddressClearing,
    Bounce,
    Campaign,
    CampaignSkip,
    Click,
    Contact,
    Delivery,
    Interaction,
    Invitation,
    Response,
    Scale,
)
from hopnps.services.clicks import opened
from hopnps.services.scopes import narrow, visit_within

PER_PAGE = 40


class Kind(StrEnum):
    """What an event is: its row is a Response, Delivery, CampaignSkip, Bounce, Address, AddressClearing, or Interaction;
    of a click its score. `return` is one mail that came back, `bounce` an address that was given up without one."""

    ANSWER = "answer"
    MAIL = "mail"
    SKIP = "skip"
    CLICK = "click"
    UNSUBSCRIPTION = "unsubscription"
    RETURN = "return"
    BOUNCE = "bounce"
    CLEARING = "clearing"
    INTERACTION = "interaction"


VIEWS = {
    "": frozenset(Kind),
    "answers": frozenset({Kind.ANSWER}),
    "mails": frozenset(
        {Kind.MAIL, Kind.SKIP, Kind.UNSUBSCRIPTION, Kind.RETURN, Kind.BOUNCE, Kind.CLEARING}
    ),
    "clicks": frozenset({Kind.CLICK}),
    "visits": frozenset({Kind.INTERACTION}),
}


@dataclass(frozen=True)
class Event:
    """`count` is how many links of one mail were opened together."""

    kind: Kind
    at: datetime
    row: Any
    count: int = 1


@dataclass(frozen=True)
class History:
    events: list[Event]
    has_more: bool

    def days(self, timezone: tzinfo) -> list[tuple[date, list[Event]]]:
        """The same by local day, the latest first."""
        by_day = groupby(self.events, key=lambda event: event.at.astimezone(timezone).date())
        return [(day, list(events)) for day, events in by_day]


def of(
    session: Session,
    contact: Contact,
    *,
    view: str = "",
    page: int = 1,
    scope: Scope = WHOLE_HOUSE,
    per_page: int = PER_PAGE,
) -> History:
    """One page, counted from 1, of the events of one of VIEWS that the scope, in which the contact lies, sees."""
    kinds = VIEWS.get(view, VIEWS[""])
    told = sa.union_all(*(_TELLERS[kind](contact, scope) for kind in Kind if kind in kinds))
    found = session.execute(
        sa.select(told.subquery())
        .order_by(sa.desc("at"), sa.desc("kind"), sa.desc("key"))
        .offset((page - 1) * per_page)
        .limit(per_page + 1)
    ).all()
    return History(list(_events(session, contact, found[:per_page])), len(found) > per_page)


def last_answers(
    session: Session, contact: Contact, *, scope: Scope = WHOLE_HOUSE
) -> Sequence[Response]:
    """The last answer on the official scale and the one before it, as far as there are such."""
    asked = sa.select(Response).where(
        Response.contact_id == contact.id, Response.scale == Scale.OFFICIAL
    )
    latest = (Response.answered_at.desc(), Response.id.desc())
    return session.scalars(narrow(asked, Response, scope).order_by(*latest).limit(2)).all()


# each teller says (kind, at, key of the row, score, count) in one select, so that the database sorts and cuts
def _told(kind: Kind, at: Any, key: Any, score: Any = None, count: Any = None) -> sa.Select[Any]:
    return sa.select(
        sa.literal(kind.value, sa.Text()).label("kind"),
        at.label("at"),
        key.label("key"),
        (sa.literal(0) if score is None else score).label("score"),
        (sa.literal(1) if count is None else count).label("count"),
    )


def _answers(contact: Contact, scope: Scope) -> sa.Select[Any]:
    told = _told(Kind.ANSWER, Response.answered_at, Response.id)
    return narrow(told.where(Response.contact_id == contact.id), Response, scope)


def _mails(contact: Contact, _scope: Scope) -> sa.Select[Any]:
    """Each mail at the moment it left, or is due, or was given up."""
    at = sa.func.coalesce(Delivery.sent_at, Delivery.due_at)
    told = _told(Kind.MAIL, at, Delivery.id).join(Delivery.invitation)
    return told.where(Invitation.contact_id == contact.id)


def _skips(contact: Contact, _scope: Scope) -> sa.Select[Any]:
    """Campaigns that left this person out; asked by campaign, for that is how the rows are kept."""
    told = _told(Kind.SKIP, Campaign.launched_at, Campaign.id).join(
        CampaignSkip, CampaignSkip.campaign_id == Campaign.id
    )
    return told.where(CampaignSkip.contact_id == contact.id, Campaign.launched_at.is_not(None))


def _clicks(contact: Contact, _scope: Scope) -> sa.Select[Any]:
    """Several links of one mail opened together are one event: a machine may have looked."""
    told = _told(
        Kind.CLICK,
        sa.func.min(Click.clicked_at, type_=Click.clicked_at.type),
        Click.invitation_id,
        sa.func.min(Click.score),
        sa.func.count(sa.distinct(Click.score)),
    ).join(Invitation, Invitation.id == Click.invitation_id)
    told = told.where(Invitation.contact_id == contact.id, opened())
    return told.group_by(Click.invitation_id)


def _unsubscription(contact: Contact, _scope: Scope) -> sa.Select[Any]:
    return _at_address(Kind.UNSUBSCRIPTION, Address.unsubscribed_at, contact)


def _returns(contact: Contact, _scope: Scope) -> sa.Select[Any]:
    told = _told(Kind.RETURN, Bounce.received_at, Bounce.id).join(Bounce.delivery)
    return told.join(Delivery.invitation).where(Invitation.contact_id == contact.id)


def _bounce(contact: Contact, scope: Scope) -> sa.Select[Any]:
    """Unless a mail that came back tells it already."""
    told = _returns(contact, scope).where(
        Bounce.address_id == Address.id, Bounce.received_at == Address.bounced_at
    )
    return _at_address(Kind.BOUNCE, Address.bounced_at, contact).where(
        ~told.correlate(Address).exists()
    )


def _clearings(contact: Contact, _scope: Scope) -> sa.Select[Any]:
    told = _told(Kind.CLEARING, AddressClearing.at, AddressClearing.id)
    return told.join(AddressClearing.address).where(Address.email == contact.address)


def _at_address(kind: Kind, at: Any, contact: Contact) -> sa.Select[Any]:
    return _told(kind, at, Address.id).where(Address.email == contact.address, at.is_not(None))


def _interactions(contact: Contact, scope: Scope) -> sa.Select[Any]:
    told = _told(Kind.INTERACTION, Interaction.occurred_at, Interaction.id)
    return told.where(Interaction.contact_id == contact.id, visit_within(scope))


_TELLERS: dict[Kind, Callable[[Contact, Scope], sa.Select[Any]]] = {
    Kind.ANSWER: _answers,
    Kind.MAIL: _mails,
    Kind.SKIP: _skips,
    Kind.CLICK: _clicks,
    Kind.UNSUBSCRIPTION: _unsubscription,
    Kind.RETURN: _returns,
    Kind.BOUNCE: _bounce,
    Kind.CLEARING: _clearings,
    Kind.INTERACTION: _interactions,
}


def _events(session: Session, contact: Contact, found: Iterable[Any]) -> Iterator[Event]:
    found = list(found)
    rows: dict[str, dict[int, Any]] = {}
    for kind in {told.kind for told in found} - {Kind.CLICK}:
        keys = [told.key for told in found if told.kind == kind]
        rows[kind] = dict(_rows(session, contact, Kind(kind), keys))
    for told in found:
        row = told.score if told.kind == Kind.CLICK else rows[told.kind][told.key]
        yield Event(Kind(told.kind), told.at, row, told.count)


def _rows(session: Session, contact: Contact, kind: Kind, keys: list[int]) -> Iterator[Any]:
    """Pairs of a key and its row, with all that a line of the history says."""
    if kind is Kind.SKIP:
        skips = sa.select(CampaignSkip, Campaign).join(
            Campaign, Campaign.id == CampaignSkip.campaign_id
        )
        skips = skips.where(
            CampaignSkip.contact_id == contact.id, CampaignSkip.campaign_id.in_(keys)
        )
        return ((skip.campaign_id, (skip, campaign)) for skip, campaign in session.execute(skips))
    table, options = _SHOWN[kind]
    wanted = sa.select(table).where(table.id.in_(keys)).options(*options)
    return ((row.id, row) for row in session.scalars(wanted))


_OF_MAIL = joinedload(Delivery.invitation)
_SHOWN: dict[Kind, tuple[Any, tuple[Any, ...]]] = {
    Kind.ANSWER: (
        Response,
        (
            joinedload(Response.survey),
            joinedload(Response.store),
            joinedload(Response.campaign),
            selectinload(Response.changes),
        ),
    ),
    Kind.MAIL: (
        Delivery,
        (
            _OF_MAIL.joinedload(Invitation.survey),
            _OF_MAIL.joinedload(Invitation.campaign),
            _OF_MAIL.joinedload(Invitation.interaction),
        ),
    ),
    Kind.UNSUBSCRIPTION: (Address, ()),
    Kind.RETURN: (Bounce, (joinedload(Bounce.address),)),
    Kind.BOUNCE: (Address, ()),
    Kind.CLEARING: (AddressClearing, ()),
    Kind.INTERACTION: (Interaction, (joinedload(Interaction.store),)),
}
