"""Mail templates on the screen: words and MJML on one side, what the client will see on the other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.helpers import get_form_data
from markupsafe import Markup
from sqlalchemy.orm import Session

from hopnps import access, database, doors
from hopnps.access import ADMINS, MARKETING
from hopnps.admin import cells
from hopnps.admin.base import ServiceView
from hopnps.admin.template_tests import TEST, Tests
from hopnps.domain.errors import N_, HopNPSError, Invalid
from hopnps.domain.languages import LANGUAGES, spoken
from hopnps.domain.merge import FIELDS
from hopnps.domain.text_changes import changes
from hopnps.domain.text_places import place_of
from hopnps.forms.templates import TemplateForm
from hopnps.i18n import gettext, say
from hopnps.i18n import lazy_gettext as _
from hopnps.mail_frame import framed
from hopnps.models import Template, TemplateText, TemplateVersion
from hopnps.services import people_search, seed_mails, template_previews, templates
from hopnps.services.mails import MailPreview

SAVE = "save"


class TemplateView(Tests, ServiceView):
    table = Template
    title = N_("Mail templates")
    add_words = N_("Add a mail template")
    roles, editors = MARKETING, ADMINS
    form = TemplateForm
    create_template = edit_template = "hopnps/admin/template_form.html"
    details_template = "hopnps/admin/template.html"
    column_list = ("name", "languages", "version", "changed")
    wide_columns = ("languages", "version")
    column_labels = {
        "name": _("Name"),
        "languages": _("Languages"),
        "version": _("Version"),
        "changed": _("Changed"),
    }
    column_formatters = {
        "languages": lambda view, context, row, name: Markup(", ").join(
            cells.part("language_name", text.language) for text in _in_order(row.current)
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

    def validate_form(self, form: TemplateForm) -> bool:
        """A search for somebody to show the mail to, or a test, keeps everything typed and saves nothing."""
        do = request.form.get("do", SAVE)
        if do.startswith(TEST) and super().validate_form(form):
            self.send_typed(form, do.removeprefix(TEST))
        return do == SAVE and super().validate_form(form)

    def readers(self) -> list[tuple[str, str]]:
        """Who a mail can be shown to: the invented ones, then those found by the letters typed."""
        found = [(key, gettext(name)) for key, name in template_previews.NAMES.items()]
        letters, chosen = request.form.get("letters", ""), request.form.get("reader", "")
        known = people_search.search(self.session.session, letters) if letters else []
        people = [(str(match.contact.id), match.contact.name) for match in known]
        if chosen.isdecimal() and chosen not in dict(people):
            contact = self._reader(chosen).contact
            people += [(chosen, contact.name)] if contact else []
        return found + people

    @expose("/people/", methods=("POST",))
    def people_view(self) -> ResponseReturnValue:
        """Those whom the letters find, for the choice in the form; stores nothing."""
        self._only_read()
        return render_template("hopnps/admin/template_readers.html", readers=self.readers())

    def previews(self, row: Template) -> list[MailPreview]:
        """The current version in each of its languages."""
        return [self._shown(text) for text in _in_order(row.current)]

    @expose("/mail/")
    def mail_view(self) -> ResponseReturnValue:
        """One language of a version, as a mail program shows it: alone in its frame."""
        text = self._asked_version().text_in(spoken(request.args.get("language", "")))
        return framed(self._shown(text, request.args.get("reader", "")).html)

    @expose("/preview/", methods=("POST",))
    def preview_view(self) -> ResponseReturnValue:
        """What stands in the form, not saved, for the frame beside it; or why it cannot be a mail."""
        self._only_read()
        language = spoken(request.args.get("language", ""))
        subject, body = (request.form.get(f"{name}_{language}", "") for name in ("subject", "body"))
        try:
            text = templates.compiled(language, subject.strip(), body)
            mail = self._shown(text, request.form.get("reader", ""))
        except HopNPSError as fault:
            typed = subject if getattr(fault, "field", "").startswith("subject") else body
            place = place_of(fault, typed) if isinstance(fault, Invalid) else None
            values = {"fault": say(fault), "place": place, "of_subject": typed is subject}
            page = render_template("hopnps/admin/template_fault.html", **values)
            return framed(page, status=422)
        if request.form.get("part") == "text":
            return framed(render_template("hopnps/admin/template_text.html", mail=mail))
        return framed(mail.html)

    @expose("/version/")
    def version_view(self) -> ResponseReturnValue:
        """One version as it was, and what is different from the version before it, or from any other."""
        version = self._asked_version()
        number = request.args.get("beside", "")
        other = self._version(version.template, number) if number else _before(version)
        return self.render(
            "hopnps/admin/template_version.html",
            model=version.template,
            version=version,
            other=other,
            previews=[self._shown(text) for text in _in_order(version)],
            differences=_differences(other, version) if other else [],
        )

    @expose("/restoration/", methods=("POST",))
    def restoration_view(self) -> ResponseReturnValue:
        """A new version that says what an old one said."""
        old = self._asked_version()

        def act(session: Session, *, now: datetime) -> TemplateVersion:
            by = doors.asker()
            return templates.restore(session, old.template, old.number, by=by, now=now)

        number, row = old.number, old.template.id
        made = self.saved(act)
        if made is not None:
            words = _("Version %(number)s says again what version %(old)s said.")
            flash(str(words) % {"number": made.number, "old": number}, "success")
        return redirect(self.get_url(".details_view", id=row))

    def _tell(self, refusal: HopNPSError, form: Any) -> None:
        """Also where in the text the fault stands."""
        super()._tell(refusal, form)
        if not (form and isinstance(refusal, Invalid)):
            return
        for one in refusal.faults:
            if one.field in form:
                form[one.field].place = place_of(one, form[one.field].data or "")

    def _only_read(self) -> None:
        """A preview makes nobody wait who writes."""
        self.session.session.rollback()
        database.intend(writing=False)

    def _asked_version(self) -> TemplateVersion:
        row, number = self.asked_row(), request.args.get("number", "")
        return self._version(row, number) if number else row.current

    def _version(self, row: Template, number: str) -> TemplateVersion:
        known = number.isascii() and number.isdigit() and len(number) < 9
        return templates.version(row, int(number)) if known else abort(404)

    def _shown(self, text: TemplateText, who: str = "") -> MailPreview:
        house, asked = doors.house(), request.args.get("id", "")
        return template_previews.shown(
            self.session.session,
            text,
            self._reader(who),
            template_id=int(asked) if asked.isdecimal() and len(asked) < 10 else None,
            links=house.links,
            timezone=house.timezone,
        )

    def _reader(self, who: str) -> template_previews.Reader:
        try:
            return template_previews.reader(self.session.session, who)
        except HopNPSError:  # gone meanwhile: the sample stands in
            return template_previews.Reader()


def _before(version: TemplateVersion) -> TemplateVersion | None:
    """The version that this one replaced."""
    older = [one for one in version.template.versions if one.number < version.number]
    return older[-1] if older else None


def _differences(before: TemplateVersion, after: TemplateVersion) -> list[tuple[str, str, Any]]:
    """Language, what it is, and its changed lines, for every text that is not the same."""
    found = []
    for language in LANGUAGES:
        old, new = (_text_of(version, language) for version in (before, after))
        for part, name in (("subject", gettext("Subject")), ("body", gettext("Text of the mail"))):
            lines = changes(getattr(old, part, ""), getattr(new, part, ""))
            if lines:
                found.append((language, name, lines))
    return found


def _text_of(version: TemplateVersion, language: str) -> TemplateText | None:
    return next((text for text in version.texts if text.language == language), None)


def _in_order(version: TemplateVersion) -> list[TemplateText]:
    """The texts of a version, French first."""
    return sorted(version.texts, key=lambda text: LANGUAGES.index(text.language))
