"""A slice -> what its clients wrote, newest first, by category and by words."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from hopnps.domain.scope import WHOLE_HOUSE, Scope
from hopnps.models import Response
from hopnps.services.figures_slice import Slice, answers_in
from hopnps.services.portable import reads_as

MOST_WORDS = 5
WRITTEN = Response.comment != sa.literal_column(
    "''"
)  # as its index says it, so that SQLite takes it


def latest(
    session: Session,
    chosen: Slice,
    *,
    scope: Scope = WHOLE_HOUSE,
    now: datetime,
    timezone: tzinfo = UTC,
    most: int = 5,
) -> list[Response]:
    """The newest answers that say why, with their contact and store; every word of `words` stands in the comment."""
    found = [*answers_in(chosen, scope, now, timezone), WRITTEN]
    if chosen.category:
        found.append(Response.category == chosen.category)
    found += [
        reads_as(Response.comment, word, before=True, after=True)
        for word in chosen.words.split()[:MOST_WORDS]
    ]
    asked = (
        sa.select(Response)
        .where(*found)
        .order_by(Response.answered_at.desc(), Response.id.desc())
        .limit(most)
        .options(joinedload(Response.contact), joinedload(Response.store))
    )
    return list(session.scalars(asked))
