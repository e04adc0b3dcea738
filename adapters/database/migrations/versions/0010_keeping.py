"""Which keys seal, what was deleted, which cases are held, and since when somebody is known."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

from adapters.database.columns import Moment, Words

revision = "0010"
down_revision = "0003"


def upgrade() -> None:
    with op.batch_alter_table("handbok_people") as table:
        now = sa.text("CURRENT_TIMESTAMP")
        since: sa.Column[datetime] = sa.Column("since", Moment(), nullable=False, server_default=now)
        table.add_column(since)
    op.create_table(
        "handbok_keys",
        sa.Column("fingerprint", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_handbok_keys")),
    )
    op.create_table(
        "handbok_deletions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("why", Words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handbok_deletions")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_handbok_deletions_at"), "handbok_deletions", ["at"], unique=False)
    op.create_table(
        "handbok_holds",
        sa.Column("case", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("why", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("case", name=op.f("pk_handbok_holds")),
    )
