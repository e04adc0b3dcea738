"""What Handbok last asked in a conversation; and a case is found by the place where it was asked."""

import sqlalchemy as sa
from alembic import op

from adapters.database.columns import Moment, Words

revision = "0004"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "handbok_expectations",
        sa.Column("platform", Words(), nullable=False),
        sa.Column("workspace", Words(), nullable=False),
        sa.Column("conversation", Words(), nullable=False),
        sa.Column("thread", Words(), nullable=False),
        sa.Column("person", Words(), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("about", Words(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.PrimaryKeyConstraint(
            "platform", "workspace", "conversation", "thread", "person", name=op.f("pk_handbok_expectations")
        ),
    )
    op.create_index(op.f("ix_handbok_expectations_person"), "handbok_expectations", ["person"], unique=False)
    op.create_index(op.f("ix_handbok_expectations_until"), "handbok_expectations", ["until"], unique=False)
    op.create_index(op.f("ix_handbok_cases_asked_at"), "handbok_cases", ["asked_at"], unique=False)
