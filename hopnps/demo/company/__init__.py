"""Cycles Tilleul, an invented chain of bicycle shops: a year of its clients, visits, surveys and answers."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.security import generate_password_hash

from hopnps.demo.company import clients, plans, visits
from hopnps.demo.company.answering import Listener
from hopnps.demo.company.asking import Sender
from hopnps.demo.company.landscape import draw_landscape
from hopnps.demo.company.ledger import Ledger
from hopnps.demo.company.logo import draw_logo
from hopnps.domain.cadence import Cadence
from hopnps.models import Brand, Contact, Role, Survey, ThankYouPage, User
from hopnps.services import brands, images, rollups
from hopnps.services.responses import refresh_contacts

NAME = "Cycles Tilleul"
PASSWORD = "sous le tilleul"  # noqa: S105  (printed at each start: it opens nothing but the demo)
COLLEAGUES = (
    ("sales@example.org", "Inès Kerbrat", Role.SALES),
    ("marketer@example.org", "Camille Arnoux", Role.MARKETER),
    ("admin@example.org", "Sophie Marchal", Role.ADMIN),
)
CONTACTS, FREQUENCY_DAYS, SEED = 2000, 60, 20


def is_there(session: Session) -> bool:
    return session.scalar(sa.select(Contact.id).limit(1)) is not None


def fill(session: Session, *, now: datetime, timezone: tzinfo, contacts: int = CONTACTS) -> None:
    """Invent everything up to `now`, always alike; the tables must be empty but for the seeds."""
    random, ledger = Random(SEED), Ledger()  # noqa: S311  (nothing secret is drawn)
    relation, visit = (_survey(session, slug) for slug in ("relation", "ticket"))
    _dress(session, relation.brand, now=now)
    _hang_pictures(session, [*relation.pages, *visit.pages], now=now)
    _hire(session, now=now)
    plans.write_segments(session, now=now)
    calendar = plans.write_campaigns(session, relation, now=now, timezone=timezone)

    clients.open_shops(ledger)
    clients.invent_clients(ledger, contacts, random=random, now=now)
    visits.invent_visits(ledger, random=random, now=now)
    listener = Listener(ledger, random, now, timezone)
    listener.add_paper_answers(relation.id)
    cadence = Cadence(FREQUENCY_DAYS, timezone)
    Sender(ledger, random, relation, visit, now, timezone, cadence).send_all(calendar, listener)

    ledger.write(session)
    refresh_contacts(session, None)
    rollups.put_in(session, sa.true())
    rollups.put_in_visits(session)


def _survey(session: Session, slug: str) -> Survey:
    return session.scalars(sa.select(Survey).filter_by(slug=slug)).one()


def _dress(session: Session, brand: Brand, *, now: datetime) -> None:
    brands.save(
        session,
        brand,
        name=NAME,
        sender=f"{NAME} <bonjour@example.org>",
        address_line="12 rue des Tilleuls, 69003 Lyon",
        logo=images.add(session, draw_logo(NAME), now=now),
        now=now,
    )


def _hang_pictures(session: Session, pages: list[ThankYouPage], *, now: datetime) -> None:
    landscape = images.add(session, draw_landscape(), now=now)
    for page in pages:
        page.background_image = landscape


def _hire(session: Session, *, now: datetime) -> None:
    password_hash = generate_password_hash(PASSWORD)
    session.add_all(
        User(
            email=email,
            name=name,
            role=role,
            password_hash=password_hash,
            created_at=now - timedelta(days=400),
        )
        for email, name, role in COLLEAGUES
    )
    session.flush()
