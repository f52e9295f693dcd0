"""Votes."""

import sqlalchemy as sa
from alembic import op

import hopnps.models.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Moment = hopnps.models.base.Moment
OPEN = {
    "sqlite_where": sa.text("judged_at IS NULL"),
    "postgresql_where": sa.text("judged_at IS NULL"),
}


def upgrade() -> None:
    _make_visits()
    _make_exclusions()
    with op.batch_alter_table("nps_click") as table:
        table.add_column(sa.Column("kind", sa.Text(), nullable=False, server_default="score"))
        table.add_column(sa.Column("method", sa.Text(), nullable=False, server_default="GET"))
        table.add_column(sa.Column("browser", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("prefetch", sa.Text(), nullable=False, server_default=""))
        table.alter_column("score", existing_type=sa.Integer(), nullable=True)
    with op.batch_alter_table("nps_survey") as table:
        table.add_column(sa.Column("edit_days", sa.Integer(), nullable=False, server_default="30"))
    with op.batch_alter_table("nps_response_change") as table:
        table.add_column(
            sa.Column("evidence", sa.Text(), nullable=False, server_default="confirmed")
        )
        table.add_column(sa.Column("way", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("browser", sa.Text(), nullable=False, server_default=""))
        table.add_column(
            sa.Column("conflict", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("nps_response") as table:
        table.add_column(
            sa.Column("evidence", sa.Text(), nullable=False, server_default="confirmed")
        )
        table.add_column(sa.Column("browser", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("conflict_at", Moment(), nullable=True))
        table.add_column(sa.Column("excluded_at", Moment(), nullable=True))
        table.add_column(sa.Column("excluded_by", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("excluded_why", sa.Text(), nullable=False, server_default=""))
    _index("excluded_at", "evidence")
    _index_stores("excluded_at")


def downgrade() -> None:
    _index()
    _index_stores()
    with op.batch_alter_table("nps_response") as table:
        for column in (
            "excluded_why",
            "excluded_by",
            "excluded_at",
            "conflict_at",
            "browser",
            "evidence",
        ):
            table.drop_column(column)
    with op.batch_alter_table("nps_response_change") as table:
        for column in ("conflict", "browser", "way", "evidence"):
            table.drop_column(column)
    with op.batch_alter_table("nps_survey") as table:
        table.drop_column("edit_days")
    op.execute("DELETE FROM nps_click WHERE kind <> 'score' OR method <> 'GET'")
    with op.batch_alter_table("nps_click") as table:
        table.alter_column("score", existing_type=sa.Integer(), nullable=False)
        for column in ("prefetch", "browser", "method", "kind"):
            table.drop_column(column)
    op.drop_table("nps_response_exclusion")
    op.drop_table("nps_visit")


def _make_visits() -> None:
    op.create_table(
        "nps_visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("judge_at", Moment(), nullable=False),
        sa.Column("judged_at", Moment(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("store_id", sa.Integer(), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"], [f"nps_{name}.id"], name=op.f(f"fk_nps_visit_{name}_id")
            )
            for name in ("invitation", "survey", "contact", "store", "region")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_visit")),
    )
    op.create_index("uq_nps_visit_open", "nps_visit", ["invitation_id"], unique=True, **OPEN)
    op.create_index("ix_nps_visit_due", "nps_visit", ["judge_at"], **OPEN)
    op.create_index("ix_nps_visit_invitation_id", "nps_visit", ["invitation_id"])
    op.create_index("ix_nps_visit_verdict", "nps_visit", ["verdict", "survey_id", "opened_on"])


def _make_exclusions() -> None:
    op.create_table(
        "nps_response_exclusion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("excluded", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["nps_response.id"],
            name=op.f("fk_nps_response_exclusion_response_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_response_exclusion")),
    )
    op.create_index(
        "ix_nps_response_exclusion_response_id", "nps_response_exclusion", ["response_id"]
    )


def _index(*more: str) -> None:
    """All that the dashboard counts."""
    columns = ["scale", "answered_on", "survey_id", "store_id", "region_id", "score", "contact_id"]
    op.drop_index("ix_nps_response_scale", "nps_response")
    op.create_index("ix_nps_response_scale", "nps_response", [*columns, *more])


def _index_stores(*more: str) -> None:
    op.drop_index("ix_nps_response_store_id", "nps_response")
    op.create_index(
        "ix_nps_response_store_id", "nps_response", ["store_id", "answered_on", "score", *more]
    )
