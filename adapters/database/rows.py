"""Values of the core ↔ rows of the tables."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Row

from bot.cases import Case, Event, Guess, Kind, State
from bot.language import Language
from bot.ports import Address, Asked, Learned, Message, Person, Precedent, SavedReply, SetAside

AnyRow = Row[Any]
Values = dict[str, Any]


def address_text(address: Address) -> str:
    return json.dumps(vars(address), ensure_ascii=True, separators=(",", ":"))


def to_address(text: str) -> Address:
    return Address(**json.loads(text))


def to_person(row: AnyRow) -> Person:
    language = Language(row.language) if row.language else None
    return Person(row.id, row.organisation, language, row.fixed, row.name)


def question_values(asked: Asked) -> Values:
    return vars(asked) | {"options": json.dumps(asked.options), "id": None}


def to_asked(row: AnyRow) -> Asked:
    return Asked(
        person=row.person,
        organisation=row.organisation,
        language=Language(row.language),
        text=row.text,
        outcome=row.outcome,
        entry=row.entry,
        options=tuple(json.loads(row.options)),
        confidence=row.confidence,
        at=row.at,
        case=row.case,
        id=row.id,
        post=row.post,
        platform=row.platform,
    )


def case_values(case: Case) -> Values:
    """Every column that comes from the case itself; its number is the table's own to give."""
    values = dict(vars(case))
    del values["number"]
    return values | {
        "guesses": json.dumps([[guess.entry, guess.confidence] for guess in case.guesses]),
        "searched": f"{case.text}\n{case.answer or ''}".casefold(),
    }


def to_case(row: AnyRow) -> Case:
    return Case(
        number=row.number,
        kind=Kind(row.kind),
        organisation=row.organisation,
        asker=row.asker,
        confidential=row.confidential,
        language=Language(row.language),
        text=row.text,
        topic=row.topic,
        urgent=row.urgent,
        guesses=tuple(Guess(entry, confidence) for entry, confidence in json.loads(row.guesses)),
        opened_at=row.opened_at,
        state=State(row.state),
        claimed_by=row.claimed_by,
        answer=row.answer,
        answered_by=row.answered_by,
        closed_as=row.closed_as,
        asked_back=row.asked_back,
        later_at=row.later_at,
        alike=row.alike,
        joined=row.joined,
        route=row.route,
        version=row.version,
    )


def to_event(row: AnyRow) -> Event:
    return Event(row.kind, row.who, row.at, row.text, row.entry, row.closed_as)


def message_values(message: Message, address: str) -> Values:
    values = dict(vars(message))
    del values["to"], values["id"]
    belongs = {"case": message.case or None, "question": message.question or None}
    # Whoever took a question in is the first to post the reply: delivery looks whether that stands there already.
    tries = 1 if message.question else 0
    return values | belongs | {"address": address, "wanted": 0, "taken": 0, "drawn": 0, "tries": tries}


def to_message(row: AnyRow, to: Address) -> Message:
    return Message(
        kind=row.kind,
        audience=row.audience,
        case=row.case or 0,
        event=row.event,
        to=to,
        state=row.state,
        post=row.post,
        at=row.at,
        id=row.id,
        question=row.question or 0,
    )


def to_saved_reply(row: AnyRow) -> SavedReply:
    return SavedReply(row.organisation, row.name, row.text, row.saved_by, row.at, row.id)


def to_learned(row: AnyRow) -> Learned:
    return Learned(**row._mapping)


def to_precedent(row: AnyRow) -> Precedent:
    return Precedent(**{**row._asdict(), "language": Language(row.language)})


def to_set_aside(row: AnyRow) -> SetAside:
    return SetAside(**{**row._asdict(), "language": Language(row.language)})
