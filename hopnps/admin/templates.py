"""Mail templates on the screen: words and MJML on one side, what the client will see on the other."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.helpers import get_form_data
from markupsafe import Markup
from sqlalchemy.orm import Session

from hopnps import access, doors
from hopnps.access import ADMINS, MARKETING
from hopnps.admin import cells
from hopnps.admin.base import ServiceView
from hopnps.domain.errors import N_, HopNPSError
from hopnps.domain.languages import LANGUAGES, spoken
from hopnps.domain.merge import FIELDS
from hopnps.forms.templates import TemplateForm
from hopnps.i18n import gettext, say
from hopnps.i18n import lazy_gettext as _
from hopnps.mail_frame import framed
from hopnps.models import Survey, SurveyKind, Template, TemplateText
from hopnps.services import mails, seed_mails, templates
from hopnps.services.mails import MailPreview


class TemplateView(ServiceView):
    table = Template
    title = N_("Mail templates")
    add_words = N_("Add a mail template")
    roles, editors = MARKETING, ADMINS
    form = TemplateForm
    create_template = edit_template = "hopnps/admin/template_form.html"
    details_template = "hopnps/admin/template.html"
    column_list = ("name", "languages", "version", "changed")
    column_labels = {
        "name": _("Name"),
        "languages": _("Languages"),
        "version": _("Version"),
        "changed": _("Changed"),
    }
    column_formatters = {
        "languages": lambda view, context, row, name: Markup(", ").join(
            cells.part("language_name", text.language) for text in _in_order(row)
        ),
        "version": lambda view, context, row, name: row.current.number,
        "changed": lambda view, context, row, name: row.current.created_at,
    }
    column_sortable_list = ("name",)
    column_default_order = "name"

    def subtitle(self) -> str:
        return gettext("Saving makes a new version; what was launched keeps the words it had.")

    def create(self, session: Session, values: dict[str, Any], *, now: datetime) -> Template:
        return self._save(session, templates.free_slug(session, values["name"]), values, now)

    def change(
        self, session: Session, row: Template, values: dict[str, Any], *, now: datetime
    ) -> Template:
        return self._save(session, row.slug, values, now)

    def _save(self, session: Session, slug: str, values: dict[str, Any], now: datetime) -> Template:
        asker = access.principal()
        texts = {code: (values[f"subject_{code}"], values[f"body_{code}"]) for code in LANGUAGES}
        by = asker.name if asker else ""
        return templates.save(session, slug=slug, name=values["name"], texts=texts, by=by, now=now)

    def create_form(self, obj: Any = None) -> TemplateForm:
        """A new mail starts from the ready-made one."""
        words = seed_mails.RELATION
        return self._filled({code: (mail.subject, mail.body()) for code, mail in words.items()})

    def edit_form(self, obj: Any = None) -> TemplateForm:
        texts = obj.current.texts
        return self._filled({text.language: (text.subject, text.body) for text in texts}, obj)

    def _filled(self, texts: dict[str, tuple[str, str]], obj: Any = None) -> TemplateForm:
        values: dict[str, str] = {}
        for code, (subject, body) in texts.items():
            values |= {f"subject_{code}": subject, f"body_{code}": body}
        return TemplateForm(get_form_data(), obj=obj, **values)

    @property
    def fields(self) -> Any:
        """The merge fields, for the list beside the form."""
        return FIELDS

    def previews(self, row: Template) -> list[MailPreview]:
        """The current version in each of its languages."""
        return [self._shown(text) for text in _in_order(row)]

    @expose("/mail/")
    def mail_view(self) -> ResponseReturnValue:
        """One language of the current version, as a mail program shows it: alone in its frame."""
        text = self.asked_row().current.text_in(spoken(request.args.get("language", "")))
        return framed(self._shown(text).html)

    @expose("/preview/", methods=("POST",))
    def preview_view(self) -> ResponseReturnValue:
        """What stands in the form, not saved, for the frame beside it; or why it cannot be a mail."""
        if not self.may_edit():
            abort(403)
        language = spoken(request.args.get("language", ""))
        subject, body = (request.form.get(f"{name}_{language}", "") for name in ("subject", "body"))
        try:
            mail = self._shown(templates.compiled(language, subject.strip(), body))
        except HopNPSError as fault:
            page = render_template("hopnps/admin/template_fault.html", fault=say(fault))
            return framed(page, status=422)
        return framed(mail.html)

    def _shown(self, text: TemplateText) -> MailPreview:
        house, session = doors.house(), self.session.session
        surveys = session.query(Survey).order_by(Survey.id).all()
        own = text.version.template_id if text.version else None
        survey = min(surveys, key=partial(_strangeness, own), default=None)
        return mails.preview_text(session, text, survey, links=house.links, timezone=house.timezone)


def _strangeness(template_id: int | None, survey: Survey) -> tuple[bool, bool]:
    """Best is the survey that sends this mail, then one about an order, whose sample fills every field."""
    return survey.template_id != template_id, survey.kind != SurveyKind.TRANSACTIONAL


def _in_order(row: Template) -> list[TemplateText]:
    """The current texts, French first."""
    return sorted(row.current.texts, key=lambda text: LANGUAGES.index(text.language))
