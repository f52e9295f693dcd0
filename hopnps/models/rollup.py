"""How many answers of each score a store had to one survey on a day, or in a month: what whole houses are summed from."""

from __future__ import annotations

import sqlalchemy as sa

from hopnps.domain.score import SCORES
from hopnps.models.base import Base

KEYS = ("day", "store_id", "survey_id", "region_id", "scale")
COUNTED = tuple(f"s{score}" for score in SCORES)
CLICK_ONLY = ("c0to6", "c7", "c8", "c9to10")
MACHINES = ("visits", "clicks", "m0to6", "m7", "m8", "m9to10")


def _table(name: str, *indexes: sa.Index) -> sa.Table:
    return sa.Table(
        name,
        Base.metadata,
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("store_id", sa.Integer, nullable=False),
        sa.Column("survey_id", sa.Integer, nullable=False),
        sa.Column("region_id", sa.Integer, nullable=False),
        sa.Column("scale", sa.Text, nullable=False),
        *(
            sa.Column(column, sa.Integer, nullable=False, server_default="0")
            for column in (*COUNTED, *CLICK_ONLY, *MACHINES)
        ),
        sa.PrimaryKeyConstraint(*KEYS),
        *indexes,
        sqlite_with_rowid=False,
        postgresql_with={"fillfactor": 60},  # room beside each row: a counter that moves stays near
    )


class Rollup(Base):
    """One row for each day, store, survey, region and scale; 0 is no store and no region.

    `s0` to `s10` count the answers that enter the figures; `c0to6`, `c7`, `c8` and `c9to10` those among them that rest
    on a click alone, as both formulas need them. `visits` is how often machines came, `clicks` how many scores they
    opened, `m0to6` to `m9to10` what their single clicks would be as votes, of mails that nobody answered.
    Kept by services/rollups.py in the transaction of each answer and judgement; a row of zeros says the same as no row.
    """

    __table__ = _table("nps_rollup", sa.Index("ix_nps_rollup_store_id", "store_id", "day"))


class MonthRollup(Base):
    """The same for each month; `day` is its first. It spares the dashboard the days of years that are long past."""

    __table__ = _table("nps_rollup_month")
