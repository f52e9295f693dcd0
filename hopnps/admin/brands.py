"""Brands on the screen: name, logo, colours and sender, with the mail and the page that wear them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import render_template, request
from sqlalchemy.orm import Session

from hopnps import answer_page, doors
from hopnps.access import ADMINS, MARKETING
from hopnps.admin import cells, pictures
from hopnps.admin.editing import EditorView
from hopnps.domain import colours, mime
from hopnps.domain.errors import N_, Faults, Invalid
from hopnps.domain.languages import spoken
from hopnps.domain.survey_content import Content, Look, Page, Question
from hopnps.forms.brands import BrandForm
from hopnps.i18n import gettext
from hopnps.i18n import lazy_gettext as _
from hopnps.models import Brand, Image
from hopnps.services import brands, seed_mails, seed_surveys

_SCORE = 8
_TYPED = ("name", "sender", "address_line", "text_colour", "background_colour", "dark_pages")


class BrandView(EditorView):
    table = Brand
    title = N_("Brands")
    add_words = N_("Add a brand")
    roles, editors = MARKETING, ADMINS
    form = BrandForm
    edit_template = create_template = "hopnps/admin/brand_form.html"
    column_list = ("name", "sender", "address_line")
    wide_columns = ("sender",)
    column_details_list = (
        "sender",
        "address_line",
        "text_colour",
        "background_colour",
        "dark_pages",
        "logo",
    )
    column_labels = {
        "name": _("Name"),
        "sender": _("Sender"),
        "address_line": _("Address line"),
        "text_colour": _("Text colour"),
        "background_colour": _("Background colour"),
        "dark_pages": _("Dark pages on a dark device"),
        "logo": _("Logo"),
    }
    column_formatters_detail = {
        "text_colour": cells.colour,
        "background_colour": cells.colour,
        "logo": pictures.shown,
    }
    column_default_order = "name"

    def subtitle(self) -> str:
        return gettext("Mails and thank-you pages wear the brand of their survey.")

    def create(self, session: Session, values: dict[str, Any], *, now: datetime) -> Brand:
        return self._save(session, None, values, now)

    def change(
        self, session: Session, row: Brand, values: dict[str, Any], *, now: datetime
    ) -> Brand:
        return self._save(session, row, values, now)

    def edit_form(self, obj: Any = None) -> Any:
        form = super().edit_form(obj)
        if request.method == "GET":
            form.logo.data = obj.logo.sha256 if obj.logo else ""
        return form

    def picture(self, values: dict[str, Any]) -> str:
        """The head and the foot of a mail, or the page behind one of its scores."""
        look = _look(values)
        language = spoken(doors.language())
        if values["shown"] == "page":
            return answer_page.render_question(
                answer_page.Asked(_sample(look, language), language), _SCORE
            )
        return render_template(
            "hopnps/admin/brand_mail.html",
            look=look,
            dress=answer_page.dress_of(look),
            sender=_sender(values["sender"]),
            address_line=values["address_line"] or "",
            mail=seed_mails.RELATION[language],
            question=seed_surveys.RELATION.questions[language].question,
        )

    def _save(
        self, session: Session, row: Brand | None, values: dict[str, Any], now: datetime
    ) -> Brand:
        faults = Faults()
        logo: Image | None = None
        with faults.noted():
            logo = pictures.taken(session, values, "logo", row.logo if row else None, now=now)
        typed = {name: values[name] for name in _TYPED}
        return brands.save(
            session,
            row,
            **typed,
            logo=logo,
            faults=faults,
            by=doors.asker(),
            now=now,
        )


def _look(values: dict[str, Any]) -> Look:
    return Look(
        name=" ".join((values["name"] or "").split()) or gettext("Your brand"),
        text_colour=_colour(values["text_colour"]),
        background_colour=_colour(values["background_colour"]),
        logo=pictures.tried(values, "logo"),
        dark_pages=bool(values["dark_pages"]),
    )


def _colour(typed: str | None) -> str:
    try:
        return colours.normalise(typed or "")
    except Invalid:
        return ""


def _sender(typed: str | None) -> tuple[str, str]:
    """Name and address as a mail program shows them; nothing while they cannot be used."""
    default = doors.house().setting("MAIL_DEFAULT_SENDER")
    try:
        return mime.sender_of((typed or "").strip() or default)
    except Invalid:
        return "", typed or ""


def _sample(look: Look, language: str) -> Content:
    """The ready-made survey in this brand's look."""
    words = seed_surveys.RELATION
    question, pages = words.questions[language], words.pages
    return Content(
        questions={language: Question(question.question, question.low_label, question.high_label)},
        pages={
            category: {code: Page(page.title, page.text, page.comment_prompt)}
            for (category, code), page in pages.items()
            if code == language
        },
        look=look,
    )
