"""A campaign before it leaves -> what was checked of its mail: each finding a code and its figures; doors say the words."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain import merge
from hopnps.domain.address import normalise
from hopnps.domain.cadence import Cadence
from hopnps.domain.errors import HopNPSError, Invalid
from hopnps.domain.languages import spoken
from hopnps.links import Links
from hopnps.models import Campaign, Contact, Notice, NoticeKind, TemplateVersion
from hopnps.services import audience_gaps, mails
from hopnps.services.audience_gaps import COLUMNS, Gaps, Trait

LONGEST_SUBJECT = 60  # characters; a phone shows some forty of them, a wide screen about sixty
LARGEST = (
    102 * 1024
)  # bytes; Gmail cuts what is over, and the link to unsubscribe stands at the end
_FEWEST_WORDS = 20  # characters of a text part that says something
_NEARBY = ("localhost", "testserver")
_IF_INTERACTION = re.compile(r"\{%-?\s*if interaction\b.*?\{%-?\s*endif\s*-?%\}", re.DOTALL)
_INTERACTION = re.compile(r"\{\{-?\s*interaction\.(?:(?!default|\}\}).)*\}\}", re.DOTALL)


class Level(StrEnum):
    """A `fault` keeps the campaign from leaving; a `warn` wants a look."""

    GOOD = "good"
    WARN = "warn"
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    """`group` names the list of the people it concerns (see campaign_people)."""

    code: str
    level: Level = Level.GOOD
    values: dict[str, Any] = field(default_factory=dict)
    group: str = ""


@dataclass(frozen=True)
class Sample:
    """A recipient whose mail is worth a look, and that mail; `fault` is why it cannot be written."""

    contact: Contact
    traits: list[Trait]
    mail: mails.MailPreview | None
    fault: HopNPSError | None = None


@dataclass(frozen=True)
class Check:
    gaps: Gaps
    samples: list[Sample]
    findings: list[Finding]

    @property
    def may_leave(self) -> bool:
        return all(finding.level != Level.FAULT for finding in self.findings)


def check(
    session: Session, campaign: Campaign, *, links: Links, cadence: Cadence, now: datetime
) -> Check:
    """Look at the mail as its hardest readers will see it. The draft must have its mail and its segment."""
    assert campaign.template is not None, "a draft without a mail has nothing to check"
    version = campaign.template.current
    gaps = audience_gaps.count(session, campaign, _named(version), cadence=cadence, now=now)
    people = audience_gaps.worst(session, campaign, gaps, cadence=cadence, now=now)
    samples = [_sample(campaign, version, *one, links, cadence) for one in people]
    written = [one.mail for one in samples if one.mail]
    findings = [
        *_unwritable(samples),
        *_languages(version, gaps),
        *_subject(written),
        *_size(written),
        *_text(written),
        *_links(links, asks=campaign.survey is not None),
        *_interaction(version),
        *_gaps(gaps),
    ]
    return Check(gaps, samples, findings)


def latest_test(session: Session, version: TemplateVersion, email: str) -> Notice | None:
    """The last time this colleague was sent this mail to look at."""
    tests = (
        sa.select(Notice)
        .where(Notice.kind == NoticeKind.TEST, Notice.email == email)
        .order_by(Notice.id.desc())
        .limit(20)
    )
    return next(
        (
            one
            for one in session.scalars(tests)
            if one.facts.get("template_version_id") == version.id
        ),
        None,
    )


def _sample(
    campaign: Campaign,
    version: TemplateVersion,
    contact: Contact,
    traits: list[Trait],
    links: Links,
    cadence: Cadence,
) -> Sample:
    try:
        normalise(contact.email)
        mail = mails.preview(
            version,
            spoken(contact.language),
            campaign.survey,
            contact,
            links=links,
            timezone=cadence.timezone,  # type: ignore[arg-type]
        )
    except Invalid as fault:
        return Sample(contact, traits, None, fault)
    return Sample(contact, traits, mail)


def _named(version: TemplateVersion) -> list[str]:
    """The fields about the client that this mail says, as keys of COLUMNS."""
    said = _fields(version)
    names = {name: "store.name" if name == "store" else f"contact.{name}" for name in COLUMNS}
    return [name for name, merged in names.items() if merged in said]


def _fields(version: TemplateVersion) -> set[str]:
    return {
        name
        for text in version.texts
        for source in (text.subject, text.html)
        for name in merge.fields_in(source)
    }


def _unwritable(samples: Sequence[Sample]) -> list[Finding]:
    return [
        Finding("unwritable", Level.FAULT, {"name": one.contact.name, "error": one.fault})
        for one in samples
        if one.fault
    ]


def _languages(version: TemplateVersion, gaps: Gaps) -> list[Finding]:
    written = [text.language for text in version.texts]
    missing = {code: number for code, number in gaps.languages.items() if code not in written}
    if not missing:
        return [Finding("languages", values={"languages": written})]
    return [
        Finding(
            "no_language",
            Level.WARN,
            {"language": code, "count": number, "instead": version.text_in(code).language},
        )
        for code, number in missing.items()
    ]


def _subject(written: Sequence[mails.MailPreview]) -> list[Finding]:
    longest = max((len(mail.subject) for mail in written), default=0)
    level = Level.WARN if longest > LONGEST_SUBJECT else Level.GOOD
    return [Finding("subject", level, {"count": longest})] if written else []


def _size(written: Sequence[mails.MailPreview]) -> list[Finding]:
    largest = max((len(mail.html.encode()) for mail in written), default=0)
    level = Level.FAULT if largest > LARGEST else Level.GOOD
    return [Finding("size", level, {"kilobytes": -(-largest // 1024)})] if written else []


def _text(written: Sequence[mails.MailPreview]) -> list[Finding]:
    """Nothing of a field's own spelling is left, and something is said also without HTML."""
    found = []
    if any(mark in f"{mail.subject}{mail.html}" for mail in written for mark in ("{{", "{%")):
        found.append(Finding("unresolved", Level.FAULT))
    if any(len(mail.plain.strip()) < _FEWEST_WORDS for mail in written):
        found.append(Finding("no_text", Level.WARN))
    if any(not mail.subject for mail in written):
        found.append(Finding("no_subject", Level.FAULT))
    return found


def _links(links: Links, *, asks: bool) -> list[Finding]:
    """That the links stand in the mail was checked when it was saved; here, whether clients reach us by them."""
    if _is_nearby(links.domain):
        return [Finding("links_nearby", Level.WARN, {"address": links.public_url})]
    if urlsplit(links.public_url).scheme != "https":
        return [Finding("links_open", Level.WARN, {"address": links.public_url})]
    return [Finding("links_asking" if asks else "links", values={"domain": links.domain})]


def _is_nearby(domain: str) -> bool:
    try:
        return ipaddress.ip_address(domain).is_private
    except ValueError:
        return domain in _NEARBY


def _interaction(version: TemplateVersion) -> list[Finding]:
    """A campaign is about no order or ticket: what a mail says of one, unless it asks first, stays empty."""
    bare = (_IF_INTERACTION.sub("", text.html + text.subject) for text in version.texts)
    told = any(_INTERACTION.search(words) for words in bare)
    return [Finding("interaction", Level.WARN)] if told else []


def _gaps(gaps: Gaps) -> list[Finding]:
    return [
        Finding(f"without_{name}", Level.WARN, {"count": number}, f"without-{name}")
        for name, number in gaps.without.items()
    ]
