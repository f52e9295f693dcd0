"""Sending."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import hopnps.models.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "nps_quota",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("minute", hopnps.models.base.Moment(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "minute", name=op.f("pk_nps_quota")),
    )
    op.create_table(
        "nps_worker",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("started_at", hopnps.models.base.Moment(), nullable=False),
        sa.Column("seen_at", hopnps.models.base.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_nps_worker")),
    )
    op.create_table(
        "nps_bounce",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("received_at", hopnps.models.base.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"], ["nps_address.id"], name=op.f("fk_nps_bounce_address_id")
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["nps_delivery.id"], name=op.f("fk_nps_bounce_delivery_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_bounce")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_nps_bounce_fingerprint")),
    )
    with op.batch_alter_table("nps_bounce", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_nps_bounce_address_id"), ["address_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_nps_bounce_delivery_id"), ["delivery_id"], unique=False
        )

    with op.batch_alter_table("nps_campaign", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paused_at", hopnps.models.base.Moment(), nullable=True))
        batch_op.add_column(sa.Column("paused_by", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("pause_reason", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("cancelled_at", hopnps.models.base.Moment(), nullable=True))
        batch_op.add_column(sa.Column("cancelled_by", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("held_until", hopnps.models.base.Moment(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "pace",
                sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
                nullable=False,
                server_default="{}",
            )
        )
        batch_op.add_column(
            sa.Column(
                "reminder_days",
                sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
                nullable=False,
                server_default="[]",
            )
        )

    op.create_index("ix_nps_invitation_address_id", "nps_invitation", ["address_id"], unique=False)

    with op.batch_alter_table("nps_delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("campaign_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("first_tried_at", hopnps.models.base.Moment(), nullable=True))
        batch_op.drop_index(batch_op.f("ix_nps_delivery_state"))
        batch_op.create_index(
            "ix_nps_delivery_queue", ["state", "campaign_id", "due_at", "id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_nps_delivery_campaign_id"), "nps_campaign", ["campaign_id"], ["id"]
        )

    op.execute(
        "UPDATE nps_delivery SET campaign_id = (SELECT campaign_id FROM nps_invitation"
        " WHERE nps_invitation.id = nps_delivery.invitation_id)"
    )

    with op.batch_alter_table("nps_survey", schema=None) as batch_op:
        batch_op.add_column(sa.Column("frequency_days", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("nps_survey", schema=None) as batch_op:
        batch_op.drop_column("frequency_days")

    with op.batch_alter_table("nps_delivery", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_nps_delivery_campaign_id"), type_="foreignkey")
        batch_op.drop_index("ix_nps_delivery_queue")
        batch_op.create_index(
            batch_op.f("ix_nps_delivery_state"), ["state", "due_at", "id"], unique=False
        )
        batch_op.drop_column("first_tried_at")
        batch_op.drop_column("campaign_id")

    op.drop_index("ix_nps_invitation_address_id", "nps_invitation")

    with op.batch_alter_table("nps_campaign", schema=None) as batch_op:
        batch_op.drop_column("reminder_days")
        batch_op.drop_column("pace")
        batch_op.drop_column("held_until")
        batch_op.drop_column("cancelled_by")
        batch_op.drop_column("cancelled_at")
        batch_op.drop_column("pause_reason")
        batch_op.drop_column("paused_by")
        batch_op.drop_column("paused_at")

    with op.batch_alter_table("nps_bounce", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_nps_bounce_delivery_id"))
        batch_op.drop_index(batch_op.f("ix_nps_bounce_address_id"))

    op.drop_table("nps_bounce")
    op.drop_table("nps_worker")
    op.drop_table("nps_quota")
