"""What is there already -> the three steps that lead to a first NPS, the next one marked."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app, url_for
from sqlalchemy.orm import Session

from hopnps.access import MARKETING, STAFF, principal
from hopnps.i18n import gettext as _
from hopnps.models import Contact, Role


@dataclass(frozen=True)
class Step:
    """`state` is done, now or later; `url` is empty where the asker may not go."""

    title: str
    text: str
    action: str
    url: str
    state: str


def first_steps(session: Session) -> list[Step]:
    """Import, review, send."""
    has_contacts = session.scalar(sa.select(Contact.id).limit(1)) is not None
    return [
        Step(
            _("Import your clients"),
            _("An Excel or CSV file will do. Nothing is written before you agree."),
            _("Import"),
            _url("hopnps_imports.new", MARKETING),
            "done" if has_contacts else "now",
        ),
        Step(
            _("Review the survey"),
            _("Two surveys are ready, in French and English."),
            _("Review"),
            _url("hopnps_survey.index_view", MARKETING),
            "now" if has_contacts else "later",
        ),
        Step(
            _("Send"),
            _("To one client to try, or to a whole segment."),
            _("Try"),
            _url("hopnps_desk.new", STAFF),
            "later",
        ),
    ]


def _url(endpoint: str, roles: frozenset[Role]) -> str:
    asker = principal()
    open_to_them = asker is not None and asker.may(roles)
    return url_for(endpoint) if open_to_them and endpoint in current_app.view_functions else ""
