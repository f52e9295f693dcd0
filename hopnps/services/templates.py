"""A mail as an admin typed it -> a new version, compiled once; what was sent keeps its own version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain import mail_layout, merge
from hopnps.domain.errors import N_, Invalid, NotFound, Refused
from hopnps.domain.languages import LANGUAGES
from hopnps.domain.merge_fields import INTERACTION_DATE, SCORE_LINKS
from hopnps.domain.text import slugify
from hopnps.models import (
    Interaction,
    Survey,
    SurveyKind,
    Template,
    TemplateText,
    TemplateVersion,
)

LONGEST_SUBJECT = 200


def save(
    session: Session,
    *,
    slug: str,
    name: str,
    texts: Mapping[str, tuple[str, str]],
    by: str = "",
    now: datetime,
) -> Template:
    """Write a new version (or the first); `texts` maps a language to subject and MJML.

    A language left wholly empty is not written: its clients get the other one. Unchanged texts make no new version.
    Raises Invalid with `field` = `subject_fr`, `body_fr`, ..., and Refused where a survey would lose its buttons.
    """
    if not name.strip():
        raise Invalid(N_("A template needs a name."), field="name")
    written = {code: (subject.strip(), _lines(body)) for code, (subject, body) in texts.items()}
    written = {code: text for code, text in written.items() if any(part.strip() for part in text)}
    if not written:
        raise Invalid(N_("A template needs its words in one language at least."), field="body_fr")
    wanted = sa.select(Template).filter_by(slug=slug).with_for_update()  # one writer a template
    template = session.scalar(wanted) or _made(session, slug, now)
    template.name = name.strip()
    if _says(template) != written:
        _add_version(session, template, written, by, now)
    session.flush()
    return template


def restore(
    session: Session, template: Template, number: int, *, by: str = "", now: datetime
) -> TemplateVersion:
    """A new version that says what an old one said. Raises NotFound, Refused, or Invalid where the old words
    can no longer be sent."""
    old = version(template, number)
    texts = {text.language: (text.subject, text.body) for text in old.texts}
    before = template.current
    save(session, slug=template.slug, name=template.name, texts=texts, by=by, now=now)
    if template.current is before:
        raise Refused(N_("Version %(number)s says the same as today’s."), number=number)
    return template.current


def version(template: Template, number: int) -> TemplateVersion:
    """Raises NotFound."""
    found = next((one for one in template.versions if one.number == number), None)
    if found is None:
        raise NotFound(N_("There is no version %(number)s."), number=number)
    return found


def find(session: Session, slug: str) -> Template:
    template = session.scalar(sa.select(Template).filter_by(slug=slug))
    if template is None:
        raise NotFound(N_("There is no template %(slug)s."), slug=slug)
    return template


def free_slug(session: Session, name: str) -> str:
    """The slug of a new template. Raises Invalid if its name says nothing or is taken."""
    slug = slugify(name)
    if not slug or session.scalar(sa.select(Template.id).filter_by(slug=slug)):
        raise Invalid(N_("Another one has this name already."), field="name")
    return slug


def check_fit(
    version: TemplateVersion, survey: Survey | None, interaction: Interaction | None = None
) -> None:
    """Raise Refused if this mail cannot carry this survey (None: a plain word) or tell of this interaction."""
    bars = {has_score_bar(text) for text in version.texts}
    if survey and False in bars:
        raise Refused(
            N_("The mail %(template)s has no score buttons, so it cannot carry a survey."),
            template=version.template.name,
        )
    if not survey and True in bars:
        raise Refused(
            N_("The mail %(template)s has score buttons, so it needs a survey."),
            template=version.template.name,
        )
    about_one = interaction or (survey and survey.kind == SurveyKind.TRANSACTIONAL)
    if about_one and not all(INTERACTION_DATE in merge.fields_in(t.html) for t in version.texts):
        raise Refused(
            N_("The mail %(template)s does not say the date of the order or ticket."),
            template=version.template.name,
        )


def has_score_bar(text: TemplateText) -> bool:
    return SCORE_LINKS[0] in text.html


def _lines(body: str) -> str:
    """As browsers send a text, CRLF, or as we keep it: the same words are no new version."""
    return body.replace("\r\n", "\n").strip("\n")


def _made(session: Session, slug: str, now: datetime) -> Template:
    if not slug or slug != slugify(slug):
        raise Invalid(N_("Use small letters, digits and hyphens only."), field="slug")
    template = Template(slug=slug, name="", created_at=now)
    session.add(template)
    return template


def _says(template: Template) -> dict[str, tuple[str, str]]:
    if not template.versions:
        return {}
    return {text.language: (text.subject, text.body) for text in template.current.texts}


def _add_version(
    session: Session,
    template: Template,
    written: Mapping[str, tuple[str, str]],
    by: str,
    now: datetime,
) -> None:
    texts = [compiled(code, *written[code]) for code in LANGUAGES if code in written]
    latest = session.scalar(
        sa.select(sa.func.max(TemplateVersion.number)).filter_by(template_id=template.id)
    )
    version = TemplateVersion(number=(latest or 0) + 1, created_at=now, created_by=by, texts=texts)
    template.versions.append(version)
    session.flush()
    for survey in session.scalars(sa.select(Survey).filter_by(template=template)):
        check_fit(version, survey)


def compiled(language: str, subject: str, body: str) -> TemplateText:
    """One language of a mail, not saved. Raises Invalid at `subject_fr` or `body_fr`."""
    lint_subject(subject, field=f"subject_{language}")
    try:
        layout = mail_layout.compile_mjml(body, language)
    except Invalid as fault:
        fault.field = f"body_{language}"
        raise
    return TemplateText(
        language=language, subject=subject, body=body, html=layout.html, plain=layout.plain
    )


def lint_subject(subject: str, *, field: str) -> None:
    """Raise Invalid for a subject that cannot head a mail."""
    if not subject:
        raise Invalid(N_("A mail needs a subject."), field=field)
    if len(subject) > LONGEST_SUBJECT * 2:
        raise Invalid(N_("This subject is too long."), field=field)
    merge.lint(subject, field=field)
    if any(name.startswith("links.") for name in merge.fields_in(subject)):
        raise Invalid(N_("A subject holds no links."), field=field)
