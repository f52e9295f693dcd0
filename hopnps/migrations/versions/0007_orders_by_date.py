"""Orders and tickets by their date."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_nps_interaction_occurred_at"), "nps_interaction", ["occurred_at", "id"]
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_nps_interaction_occurred_at"), "nps_interaction")
