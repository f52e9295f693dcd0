"""A link of a mail was opened, perhaps by a machine: never an answer; and the visit that such requests make."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hopnps.models.base import Base


class ClickKind(StrEnum):
    """What was asked for. SIGN is no link: the page of a score saw a gesture and sent its vote by itself."""

    SCORE = "score"
    PAGE = "page"
    STYLE = "style"
    UNSUBSCRIBE = "unsubscribe"
    HONEYPOT = "honeypot"
    SIGN = "sign"


class Click(Base):
    """One request. `score` is NULL for other links; `prefetch` holds the header that says "only in advance".

    `network` is the caller's address shortened to its /24 or /48, never the whole of it; `browser` the family of what
    asked (hopnps/domain/browsers.py), '' if unknown.
    """

    __tablename__ = "nps_click"

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_invitation.id"), index=True)
    kind: Mapped[str] = mapped_column(default=ClickKind.SCORE)
    method: Mapped[str] = mapped_column(default="GET")
    score: Mapped[int | None]
    clicked_at: Mapped[datetime]
    user_agent: Mapped[str] = mapped_column(default="")
    browser: Mapped[str] = mapped_column(default="")
    prefetch: Mapped[str] = mapped_column(default="")
    network: Mapped[str] = mapped_column(default="")


class Visit(Base):
    """Requests with one invitation's links that follow each other closely, and what they turned out to be.

    Work for the clock while `judged_at` is NULL: due at `judge_at`, which each request puts off; an invitation has one
    such row at most. `verdict` is one of hopnps/domain/evidence.py's, '' until then. From then on `score` is the vote
    that could be meant, NULL if none could, and `opened` how many score links were opened; survey, client, place and
    day are those of that moment, as in an answer.
    """

    __tablename__ = "nps_visit"
    __table_args__ = (
        sa.Index(
            "uq_nps_visit_open",
            "invitation_id",
            unique=True,
            sqlite_where=sa.text("judged_at IS NULL"),
            postgresql_where=sa.text("judged_at IS NULL"),
        ),
        sa.Index(
            "ix_nps_visit_due",
            "judge_at",
            sqlite_where=sa.text("judged_at IS NULL"),
            postgresql_where=sa.text("judged_at IS NULL"),
        ),
        sa.Index("ix_nps_visit_invitation_id", "invitation_id"),
        sa.Index("ix_nps_visit_verdict", "verdict", "survey_id", "opened_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(sa.ForeignKey("nps_invitation.id"))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    requests: Mapped[int] = mapped_column(default=1)
    judge_at: Mapped[datetime]
    judged_at: Mapped[datetime | None]
    verdict: Mapped[str] = mapped_column(default="")
    reasons: Mapped[str] = mapped_column(default="")  # words of evidence.Reason, with commas
    score: Mapped[int | None]
    opened: Mapped[int] = mapped_column(default=0)
    survey_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_survey.id"))
    contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_contact.id"))
    store_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_store.id"))
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nps_region.id"))
    opened_on: Mapped[date | None]
