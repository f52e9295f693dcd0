"""The room that all pages about campaigns share: its doors, its words, and a campaign found by its number."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for

from hopnps import access, doors
from hopnps.blueprints.campaigns import words
from hopnps.i18n import gettext as _
from hopnps.models import Campaign
from hopnps.services import campaigns

bp = Blueprint("hopnps_campaigns", __name__)
access.guard(bp)


@bp.context_processor
def say() -> dict[str, Any]:
    """The words of this room, in each of its templates."""
    return {
        "bounce": words.bounce,
        "reason": words.reason,
        "state": words.state,
        "trait": words.trait,
    }


def draft(campaign_id: int) -> Campaign:
    """A campaign that can still be changed; who asks for another one is led to where it stands now."""
    campaign = campaigns.find(doors.session(), campaign_id)
    if campaign.launched_at is not None:
        if request.method == "POST":
            flash(_("This campaign is launched: it can no longer be changed."), "warning")
        abort(redirect(url_for(".show", campaign_id=campaign_id)))
    return campaign


def look() -> dict[str, Any]:
    """What judging an audience needs of the house and of this moment."""
    return {"cadence": doors.house().cadence, "now": doors.now()}
