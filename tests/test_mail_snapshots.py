"""Every mail of the house as it leaves, in both languages, beside the one we once read and found good.

After a change that is meant: `HOPNPS_SNAPSHOTS=write pytest tests/test_mail_snapshots.py`, then read the difference.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from hopnps.links import Links
from hopnps.models import Address, Brand, Contact, Interaction, Invitation, Survey, Template
from hopnps.services import brands, templates
from hopnps.services.letters import Letters
from tests.conftest import NOON
from tests.kept import FOLDER, head_of, kept
from tests.letters import WrittenMail, written
from tests.mail_lint import faults, html_of, plain_of

LINKS = Links("https://avis.example.org", ("a-key-for-snapshots",))
PARIS = ZoneInfo("Europe/Paris")
CLIENTS = {"fr": ("Claire", "Delmas"), "en": ("Tom", "Ashby")}
CASES = [
    (mail, language, about)
    for mail in ("relation", "ticket", "reaction")
    for language in CLIENTS
    for about in ("an-order", "nothing")
]


@pytest.mark.parametrize(("mail", "language", "about"), CASES)
def test_a_mail_of_the_house_leaves_as_it_was_read_and_found_good(session, mail, language, about):
    composed = _composed(session, mail, language, about)

    said = faults(
        composed.content,
        public_url=LINKS.public_url,
        language=language,
        survey=mail != "reaction",
    )
    assert said == []
    name = f"{mail}.{language}.{about}"
    assert kept("mails", f"{name}.txt", head_of(composed.content) + plain_of(composed.content))
    assert kept("mails", f"{name}.html", html_of(composed.content))


def test_every_template_of_the_house_has_its_snapshots(session):
    assert set(session.scalars(sa.select(Template.slug))) == {mail for mail, _, _ in CASES}


def test_no_snapshot_is_left_behind():
    wanted = {f"{'.'.join(case)}.{kind}" for case in CASES for kind in ("txt", "html")}

    assert {path.name for path in (FOLDER / "mails").iterdir()} == wanted


def _composed(session, mail: str, language: str, about: str) -> WrittenMail:
    """With ids, keys and a clock that never change; nothing stays written."""
    brand: Brand = brands.house(session)
    brand.name, brand.address_line = "Cycles Tilleul", "12 rue des Tilleuls, 69003 Lyon"
    survey = session.scalar(sa.select(Survey).filter_by(slug=mail))
    first_name, last_name = CLIENTS[language] if about == "an-order" else ("", "")
    contact = Contact(
        email="client@example.org",
        first_name=first_name,
        last_name=last_name,
        created_at=NOON,
        updated_at=NOON,
    )
    invitation = Invitation(
        id=36,
        cause="snapshot",
        contact=contact,
        address=Address(email="client@example.org"),
        survey=survey,
        language=language,
        template_version=templates.find(session, mail).current,
        created_at=NOON,
        expires_at=NOON,
        interaction=_order(contact) if about == "an-order" else None,
    )
    session.add(invitation)
    letters = Letters(
        links=LINKS, default_sender="Cycles Tilleul <bonjour@example.org>", timezone=PARIS
    )
    composed = written(session, invitation, letters)
    session.rollback()
    return composed


def _order(contact: Contact) -> Interaction:
    return Interaction(
        contact=contact,
        created_at=NOON,
        kind="order",
        reference="C-1881",
        occurred_at=datetime(2026, 2, 27, 23, 30, tzinfo=UTC),
        agent="Inès Kerbrat",
        data={},
    )
