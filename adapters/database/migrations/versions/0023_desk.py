"""When an answer was promised, what a case is joined to and where it was moved; who follows it; saved replies."""

import sqlalchemy as sa
from alembic import op

from adapters.database.columns import Moment, Words

revision = "0023"
down_revision = "0026"


def upgrade() -> None:
    op.add_column("handbok_cases", sa.Column("later_at", Moment(), nullable=True))
    op.add_column("handbok_cases", sa.Column("alike", sa.Integer(), nullable=True))
    op.add_column("handbok_cases", sa.Column("joined", sa.Integer(), nullable=True))
    op.add_column("handbok_cases", sa.Column("route", Words(), nullable=False, server_default=sa.text("''")))
    op.create_index(op.f("ix_handbok_cases_joined"), "handbok_cases", ["joined"], unique=False)
    op.create_table(
        "handbok_follows",
        sa.Column("case", sa.Integer(), nullable=False),
        sa.Column("person", Words(), nullable=False),
        sa.Column("address", Words(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["handbok_cases.number"], name=op.f("fk_handbok_follows_case")),
        sa.PrimaryKeyConstraint("case", "person", name=op.f("pk_handbok_follows")),
    )
    op.create_table(
        "handbok_saved_replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation", Words(), nullable=False),
        sa.Column("name", Words(), nullable=False),
        sa.Column("text", Words(), nullable=False),
        sa.Column("saved_by", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handbok_saved_replies")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_handbok_saved_replies_organisation"), "handbok_saved_replies", ["organisation"])
