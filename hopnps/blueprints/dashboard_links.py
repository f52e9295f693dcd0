"""A number on the dashboard -> the list of the answers behind it, with the same filters."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import current_app, url_for

from hopnps.models import Scale
from hopnps.services.figures import Slice

LIST = "hopnps_response.index_view"


def people(chosen: Slice, **more: Any) -> str:
    """The address of a slice's answers, `more` narrowing it: score, category, commented, words, evidence, store_id,
    region_id, survey_id, campaign, agent, product, language, since, until; '' where no such list is open."""
    if LIST not in current_app.view_functions:
        return ""
    asked = {
        "survey_id": chosen.survey and chosen.survey.id,
        "store_id": chosen.store and chosen.store.id,
        "region_id": chosen.region and chosen.region.id,
        "segment": chosen.segment and chosen.segment.slug,
        "campaign": chosen.campaign,
        "agent": chosen.agent,
        "product": chosen.product,
        "language": chosen.language,
        "since": chosen.since,
        "until": chosen.until,
        "scale": chosen.scale or Scale.OFFICIAL,
        "counted": "yes",
    } | more
    query: dict[str, Any] = {
        _KEYS[name]: _text(value) for name, value in asked.items() if value not in (None, "")
    }
    return url_for(LIST, **query)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


_KEYS = {
    "survey_id": "flt_survey_id",
    "store_id": "flt_store_id",
    "region_id": "flt_region_id",
    "segment": "flt_segment",
    "campaign": "flt_campaign",
    "agent": "flt_agent",
    "product": "flt_product",
    "language": "flt_language",
    "evidence": "flt_evidence",
    "counted": "flt_counted",
    "words": "search",
    "since": "flt_since",
    "until": "flt_until",
    "scale": "flt_scale",
    "score": "flt_score",
    "category": "flt_category",
    "commented": "flt_comment",
}
