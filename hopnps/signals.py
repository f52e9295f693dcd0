"""What a host may listen to; each is fired after the commit that made it true, never before."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from blinker import Namespace
from flask import current_app

log = logging.getLogger(__name__)

_signals = Namespace()

invitation_sent = _signals.signal("invitation-sent")
response_recorded = _signals.signal("response-recorded")
contact_unsubscribed = _signals.signal("contact-unsubscribed")
campaign_launched = _signals.signal("campaign-launched")

SIGNALS = {
    "invitation_sent": invitation_sent,
    "response_recorded": response_recorded,
    "contact_unsubscribed": contact_unsubscribed,
    "campaign_launched": campaign_launched,
}


def fire(notes: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Tell each listener each fact; the sender is the application. One that fails is logged, the others are told."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    for name, facts in notes:
        if not SIGNALS[name].receivers:
            continue  # nobody listens: it costs nothing, of ten thousand mails either
        for listener in SIGNALS[name].receivers_for(app):
            try:
                listener(app, **facts)
            except Exception:
                log.exception("a listener of %s failed", name)
