"""Surveys on the screen: the question, who carries it, the pages that thank for an answer, and all they ever said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.helpers import get_form_data
from sqlalchemy.orm import Session

from hopnps import doors
from hopnps.access import ADMINS, MARKETING
from hopnps.admin import cells, survey_forms
from hopnps.admin.editing import EditorView
from hopnps.answer_page import Asked, render_question
from hopnps.domain.errors import N_, Faults
from hopnps.domain.languages import LANGUAGES, spoken
from hopnps.domain.survey_content import Content, read
from hopnps.forms.surveys import CATEGORIES, FIRST_SHOWN, QUESTION, SurveyForm
from hopnps.i18n import gettext, ngettext
from hopnps.i18n import lazy_gettext as _
from hopnps.models import Survey, SurveyKind, SurveyVersion
from hopnps.services import survey_versions, surveys

_KINDS: dict[str, Any] = {
    SurveyKind.RELATIONAL: _("The house as a whole"),
    SurveyKind.TRANSACTIONAL: _("One order or ticket"),
}
_SCORES = {str(score): score for score in range(11)}


def _pause(_view: Any, _context: Any, row: Survey, _name: str) -> str:
    """Between two surveys; nothing where the house's rule counts."""
    days = row.frequency_days
    if not days:
        return "" if days is None else gettext("no limit")
    return ngettext("%(count)s day", "%(count)s days", days, count=days)


def _open(_view: Any, _context: Any, row: Survey, _name: str) -> str:
    days = row.edit_days
    if not days:
        return gettext("never: the first answer stands")
    return ngettext("for %(count)s day", "for %(count)s days", days, count=days)


def _read_first(written: Sequence[str]) -> str:
    """The language the form opens in: that of who looks, where the survey has words in it."""
    own = spoken(doors.language())
    return own if own in written or not written else written[0]


class SurveyView(EditorView):
    table = Survey
    title = N_("Surveys")
    add_words = N_("Add a survey")
    roles, editors = MARKETING, ADMINS
    form = SurveyForm
    create_template = edit_template = "hopnps/admin/survey_form.html"
    details_template = "hopnps/admin/survey.html"
    column_list = ("name", "kind", "brand", "template")
    wide_columns = ("brand", "template")
    column_details_list = (
        "kind",
        "brand",
        "template",
        "sender",
        "frequency_days",
        "edit_days",
        "slug",
    )
    column_labels = {
        "name": _("Name"),
        "kind": _("What it asks about"),
        "brand": _("Brand"),
        "template": _("Mail"),
        "sender": _("Sender"),
        "frequency_days": _("Between two surveys"),
        "edit_days": _("An answer may be changed"),
        "slug": _("Name on the command line"),
    }
    column_formatters = column_formatters_detail = {
        "kind": lambda view, context, row, name: _KINDS.get(row.kind, row.kind),
        "brand": cells.link,
        "template": cells.link,
        "frequency_days": _pause,
        "edit_days": _open,
    }
    column_sortable_list = ("name",)
    column_default_order = "name"
    categories = CATEGORIES
    first_shown = FIRST_SHOWN
    languages = LANGUAGES
    question = QUESTION
    place_of = staticmethod(survey_forms.place_of)

    def subtitle(self) -> str:
        return gettext("One question, and a page that thanks for each answer.")

    def create(self, session: Session, values: dict[str, Any], *, now: datetime) -> Survey:
        return self._save(session, None, values, now)

    def change(
        self, session: Session, row: Survey, values: dict[str, Any], *, now: datetime
    ) -> Survey:
        return self._save(session, row, values, now)

    def create_form(self, obj: Any = None) -> Any:
        return SurveyForm(get_form_data(), obj=obj, shown_language=_read_first(LANGUAGES))

    def edit_form(self, obj: Any = None) -> Any:
        shown = _read_first([text.language for text in obj.texts])
        return SurveyForm(
            get_form_data(), obj=obj, shown_language=shown, **survey_forms.present(obj)
        )

    def show_fault(self, form: Any, field: str) -> None:
        """Without JavaScript nobody could leaf to a page that is wrong and hidden: open the first."""
        page, language = survey_forms.place_of(field)
        if page:
            form.shown_page.data, form.shown_language.data = page, language

    def picture(self, values: dict[str, Any]) -> str:
        """The phone beside the form."""
        content, language, score = survey_forms.draft(self.session.session, values)
        return render_question(Asked(content, language), score)

    @expose("/page/")
    def page_view(self) -> ResponseReturnValue:
        """One page of a saved survey, or of one of its versions, as a client would see it."""
        language = spoken(request.args.get("language", ""))
        content, score = self.shown(self.asked_row()), request.args.get("score", "")
        return render_question(Asked(content, language), _SCORES.get(score))

    def shown(self, row: Survey) -> Content:
        """What the page of details shows: the survey as it is, or the version that the address names."""
        number = request.args.get("version", "")
        if not number:
            return survey_versions.content_now(row)
        found = [one for one in self.versions(row) if str(one.number) == number]
        return read(found[0].content) if found else abort(404)

    def versions(self, row: Survey) -> Sequence[SurveyVersion]:
        """All that this survey ever said, the newest first."""
        return survey_versions.history(self.session.session, row)

    def _save(
        self, session: Session, row: Survey | None, values: dict[str, Any], now: datetime
    ) -> Survey:
        faults = Faults()
        form = survey_forms.typed(session, values, row, faults, now=now)
        return surveys.save(session, row, form, faults=faults, by=doors.asker(), now=now)
