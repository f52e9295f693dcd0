"""What a host may listen to; each is fired after the commit that made it true, never before."""

from __future__ import annotations

from blinker import Namespace

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
