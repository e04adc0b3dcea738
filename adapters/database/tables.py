"""The tables. Every change here needs a migration beside it; a test compares the two."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    text,
)

from adapters.database.columns import Moment, Words

PREFIX = "handbok_"

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

people = Table(
    PREFIX + "people",
    metadata,
    Column("id", Words, primary_key=True),
    Column("platform", Words, nullable=False),
    Column("workspace", Words, nullable=False),
    Column("account", Words, nullable=False),  # the platform's own id of the user
    Column("organisation", Words, nullable=False),
    Column("language", Words),
    Column("fixed", Boolean, nullable=False),
    Column("name", Words, nullable=False),
    Column("since", Moment, nullable=False, server_default=text("CURRENT_TIMESTAMP")),
    UniqueConstraint("platform", "workspace", "account"),
)

places = Table(
    PREFIX + "places",
    metadata,
    Column("platform", Words, nullable=False),
    Column("workspace", Words, nullable=False),
    Column("conversation", Words, nullable=False),
    Column("account", Words, nullable=False, index=True),  # whose own conversation it is; empty where several are in it
    Column("reference", Words, nullable=False),  # what else the platform wants back
    PrimaryKeyConstraint("platform", "workspace", "conversation"),
)

pseudonyms = Table(
    PREFIX + "pseudonyms",
    metadata,
    Column("id", Words, primary_key=True),
    Column("sealed", Words, nullable=False),  # the person's id, encrypted
)

questions = Table(
    PREFIX + "questions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", Words, nullable=False, index=True),
    Column("organisation", Words, nullable=False),
    Column("language", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("outcome", Words, nullable=False),
    Column("entry", Words),
    Column("options", Words, nullable=False),  # JSON: entry ids
    Column("confidence", Float, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("case", Integer, index=True),
    Column("post", Words, nullable=False, index=True),  # a hash of its message's place and id; or empty
    Column("platform", Words, nullable=False, server_default=text("''")),
    Index("ix_handbok_questions_told", "organisation", "at"),
    sqlite_autoincrement=True,
)

feedback = Table(
    PREFIX + "feedback",
    metadata,
    Column("question", Integer, ForeignKey(questions.c.id, ondelete="CASCADE"), nullable=False),
    Column("person", Words, nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("missing", Words, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    PrimaryKeyConstraint("question", "person"),
)

cases = Table(
    PREFIX + "cases",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("kind", Words, nullable=False),
    Column("organisation", Words, nullable=False),
    Column("asker", Words, nullable=False, index=True),
    Column("confidential", Boolean, nullable=False),
    Column("language", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("topic", Words),
    Column("urgent", Boolean, nullable=False),
    Column("guesses", Words, nullable=False),  # JSON: [entry, confidence] pairs
    Column("opened_at", Moment, nullable=False),
    Column("state", Words, nullable=False),
    Column("claimed_by", Words),
    Column("answer", Words),
    Column("answered_by", Words),
    Column("closed_as", Words),
    Column("asked_back", Boolean, nullable=False),
    Column("later_at", Moment),
    Column("alike", Integer),  # a case that may be the same need
    Column("joined", Integer, index=True),  # the case whose answer is this one's, too
    Column(
        "route", Words, nullable=False, server_default=text("''")
    ),  # where it was moved to; empty: comms' own channel
    Column("version", Integer, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("asked_at", Words, nullable=False, index=True),  # an address as JSON; sealed where the case is confidential
    Column("searched", Words, nullable=False),  # text and answer, case-folded
    Index("ix_handbok_cases_listed", "organisation", "state", "changed_at"),
    Index("ix_handbok_cases_opened", "organisation", "opened_at"),
    sqlite_autoincrement=True,
)

case_events = Table(
    PREFIX + "case_events",
    metadata,
    Column("case", Integer, ForeignKey(cases.c.number), nullable=False),
    Column("number", Integer, nullable=False),  # from 1; equals the case's version after it
    Column("kind", Words, nullable=False),
    Column("who", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("text", Words, nullable=False),
    Column("entry", Words),
    Column("closed_as", Words),
    PrimaryKeyConstraint("case", "number"),
    Index("ix_handbok_case_events_kind", "kind", "at"),
)

answers_judged = Table(
    PREFIX + "answers_judged",
    metadata,
    Column("case", Integer, ForeignKey(cases.c.number), primary_key=True, autoincrement=False),
    Column("person", Words, nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("missing", Words, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("settled", Boolean, nullable=False),  # no gap in the handbook, says comms
)

gaps_settled = Table(
    PREFIX + "gaps_settled",
    metadata,
    Column("question", Integer, ForeignKey(questions.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("person", Words, nullable=False),  # of comms, who said so
    Column("at", Moment, nullable=False),
)

links = Table(
    PREFIX + "links",
    metadata,
    Column("secret", Words, primary_key=True),  # its hash
    Column("organisation", Words, nullable=False),
    Column("person", Words, nullable=False),  # who was given it
    Column("until", Moment, nullable=False, index=True),
    Column("used", Boolean, nullable=False),
)

messages = Table(
    PREFIX + "messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Words, nullable=False),
    Column("audience", Words, nullable=False),
    Column("case", Integer, ForeignKey(cases.c.number), index=True),  # either this …
    Column("question", Integer, ForeignKey(questions.c.id), index=True),  # … or this
    Column("event", Integer, nullable=False),
    Column("address", Words, nullable=False),  # as JSON, or sealed where it would tell who a confidential asker is
    Column("state", Words, nullable=False, index=True),
    Column("post", Words, nullable=False, index=True),
    Column("at", Moment),
    Column("wanted", Integer, nullable=False),  # changes in place asked for so far
    Column("taken", Integer, nullable=False),  # the last of them whose drawing was begun
    Column("drawn", Integer, nullable=False),  # the last of them that can be seen
    Column("tries", Integer, nullable=False),  # how often posting was begun
    sqlite_autoincrement=True,
)

reminders = Table(
    PREFIX + "reminders",
    metadata,
    Column("case", Integer, ForeignKey(cases.c.number), nullable=False),
    Column("kind", Words, nullable=False),
    Column("version", Integer, nullable=False),
    Column("due", Moment, nullable=False),
    PrimaryKeyConstraint("case", "kind", "version"),
)

follows = Table(
    PREFIX + "follows",
    metadata,
    Column("case", Integer, ForeignKey(cases.c.number), nullable=False),
    Column("person", Words, nullable=False),
    Column("address", Words, nullable=False),  # of their own conversation, as JSON
    PrimaryKeyConstraint("case", "person"),
)

saved_replies = Table(
    PREFIX + "saved_replies",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("organisation", Words, nullable=False, index=True),
    Column("name", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("saved_by", Words, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

learned = Table(
    PREFIX + "learned",
    metadata,
    Column("id", Words, nullable=False),
    Column("version", Integer, nullable=False),
    Column("yaml", Words, nullable=False),
    Column("base", Words),
    Column("owner", Words, nullable=False),
    Column("from_case", Integer),
    Column("saved_by", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("expires", Moment),
    Column("withdrawn", Boolean, nullable=False),
    PrimaryKeyConstraint("id", "version"),
)

precedents = Table(
    PREFIX + "precedents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("organisation", Words, nullable=False, index=True),
    Column("language", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("decision", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("decided_by", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("expires", Moment),
    Column("from_case", Integer),
    sqlite_autoincrement=True,
)

set_aside = Table(
    PREFIX + "set_aside",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("organisation", Words, nullable=False, index=True),
    Column("rule", Words, nullable=False),
    Column("verdict", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("language", Words, nullable=False),
    Column("by_comms", Boolean, nullable=False),
    Column("person", Words, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("settled", Moment),  # when comms was through with it
    sqlite_autoincrement=True,
)

expectations = Table(
    PREFIX + "expectations",
    metadata,
    Column("platform", Words, nullable=False),
    Column("workspace", Words, nullable=False),
    Column("conversation", Words, nullable=False),
    Column("thread", Words, nullable=False),
    Column("person", Words, nullable=False, index=True),
    Column("kind", Words, nullable=False),
    Column("about", Words, nullable=False),  # a number, or sealed where it would tell who a confidential asker is
    Column("until", Moment, nullable=False, index=True),
    PrimaryKeyConstraint("platform", "workspace", "conversation", "thread", "person"),
)

arrivals = Table(
    PREFIX + "arrivals",
    metadata,
    Column("event", Words, primary_key=True),
    Column("platform", Words, nullable=False),
    Column("body", Words, nullable=False),  # as the platform sent it
    Column("at", Moment, nullable=False, index=True),  # when it came, or was last taken up
    Column("tries", Integer, nullable=False),  # how often somebody took it up again
)

processed_events = Table(
    PREFIX + "processed_events",
    metadata,
    Column("id", Words, primary_key=True),  # a hash: platforms put people's ids into theirs
    Column("at", Moment, nullable=False, index=True),
)

keys = Table(
    PREFIX + "keys",
    metadata,
    Column("fingerprint", Words, primary_key=True),  # of a secret key that something here is sealed with
    Column("at", Moment, nullable=False),
)

deletions = Table(
    PREFIX + "deletions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("kind", Words, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("why", Words, nullable=False),  # its time was up, somebody asked for it, …; never who
    sqlite_autoincrement=True,
)

holds = Table(
    PREFIX + "holds",
    metadata,
    Column("case", Integer, primary_key=True, autoincrement=False),  # kept whatever its age
    Column("why", Words, nullable=False),
    Column("at", Moment, nullable=False),
)
