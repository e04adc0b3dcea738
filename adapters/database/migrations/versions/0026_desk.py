"""Comms' desk at one look, whatever is kept; whether people's answers helped; and ways into the figures, used once."""

import sqlalchemy as sa
from alembic import op

from adapters.database.columns import Moment, Words

revision = "0026"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("handbok_questions", sa.Column("platform", Words(), nullable=False, server_default=sa.text("''")))
    op.execute(
        "UPDATE handbok_questions SET platform = COALESCE((SELECT platform FROM handbok_people"
        " WHERE handbok_people.id = handbok_questions.person), '')"
    )
    op.create_index("ix_handbok_questions_told", "handbok_questions", ["organisation", "at"])
    op.create_index("ix_handbok_cases_opened", "handbok_cases", ["organisation", "opened_at"])
    op.create_index("ix_handbok_case_events_kind", "handbok_case_events", ["kind", "at"])
    op.create_index(op.f("ix_handbok_feedback_at"), "handbok_feedback", ["at"])
    op.create_table(
        "handbok_answers_judged",
        sa.Column("case", sa.Integer(), nullable=False),
        sa.Column("person", Words(), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("missing", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["handbok_cases.number"], name=op.f("fk_handbok_answers_judged_case")),
        sa.PrimaryKeyConstraint("case", name=op.f("pk_handbok_answers_judged")),
    )
    op.create_index(op.f("ix_handbok_answers_judged_at"), "handbok_answers_judged", ["at"])
    op.create_table(
        "handbok_gaps_settled",
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("person", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question"], ["handbok_questions.id"], name=op.f("fk_handbok_gaps_settled_question"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("question", name=op.f("pk_handbok_gaps_settled")),
    )
    op.create_table(
        "handbok_links",
        sa.Column("secret", Words(), nullable=False),
        sa.Column("organisation", Words(), nullable=False),
        sa.Column("person", Words(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("secret", name=op.f("pk_handbok_links")),
    )
    op.create_index(op.f("ix_handbok_links_until"), "handbok_links", ["until"])
