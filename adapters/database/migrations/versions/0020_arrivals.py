"""What came in faster than it could be worked off waits here, acknowledged, for its turn."""

import sqlalchemy as sa
from alembic import op

from adapters.database.columns import Moment, Words

revision = "0020"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "handbok_arrivals",
        sa.Column("event", Words(), nullable=False),
        sa.Column("platform", Words(), nullable=False),
        sa.Column("body", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_handbok_arrivals")),
    )
    op.create_index(op.f("ix_handbok_arrivals_at"), "handbok_arrivals", ["at"], unique=False)
