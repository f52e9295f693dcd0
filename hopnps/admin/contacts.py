"""Contacts on the screen: the list, and one person's page with all that happened and whether they may be asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import request
from sqlalchemy.orm import Session, joinedload

from hopnps import doors, formats, numbers
from hopnps.access import ADMINS, MARKETING, STAFF, principal
from hopnps.admin import cells, filters
from hopnps.admin.base import ServiceView
from hopnps.domain.errors import N_
from hopnps.forms.choices import categories, language_filter, store_filter
from hopnps.forms.contacts import ContactForm
from hopnps.i18n import gettext, ngettext
from hopnps.i18n import lazy_gettext as _
from hopnps.models import Contact
from hopnps.services import (
    addresses,
    contacts,
    histories,
    list_search,
    one_shots,
    people_search,
    scopes,
)


class ContactView(ServiceView):
    table = Contact
    title = N_("Contacts")
    add_words = N_("Add a contact")
    roles, editors = STAFF, STAFF
    can_delete = True
    simple_list_pager = True
    form = ContactForm
    list_template = "hopnps/admin/contacts.html"
    details_template = "hopnps/admin/contact.html"
    edit_template = create_template = "hopnps/admin/contact_form.html"
    importers = MARKETING
    column_list = ("name", "email", "store", "last_score", "last_category", "last_answered_at")
    wide_columns = ("email", "store", "last_category", "last_answered_at")
    column_labels = {
        "name": _("Name"),
        "email": _("E-mail"),
        "store": _("Store"),
        "last_score": _("Last score"),
        "last_category": _("Category"),
        "last_answered_at": _("Answered on"),
    }
    column_formatters = {
        "last_score": cells.score,
        "last_category": cells.badge,
        "store": cells.link,
        "last_answered_at": cells.day,
    }
    column_sortable_list = ()
    column_default_sort = ("id", True)
    keyset = (Contact.id,)
    order = N_("The latest added first.")
    column_searchable_list = ("last_name",)
    column_filters = (
        filters.OneOf(Contact.store_id, _("Store"), options=store_filter),
        filters.OneOf(Contact.last_category, _("Last answer"), options=categories),
        filters.OneOf(Contact.language, _("Language"), options=language_filter),
        filters.Tagged(Contact.tags, _("Tag")),
    )

    def get_query(self) -> Any:
        return super().get_query().options(joinedload(Contact.store))

    def _apply_search(
        self, query: Any, count: Any, joins: Any, count_joins: Any, words: str
    ) -> Any:
        """An address or its beginning, or every word in name, company or client number."""
        if scopes.is_small(doors.scope()):
            return query.filter(_reads(words)), count, joins, count_joins
        found = Contact.id.in_(
            list_search.contacts(self.session.session, words, scope=doors.scope())
        )
        return query.filter(found), count, joins, count_joins

    def search_hint(self) -> str:
        if not list_search.is_partial(self.session.session, Contact, scope=doors.scope()):
            return ""
        words = gettext(
            "The %(count)s newest contacts are read word by word, the others by the beginning of a name."
        )
        return words % {"count": formats.count(list_search.NEWEST)}

    def details_of(self, row: Contact) -> dict[str, Any]:
        """One page of the client's history, of the kind that the address asks for, and whether they may be asked."""
        session, scope, page = self.session.session, doors.scope(), numbers.page()
        view = request.args.get("view", "")
        history = histories.of(session, row, view=view, page=page, scope=scope)
        visits = people_search.recent_interactions(session, row, scope=scope, limit=1)
        latest = visits[0] if visits else None
        offered = one_shots.offers(
            session, row, latest, cadence=self.house().cadence, now=doors.now()
        )
        sharers, more_sharers = contacts.sharers(session, row, scope=scope)
        return super().details_of(row) | {
            "view": view if view in histories.VIEWS else "",
            "page": page,
            "days": history.days(self.house().timezone),
            "has_more": history.has_more,
            "last_answers": histories.last_answers(session, row, scope=scope),
            "address": addresses.find(session, row.address) if row.address else None,
            "offered": offered,
            "sharers": sharers,
            "more_sharers": more_sharers,
            "frequency": self.house().cadence.days,
        }

    def may_delete(self) -> bool:
        """Sales change contacts; who deletes or records orders is in marketing."""
        asker = principal()
        return asker is not None and asker.may(MARKETING)

    may_add_orders = may_delete

    def may_clear(self) -> bool:
        """Whether this colleague may say that an address is written to again."""
        asker = principal()
        return asker is not None and asker.may(ADMINS)

    def losses(self, rows: Sequence[Any]) -> list[str]:
        return [
            ngettext(
                "The orders and tickets of this client are deleted too.",
                "The orders and tickets of these clients are deleted too.",
                len(rows),
            )
        ]

    def check_removal(self, session: Session, row: Contact) -> None:
        contacts.check_removal(session, row)

    def create(self, session: Session, values: dict[str, Any], *, now: datetime) -> Contact:
        return contacts.save(session, None, **values, scope=doors.scope(), now=now)

    def change(
        self, session: Session, row: Contact, values: dict[str, Any], *, now: datetime
    ) -> Contact:
        return contacts.save(session, row, **values, scope=doors.scope(), now=now)

    def remove(self, session: Session, row: Contact) -> None:
        contacts.remove(session, row)


def _reads(words: str) -> Any:
    """Of the few clients of a place, each is read letter by letter."""
    if "@" in words:
        return filters.begins(Contact.address, words.strip().lower())
    return list_search.every_word(list_search.KNOWN_BY, words.split())
