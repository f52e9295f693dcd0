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
NUMBERS = (*SCORES, *CLICK_ONLY)
FROM = (
    "answered_on",
    "COALESCE(store_id, 0)",
    "survey_id",
    "COALESCE(region_id, 0)",
    "scale",
)
INDEXES = {
    "ix_nps_response_comment": (["scale", "answered_at", "id"], "comment <> ''"),
    "ix_nps_response_campaign_name": (["campaign_name"], "campaign_name <> ''"),
}


def upgrade() -> None:
    for name in ("nps_rollup", "nps_rollup_month"):
        op.create_table(
            name,
            sa.Column("day", sa.Date(), nullable=False),
            sa.Column("store_id", sa.Integer(), nullable=False),
            sa.Column("survey_id", sa.Integer(), nullable=False),
            sa.Column("region_id", sa.Integer(), nullable=False),
            sa.Column("scale", sa.Text(), nullable=False),
            *(
                sa.Column(number, sa.Integer(), nullable=False, server_default="0")
                for number in NUMBERS
            ),
            sa.PrimaryKeyConstraint(*KEYS, name=op.f(f"pk_{name}")),
            sqlite_with_rowid=False,
            postgresql_with={"fillfactor": 60},
        )
    _fill()
    op.create_index("ix_nps_rollup_store_id", "nps_rollup", ["store_id", "day"])
    for name, (columns, where) in INDEXES.items():
        only = {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
        op.create_index(name, "nps_response", columns, **only)


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, "nps_response")
    for name in ("nps_rollup_month", "nps_rollup"):
        op.drop_table(name)


def _fill() -> None:
    """Count the answers there are, by day; then the days, by month."""
    counts = [f"COUNT(*) FILTER (WHERE score = {score})" for score in range(11)]
    counts += [
        f"COUNT(*) FILTER (WHERE evidence = 'click-only' AND score BETWEEN {span})"
        for span in ("0 AND 6", "7 AND 7", "8 AND 8", "9 AND 10")
    ]
    columns = ", ".join((*KEYS, *NUMBERS))
    op.execute(
        f"INSERT INTO nps_rollup ({columns}) SELECT {', '.join((*FROM, *counts))} FROM nps_response"  # noqa: S608
        f" WHERE excluded_at IS NULL GROUP BY {', '.join(FROM)}"
    )
    is_pg = op.get_bind().dialect.name == "postgresql"
    month = "CAST(date_trunc('month', day) AS DATE)" if is_pg else "date(day, 'start of month')"
    keys, sums = ", ".join((month, *KEYS[1:])), ", ".join(f"SUM({one})" for one in NUMBERS)
    op.execute(
        f"INSERT INTO nps_rollup_month ({columns}) SELECT {keys}, {sums} FROM nps_rollup GROUP BY {keys}"  # noqa: S608
    )
