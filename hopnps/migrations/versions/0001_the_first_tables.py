"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import hopnps.models.base

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "nps_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("last_asked_at", hopnps.models.base.Moment(), nullable=True),
        sa.Column("unsubscribed_at", hopnps.models.base.Moment(), nullable=True),
        sa.Column("bounced_at", hopnps.models.base.Moment(), nullable=True),
        sa.Column("bounce_reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_address")),
        sa.UniqueConstraint("email", name=op.f("uq_nps_address_email")),
    )
    op.create_table(
        "nps_image",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("created_at", hopnps.models.base.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_image")),
        sa.UniqueConstraint("sha256", name=op.f("uq_nps_image_sha256")),
    )
    op.create_table(
        "nps_region",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_region")),
        sa.UniqueConstraint("name_key", name=op.f("uq_nps_region_name_key")),
    )
    op.create_table(
        "nps_segment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "rule",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_at", hopnps.models.base.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_segment")),
        sa.UniqueConstraint("slug", name=op.f("uq_nps_segment_slug")),
    )
    op.create_table(
        "nps_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", hopnps.models.base.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_template")),
        sa.UniqueConstraint("slug", name=op.f("uq_nps_template_slug")),
    )
    op.create_table(
        "nps_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column(
            "options",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "summary",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("uploaded_at", hopnps.models.base.Moment(), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("applied_at", hopnps.models.base.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_upload")),
    )
    op.create_table(
        "nps_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("created_at", hopnps.models.base.Moment(), nullable=False),
        sa.Column("disabled_at", hopnps.models.base.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_user")),
        sa.UniqueConstraint("email", name=op.f("uq_nps_user_email")),
    )
    op.create_table(
        "nps_brand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("address_line", sa.Text(), nullable=False),
        sa.Column("text_colour", sa.Text(), nullable=False),
        sa.Column("background_colour", sa.Text(), nullable=False),
        sa.Column("logo_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["logo_id"], ["nps_image.id"], name=op.f("fk_nps_brand_logo_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_brand")),
        sa.UniqueConstraint("slug", name=op.f("uq_nps_brand_slug")),
    )
    op.create_table(
        "nps_store",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["region_id"], ["nps_region.id"], name=op.f("fk_nps_store_region_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_store")),
        sa.UniqueConstraint("name_key", name=op.f("uq_nps_store_name_key")),
    )
    with op.batch_alter_table("nps_store", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_nps_store_region_id"), ["region_id"], unique=False)

    op.create_table(
        "nps_template_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("created_at", hopnps.models.base.Moment(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"], ["nps_template.id"], name=op.f("fk_nps_template_version_template_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_template_version")),
        sa.UniqueConstraint(
            "template_id", "number", name=op.f("uq_nps_template_version_template_id_number")
        ),
    )
    op.create_table(
        "nps_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("tags", hopnps.models.base.TagList(), nullable=False),
        sa.Column(
            "attributes",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("created_at", hopnps.models.base.Moment(), nullable=False),
        sa.Column("updated_at", hopnps.models.base.Moment(), nullable=False),
        sa.Column("last_score", sa.Integer(), nullable=True),
        sa.Column("last_category", sa.Text(), nullable=False),
        sa.Column("previous_category", sa.Text(), nullable=False),
        sa.Column("category_changed_at", hopnps.models.base.Moment(), nullable=True),
        sa.Column("last_answered_at", hopnps.models.base.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["store_id"], ["nps_store.id"], name=op.f("fk_nps_contact_store_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_contact")),
        sa.UniqueConstraint(
            "source", "external_id", name=op.f("uq_nps_contact_source_external_id")
        ),
        postgresql_with={"fillfactor": 50},
    )
    with op.batch_alter_table("nps_contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_nps_contact_address"), ["address"], unique=False)

    op.create_table(
        "nps_survey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("created_at", hopnps.models.base.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["nps_brand.id"], name=op.f("fk_nps_survey_brand_id")
        ),
        sa.ForeignKeyConstraint(
            ["template_id"], ["nps_template.id"], name=op.f("fk_nps_survey_template_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_survey")),
        sa.UniqueConstraint("slug", name=op.f("uq_nps_survey_slug")),
    )
    op.create_table(
        "nps_template_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("plain", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["nps_template_version.id"],
            name=op.f("fk_nps_template_text_version_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_template_text")),
        sa.UniqueConstraint(
            "version_id", "language", name=op.f("uq_nps_template_text_version_id_language")
        ),
    )
    op.create_table(
        "nps_campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=True),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("template_version_id", sa.Integer(), nullable=True),
        sa.Column("segment_id", sa.Integer(), nullable=False),
        sa.Column("due_at", hopnps.models.base.Moment(), nullable=False),
        sa.Column("launched_at", hopnps.models.base.Moment(), nullable=True),
        sa.Column("created_at", hopnps.models.base.Moment(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["nps_segment.id"], name=op.f("fk_nps_campaign_segment_id")
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["nps_survey.id"], name=op.f("fk_nps_campaign_survey_id")
        ),
        sa.ForeignKeyConstraint(
            ["template_id"], ["nps_template.id"], name=op.f("fk_nps_campaign_template_id")
        ),
        sa.ForeignKeyConstraint(
            ["template_version_id"],
            ["nps_template_version.id"],
            name=op.f("fk_nps_campaign_template_version_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_campaign")),
    )
    op.create_table(
        "nps_interaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("occurred_at", hopnps.models.base.Moment(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=True),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column(
            "data",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_at", hopnps.models.base.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["nps_contact.id"], name=op.f("fk_nps_interaction_contact_id")
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["nps_store.id"], name=op.f("fk_nps_interaction_store_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_interaction")),
        sa.UniqueConstraint(
            "source", "kind", "reference", name=op.f("uq_nps_interaction_source_kind_reference")
        ),
    )
    with op.batch_alter_table("nps_interaction", schema=None) as batch_op:
        batch_op.create_index(
            "ix_nps_interaction_contact_id", ["contact_id", "kind", "occurred_at"], unique=False
        )
        batch_op.create_index("ix_nps_interaction_reference", ["reference"], unique=False)

    op.create_table(
        "nps_survey_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("low_label", sa.Text(), nullable=False),
        sa.Column("high_label", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["nps_survey.id"], name=op.f("fk_nps_survey_text_survey_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_survey_text")),
        sa.UniqueConstraint(
            "survey_id", "language", name=op.f("uq_nps_survey_text_survey_id_language")
        ),
    )
    op.create_table(
        "nps_thank_you_page",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("comment_prompt", sa.Text(), nullable=False),
        sa.Column("text_colour", sa.Text(), nullable=False),
        sa.Column("background_colour", sa.Text(), nullable=False),
        sa.Column("background_image_id", sa.Integer(), nullable=True),
        sa.Column("logo_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["background_image_id"],
            ["nps_image.id"],
            name=op.f("fk_nps_thank_you_page_background_image_id"),
        ),
        sa.ForeignKeyConstraint(
            ["logo_id"], ["nps_image.id"], name=op.f("fk_nps_thank_you_page_logo_id")
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["nps_survey.id"], name=op.f("fk_nps_thank_you_page_survey_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_thank_you_page")),
        sa.UniqueConstraint(
            "survey_id",
            "category",
            "language",
            name=op.f("uq_nps_thank_you_page_survey_id_category_language"),
        ),
    )
    op.create_table(
        "nps_campaign_skip",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("askable_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["nps_campaign.id"], name=op.f("fk_nps_campaign_skip_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["nps_contact.id"], name=op.f("fk_nps_campaign_skip_contact_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "contact_id", name=op.f("pk_nps_campaign_skip")),
    )
    op.create_table(
        "nps_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("interaction_id", sa.Integer(), nullable=True),
        sa.Column("survey_id", sa.Integer(), nullable=True),
        sa.Column("template_version_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", hopnps.models.base.Moment(), nullable=False),
        sa.Column("expires_at", hopnps.models.base.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"], ["nps_address.id"], name=op.f("fk_nps_invitation_address_id")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["nps_campaign.id"], name=op.f("fk_nps_invitation_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["nps_contact.id"], name=op.f("fk_nps_invitation_contact_id")
        ),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["nps_interaction.id"],
            name=op.f("fk_nps_invitation_interaction_id"),
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["nps_survey.id"], name=op.f("fk_nps_invitation_survey_id")
        ),
        sa.ForeignKeyConstraint(
            ["template_version_id"],
            ["nps_template_version.id"],
            name=op.f("fk_nps_invitation_template_version_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_invitation")),
        sa.UniqueConstraint("cause", "address_id", name=op.f("uq_nps_invitation_cause_address_id")),
    )
    with op.batch_alter_table("nps_invitation", schema=None) as batch_op:
        batch_op.create_index("ix_nps_invitation_campaign_id", ["campaign_id"], unique=False)
        batch_op.create_index("ix_nps_invitation_contact_id", ["contact_id"], unique=False)

    op.create_table(
        "nps_click",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("clicked_at", hopnps.models.base.Moment(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["nps_invitation.id"], name=op.f("fk_nps_click_invitation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_click")),
    )
    with op.batch_alter_table("nps_click", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_nps_click_invitation_id"), ["invitation_id"], unique=False
        )

    op.create_table(
        "nps_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due_at", hopnps.models.base.Moment(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", hopnps.models.base.Moment(), nullable=True),
        sa.Column("lease", sa.Text(), nullable=False),
        sa.Column("data_at", hopnps.models.base.Moment(), nullable=True),
        sa.Column("sent_at", hopnps.models.base.Moment(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["nps_invitation.id"], name=op.f("fk_nps_delivery_invitation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_delivery")),
        sa.UniqueConstraint(
            "invitation_id", "number", name=op.f("uq_nps_delivery_invitation_id_number")
        ),
    )
    with op.batch_alter_table("nps_delivery", schema=None) as batch_op:
        batch_op.create_index("ix_nps_delivery_state", ["state", "due_at", "id"], unique=False)

    op.create_table(
        "nps_response",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("campaign_name", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("import_key", sa.Text(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("scale", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("answered_at", hopnps.models.base.Moment(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.CheckConstraint("score BETWEEN 0 AND 10", name=op.f("ck_nps_response_score_0_to_10")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["nps_campaign.id"], name=op.f("fk_nps_response_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["nps_contact.id"], name=op.f("fk_nps_response_contact_id")
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["nps_invitation.id"], name=op.f("fk_nps_response_invitation_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["nps_region.id"], name=op.f("fk_nps_response_region_id")
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["nps_store.id"], name=op.f("fk_nps_response_store_id")
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["nps_survey.id"], name=op.f("fk_nps_response_survey_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_response")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_nps_response_invitation_id")),
        sa.UniqueConstraint(
            "survey_id", "import_key", name=op.f("uq_nps_response_survey_id_import_key")
        ),
    )
    with op.batch_alter_table("nps_response", schema=None) as batch_op:
        batch_op.create_index("ix_nps_response_answered_at", ["answered_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_nps_response_campaign_id"), ["campaign_id"], unique=False
        )
        batch_op.create_index(
            "ix_nps_response_contact_id", ["contact_id", "answered_at"], unique=False
        )
        batch_op.create_index(
            "ix_nps_response_store_id", ["store_id", "answered_on", "score"], unique=False
        )
        batch_op.create_index(
            "ix_nps_response_survey_id",
            ["survey_id", "scale", "answered_on", "score"],
            unique=False,
        )

    op.create_table(
        "nps_response_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("changed_at", hopnps.models.base.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"], ["nps_response.id"], name=op.f("fk_nps_response_change_response_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nps_response_change")),
    )
    with op.batch_alter_table("nps_response_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_nps_response_change_response_id"), ["response_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("nps_response_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_nps_response_change_response_id"))

    op.drop_table("nps_response_change")
    with op.batch_alter_table("nps_response", schema=None) as batch_op:
        batch_op.drop_index("ix_nps_response_survey_id")
        batch_op.drop_index("ix_nps_response_store_id")
        batch_op.drop_index("ix_nps_response_contact_id")
        batch_op.drop_index(batch_op.f("ix_nps_response_campaign_id"))
        batch_op.drop_index("ix_nps_response_answered_at")

    op.drop_table("nps_response")
    with op.batch_alter_table("nps_delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_nps_delivery_state")

    op.drop_table("nps_delivery")
    with op.batch_alter_table("nps_click", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_nps_click_invitation_id"))

    op.drop_table("nps_click")
    with op.batch_alter_table("nps_invitation", schema=None) as batch_op:
        batch_op.drop_index("ix_nps_invitation_contact_id")
        batch_op.drop_index("ix_nps_invitation_campaign_id")

    op.drop_table("nps_invitation")
    op.drop_table("nps_campaign_skip")
    op.drop_table("nps_thank_you_page")
    op.drop_table("nps_survey_text")
    with op.batch_alter_table("nps_interaction", schema=None) as batch_op:
        batch_op.drop_index("ix_nps_interaction_reference")
        batch_op.drop_index("ix_nps_interaction_contact_id")

    op.drop_table("nps_interaction")
    op.drop_table("nps_campaign")
    op.drop_table("nps_template_text")
    op.drop_table("nps_survey")
    with op.batch_alter_table("nps_contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_nps_contact_address"))

    op.drop_table("nps_contact")
    op.drop_table("nps_template_version")
    with op.batch_alter_table("nps_store", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_nps_store_region_id"))

    op.drop_table("nps_store")
    op.drop_table("nps_brand")
    op.drop_table("nps_user")
    op.drop_table("nps_upload")
    op.drop_table("nps_template")
    op.drop_table("nps_segment")
    op.drop_table("nps_region")
    op.drop_table("nps_image")
    op.drop_table("nps_address")
