"""The cast: people with names, so that tests read as stories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from hopnps.domain.address import normalise
from hopnps.domain.text import name_key
from hopnps.models import (
    Address,
    Contact,
    Interaction,
    Invitation,
    Region,
    Role,
    Store,
    Survey,
    User,
)
from tests.surveys import make_survey

CLIENTS: dict[str, dict[str, Any]] = {
    "claire": {"email": "claire.delmas@example.org", "first_name": "Claire", "last_name": "Delmas"},
    "marc": {"email": "marc.oberlin@example.org", "first_name": "Marc", "last_name": "Oberlin"},
    "tom": {
        "email": "tom.ashby@example.com",
        "first_name": "Tom",
        "last_name": "Ashby",
        "language": "en",
    },
    "zoe": {"email": "zoe.lefevre@example.org", "first_name": "Zoé", "last_name": "Lefèvre"},
    "omar": {"email": "omar.haddad@example.org", "first_name": "Omar", "last_name": "Haddad"},
}
COLLEAGUES = {
    "ines": ("ines.kerbrat@tilleul.test", "Inès Kerbrat", Role.SALES),
    "camille": ("camille.arnoux@tilleul.test", "Camille Arnoux", Role.MARKETER),
    "sophie": ("sophie.marchal@tilleul.test", "Sophie Marchal", Role.ADMIN),
}
PASSWORD = "un vélo sous le tilleul"


@dataclass
class Cast:
    """Calls people and places by name onto the stage; each keyword overrides one default."""

    session: Session
    now: datetime

    def client(self, name: str, **overrides: Any) -> Contact:
        values = {"language": "fr", "source": "crm", "external_id": name}
        values |= CLIENTS[name] | overrides
        values.setdefault("address", normalise(values["email"]))
        return self._added(Contact(**values, created_at=self.now, updated_at=self.now))

    def store(self, name: str = "Paris Bastille", region: str = "Île-de-France") -> Store:
        found = self.session.query(Region).filter_by(name_key=name_key(region)).one_or_none()
        place = found or Region(name=region, name_key=name_key(region))
        return self._added(Store(name=name, name_key=name_key(name), region=place))

    def interaction(
        self, contact: Contact, reference: str = "R-20455", **overrides: Any
    ) -> Interaction:
        values = {"kind": "ticket", "occurred_at": self.now, "data": {}} | overrides
        return self._added(
            Interaction(contact=contact, reference=reference, created_at=self.now, **values)
        )

    def survey(self) -> Survey:
        """The one survey of tests/surveys.py."""
        found = self.session.query(Survey).filter_by(slug="canal").one_or_none()
        return found or make_survey(self.session, now=self.now)

    def invitation(
        self, contact: Contact, survey: Survey | None = None, **overrides: Any
    ) -> Invitation:
        """An invitation as if its mail had just left; by default to the survey of tests/surveys.py.

        `survey_id=None` makes it one without a question.
        """
        survey = survey or self.survey()
        values = {
            "cause": f"one-shot:{uuid4().hex}",
            "survey_id": survey.id,
            "template_version": survey.template.current,
            "language": contact.language or "fr",
            "created_at": self.now,
            "expires_at": self.now + timedelta(days=90),
        } | overrides
        address = self.session.query(Address).filter_by(email=contact.address).one_or_none()
        return self._added(
            Invitation(contact=contact, address=address or Address(email=contact.address), **values)
        )

    def colleague(self, name: str) -> User:
        """Somebody who can log in with PASSWORD."""
        from werkzeug.security import generate_password_hash

        email, full_name, role = COLLEAGUES[name]
        return self._added(
            User(
                email=email,
                name=full_name,
                role=role,
                password_hash=generate_password_hash(PASSWORD, "pbkdf2:sha256:1000"),
                created_at=self.now,
            )
        )

    def _added(self, row: Any) -> Any:
        self.session.add(row)
        self.session.commit()
        return row
