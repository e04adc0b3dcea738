"""A message may belong to a question instead of a case."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("handbok_messages", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.alter_column("case", existing_type=sa.Integer(), nullable=True)
        table.add_column(sa.Column("question", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_handbok_messages_question"), "handbok_questions", ["question"], ["id"])
        table.create_index(op.f("ix_handbok_messages_question"), ["question"], unique=False)
