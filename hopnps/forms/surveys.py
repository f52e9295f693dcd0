"""What is typed about a survey: its question in each language, and a thank-you page per category and language."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField

from hopnps import doors
from hopnps.domain.languages import LANGUAGES
from hopnps.domain.score import SCORES, Category, category_of
from hopnps.forms.base import GuardedForm
from hopnps.forms.choices import Choices
from hopnps.forms.pictures import picture_fields
from hopnps.i18n import gettext
from hopnps.i18n import lazy_gettext as _
from hopnps.models import Brand, SurveyKind, Template
from hopnps.services.surveys import EDIT_DAYS

QUESTION = "question"
CATEGORIES = (Category.DETRACTOR, Category.PASSIVE, Category.PROMOTER)
SCORES_OF = {one: [score for score in SCORES if category_of(score) == one] for one in CATEGORIES}
FIRST_COLOURS = {"text_colour": "#ffffff", "background_colour": "#17624a"}
BRAND_NEW = {  # the colours of a survey that is not saved yet
    f"{name}_{category}_{code}": colour
    for category in CATEGORIES
    for code in LANGUAGES
    for name, colour in ({"brand_colours": False} | FIRST_COLOURS).items()
}
FIRST_SHOWN = {Category.DETRACTOR: 6, Category.PASSIVE: 8, Category.PROMOTER: 10}


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
    frequency_days = StringField(
        _("Days between two surveys"),
        default="",
        description=_("Empty: the house’s rule. 0 sets no limit."),
        render_kw={"inputmode": "numeric"},
    )
    edit_days = StringField(
        _("Days to change an answer"),
        default=str(EDIT_DAYS),
        description=_(
            "How long after the first answer a client may still change it. 0: the first answer stands."
        ),
        render_kw={"inputmode": "numeric"},
    )
    shown_page = RadioField(
        choices=[QUESTION, *CATEGORIES], default=QUESTION, validate_choice=False
    )
    shown_language = RadioField(choices=[*LANGUAGES], default=LANGUAGES[0], validate_choice=False)


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
        f"brand_colours_{end}": BooleanField(_("The brand’s colours")),
        f"text_colour_{end}": StringField(_("Text colour"), default=FIRST_COLOURS["text_colour"]),
        f"background_colour_{end}": StringField(
            _("Background colour"), default=FIRST_COLOURS["background_colour"]
        ),
        **picture_fields(
            f"background_image_{end}",
            _("Background picture"),
            _("Remove the background picture"),
        ),
        **picture_fields(f"logo_{end}", _("Logo of this page"), _("Remove the logo")),
    }


def _score_field(category: Category) -> RadioField:
    """Which score the shown phone has chosen."""
    return RadioField(
        choices=[(str(score), str(score)) for score in SCORES_OF[category]],
        default=str(FIRST_SHOWN[category]),
        validate_choice=False,
    )


def _all_fields() -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for code in LANGUAGES:
        fields |= _question_fields(code)
    for category in CATEGORIES:
        fields[f"shown_score_{category}"] = _score_field(category)
        fields[f"same_colours_{category}"] = BooleanField(
            _("The same colours in both languages"), default=True
        )
        for code in LANGUAGES:
            fields |= _page_fields(f"{category}_{code}", code)
    return fields


SurveyForm = type("SurveyForm", (_SurveyForm,), _all_fields())
