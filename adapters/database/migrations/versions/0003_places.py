"""Conversations that a platform must be told how to reach; and a message is found by its post."""

import sqlalchemy as sa
from alembic import op

from adapters.database.columns import Words

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "handbok_places",
        sa.Column("platform", Words(), nullable=False),
        sa.Column("workspace", Words(), nullable=False),
        sa.Column("conversation", Words(), nullable=False),
        sa.Column("account", Words(), nullable=False),
        sa.Column("reference", Words(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace", "conversation", name=op.f("pk_handbok_places")),
    )
    op.create_index(op.f("ix_handbok_places_account"), "handbok_places", ["account"], unique=False)
    op.create_index(op.f("ix_handbok_messages_post"), "handbok_messages", ["post"], unique=False)
