"""An administrator's word -> an answer that counts nowhere, or counts again; who, when and why is kept for ever."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from hopnps.domain.comment import checked
from hopnps.domain.errors import N_, Invalid
from hopnps.models import Response, ResponseExclusion
from hopnps.services import rollups
from hopnps.services.last_answers import refresh_contacts

LONGEST = 500  # characters


def exclude(session: Session, response: Response, *, why: str, by: str, now: datetime) -> Response:
    """It counts in no figure and is no client's last answer; it stays to be read. Once more changes nothing.

    Raises Invalid without a reason.
    """
    return _turn(session, response, excluded=True, why=why, by=by, now=now)


def include(session: Session, response: Response, *, why: str, by: str, now: datetime) -> Response:
    """It counts again. Raises Invalid without a reason."""
    return _turn(session, response, excluded=False, why=why, by=by, now=now)


def _turn(
    session: Session, response: Response, *, excluded: bool, why: str, by: str, now: datetime
) -> Response:
    reason = _reason(why)
    session.refresh(response, with_for_update=True)
    if (response.excluded_at is not None) == excluded:
        return response
    before = rollups.counted_as(response)
    response.excluded_at = now if excluded else None
    response.excluded_by, response.excluded_why = (by, reason) if excluded else ("", "")
    response.exclusions.append(ResponseExclusion(excluded=excluded, by=by, why=reason, at=now))
    session.flush()
    if response.contact_id is not None:
        refresh_contacts(session, [response.contact_id])
    rollups.note(session, before, rollups.counted_as(response))
    return response


def _reason(why: str) -> str:
    reason = checked(why)
    if not reason:
        raise Invalid(N_("Say why: it stands beside the answer."), field="why")
    if len(reason) > LONGEST:
        raise Invalid(
            N_("A reason has at most %(longest)s characters."), field="why", longest=LONGEST
        )
    return reason
