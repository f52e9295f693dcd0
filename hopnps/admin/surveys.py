"""Surveys on the screen: the question, who carries it, and the pages that thank for an answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for
from flask_admin.helpers import get_form_data
from sqlalchemy.orm import Session

from hopnps import doors
from hopnps.access import ADMINS, MARKETING
from hopnps.admin import cells, pictures
from hopnps.admin.base import ServiceView
from hopnps.domain.errors import N_, Invalid
from hopnps.domain.languages import LANGUAGES
from hopnps.forms.surveys import CATEGORIES, SurveyForm
from hopnps.i18n import gettext
from hopnps.i18n import lazy_gettext as _
from hopnps.models import Brand, Image, Survey, SurveyKind, Template, ThankYouPage
from hopnps.services import surveys
from hopnps.services.surveys import Page, Question

_WORDS = ("title", "text", "comment_prompt")
_COLOURS = ("text_colour", "background_colour")
_KINDS = {
    SurveyKind.RELATIONAL: _("The house as a whole"),
    SurveyKind.TRANSACTIONAL: _("One order or ticket"),
}


class SurveyView(ServiceView):
    table = Survey
    title = N_("Surveys")
    add_words = N_("Add a survey")
    roles, editors = MARKETING, ADMINS
    form = SurveyForm
    create_template = edit_template = "hopnps/admin/survey_form.html"
    details_template = "hopnps/admin/survey.html"
    column_list = ("name", "kind", "brand", "template")
    wide_columns = ("brand", "template")
    column_details_list = ("kind", "brand", "template", "sender", "slug")
    column_labels = {
        "name": _("Name"),
        "kind": _("What it asks about"),
        "brand": _("Brand"),
        "template": _("Mail"),
        "sender": _("Sender"),
        "slug": _("Name on the command line"),
    }
    column_formatters = column_formatters_detail = {
        "kind": lambda view, context, row, name: _KINDS.get(row.kind, row.kind),
        "brand": cells.link,
        "template": cells.link,
    }
    column_sortable_list = ("name",)
    column_default_order = "name"
    categories = CATEGORIES
    languages = LANGUAGES

    def subtitle(self) -> str:
        return gettext("One question, and a page that thanks for each answer.")

    def create(self, session: Session, values: dict[str, Any], *, now: datetime) -> Survey:
        return surveys.save(
            session, None, _typed(session, values, None, now), by=doors.asker(), now=now
        )

    def change(
        self, session: Session, row: Survey, values: dict[str, Any], *, now: datetime
    ) -> Survey:
        return surveys.save(
            session, row, _typed(session, values, row, now), by=doors.asker(), now=now
        )

    def edit_form(self, obj: Any = None) -> Any:
        return SurveyForm(get_form_data(), obj=obj, **_present(obj))

    def pages_of(self, row: Survey) -> list[tuple[str, list[ThankYouPage]]]:
        """The thank-you pages, by category, in each language."""
        found = {(page.category, page.language): page for page in row.pages}
        return [
            (category, [found[key] for code in LANGUAGES if (key := (category, code)) in found])
            for category in CATEGORIES
        ]

    def page_of(self, row: Survey, category: str, code: str) -> ThankYouPage | None:
        """The page as it is saved, for the pictures beside their fields."""
        found = {(page.category, page.language): page for page in row.pages}
        return found.get((category, code))

    def paint(self, page: ThankYouPage) -> dict[str, str]:
        """The colours and the background of a page, as the client sees them."""
        image = page.background_image
        return {
            "text": page.text_colour or page.survey.brand.text_colour,
            "ground": page.background_colour or page.survey.brand.background_colour,
            "image": url_for("hopnps_images.show", sha256=image.sha256) if image else "",
        }


def _present(survey: Survey) -> dict[str, Any]:
    """What stands in the form before anything is typed."""
    shown: dict[str, Any] = {}
    for text in survey.texts:
        for name in ("question", "low_label", "high_label"):
            shown[f"{name}_{text.language}"] = getattr(text, name)
    for page in survey.pages:
        for name in _WORDS:
            shown[f"{name}_{page.category}_{page.language}"] = getattr(page, name)
        for name in _COLOURS:
            colour = getattr(page, name) or getattr(survey.brand, name)
            shown[f"{name}_{page.category}_{page.language}"] = colour
    return shown


def _typed(
    session: Session, values: dict[str, Any], survey: Survey | None, now: datetime
) -> surveys.SurveyForm:
    old = {(page.category, page.language): page for page in survey.pages} if survey else {}
    brand, template = (
        _chosen(session, table, values[f"{name}_id"], f"{name}_id")
        for table, name in ((Brand, "brand"), (Template, "template"))
    )
    return surveys.SurveyForm(
        name=values["name"],
        kind=values["kind"],
        brand=brand,
        template=template,
        sender=values["sender"],
        questions={
            code: Question(
                *(values[f"{name}_{code}"] for name in ("question", "low_label", "high_label"))
            )
            for code in LANGUAGES
        },
        pages={
            (category, code): _page(session, values, category, code, old.get((category, code)), now)
            for category in CATEGORIES
            for code in LANGUAGES
        },
    )


def _page(
    session: Session,
    values: dict[str, Any],
    category: str,
    code: str,
    old: ThankYouPage | None,
    now: datetime,
) -> Page:
    end = f"{category}_{code}"

    def picture(name: str) -> Image | None:
        held = getattr(old, name) if old else None
        return pictures.kept(session, values, f"{name}_{end}", held, now=now)

    words = {name: values[f"{name}_{end}"] or "" for name in _WORDS + _COLOURS}
    return Page(**words, background_image=picture("background_image"), logo=picture("logo"))


def _chosen(session: Session, table: Any, row_id: Any, field: str) -> Any:
    row = session.get(table, row_id) if row_id else None
    if row is None:
        raise Invalid(N_("Choose one of the list."), field=field)
    return row
