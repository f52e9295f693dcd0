"""Something a colleague should know -> a row, and its mail among all others that wait to leave."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hopnps.models import Delivery, Notice, NoticeKind


def send(
    session: Session,
    kind: NoticeKind,
    *,
    email: str,
    name: str = "",
    language: str,
    facts: dict[str, Any],
    by: str = "",
    now: datetime,
) -> Notice:
    """A mail to this colleague, due now; it is written when it leaves (services.notice_mails).

    `facts` by kind: WELCOME and NEW_PASSWORD `{"user_id"}`; TEST `{"template_version_id", "survey_id",
    "contact_id", "interaction_id", "language"}`, None where the mail is about none, with `"reader"` for an invented
    client and `"subject", "body"` for words that are not saved; PAUSED `{"campaign_id", "why"}`.
    No secret may stand in them.
    """
    notice = Notice(
        kind=kind,
        email=email,
        name=name,
        language=language,
        facts=facts,
        created_at=now,
        created_by=by,
    )
    notice.delivery = Delivery(due_at=now)
    session.add(notice)
    session.flush()
    return notice


def latest_to(session: Session, email: str, *kinds: NoticeKind) -> Notice | None:
    """The last notice of these kinds to this address; its delivery says what became of it."""
    return session.scalar(
        sa.select(Notice)
        .where(Notice.email == email, Notice.kind.in_(kinds))
        .order_by(Notice.id.desc())
        .limit(1)
    )
