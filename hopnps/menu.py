"""The doors that stand and the one who asks -> the entries of the menu they may open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from flask import current_app, request, url_for

from hopnps.access import ADMINS, MARKETING, STAFF, principal
from hopnps.domain.errors import N_
from hopnps.i18n import gettext as _
from hopnps.models import Role

# pages of one room that belong to another line of the menu, or to none
ELSEWHERE = {
    "hopnps_desk.find": "",
    "hopnps_clearing.confirm": "hopnps_contact",
    "hopnps_clearing.clear": "hopnps_contact",
}
CLIENTS, SURVEYS, HOUSE = N_("Clients"), N_("Surveys"), N_("House")


@dataclass(frozen=True)
class Entry:
    """`label` and `group` are English; an entry without its endpoint is not shown: its work is not built."""

    label: str
    endpoint: str
    icon: str
    roles: frozenset[Role]
    group: str = ""


ENTRIES = (
    Entry(N_("Dashboard"), "hopnps_dashboard.show", "home", STAFF),
    Entry(N_("Send a survey"), "hopnps_desk.new", "send", STAFF),
    Entry(N_("Contacts"), "hopnps_contact.index_view", "people", STAFF, CLIENTS),
    Entry(N_("Answers"), "hopnps_response.index_view", "chat", STAFF, CLIENTS),
    Entry(N_("Orders and tickets"), "hopnps_interaction.index_view", "cart", STAFF, CLIENTS),
    Entry(N_("Segments"), "hopnps_segment.index_view", "filter", MARKETING, CLIENTS),
    Entry(N_("Import"), "hopnps_imports.new", "up", MARKETING, CLIENTS),
    Entry(N_("Campaigns"), "hopnps_campaigns.index", "campaign", MARKETING, SURVEYS),
    Entry(N_("Surveys"), "hopnps_survey.index_view", "survey", MARKETING, SURVEYS),
    Entry(N_("Mail templates"), "hopnps_template.index_view", "mail", MARKETING, SURVEYS),
    Entry(N_("Brands"), "hopnps_brand.index_view", "colours", MARKETING, SURVEYS),
    Entry(N_("Stores"), "hopnps_store.index_view", "store", STAFF, HOUSE),
    Entry(N_("Regions"), "hopnps_region.index_view", "globe", STAFF, HOUSE),
    Entry(N_("Colleagues"), "hopnps_user.index_view", "user", ADMINS, HOUSE),
    Entry(N_("Settings"), "hopnps_settings.show", "gear", ADMINS, HOUSE),
    Entry(N_("Local mailbox"), "hopnps_mailbox.index", "mail", STAFF, HOUSE),
)


@dataclass(frozen=True)
class Line:
    """One line of the menu as it is shown."""

    label: str
    url: str
    icon: str
    current: bool


def menu() -> list[tuple[str, list[Line]]]:
    """Groups with their lines, for who asks in this request; empty for a stranger."""
    groups = groupby(_open_entries(), key=lambda entry: entry.group)
    return [
        (_(name) if name else "", [_line(entry) for entry in entries]) for name, entries in groups
    ]


def _open_entries() -> Iterator[Entry]:
    asker = principal()
    if asker:
        for entry in ENTRIES:
            if entry.endpoint in current_app.view_functions and asker.may(entry.roles):
                yield entry


def _line(entry: Entry) -> Line:
    room = entry.endpoint.partition(".")[0]
    here = ELSEWHERE.get(request.endpoint or "", request.blueprint)
    return Line(_(entry.label), url_for(entry.endpoint), entry.icon, room == here)
