"""A mail, kept or just typed, somebody it is shown as, and a colleague -> a test on its way to that colleague."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hopnps.domain.errors import N_, Refused
from hopnps.models import Contact, Notice, NoticeKind, TemplateText, TemplateVersion
from hopnps.services import notices, template_previews, templates


def send(
    session: Session,
    text: TemplateText,
    who: str,
    *,
    email: str,
    name: str = "",
    language: str,
    template_id: int | None = None,
    by: str = "",
    now: datetime,
) -> Notice:
    """Write the notice. `who`: a reader as in template_previews; `language`: the colleague's;
    `template_id`: the template that a text which is not saved yet is written for."""
    facts = _facts(session, text, who, template_id)
    whom = {"email": email, "name": name, "language": language}
    return notices.send(session, NoticeKind.TEST, **whom, facts=facts, by=by, now=now)


def text_of(session: Session, facts: dict[str, Any], language: str) -> TemplateText:
    """The words of a test. Raises Refused where they are gone, Invalid where they can be no mail."""
    spoken = facts.get("language") or language
    if "body" in facts:
        return templates.compiled(spoken, facts["subject"], facts["body"])
    version = session.get(TemplateVersion, facts["template_version_id"])
    if version is None:
        raise Refused(N_("This version of the mail is no longer there."))
    return version.text_in(spoken)


def reader_of(session: Session, facts: dict[str, Any]) -> Contact | None:
    """Whom a test is shown as; None is the sample client."""
    if facts.get("reader"):
        return template_previews.reader(session, facts["reader"]).contact
    return session.get(Contact, facts["contact_id"]) if facts.get("contact_id") else None


def _facts(
    session: Session, text: TemplateText, who: str, template_id: int | None
) -> dict[str, Any]:
    shown = template_previews.reader(session, who)
    survey = template_previews.best_survey(session, text, template_id)
    carries = survey if templates.has_score_bar(text) else None
    words = {} if text.version_id else {"subject": text.subject, "body": text.body}
    return words | {
        "template_version_id": text.version_id,
        "survey_id": carries.id if carries else None,
        "contact_id": shown.contact.id if shown.contact else None,
        "interaction_id": shown.interaction.id if shown.interaction else None,
        "reader": "" if who.isdecimal() else who,
        "language": text.language,
    }
