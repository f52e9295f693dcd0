"""Segments on the screen: a rule that is built by clicks, who it finds now, and where it is used."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from markupsafe import Markup
from sqlalchemy.orm import Session

from hopnps import database, doors
from hopnps.access import ADMINS, MARKETING, principal
from hopnps.admin.base import ServiceView
from hopnps.domain import draft_form, rules
from hopnps.domain.draft_tree import Leaf, Path
from hopnps.domain.errors import N_, Invalid
from hopnps.forms.rule_controls import LeafControls
from hopnps.forms.segments import SegmentForm
from hopnps.i18n import gettext, say
from hopnps.i18n import lazy_gettext as _
from hopnps.models import Segment
from hopnps.rule_words import say_rule
from hopnps.services import segments
from hopnps.services.segment_choices import choices

SAVE = "save"
LONGEST_SHOWN = 400


class SegmentView(ServiceView):
    table = Segment
    title = N_("Segments")
    add_words = N_("Add a segment")
    roles = editors = MARKETING
    can_delete = True
    form = SegmentForm
    create_template = edit_template = "hopnps/admin/segment_form.html"
    details_template = "hopnps/admin/segment.html"
    list_template = "hopnps/admin/segments.html"
    column_list = ("name", "rule", "created_at")
    column_details_list = ("slug", "created_at")
    column_labels = {
        "name": _("Name"),
        "slug": _("Short name"),
        "rule": _("Who is found"),
        "created_at": _("Created on"),
    }
    column_formatters = {"rule": lambda view, context, row, name: _sentence(row.rule)}
    column_sortable_list = ("name", "created_at")
    column_default_sort = "name"
    column_searchable_list = ("name", "slug")
    wide_columns = ("rule", "created_at")

    def subtitle(self) -> str:
        return gettext("Rules that find contacts; who is found is asked anew each time.")

    def empty_text(self) -> str:
        return gettext(
            "A segment finds contacts by rules, such as: two orders in the last 60 days."
        )

    def details_of(self, row: Segment) -> dict[str, Any]:
        asker = principal()
        return super().details_of(row) | {
            "rule": rules.written(row.rule),
            "shows_rule": asker is not None and asker.may(ADMINS),
            "campaigns": segments.used_by(self.session.session, row),
            **self._found(row.rule),
        }

    def create(self, session: Session, values: dict[str, Any], *, now: datetime) -> Segment:
        return segments.save(session, None, **values, now=now)

    def change(
        self, session: Session, row: Segment, values: dict[str, Any], *, now: datetime
    ) -> Segment:
        return segments.save(session, row, **values, now=now)

    def remove(self, session: Session, row: Segment) -> None:
        segments.remove(session, row)

    def check_removal(self, session: Session, row: Segment) -> None:
        segments.check_removal(session, row)

    def validate_form(self, form: SegmentForm) -> bool:
        """Only the button that saves saves; all others change the rule on the screen."""
        if request.method != "POST":
            return False
        wish = request.form.get("do", SAVE)
        if wish == SAVE:
            return super().validate_form(form)
        form.rule.act(wish)
        form.rule.forgive_unfinished()
        return False

    @expose("/preview/", methods=("POST",))
    def preview_view(self) -> ResponseReturnValue:
        """The builder after a button, and whom its rule finds; or, while somebody types, only whom. Stores nothing."""
        self.session.session.rollback()
        database.intend(writing=False)  # counting makes nobody wait who writes
        form = self.form()
        wish = request.form.get("do", "")
        form.rule.process(request.form)
        form.rule.act(wish)
        form.rule.forgive_unfinished()
        if wish == "count":
            found = self._found(form.rule.data)
            return render_template("hopnps/admin/segment_found.html", form=form, **found)
        return render_template("hopnps/admin/segment_builder.html", **self._shown(form))

    def render(self, template: str, **values: Any) -> str:
        if template == self.create_template:
            values |= self._shown(values["form"])
        return super().render(template, **values)

    def _shown(self, form: SegmentForm) -> dict[str, Any]:
        """What the builder's templates ask for."""
        known = choices(self.session.session)

        def controls(leaf: Leaf, path: Path) -> LeafControls:
            return LeafControls(leaf, path, known, form.rule.faults.get(path))

        return {
            "form": form,
            "known": known,
            "controls": controls,
            "named": draft_form.named,
            "say": say,
            "kept_words": _kept_words,
            "deepest": draft_form.DEEPEST_GROUP,
            "room_for_more": draft_form.room_for_more(form.rule.draft),
            **self._found(form.rule.data),
        }

    def _found(self, rule: dict[str, Any]) -> dict[str, Any]:
        """How many a rule finds and who, for example; or why it, kept from elsewhere, cannot be read."""
        try:
            found = segments.look(
                self.session.session, rule, now=doors.now(), timezone=self.house().timezone
            )
            return {"found": found, "sentence": say_rule(rule)}
        except Invalid as fault:
            return {"rule_fault": say(fault)}


def _kept_words(written: str) -> str:
    """A condition that was written by hand, in words if it can be read."""
    try:
        return say_rule(rules.parse(written))
    except Invalid:
        return written[:LONGEST_SHOWN]


def _sentence(rule: dict[str, Any]) -> Markup | str:
    try:
        return Markup('<span class="clamp">{}</span>').format(say_rule(rule))
    except Invalid as fault:
        return say(fault)
