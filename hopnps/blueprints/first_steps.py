"""What is there already -> the steps that lead to a first NPS, the next one marked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from flask import current_app, url_for
from sqlalchemy.orm import Session

from hopnps.access import MARKETING, STAFF, principal
from hopnps.i18n import gettext as _
from hopnps.models import Contact, Delivery, DeliveryState, Role, Template


@dataclass(frozen=True)
class Step:
    """`state` is done, now or later; `url` is empty where the asker may not go."""

    title: str
    text: str
    action: str
    url: str
    state: str = "later"


def first_steps(session: Session) -> list[Step]:
    """Try the mail, import, review, send."""
    steps = [_try_the_mail(session), _import(session), *_ask()]
    following = next(step for step in steps if step.state != "done")
    return [replace(step, state="now") if step is following else step for step in steps]


def _try_the_mail(session: Session) -> Step:
    """Nothing is known of a mail server before it took a mail."""
    some = sa.select(Delivery.id).filter_by(state=DeliveryState.SENT).limit(1)
    if session.scalar(some) is not None:
        return Step(
            _("Mails leave"),
            _("The mail server has accepted a first one."),
            "",
            "",
            "done",
        )
    template = session.scalar(sa.select(Template.id).order_by(Template.id).limit(1))
    return Step(
        _("Try the mail"),
        _("Send yourself a test: you see at once whether mails leave."),
        _("Test"),
        _url("hopnps_template.edit_view", MARKETING, id=template) if template else "",
    )


def _import(session: Session) -> Step:
    has_contacts = session.scalar(sa.select(Contact.id).limit(1)) is not None
    return Step(
        _("Import your clients"),
        _("An Excel or CSV file will do. Nothing is written before you agree."),
        _("Import"),
        _url("hopnps_imports.new", MARKETING),
        "done" if has_contacts else "later",
    )


def _ask() -> Iterator[Step]:
    """Reading leaves no trace, and a mail that left ends the first run: neither is ever known to be done."""
    yield Step(
        _("Review the survey"),
        _("Two surveys are ready, in French and English."),
        _("Review"),
        _url("hopnps_survey.index_view", MARKETING),
    )
    yield Step(
        _("Send"),
        _("To one client to try, or to a whole segment."),
        _("Try"),
        _url("hopnps_desk.new", STAFF),
    )


def _url(endpoint: str, roles: frozenset[Role], **values: Any) -> str:
    asker = principal()
    open_to_them = asker is not None and asker.may(roles)
    known = endpoint in current_app.view_functions
    return url_for(endpoint, **values) if open_to_them and known else ""
