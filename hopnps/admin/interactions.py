"""Orders, tickets and the like on the screen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import request
from sqlalchemy.orm import Session, joinedload

from hopnps.access import MARKETING, STAFF
from hopnps.admin import cells, filters
from hopnps.admin.base import ServiceView
from hopnps.domain.errors import N_
from hopnps.forms.choices import store_filter
from hopnps.forms.contacts import InteractionForm
from hopnps.i18n import gettext
from hopnps.i18n import lazy_gettext as _
from hopnps.models import Interaction
from hopnps.services import interactions


class InteractionView(ServiceView):
    table = Interaction
    title = N_("Orders and tickets")
    import_kind, importers = "interactions", MARKETING
    add_words = N_("Add an order or ticket")
    roles, editors = STAFF, MARKETING
    can_delete = True
    simple_list_pager = True
    form = InteractionForm
    details_template = "hopnps/admin/interaction.html"
    column_list = ("reference", "kind", "occurred_at", "contact", "store", "agent")
    column_details_list = (*column_list, "data", "source", "created_at")
    wide_columns = ("kind", "store", "agent")
    column_labels = {
        "reference": _("Reference"),
        "kind": _("Kind"),
        "occurred_at": _("Date"),
        "contact": _("Client"),
        "store": _("Store"),
        "agent": _("Served by"),
        "data": _("Details"),
        "source": _("Source"),
        "created_at": _("Recorded"),
    }
    column_formatters = column_formatters_detail = {
        "kind": lambda view, context, row, name: cells.part("kind_name", row.kind),
        "occurred_at": cells.happened,
        "contact": cells.link,
        "store": cells.link,
        "data": cells.attributes,
    }
    column_sortable_list = ()
    column_default_sort = [("occurred_at", True), ("id", True)]
    keyset = (Interaction.occurred_at, Interaction.id)
    seeks_few = True
    order = N_("The latest first.")
    column_searchable_list = ("reference",)
    column_filters = (
        filters.OneOf(Interaction.store_id, _("Store"), options=store_filter),
        filters.Since(Interaction.occurred_at, _("From")),
        filters.Until(Interaction.occurred_at, _("Until")),
    )

    def empty_text(self) -> str:
        return gettext("What clients ordered or asked stands here; a survey can then be about it.")

    def get_query(self) -> Any:
        return super().get_query().options(joinedload(Interaction.contact))

    def _apply_search(
        self, query: Any, count: Any, joins: Any, count_joins: Any, words: str
    ) -> Any:
        """A reference is known by its beginning."""
        found = query.filter(filters.begins(Interaction.reference, words.strip()))
        return found, count, joins, count_joins

    def create_form(self, obj: Any = None) -> InteractionForm:
        form = super().create_form(obj)
        if request.method == "GET":
            form.client.data = request.args.get("client", "")
        return form

    def edit_form(self, obj: Any = None) -> InteractionForm:
        form = super().edit_form(obj)
        if request.method == "GET" and obj:
            form.client.data = obj.contact.external_id or obj.contact.email
            form.kind.data = str(cells.part("kind_name", obj.kind))
        return form

    def create(self, session: Session, values: dict[str, Any], *, now: datetime) -> Interaction:
        return interactions.save(session, None, **values, now=now)

    def change(
        self, session: Session, row: Interaction, values: dict[str, Any], *, now: datetime
    ) -> Any:
        return interactions.save(session, row, **values, now=now)

    def remove(self, session: Session, row: Interaction) -> None:
        interactions.remove(session, row)

    def check_removal(self, session: Session, row: Interaction) -> None:
        interactions.check_removal(session, row)
