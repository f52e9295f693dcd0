"""What most tests of sending need: a survey with its mail, a plain word, a segment of everyone, a worker's turn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from hopnps import jobs
from hopnps.domain.cadence import Cadence
from hopnps.models import (
    Brand,
    Campaign,
    Contact,
    Delivery,
    Segment,
    Survey,
    SurveyText,
    Template,
    TemplateText,
    TemplateVersion,
)
from hopnps.services import campaigns, one_shots
from tests.conftest import NOON

PARIS = ZoneInfo("Europe/Paris")
CADENCE = Cadence(60, PARIS)
SUBJECTS = {"fr": "{{ contact.first_name }}, votre avis", "en": "{{ contact.first_name }}, a word"}
BODY = (
    "<html><body><p>{{ survey.question }}</p><a href='{{ links.unsubscribe }}'>x</a></body></html>"
)
PLAIN = "{{ survey.question }}\n{{ links.unsubscribe }}\n"


@dataclass
class Desk:
    """Calls the props of a sending onto the stage."""

    house: Any
    now: datetime = NOON

    @property
    def session(self):
        return self.house.session

    def survey(self, slug: str = "suivi") -> Survey:
        found = self.session.scalar(sa.select(Survey).filter_by(slug=slug))
        return found or self._added(
            Survey(
                slug=slug,
                name="Notre suivi",
                brand=self._brand(),
                template=self.template(f"mail-{slug}"),
                created_at=self.now,
                texts=[
                    SurveyText(
                        language="fr",
                        question="Nous conseillez-vous ?",
                        low_label="Non",
                        high_label="Oui",
                    ),
                    SurveyText(
                        language="en",
                        question="Would you recommend us?",
                        low_label="No",
                        high_label="Yes",
                    ),
                ],
            )
        )

    def template(self, slug: str = "mot") -> Template:
        found = self.session.scalar(sa.select(Template).filter_by(slug=slug))
        return found or self._added(
            Template(
                slug=slug,
                name=slug.capitalize(),
                created_at=self.now,
                versions=[self._version(1)],
            )
        )

    def new_version(self, template: Template) -> TemplateVersion:
        version = self._version(template.current.number + 1)
        template.versions.append(version)
        return self._added(version)

    def segment(self, slug: str = "tous") -> Segment:
        found = self.session.scalar(sa.select(Segment).filter_by(slug=slug))
        return found or self._added(Segment(slug=slug, name="Tous", rule={}, created_at=self.now))

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
        self.session.expire_all()
        return list(self.session.scalars(sa.select(Delivery).order_by(Delivery.id)))

    def _version(self, number: int) -> TemplateVersion:
        texts = [
            TemplateText(language=language, subject=subject, body="", html=BODY, plain=PLAIN)
            for language, subject in SUBJECTS.items()
        ]
        return TemplateVersion(number=number, created_at=self.now, texts=texts)

    def _brand(self) -> Brand:
        found = self.session.scalar(sa.select(Brand).order_by(Brand.id).limit(1))
        return found or Brand(slug="house", name="Cycles Tilleul")

    def _added(self, row: Any) -> Any:
        self.session.add(row)
        self.session.commit()
        return row


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def at(year: int, month: int, day: int, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)
