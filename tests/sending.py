"""What most tests of sending need: campaigns and one-shots of the ready-made surveys, and a worker's turn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from hopnps import jobs
from hopnps.domain.cadence import Cadence
from hopnps.models import Campaign, Contact, Delivery, Segment, Survey, Template, TemplateVersion
from hopnps.services import campaigns, one_shots, seeds, templates
from tests.conftest import NOON

PARIS = ZoneInfo("Europe/Paris")
CADENCE = Cadence(60, PARIS)


@dataclass
class Desk:
    """Calls surveys, campaigns and one-shots onto the stage, and lets a worker have its turn."""

    house: Any
    now: datetime = NOON

    @property
    def session(self):
        return self.house.session

    def survey(self, slug: str = "relation") -> Survey:
        return self._seeded(Survey, slug)

    def template(self, slug: str = "reaction") -> Template:
        return self._seeded(Template, slug)

    def segment(self, slug: str = "everyone") -> Segment:
        return self._seeded(Segment, slug)

    def new_version(self, slug: str = "relation", subject: str = "Autre objet") -> TemplateVersion:
        """The same mail with another subject."""
        old = self.template(slug).current
        saved = templates.save(
            self.session,
            slug=slug,
            name=slug,
            texts={text.language: (subject, text.body) for text in old.texts},
            now=self.now,
        )
        self.session.commit()
        return saved.current

    def campaign(self, **overrides: Any) -> Campaign:
        values = {"name": "Printemps", "segment": self.segment(), "now": self.now} | overrides
        if "survey" not in values:
            values["survey"] = self.survey()
        campaign = campaigns.create(self.session, **values)
        self.session.commit()
        return campaign

    def launch(self, campaign: Campaign | None = None, *, now: datetime | None = None):
        result = campaigns.launch(
            self.session,
            campaign or self.campaign(),
            cadence=CADENCE,
            expiry_days=90,
            now=now or self.now,
        )
        self.session.commit()
        return result

    def send_to(self, contact: Contact, *, now: datetime | None = None, **overrides: Any):
        """A one-shot; returns its one delivery."""
        values = {"survey": self.survey(), "nonce": f"n{contact.id}"} | overrides
        invitation = one_shots.send(
            self.session,
            contact=contact,
            cadence=CADENCE,
            expiry_days=90,
            now=now or self.now,
            **values,
        )
        self.session.commit()
        return invitation.deliveries[0]

    def work(self, *, after: timedelta = timedelta(), now: datetime | None = None) -> None:
        """What a worker does at that time, until nothing more is due then."""
        now = now or self.now + after
        self.session.commit()
        while jobs.run_due(self.house, now=now):
            pass
        self.session.expire_all()

    def deliveries(self) -> list[Delivery]:
        """All there are now, also what others committed meanwhile."""
        self.session.rollback()
        return list(self.session.scalars(sa.select(Delivery).order_by(Delivery.id)))

    def _seeded(self, model: Any, slug: str) -> Any:
        wanted = sa.select(model).filter_by(slug=slug)
        found = self.session.scalar(wanted)
        if found is None:
            seeds.sow(self.session, now=self.now)
            self.session.commit()
        return found or self.session.scalars(wanted).one()


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def at(year: int, month: int, day: int, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)
