"""The screens."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import hopnps.models.base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "nps_contact_source",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("read_until", hopnps.models.base.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_nps_contact_source")),
    )
    op.create_table(
        "nps_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column(
            "facts",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_at", hopnps.models.base.Moment(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_notice")),
    )
    op.create_table(
        "nps_setting",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column(
            "value",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("changed_at", hopnps.models.base.Moment(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_nps_setting")),
    )
    op.create_table(
        "nps_upload_change",
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column(
            "was",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["nps_upload.id"], name=op.f("fk_nps_upload_change_upload_id")
        ),
        sa.PrimaryKeyConstraint("upload_id", "row_id", name=op.f("pk_nps_upload_change")),
    )
    op.create_table(
        "nps_upload_work",
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("lease", sa.Text(), nullable=False),
        sa.Column("leased_until", hopnps.models.base.Moment(), nullable=False),
        sa.Column(
            "progress",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "report",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["nps_upload.id"], name=op.f("fk_nps_upload_work_upload_id")
        ),
        sa.PrimaryKeyConstraint("upload_id", name=op.f("pk_nps_upload_work")),
    )
    op.create_table(
        "nps_user_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(store_id IS NULL) <> (region_id IS NULL)", name=op.f("ck_nps_user_place_one_place")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["nps_region.id"], name=op.f("fk_nps_user_place_region_id")
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["nps_store.id"], name=op.f("fk_nps_user_place_store_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["nps_user.id"], name=op.f("fk_nps_user_place_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_user_place")),
        sa.UniqueConstraint(
            "user_id",
            "store_id",
            "region_id",
            name=op.f("uq_nps_user_place_user_id_store_id_region_id"),
        ),
    )
    op.create_table(
        "nps_survey_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "content",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_at", hopnps.models.base.Moment(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["nps_survey.id"], name=op.f("fk_nps_survey_version_survey_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_survey_version")),
        sa.UniqueConstraint(
            "survey_id", "number", name=op.f("uq_nps_survey_version_survey_id_number")
        ),
    )
    with op.batch_alter_table("nps_brand") as batch_op:
        batch_op.add_column(
            sa.Column("dark_pages", sa.Boolean(), nullable=False, server_default=sa.true())
        )

    with op.batch_alter_table("nps_campaign") as batch_op:
        batch_op.alter_column("template_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.alter_column("segment_id", existing_type=sa.INTEGER(), nullable=True)

    with op.batch_alter_table("nps_delivery") as batch_op:
        batch_op.add_column(sa.Column("notice_id", sa.Integer(), nullable=True))
        batch_op.alter_column("invitation_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_unique_constraint(
            batch_op.f("uq_nps_delivery_notice_id_number"), ["notice_id", "number"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_nps_delivery_notice_id"), "nps_notice", ["notice_id"], ["id"]
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_nps_delivery_one_cause"),
            "(invitation_id IS NULL) <> (notice_id IS NULL)",
        )

    with op.batch_alter_table("nps_invitation") as batch_op:
        batch_op.add_column(sa.Column("survey_version_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_nps_invitation_survey_version_id"),
            "nps_survey_version",
            ["survey_version_id"],
            ["id"],
        )

    with op.batch_alter_table("nps_region") as batch_op:
        batch_op.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_nps_region_parent_id"), ["parent_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_nps_region_parent_id"), "nps_region", ["parent_id"], ["id"]
        )

    with op.batch_alter_table("nps_upload") as batch_op:
        batch_op.add_column(sa.Column("undone_at", hopnps.models.base.Moment(), nullable=True))
        batch_op.add_column(sa.Column("undone_by", sa.Text(), nullable=False, server_default=""))

    with op.batch_alter_table("nps_user") as batch_op:
        batch_op.add_column(sa.Column("theme", sa.Text(), nullable=False, server_default=""))
    op.drop_index("ix_nps_response_survey_id", "nps_response")
    op.create_index(
        "ix_nps_response_scale",
        "nps_response",
        ["scale", "answered_on", "survey_id", "store_id", "region_id", "score", "contact_id"],
        unique=False,
    )

    op.create_index("ix_nps_campaign_skip_contact_id", "nps_campaign_skip", ["contact_id"])
    op.drop_index("ix_nps_contact_address", "nps_contact")
    for column in ("address", "last_name", "first_name"):
        _index_for_search("nps_contact", column)
    _index_for_search("nps_contact", "company", where="company <> ''")
    for table in ("nps_contact", "nps_interaction"):
        op.create_index(f"ix_{table}_store_id", table, ["store_id"], unique=False)


def _index_for_search(table: str, column: str, where: str | None = None) -> None:
    """Equality and beginnings by one index, in whatever language the database sorts."""
    op.create_index(
        f"ix_{table}_{column}",
        table,
        [column],
        unique=False,
        postgresql_ops={column: "text_pattern_ops"},
        postgresql_where=sa.text(where) if where else None,
        sqlite_where=sa.text(where) if where else None,
    )


def downgrade() -> None:
    op.drop_index("ix_nps_campaign_skip_contact_id", "nps_campaign_skip")
    for table in ("nps_contact", "nps_interaction"):
        op.drop_index(f"ix_{table}_store_id", table)
    for column in ("company", "first_name", "last_name", "address"):
        op.drop_index(f"ix_nps_contact_{column}", "nps_contact")
    op.create_index("ix_nps_contact_address", "nps_contact", ["address"], unique=False)
    op.drop_index("ix_nps_response_scale", "nps_response")
    op.create_index(
        "ix_nps_response_survey_id",
        "nps_response",
        ["survey_id", "scale", "answered_on", "score"],
        unique=False,
    )
    with op.batch_alter_table("nps_user") as batch_op:
        batch_op.drop_column("theme")

    with op.batch_alter_table("nps_upload") as batch_op:
        batch_op.drop_column("undone_by")
        batch_op.drop_column("undone_at")

    with op.batch_alter_table("nps_region") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_nps_region_parent_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_nps_region_parent_id"))
        batch_op.drop_column("parent_id")

    with op.batch_alter_table("nps_invitation") as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_nps_invitation_survey_version_id"), type_="foreignkey"
        )
        batch_op.drop_column("survey_version_id")

    op.execute("DELETE FROM nps_delivery WHERE invitation_id IS NULL")
    with op.batch_alter_table("nps_delivery") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_nps_delivery_one_cause"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_nps_delivery_notice_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_nps_delivery_notice_id_number"), type_="unique")
        batch_op.alter_column("invitation_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("notice_id")

    with op.batch_alter_table("nps_brand") as batch_op:
        batch_op.drop_column("dark_pages")

    op.execute("DELETE FROM nps_campaign WHERE template_id IS NULL OR segment_id IS NULL")
    with op.batch_alter_table("nps_campaign") as batch_op:
        batch_op.alter_column("segment_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.alter_column("template_id", existing_type=sa.INTEGER(), nullable=False)

    op.drop_table("nps_survey_version")
    op.drop_table("nps_user_place")
    op.drop_table("nps_upload_work")
    op.drop_table("nps_upload_change")
    op.drop_table("nps_setting")
    op.drop_table("nps_notice")
    op.drop_table("nps_contact_source")
