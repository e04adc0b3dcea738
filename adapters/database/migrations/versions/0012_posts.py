"""A question is found again by the message that it came in, when that is edited or deleted."""

import sqlalchemy as sa
from alembic import op

from adapters.database.columns import Words

revision = "0012"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("handbok_questions", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.add_column(sa.Column("post", Words(), nullable=False, server_default=""))
    with op.batch_alter_table("handbok_questions", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.alter_column("post", existing_type=Words(), server_default=None)
    op.create_index(op.f("ix_handbok_questions_post"), "handbok_questions", ["post"], unique=False)
