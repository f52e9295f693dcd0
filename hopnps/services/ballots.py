"""An invitation -> all that a vote needs to know of it, by one statement; and the lock that lets votes of a contact wait
for each other.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from hopnps.choosable import CHOOSABLE
from hopnps.domain.vote import Standing
from hopnps.models import (
    Contact,
    Interaction,
    Invitation,
    Response,
    ResponseChange,
    Setting,
    Store,
    Survey,
)
from hopnps.services import machine_counts
from hopnps.services.driver import Rows, Sql, moment


class Ballot(NamedTuple):
    """The columns of BALLOT."""

    survey_id: int | None
    campaign_id: int | None
    contact_id: int
    language: str
    expires_at: Any
    agent: str
    store_id: int | None
    region_id: int | None
    edit_days: int | None
    last_category: str
    category_changed_at: Any
    last_answered_at: Any
    response_id: int | None
    score: int
    comment: str
    evidence: str
    browser: str
    excluded_at: Any
    answered_on: Any
    counted_store: int | None
    counted_region: int | None
    first_at: Any
    chosen_zone: str | None
    lost: bool  # whether a machine's click could have been its vote

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.chosen_zone)

    @property
    def standing(self) -> Standing | None:
        if self.response_id is None:
            return None
        first = moment(self.first_at)
        assert first is not None
        return Standing(self.score, self.comment, self.evidence, self.browser, first)


@cache
def zone_of(chosen: str | None) -> ZoneInfo:
    """What is chosen on the screen, else the default."""
    return ZoneInfo(chosen or CHOOSABLE["HOPNPS_TIMEZONE"].default)


def read(rows: Rows) -> Ballot | None:
    """What BALLOT found; None if there is no such invitation."""
    return Ballot(*rows[0]) if rows else None


_asked = Invitation.id == sa.bindparam("invitation")
LOCK = Sql(
    lambda _insert: (
        sa.select(Contact.id)
        .where(Contact.id == sa.select(Invitation.contact_id).where(_asked).scalar_subquery())
        .with_for_update()
    )
)
AGENT = sa.func.coalesce(sa.func.nullif(Interaction.agent, ""), Contact.owner)
STORE = sa.func.coalesce(Interaction.store_id, Contact.store_id)
_FIRST = (
    sa.select(sa.func.min(ResponseChange.changed_at))
    .where(ResponseChange.response_id == Response.id)
    .scalar_subquery()
)
CHOSEN_ZONE = (
    sa.select(Setting.value["value"].as_string())
    .where(Setting.key == "HOPNPS_TIMEZONE")
    .scalar_subquery()
)


def of_invitation(*columns: Any) -> sa.Select[Any]:
    """What is known of an invitation, its client, and the store that an answer would be of."""
    return (
        sa.select(*columns)
        .select_from(Invitation)
        .join(Contact, Contact.id == Invitation.contact_id)
        .outerjoin(Interaction, Interaction.id == Invitation.interaction_id)
        .outerjoin(Store, Store.id == STORE)
        .where(_asked)
    )


BALLOT = Sql(
    lambda _insert: (
        of_invitation(
            Invitation.survey_id,
            Invitation.campaign_id,
            Invitation.contact_id,
            Invitation.language,
            Invitation.expires_at,
            AGENT,
            Store.id,
            Store.region_id,
            Survey.edit_days,
            Contact.last_category,
            Contact.category_changed_at,
            Contact.last_answered_at,
            Response.id,
            Response.score,
            Response.comment,
            Response.evidence,
            Response.browser,
            Response.excluded_at,
            Response.answered_on,
            Response.store_id,
            Response.region_id,
            sa.func.coalesce(_FIRST, Response.answered_at),
            CHOSEN_ZONE,
            sa.and_(Response.id.is_(None), sa.exists().where(*machine_counts.OF_ONE)),
        )
        .outerjoin(Survey, Survey.id == Invitation.survey_id)
        .outerjoin(Response, Response.invitation_id == Invitation.id)
    )
)
