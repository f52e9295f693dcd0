"""Stores and their regions on the screen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hopnps.access import MARKETING, STAFF
from hopnps.admin import cells, filters
from hopnps.admin.base import ServiceView
from hopnps.domain.errors import N_
from hopnps.forms.choices import region_filter
from hopnps.forms.stores import RegionForm, StoreForm
from hopnps.i18n import gettext
from hopnps.i18n import lazy_gettext as _
from hopnps.models import Region, Store
from hopnps.services import stores


class StoreView(ServiceView):
    table = Store
    title = N_("Stores")
    import_kind, importers = "stores", MARKETING
    add_words = N_("Add a store")
    roles, editors = STAFF, MARKETING
    can_delete = True
    form = StoreForm
    details_template = "hopnps/admin/place.html"
    column_list = ("name", "region")
    column_details_list = ("region",)
    column_labels = {"name": _("Name"), "region": _("Region")}
    column_formatters = column_formatters_detail = {"region": cells.link}
    column_sortable_list = (("name", "name_key"),)  # É beside E, on every database
    column_default_sort = "name_key"
    column_searchable_list = ("name",)
    column_filters = (filters.OneOf(Store.region_id, _("Region"), options=region_filter),)

    def empty_text(self) -> str:
        return gettext(
            "Clients, orders and answers belong to a store; an import creates the stores it meets."
        )

    def create(self, session: Session, values: dict[str, Any], *, now: datetime) -> Store:
        return stores.save(session, None, **values)

    def change(
        self, session: Session, row: Store, values: dict[str, Any], *, now: datetime
    ) -> Store:
        return stores.save(session, row, **values)

    def check_removal(self, session: Session, row: Store) -> None:
        stores.check_removal(session, row)

    def remove(self, session: Session, row: Store) -> None:
        stores.remove(session, row)


class RegionView(ServiceView):
    table = Region
    title = N_("Regions")
    add_words = N_("Add a region")
    roles, editors = STAFF, MARKETING
    can_delete = True
    form = RegionForm
    details_template = "hopnps/admin/place.html"
    column_list = ("name", "parent")
    column_details_list = ("parent",)
    column_labels = {"name": _("Name"), "parent": _("Lies in")}
    column_formatters = column_formatters_detail = {"parent": cells.link}
    column_sortable_list = (("name", "name_key"),)  # É beside E, on every database
    column_default_sort = "name_key"
    column_searchable_list = ("name",)

    def empty_text(self) -> str:
        return gettext("A region gathers stores, or other regions; colleagues may see one alone.")

    def create(self, session: Session, values: dict[str, Any], *, now: datetime) -> Region:
        return stores.save_region(session, None, **values)

    def change(
        self, session: Session, row: Region, values: dict[str, Any], *, now: datetime
    ) -> Region:
        return stores.save_region(session, row, **values)

    def check_removal(self, session: Session, row: Region) -> None:
        stores.check_removal(session, row)

    def remove(self, session: Session, row: Region) -> None:
        stores.remove(session, row)
