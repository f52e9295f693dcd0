"""What commands name by slug -> the row, or a sentence that says there is none; and what they print of a tally."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.errors import N_, NotFound
from hopnps.domain.statistics import Tally
from hopnps.models import Survey, Template


def survey_named(session: Session, slug: str | None) -> Survey | None:
    """The survey of this slug, None for None. Raises NotFound."""
    if not slug:
        return None
    found = session.scalar(sa.select(Survey).where(Survey.slug == slug))
    if found is None:
        raise NotFound(N_("There is no survey “%(slug)s”."), slug=slug)
    return found


def template_named(session: Session, slug: str | None) -> Template | None:
    """The template of this slug, None for None. Raises NotFound."""
    if not slug:
        return None
    found = session.scalar(sa.select(Template).where(Template.slug == slug))
    if found is None:
        raise NotFound(N_("There is no template “%(slug)s”."), slug=slug)
    return found


def nps_facts(tally: Tally) -> dict[str, Any]:
    """An NPS as every command prints it in JSON."""
    low, high = tally.interval or (None, None)
    return {
        "nps": tally.nps,
        "score": tally.score,
        "low": low,
        "high": high,
        "answers": tally.answers,
        "promoters": tally.promoters,
        "passives": tally.passives,
        "detractors": tally.detractors,
    }
