"""What is typed about a survey: its question in each language, and a thank-you page per category and language."""

from __future__ import annotations

from typing import Any

from wtforms import ColorField, SelectField, StringField, TextAreaField

from hopnps import doors
from hopnps.domain.languages import LANGUAGES
from hopnps.domain.score import Category
from hopnps.forms.base import GuardedForm
from hopnps.forms.choices import Choices
from hopnps.forms.pictures import picture_field, removal_field
from hopnps.i18n import gettext
from hopnps.i18n import lazy_gettext as _
from hopnps.models import Brand, SurveyKind, Template

CATEGORIES = (Category.DETRACTOR, Category.PASSIVE, Category.PROMOTER)


def _kinds() -> Choices:
    return [
        (SurveyKind.RELATIONAL.value, gettext("The house as a whole")),
        (SurveyKind.TRANSACTIONAL.value, gettext("One order or ticket")),
    ]


def _brands() -> Choices:
    return _named(Brand)


def _templates() -> Choices:
    return _named(Template)


def _named(table: Any) -> Choices:
    session = doors.session()
    return [(row.id, row.name) for row in session.query(table).order_by(table.name)]


class _SurveyForm(GuardedForm):
    name = StringField(_("Name"), default="")
    kind = SelectField(_("What it asks about"), choices=_kinds)
    brand_id = SelectField(_("Brand"), choices=_brands, coerce=int)
    template_id = SelectField(_("Mail"), choices=_templates, coerce=int)
    sender = StringField(
        _("Sender"), default="", description=_("Name <address>; empty for the sender of the brand.")
    )


def _question_fields(code: str) -> dict[str, Any]:
    said = {"lang": code}
    return {
        f"question_{code}": StringField(
            _("Question put to the client"), default="", render_kw=said
        ),
        f"low_label_{code}": StringField(_("Beside the 0"), default="", render_kw=said),
        f"high_label_{code}": StringField(_("Beside the 10"), default="", render_kw=said),
    }


def _page_fields(end: str, code: str) -> dict[str, Any]:
    said = {"lang": code}
    return {
        f"title_{end}": StringField(_("Title"), default="", render_kw=said),
        f"text_{end}": TextAreaField(_("Text"), default="", render_kw=said),
        f"comment_prompt_{end}": StringField(
            _("Question above the comment"),
            default="",
            description=_("Leave it empty to ask for no comment."),
            render_kw=said,
        ),
        f"text_colour_{end}": ColorField(_("Text colour"), default="#ffffff"),
        f"background_colour_{end}": ColorField(_("Background colour"), default="#17624a"),
        f"background_image_{end}_file": picture_field(_("Background picture")),
        f"remove_background_image_{end}": removal_field(_("Remove the background picture")),
        f"logo_{end}_file": picture_field(_("Logo")),
        f"remove_logo_{end}": removal_field(_("Remove the logo")),
    }


def _all_fields() -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for code in LANGUAGES:
        fields |= _question_fields(code)
    for category in CATEGORIES:
        for code in LANGUAGES:
            fields |= _page_fields(f"{category}_{code}", code)
    return fields


SurveyForm = type("SurveyForm", (_SurveyForm,), _all_fields())
