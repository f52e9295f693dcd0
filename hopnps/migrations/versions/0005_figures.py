"""Figures."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEYS = ("day", "store_id", "survey_id", "region_id", "scale")
SCORES = tuple(f"s{score}" for score in range(11))
CLICK_ONLY = ("c0to6", "c7", "c8", "c9to10")
FROM = (
    "answered_on",
    "COALESCE(store_id, 0)",
    "survey_id",
    "COALESCE(region_id, 0)",
    "scale",
)


def upgrade() -> None:
    op.create_table(
        "nps_rollup",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("scale", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False, server_default="0")
            for name in (*SCORES, *CLICK_ONLY)
        ),
        sa.PrimaryKeyConstraint(*KEYS, name=op.f("pk_nps_rollup")),
        sqlite_with_rowid=False,
        postgresql_with={"fillfactor": 60},
    )
    _fill()
    with op.batch_alter_table("nps_rollup", schema=None) as batch_op:
        batch_op.create_index("ix_nps_rollup_store_id", ["store_id", "day"], unique=False)


def downgrade() -> None:
    op.drop_table("nps_rollup")


def _fill() -> None:
    """Count the answers there are."""
    counts = [f"COUNT(*) FILTER (WHERE score = {score})" for score in range(11)]
    counts += [
        f"COUNT(*) FILTER (WHERE evidence = 'click-only' AND score BETWEEN {span})"
        for span in ("0 AND 6", "7 AND 7", "8 AND 8", "9 AND 10")
    ]
    op.execute(
        f"INSERT INTO nps_rollup ({', '.join((*KEYS, *SCORES, *CLICK_ONLY))})"  # noqa: S608  (nothing from outside)
        f" SELECT {', '.join((*FROM, *counts))} FROM nps_response WHERE excluded_at IS NULL GROUP BY {', '.join(FROM)}"
    )
