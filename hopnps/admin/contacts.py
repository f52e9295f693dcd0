"""Contacts on the screen: the list, and one person's page with all that happened and whether they may be asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import request
from sqlalchemy.orm import Session, joinedload

from hopnps import doors, numbers
from hopnps.access import MARKETING, STAFF, principal
from hopnps.admin import cells, filters
from hopnps.admin.base import ServiceView
from hopnps.domain.errors import N_
from hopnps.forms.choices import categories, language_filter, store_filter
from hopnps.forms.contacts import ContactForm
from hopnps.i18n import gettext
from hopnps.i18n import lazy_gettext as _
from hopnps.models import Contact
from hopnps.services import addresses, contacts, histories, one_shots, people_search
from hopnps.services.portable import reads_as

NAME = Contact.first_name + " " + Contact.last_name + " " + Contact.company
KNOWN_BY = NAME + " " + sa.func.coalesce(Contact.external_id, "")
ANYWHERE = {"before": True, "after": True}
WITH_ADDRESS = sa.select(Contact.id).where(Contact.address == sa.bindparam("address")).limit(1)


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
    wide_columns = ("email", "store", "last_answered_at")
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
        """A whole address through its index, its beginning, or every word in name, company or client number."""
        typed = words.strip().lower()
        if "@" not in typed:
            found = query.filter(*(reads_as(KNOWN_BY, word, **ANYWHERE) for word in typed.split()))
        elif self.session.session.scalar(WITH_ADDRESS, {"address": typed}):
            found = query.filter(Contact.address == typed)
        else:
            found = query.filter(filters.begins(Contact.address, typed))
        return found, count, joins, count_joins

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

    def losses(self, rows: Sequence[Any]) -> list[str]:
        return [gettext("Their orders and tickets are deleted too.")]

    def create(self, session: Session, values: dict[str, Any], *, now: datetime) -> Contact:
        return contacts.save(session, None, **values, scope=doors.scope(), now=now)

    def change(
        self, session: Session, row: Contact, values: dict[str, Any], *, now: datetime
    ) -> Contact:
        return contacts.save(session, row, **values, scope=doors.scope(), now=now)

    def remove(self, session: Session, row: Contact) -> None:
        contacts.remove(session, row)
