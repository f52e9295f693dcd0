"""An answer -> whether it counts: the one condition that every figure, list and summary of answers stands on."""

from __future__ import annotations

import sqlalchemy as sa

from hopnps.models import Response


def counted() -> sa.ColumnElement[bool]:
    """The answer counts: nobody excluded it. Confirmed and click-only answers do alike."""
    return Response.excluded_at.is_(None)
