"""A case as a record: with its journal, as JSON that has a schema and as a page that anybody can read.

The public extract leaves out who asked, what communications wrote for itself, and of a confidential case every word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from bot.cases import HANDBOK, Case, Event
from bot.erasing import erased
from bot.knowledge import Organisation
from bot.language import Language
from bot.ports import Message, Person
from bot.wording import Wording

Role = Literal["asker", "communications", "handbok"]
STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}th,td{border-top:1px solid #767676;padding:.4rem;text-align:left;"
    "vertical-align:top}pre{white-space:pre-wrap;font:inherit;margin:0}h1{line-height:1.2}"
)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Who(_Part):
    """Who did something. ``name`` is left out of a public extract, and of whoever asks confidentially."""

    role: Role
    name: str | None = None


class Step(_Part):
    """One entry of the journal, in the order in which it happened."""

    number: int = Field(ge=1)
    at: datetime
    what: str = Field(description="opened, claimed, released, answered, asked-back, noted, closed, added, …")
    who: Who
    text: str = ""
    entry: str | None = Field(default=None, description="the entry of the handbook that was sent as it is")
    closed_as: str | None = None


class Sent(_Part):
    """Something that was sent about the case, and whether it arrived."""

    kind: str
    to: Literal["asker", "communications"]
    state: str
    at: datetime | None


class Record(_Part):
    """Everything about one case. ``withheld``: what a public extract leaves out."""

    format: Literal["handbok-case-1"] = "handbok-case-1"
    made: datetime
    public: bool
    number: int = Field(ge=1)
    kind: str
    organisation: str
    language: str
    confidential: bool
    held: bool = Field(description="whether it is kept whatever its age")
    state: str
    closed_as: str | None
    opened: datetime
    topic: str | None
    asker: Who
    text: str
    answer: str | None
    journal: tuple[Step, ...]
    sent: tuple[Sent, ...]
    withheld: tuple[str, ...] = ()


def schema() -> Mapping[str, Any]:
    """The JSON Schema of a record (draft 2020-12)."""
    found = Record.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | found | {"title": "A case of Handbok's"}


def record(
    case: Case,
    history: Sequence[Event],
    messages: Sequence[Message],
    people: Mapping[str, Person],
    *,
    held: bool,
    made: datetime,
) -> Record:
    """The whole of it, as communications may see it. ``people``: by id, as many as are still known."""

    def who(person: str) -> Who:
        if person == case.asker:
            found = None if case.confidential else people.get(person)
            return Who(role="asker", name=(found.name or None) if found else None)
        if person == HANDBOK:
            return Who(role="handbok")
        found = people.get(person)
        return Who(role="communications", name=(found.name or None) if found else None)

    return Record(
        made=made, public=False, number=case.number, kind=case.kind.value, organisation=case.organisation,
        language=case.language.value, confidential=case.confidential, held=held, state=case.state.value,
        closed_as=case.closed_as, opened=case.opened_at, topic=case.topic, asker=who(case.asker), text=case.text,
        answer=case.answer,
        journal=tuple(
            Step(
                number=number, at=event.at, what=event.kind, who=who(event.who), text=event.text, entry=event.entry,
                closed_as=event.closed_as,
            )
            for number, event in enumerate(history, start=1)
        ),
        sent=tuple(
            Sent(
                kind=each.kind, to="asker" if each.audience == "asker" else "communications", state=each.state,
                at=each.at,
            )
            for each in messages
        ),
    )  # fmt: skip


def extract(whole: Record) -> Record:
    """What may be shown to anybody: roles for names, no internal notes, addresses and numbers masked; of a
    confidential case when what was done, and no words. Whether more or less may be shown is for the law to say."""
    names = {step.who.name for step in whole.journal} | {whole.asker.name}
    hidden = whole.confidential

    def shown(text: str) -> str:
        if hidden:
            return ""
        for name in sorted(filter(None, names)):
            text = erased(text, name, own=True)
        return erased(text, "", own=True)

    journal = tuple(
        step.model_copy(update={"who": Who(role=step.who.role), "text": shown(step.text)})
        for step in whole.journal
        if step.what != "noted"
    )
    withheld = ("names", "internal notes", "delivery", *(("texts",) if hidden else ("addresses and numbers",)))
    return whole.model_copy(
        update={
            "public": True, "asker": Who(role="asker"), "text": shown(whole.text), "journal": journal, "sent": (),
            "answer": None if whole.answer is None or hidden else shown(whole.answer), "withheld": withheld,
            "topic": None if hidden else whole.topic,
        }
    )  # fmt: skip


def page(record: Record, organisation: Organisation, say: Wording, language: Language) -> str:
    """The record as a page of HTML that needs nothing else, in local time."""

    zone = ZoneInfo(organisation.time_zone)

    def at(moment: datetime | None) -> str:
        return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else "–"

    title = say("record.title", language, number=record.number)
    kind, state = (
        say(f"case.kind.{record.kind}", language),
        say(f"case.state.{record.state}", language),
    )
    facts = {
        "record.organisation": organisation.name, "record.kind": kind, "record.state": state,
        "record.opened": at(record.opened), "record.asker": _who(record.asker, say, language, record.confidential),
    }  # fmt: skip
    head = "".join(_row(f"<th scope=row>{escape(say(key, language))}</th>", value) for key, value in facts.items())
    steps = "".join(_step(step, at, say, language) for step in record.journal)
    note = say("record.extract" if record.public else "record.whole", language)
    columns = "".join(f"<th scope=col>{escape(say(f'record.{each}', language))}</th>" for each in ("at", "who", "what"))
    return (
        f'<!doctype html><html lang="{language.value}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><main><h1>{escape(title)}</h1><p>{escape(note)}</p><table>{head}</table>"
        f"<h2>{escape(say('record.text', language))}</h2><pre>{_text(record.text, say, language)}</pre>"
        f"<h2>{escape(say('record.journal', language))}</h2><table><thead><tr>{columns}</tr></thead>"
        f"<tbody>{steps}</tbody></table><p>{escape(say('record.law', language))}</p>"
        f"<p>{escape(say('record.made', language, at=at(record.made)))}</p></main></body></html>\n"
    )


def _row(head: str, value: str) -> str:
    return f"<tr>{head}<td>{escape(value)}</td></tr>"


def _step(step: Step, at: Callable[[datetime | None], str], say: Wording, language: Language) -> str:
    what = escape(say(f"case.event.{step.what}", language))
    text = f"<pre>{escape(step.text)}</pre>" if step.text else ""
    who = escape(_who(step.who, say, language))
    return f"<tr><td>{at(step.at)}</td><td>{who}</td><td>{what}{text}</td></tr>"


def _who(who: Who, say: Wording, language: Language, confidential: bool = False) -> str:
    role = say(f"record.role-{who.role}", language)
    if confidential:
        return f"{role} ({say('talk.held-confidential', language)})"
    return f"{who.name} ({role})" if who.name else role


def _text(text: str, say: Wording, language: Language) -> str:
    return escape(text) if text else f"<em>{escape(say('record.withheld', language))}</em>"
