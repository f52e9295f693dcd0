"""An address that nothing writes to any more -> written to again, by an administrator who has read what that means."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hopnps import access, doors
from hopnps.domain.errors import Invalid, Refused
from hopnps.i18n import gettext as _
from hopnps.i18n import say
from hopnps.models import Address, Contact
from hopnps.services import address_clearing, addresses, scopes

bp = Blueprint("hopnps_clearing", __name__)
access.guard(bp)


@bp.get("/contacts/<nps_row:contact_id>/clearing")
@access.opened_to(access.ADMINS)
def confirm(contact_id: int) -> ResponseReturnValue:
    """What stands against writing to this client, and what it means to lift it."""
    return _page(*_known(contact_id))


@bp.post("/contacts/<nps_row:contact_id>/clearing")
@access.opened_to(access.ADMINS)
def clear(contact_id: int) -> ResponseReturnValue:
    """Lift it; who did it, when, and at whose request is kept."""
    contact, address = _known(contact_id)
    session, asked = doors.session(), request.form.get("request", "").replace("\0", "")
    try:
        address_clearing.clear(session, address, request=asked, by=doors.asker(), now=doors.now())
    except Invalid as fault:
        session.rollback()
        return _page(*_known(contact_id), fault=say(fault)), 422
    except Refused as refused:
        session.rollback()
        flash(say(refused), "warning")
        return redirect(_back(contact_id))
    session.commit()
    flash(_("%(name)s may be written to again.", name=contact.name), "success")
    return redirect(_back(contact_id))


def _known(contact_id: int) -> tuple[Contact, Address]:
    session = doors.session()
    contact = session.get(Contact, contact_id)
    if contact is None or not scopes.sees(contact, doors.scope(), session):
        abort(404)
    return contact, addresses.find(session, contact.address) or abort(404)


def _page(contact: Contact, address: Address, fault: str = "") -> str:
    return render_template(
        "hopnps/desk/clearing.html",
        contact=contact,
        address=address,
        obstacle=address_clearing.obstacle(address),
        fault=fault,
        back=_back(contact.id),
    )


def _back(contact_id: int) -> str:
    return url_for("hopnps_contact.details_view", id=contact_id)
