"""The CRM's own tables: who works here, the clients, their tickets."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from flask_login import UserMixin
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Person(UserMixin, Base):
    """Somebody who works here. Passwords are left out: this is an example."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    is_manager: Mapped[bool] = mapped_column(default=False)


class Client(Base):
    """`last_score`, `last_comment` and `no_mails` are written by what hopnps tells: see surveys.py."""

    __tablename__ = "client"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    shop: Mapped[str]
    last_score: Mapped[int | None]
    last_comment: Mapped[str] = mapped_column(default="")
    no_mails: Mapped[bool] = mapped_column(default=False)

    tickets: Mapped[list[Ticket]] = relationship(back_populates="client", order_by="Ticket.id")

    def __str__(self) -> str:
        return self.name


class Ticket(Base):
    __tablename__ = "ticket"

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(sa.ForeignKey("client.id"))
    subject: Mapped[str]
    agent: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))
    closed_at: Mapped[datetime | None]

    client: Mapped[Client] = relationship(back_populates="tickets")

    @property
    def number(self) -> str:
        return f"T-{self.id:04}"

    def __str__(self) -> str:
        return self.number
