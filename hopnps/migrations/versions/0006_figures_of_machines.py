"""Figures of machines; addresses that may be written to again."""

import sqlalchemy as sa
from alembic import op

import hopnps.models.base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

Moment = hopnps.models.base.Moment
TABLES = {"nps_rollup": False, "nps_rollup_month": True}
SPANS = {"m0to6": "0 AND 6", "m7": "7 AND 7", "m8": "8 AND 8", "m9to10": "9 AND 10"}
MACHINES = ("visits", "clicks", *SPANS)
KEYS = ("day", "store_id", "survey_id", "region_id", "scale")


def upgrade() -> None:
    for name, by_month in TABLES.items():
        for column in MACHINES:
            number = sa.Column(column, sa.Integer(), nullable=False, server_default="0")
            op.add_column(name, number)
        _fill(name, by_month)
    _make_clearings()


def downgrade() -> None:
    op.drop_table("nps_address_clearing")
    for name in TABLES:
        for column in MACHINES:
            op.drop_column(name, column)


def _make_clearings() -> None:
    name = "nps_address_clearing"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"], ["nps_address.id"], name=op.f(f"fk_{name}_address_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_address_id"), name, ["address_id"])


def _fill(name: str, by_month: bool) -> None:
    """Count the visits there are."""
    is_pg = op.get_bind().dialect.name == "postgresql"
    month = (
        "CAST(date_trunc('month', opened_on) AS DATE)"
        if is_pg
        else "date(opened_on, 'start of month')"
    )
    keys = [month if by_month else "opened_on"]
    keys += [f"COALESCE({place}, 0)" for place in KEYS[1:4]]
    unanswered = (
        "NOT EXISTS (SELECT 1 FROM nps_response WHERE invitation_id = nps_visit.invitation_id)"
    )
    counts = ["COUNT(*)", "COALESCE(SUM(opened), 0)"]
    counts += [
        f"COUNT(*) FILTER (WHERE score BETWEEN {span} AND {unanswered})" for span in SPANS.values()
    ]
    op.execute(
        f"INSERT INTO {name} ({', '.join((*KEYS, *MACHINES))})"  # noqa: S608
        f" SELECT {', '.join((*keys, chr(39) + '0-10' + chr(39), *counts))} FROM nps_visit"
        f" WHERE verdict = 'machine' AND opened_on IS NOT NULL GROUP BY {', '.join(keys)}"
        f" ON CONFLICT ({', '.join(KEYS)}) DO UPDATE SET "
        + ", ".join(f"{one} = excluded.{one}" for one in MACHINES)
    )
