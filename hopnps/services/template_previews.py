"""A mail and somebody to whom it might go -> what they would read: a real contact, or an invented one of the worst kind."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from hopnps.domain.errors import N_
from hopnps.links import Links
from hopnps.models import Contact, Interaction, Survey, SurveyKind, TemplateText
from hopnps.services import mails, people_search

LONGEST, EMPTY, ACCENTS = "longest", "empty", "accents"
_PEOPLE = {
    LONGEST: {
        "first_name": "Marie-Antoinette-Joséphine",
        "last_name": "de La Rochefoucauld-Montmorency-Laval d’Haussonville",
        "company": "Société coopérative agricole et viticole des Hautes-Côtes de Beaune et de Nuits",
        "email": "marie-antoinette-josephine.de-la-rochefoucauld-montmorency@example.org",
        "phone": "+33 (0)1 99 00 12 34, poste 5678",
        "owner": "Jean-Christophe Vandenbroucke-Delacroix",
    },
    EMPTY: {},
    ACCENTS: {
        "first_name": "Zoë Éléonore",
        "last_name": "Lœwenštein-O’Çelik & <Fils>",
        "company": "L’Été « à l’œil » {{ 100 % }} Ø",
        "email": "zoe@example.org",
        "owner": "Nguyễn Thị Hồng",
    },
}
NAMES = {
    "": N_("A sample client"),
    LONGEST: N_("The longest names"),
    EMPTY: N_("Nothing known but an address"),
    ACCENTS: N_("Accents and unusual signs"),
}


@dataclass(frozen=True)
class Reader:
    """Somebody a mail is shown as; nobody at all is the sample client of the merge fields."""

    contact: Contact | None = None
    interaction: Interaction | None = None


def reader(session: Session, who: str) -> Reader:
    """`who`: a key of NAMES, or a contact's number. Raises NotFound for a contact who is not there."""
    if who in _PEOPLE:
        blank = dict.fromkeys(("first_name", "last_name", "company", "email", "phone", "owner"), "")
        return Reader(Contact(**blank | _PEOPLE[who], attributes={}, tags=[]))
    if not (who.isascii() and who.isdigit() and len(who) < 10):
        return Reader()
    contact = people_search.contact(session, int(who))
    latest = people_search.latest_interactions(session, [contact.id])
    return Reader(contact, latest.get(contact.id))


def shown(
    session: Session,
    text: TemplateText,
    who: Reader,
    *,
    template_id: int | None = None,
    links: Links,
    timezone: ZoneInfo,
) -> mails.MailPreview:
    """What they would read, with the survey that suits this mail best; nothing is stored.

    `template_id`: the template that a text which is not saved yet is written for.
    """
    with session.no_autoflush:
        survey = best_survey(session, text, template_id)
        return mails.preview_text(
            session, text, survey, who.contact, who.interaction, links=links, timezone=timezone
        )


def best_survey(
    session: Session, text: TemplateText, template_id: int | None = None
) -> Survey | None:
    """The survey that sends this mail, else one about an order, whose sample fills every field."""
    surveys = session.query(Survey).order_by(Survey.id).all()
    own = text.version.template_id if text.version else template_id
    return min(surveys, key=partial(_strangeness, own), default=None)


def _strangeness(template_id: int | None, survey: Survey) -> tuple[bool, bool]:
    return survey.template_id != template_id, survey.kind != SurveyKind.TRANSACTIONAL
