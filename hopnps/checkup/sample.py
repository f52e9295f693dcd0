"""A mail to an invented client -> whether it bears what large providers ask of mails to many."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from hopnps import database
from hopnps.checkup import signature
from hopnps.checkup.finding import Finding, fault, ok, warning
from hopnps.checkup.names import Names
from hopnps.i18n import gettext as _
from hopnps.models import Contact, Delivery, DeliveryState, Invitation, Survey
from hopnps.services import addresses

LARGEST = 102 * 1024  # bytes: Gmail cuts longer ones
_CLIENT = "claire@example.org"
_CHECK = "unsubscribe"
_WANTED = ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Message-ID", "Date")


def look(house: Any, names: Names, *, now: datetime) -> Iterator[Finding]:
    """Write the first survey's mail as it would leave, and read its headers."""
    house.session.rollback()
    database.intend(writing=True)
    survey = house.session.scalar(sa.select(Survey).order_by(Survey.id).limit(1))
    if survey is None:
        yield warning(
            _CHECK, _("There is no survey yet, so no mail to look at."), "hopnps db upgrade"
        )
        return
    try:
        content = _mail(house, survey, now)
    finally:
        house.session.rollback()
    mail = message_from_bytes(content)
    yield _one_click(mail)
    yield from signature.look(content, names)
    missing = [name for name in _WANTED if len(mail.get_all(name, [])) != 1]
    if missing:
        said = _("A mail does not bear once: %(headers)s.", headers=", ".join(missing))
        yield fault(_CHECK, said, _("This is a fault of hopnps: please tell us."))
    if len(content) > LARGEST:
        yield warning(
            _CHECK,
            _("The mail of %(survey)s is longer than 102 KB: Gmail cuts it.", survey=survey.name),
            _("Shorten its template."),
        )


def _one_click(mail: Message) -> Finding:
    way_out = str(mail.get("List-Unsubscribe", ""))
    posts = mail.get("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"
    if way_out.startswith("<https://") and way_out.endswith(">") and posts:
        return ok(_CHECK, _("Each mail lets its reader unsubscribe with one click."))
    return fault(
        _CHECK,
        _("Mail programs offer no unsubscribing with one click: %(header)s", header=way_out or "–"),
        _("Set HOPNPS_PUBLIC_URL to the https address at which clients reach this house."),
    )


def _mail(house: Any, survey: Survey, now: datetime) -> bytes:
    """As a worker would write it, from rows that are taken back at once: nobody ever sees them."""
    contact = Contact(
        email=_CLIENT,
        address=_CLIENT,
        first_name="Claire",
        source="doctor",
        external_id=uuid4().hex,
        created_at=now,
        updated_at=now,
    )
    invitation = Invitation(
        cause=f"doctor:{uuid4().hex}",
        contact=contact,
        address=addresses.ensure(house.session, _CLIENT),
        survey=survey,
        template_version=survey.template.current,
        language=house.setting("HOPNPS_LANGUAGE"),
        created_at=now,
        expires_at=now + timedelta(days=90),
    )
    lease = uuid4().hex
    house.session.add(
        Delivery(invitation=invitation, due_at=now, state=DeliveryState.SENDING, lease=lease)
    )
    house.session.flush()
    ready, faults = house.letters.write(house.session, lease, now=now)
    for _delivery_id, error in faults:
        raise error
    return ready[0].mail.content
