"""A long file and what is wanted of it -> done once, under a lease, by whoever is there; its row tells how far it is.

Nothing is lost and nothing doubled: an import is one transaction, which locks its upload and ends the wish; a killed
process leaves the wish, and whoever comes next begins anew.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.domain.errors import HopNPSError, Invalid
from hopnps.models import Upload, UploadWork
from hopnps.services import uploads
from hopnps.services.import_preview import Fate, Fault, Line, Preview, Step, Teller

LONG = 400_000  # bytes of text, some thousand lines: a second or two
DENSER = 8  # a workbook is packed
LEASE_SECONDS = 120  # longer than any step that tells nothing
GRACE_SECONDS = 20  # for whoever said the wish, before others begin


class Wish(StrEnum):
    CHECK = "check"
    APPLY = "apply"
    APPLY_GOOD = "apply-good"  # the good lines of a faulty file


class State(StrEnum):
    """Of a wish: WAITING for somebody to begin, WORKING, BROKEN off, or DONE."""

    WAITING = "waiting"
    WORKING = "working"
    BROKEN = "broken"
    DONE = "done"


def is_long(data: bytes) -> bool:
    """Whether reading this takes longer than anybody waits for a page."""
    return len(data) * (DENSER if data.startswith((b"PK", b"\xd0\xcf")) else 1) > LONG


def wish(session: Session, upload: Upload, wanted: Wish, *, now: datetime) -> UploadWork:
    """Want it done; whoever is at an older wish works for nothing. What the last check found stays until the next."""
    work = session.get(UploadWork, upload.id) or UploadWork(upload_id=upload.id, report={})
    work.wish, work.lease, work.progress = wanted, "", {}
    work.leased_until = now + timedelta(seconds=GRACE_SECONDS)
    session.add(work)
    session.flush()
    return work


def of(session: Session, upload: Upload) -> UploadWork | None:
    """How far this file is; None for one that is short."""
    return session.get(UploadWork, upload.id)


def state(work: UploadWork, *, now: datetime) -> State:
    if not work.wish:
        return State.DONE
    if "broken" in work.progress or work.leased_until <= now:
        return State.BROKEN
    return State.WORKING if work.lease else State.WAITING


def left_alone(session: Session, *, now: datetime) -> int | None:
    """A file at whose wish nobody works, though it is time."""
    alone = sa.select(UploadWork).where(UploadWork.wish != "", UploadWork.leased_until <= now)
    found = (work for work in session.scalars(alone) if "broken" not in work.progress)
    return next((work.upload_id for work in found), None)


def claim(session: Session, upload_id: int, *, now: datetime) -> str:
    """Take the work; its lease, or '' if there is nothing to do or somebody is at it."""
    lease = uuid4().hex
    free = sa.or_(UploadWork.lease == "", UploadWork.leased_until <= now)
    taken = session.execute(
        sa.update(UploadWork)
        .where(UploadWork.upload_id == upload_id, UploadWork.wish != "", free)
        .values(lease=lease, leased_until=_until(now), progress={})
        .returning(UploadWork.upload_id)
    ).all()
    return lease if taken else ""


def tell(
    session: Session, upload_id: int, lease: str, told: dict[str, Any], *, now: datetime
) -> None:
    """Write down how far it is, and hold the lease longer."""
    session.execute(_held(upload_id, lease).values(progress=told, leased_until=_until(now)))


def perform(
    session: Session, upload_id: int, lease: str, *, tell: Teller, now: datetime, timezone: tzinfo
) -> dict[str, Any]:
    """Do what is wanted of it; what came of it, as data: see `report_of`. `applied` says whether rows were written."""
    wanted = session.get_one(UploadWork, upload_id).wish
    upload = uploads.find(session, upload_id, locked=wanted != Wish.CHECK)
    if not _is_held(
        session, upload_id, lease
    ):  # while we waited for the lock, something else was chosen
        return {}
    given: dict[str, Any] = {"tell": tell, "now": now, "timezone": timezone}
    try:
        if wanted == Wish.CHECK:
            report = uploads.preview(session, upload, **given)
        else:
            good = wanted == Wish.APPLY_GOOD
            report = uploads.apply(session, upload, skip_faults=good, **given)
    except HopNPSError as refusal:
        return {"refusal": {"message": refusal.message, "values": _plain(refusal.values)}}
    return _as_data(report)


def finish(session: Session, upload_id: int, lease: str, report: dict[str, Any]) -> None:
    """Keep what came of it; the wish is done, unless another took over or something else is wanted by now."""
    session.execute(_held(upload_id, lease).values(wish="", lease="", progress={}, report=report))


def break_off(session: Session, upload_id: int, lease: str) -> None:
    """It failed in a way that we have no words for: it waits for a person."""
    session.execute(_held(upload_id, lease).values(lease="", progress={"broken": True}))


def report_of(work: UploadWork) -> Preview | None:
    """What the last check found. Raises Invalid with its words where it refused the file."""
    told = work.report
    if "refusal" in told:
        raise Invalid(told["refusal"]["message"], **told["refusal"]["values"])
    if not told:
        return None
    lines = [Line(**line | {"action": Fate(line["action"])}) for line in told["lines"]]
    return Preview(**told | {"lines": lines, "faults": [Fault(**one) for one in told["faults"]]})


def about(data: bytes) -> int:
    """How many lines a text has, about; 0 for a workbook, which does not say."""
    return 0 if data.startswith((b"PK", b"\xd0\xcf")) else max(data.count(b"\n") - 1, 0)


def told(step: Step, lines: int, total: int) -> dict[str, Any]:
    """Progress as its row keeps it."""
    return {"step": str(step), "lines": lines, "total": max(total, lines) if total else 0}


def _is_held(session: Session, upload_id: int, lease: str) -> bool:
    ours = sa.and_(UploadWork.upload_id == upload_id, UploadWork.lease == lease)
    return bool(session.scalar(sa.select(sa.exists().where(ours))))


def _held(upload_id: int, lease: str) -> Any:
    ours = sa.and_(UploadWork.upload_id == upload_id, UploadWork.lease == lease)
    return sa.update(UploadWork).where(ours).execution_options(synchronize_session=False)


def _until(now: datetime) -> datetime:
    return now + timedelta(seconds=LEASE_SECONDS)


def _as_data(report: Preview) -> dict[str, Any]:
    data = asdict(report)
    for one in (*data["faults"], *data["lines"]):
        one["values"] = _plain(one["values"])
    return data


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """What a sentence names, as JSON keeps it."""
    return {
        name: value if isinstance(value, int | float | None) else str(value)
        for name, value in values.items()
    }
