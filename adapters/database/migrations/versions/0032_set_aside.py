"""Findings that were not followed, with the reason."""

import sqlalchemy as sa
from alembic import op

from adapters.database.columns import Moment, Words

revision = "0032"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "handbok_set_aside",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation", Words(), nullable=False),
        sa.Column("rule", Words(), nullable=False),
        sa.Column("verdict", Words(), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("language", Words(), nullable=False),
        sa.Column("by_comms", sa.Boolean(), nullable=False),
        sa.Column("person", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handbok_set_aside")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_handbok_set_aside_organisation"), "handbok_set_aside", ["organisation"])
    op.create_index(op.f("ix_handbok_set_aside_at"), "handbok_set_aside", ["at"])
