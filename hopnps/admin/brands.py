"""Brands on the screen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hopnps import doors
from hopnps.access import ADMINS, MARKETING
from hopnps.admin import pictures
from hopnps.admin.base import ServiceView
from hopnps.domain.errors import N_
from hopnps.forms.brands import BrandForm
from hopnps.i18n import gettext
from hopnps.i18n import lazy_gettext as _
from hopnps.models import Brand
from hopnps.services import brands


class BrandView(ServiceView):
    table = Brand
    title = N_("Brands")
    add_words = N_("Add a brand")
    roles, editors = MARKETING, ADMINS
    form = BrandForm
    edit_template = create_template = "hopnps/admin/brand_form.html"
    column_list = ("name", "sender", "address_line")
    wide_columns = ("sender",)
    column_details_list = (
        "name",
        "sender",
        "address_line",
        "text_colour",
        "background_colour",
        "logo",
    )
    column_labels = {
        "name": _("Name"),
        "sender": _("Sender"),
        "address_line": _("Address line"),
        "text_colour": _("Text colour"),
        "background_colour": _("Background colour"),
        "logo": _("Logo"),
    }
    column_formatters_detail = {"logo": pictures.shown}
    column_default_order = "name"

    def subtitle(self) -> str:
        return gettext("Mails and thank-you pages wear the brand of their survey.")

    def create(self, session: Session, values: dict[str, Any], *, now: datetime) -> Brand:
        return self._save(session, None, values, now)

    def change(
        self, session: Session, row: Brand, values: dict[str, Any], *, now: datetime
    ) -> Brand:
        return self._save(session, row, values, now)

    def _save(
        self, session: Session, row: Brand | None, values: dict[str, Any], now: datetime
    ) -> Brand:
        logo = pictures.kept(session, values, "logo", row.logo if row else None, now=now)
        return brands.save(session, row, **values, logo=logo, by=doors.asker(), now=now)
