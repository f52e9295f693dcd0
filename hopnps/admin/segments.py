"""Segments on the screen: the rule, how many contacts it finds now, and ten of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from hopnps.access import MARKETING
from hopnps.admin.base import ServiceView
from hopnps.domain import rules
from hopnps.domain.errors import N_, Invalid
from hopnps.forms.segments import SegmentForm
from hopnps.i18n import gettext, say
from hopnps.i18n import lazy_gettext as _
from hopnps.models import Segment
from hopnps.services import segments

EXAMPLES: tuple[tuple[Any, dict[str, Any]], ...] = (
    (
        _("Detractors of the last 30 days who wrote a comment"),
        {
            "all": [
                {"contact": "last_category", "is": "detractor"},
                {"answers": {"commented": True, "within_days": 30}, "at_least": 1},
            ]
        },
    ),
    (
        _("At least two orders in 60 days, in Nantes or Rennes, not asked for 60 days"),
        {
            "all": [
                {"interactions": {"kind": "order", "within_days": 60}, "at_least": 2},
                {"contact": "store", "in": ["Nantes", "Rennes"]},
                {"not": {"contact": "asked", "within_days": 60}},
            ]
        },
    ),
    (
        _("Tagged VIP, or spending at least 1,000, and never answered"),
        {
            "all": [
                {
                    "any": [
                        {"contact": "tags", "has": "VIP"},
                        {"attribute": "dépenses", "at_least": 1000},
                    ]
                },
                {"answers": {}, "exactly": 0},
            ]
        },
    ),
)


class SegmentView(ServiceView):
    table = Segment
    title = N_("Segments")
    add_words = N_("Add a segment")
    roles = editors = MARKETING
    can_delete = True
    form = SegmentForm
    create_template = edit_template = "hopnps/admin/segment_form.html"
    details_template = "hopnps/admin/segment.html"
    column_list = ("name", "slug")
    column_details_list = ("slug", "created_at")
    column_labels = {"name": _("Name"), "slug": _("Short name"), "created_at": _("Created on")}
    column_sortable_list = ("name", "slug")
    column_default_sort = "name"
    column_searchable_list = ("name", "slug")

    def subtitle(self) -> str:
        return gettext("Rules that find contacts; who is found is asked anew each time.")

    @property
    def examples(self) -> list[tuple[Any, str]]:
        """Ready rules to copy, for the form."""
        return [(words, rules.written(rule)) for words, rule in EXAMPLES]

    def details_of(self, row: Segment) -> dict[str, Any]:
        return super().details_of(row) | {"rule": rules.written(row.rule), **self._members(row)}

    def create(self, session: Session, values: dict[str, Any], *, now: datetime) -> Segment:
        return segments.save(session, None, **values, now=now)

    def change(
        self, session: Session, row: Segment, values: dict[str, Any], *, now: datetime
    ) -> Segment:
        return segments.save(session, row, **values, now=now)

    def remove(self, session: Session, row: Segment) -> None:
        segments.remove(session, row)

    def _members(self, row: Segment) -> dict[str, Any]:
        """How many a segment finds and who, for example; or why its rule, kept from elsewhere, cannot be read."""
        when = {"now": datetime.now(UTC), "timezone": self.house().timezone}
        session = self.session.session
        try:
            return {
                "count": segments.count(session, row.rule, **when),
                "sample": segments.sample(session, row.rule, **when),
            }
        except Invalid as fault:
            return {"fault": say(fault)}
