"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "handbok_cases",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("asker", sa.Text(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("guesses", sa.Text(), nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("closed_as", sa.Text(), nullable=True),
        sa.Column("asked_back", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.Column("asked_at", sa.Text(), nullable=False),
        sa.Column("searched", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_handbok_cases")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_handbok_cases_asker"), "handbok_cases", ["asker"], unique=False)
    op.create_index("ix_handbok_cases_listed", "handbok_cases", ["organisation", "state", "changed_at"], unique=False)
    op.create_table(
        "handbok_learned",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("yaml", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("from_case", sa.Integer(), nullable=True),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("expires", Moment, nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_handbok_learned")),
    )
    op.create_table(
        "handbok_people",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("fixed", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handbok_people")),
        sa.UniqueConstraint("platform", "workspace", "account", name=op.f("uq_handbok_people_platform")),
    )
    op.create_table(
        "handbok_precedents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("expires", Moment, nullable=True),
        sa.Column("from_case", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handbok_precedents")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_handbok_precedents_organisation"), "handbok_precedents", ["organisation"], unique=False)
    op.create_table(
        "handbok_processed_events",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handbok_processed_events")),
    )
    op.create_index(op.f("ix_handbok_processed_events_at"), "handbok_processed_events", ["at"], unique=False)
    op.create_table(
        "handbok_pseudonyms",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handbok_pseudonyms")),
    )
    op.create_table(
        "handbok_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=True),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("case", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handbok_questions")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_handbok_questions_at"), "handbok_questions", ["at"], unique=False)
    op.create_index(op.f("ix_handbok_questions_case"), "handbok_questions", ["case"], unique=False)
    op.create_index(op.f("ix_handbok_questions_person"), "handbok_questions", ["person"], unique=False)
    op.create_table(
        "handbok_case_events",
        sa.Column("case", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=True),
        sa.Column("closed_as", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["handbok_cases.number"], name=op.f("fk_handbok_case_events_case")),
        sa.PrimaryKeyConstraint("case", "number", name=op.f("pk_handbok_case_events")),
    )
    op.create_table(
        "handbok_feedback",
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["question"], ["handbok_questions.id"], name=op.f("fk_handbok_feedback_question"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("question", "person", name=op.f("pk_handbok_feedback")),
    )
    op.create_table(
        "handbok_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("case", sa.Integer(), nullable=False),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("at", Moment, nullable=True),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["handbok_cases.number"], name=op.f("fk_handbok_messages_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handbok_messages")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_handbok_messages_case"), "handbok_messages", ["case"], unique=False)
    op.create_index(op.f("ix_handbok_messages_state"), "handbok_messages", ["state"], unique=False)
    op.create_table(
        "handbok_reminders",
        sa.Column("case", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("due", Moment, nullable=False),
        sa.ForeignKeyConstraint(["case"], ["handbok_cases.number"], name=op.f("fk_handbok_reminders_case")),
        sa.PrimaryKeyConstraint("case", "kind", "version", name=op.f("pk_handbok_reminders")),
    )
