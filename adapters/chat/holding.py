"""What is kept about somebody, told to them: the same rows as `handbok person export` gives, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.chat.forms import NAMES
from adapters.chat.hub import Office
from adapters.chat.replying import Blocks
from bot.language import Language
from bot.messages import Button, Text
from bot.service.desk import Sender

QUESTIONS, LETTERS = 10, 160  # of the latest questions, and of each
Rows = Sequence[Mapping[str, Any]]


async def held(hub: Office, who: Sender, language: Language) -> Blocks:
    """Nothing is kept by asking. StorageError where the database does not answer."""
    say = hub.desk.say
    async with hub.desk.store.look() as work:
        person = await work.find_account(who.address, who.user)
        kept = await work.everything(person.id) if person else {}
    if not kept or not person:
        return Blocks((Text(say("talk.held-nothing", language)),), language, personal=True)
    lines = [say("talk.held", language), _account(hub, kept["people"][0], language)]
    lines += [*_asked(hub, kept, language), *_as_comms(hub, kept, person.id, language)]
    if kept.get("places") or kept.get("messages"):
        lines.append(say("talk.held-ways", language))
    forget = Button("forget", "", say("talk.forget-do", language), "danger")
    rest = Text(say("talk.held-rest", language), buttons=(forget,))
    return Blocks((Text("\n".join(lines)), rest), language, personal=True)


def _account(hub: Office, row: Mapping[str, Any], language: Language) -> str:
    spoken = NAMES[Language(row["language"])] if row["language"] else "–"
    known = hub.desk.mind.now.knowledge.organisation.get(row["organisation"])
    organisation = known.name if known else row["organisation"]
    name = row["name"] or "–"
    return hub.desk.say("talk.held-account", language, name=name, spoken=spoken, organisation=organisation)


def _asked(hub: Office, kept: Mapping[str, Rows], language: Language) -> list[str]:
    """Questions, cases, and what they said of answers."""
    say, lines = hub.desk.say, []
    if questions := sorted(kept.get("questions", ()), key=lambda row: str(row["at"]), reverse=True):
        lines.append(say("talk.held-questions", language, count=len(questions)))
        lines += [f"    {row['at'][:10]}: {_cut(row['text'])}" for row in questions[:QUESTIONS] if row["text"]]
    if cases := [row for row in kept.get("cases", ()) if not _by_comms(row, kept)]:
        hidden = say("talk.held-confidential", language)
        numbers = (f"{row['number']} ({hidden})" if row["confidential"] else str(row["number"]) for row in cases)
        lines.append(say("talk.held-cases", language, numbers=", ".join(numbers)))
    if feedback := kept.get("feedback"):
        lines.append(say("talk.held-feedback", language, count=len(feedback)))
    return lines


def _as_comms(hub: Office, kept: Mapping[str, Rows], person: str, language: Language) -> list[str]:
    cases = {row["number"] for row in kept.get("cases", ()) if _by_comms(row, kept)}
    cases |= {row["case"] for row in kept.get("case_events", ()) if row["who"] == person} - _own(kept)
    learned = len(kept.get("learned", ())) + len(kept.get("precedents", ()))
    if not cases and not learned:
        return []
    return [hub.desk.say("talk.held-comms", language, cases=len(cases), learned=learned)]


def _own(kept: Mapping[str, Rows]) -> set[int]:
    return {row["number"] for row in kept.get("cases", ()) if not _by_comms(row, kept)}


def _by_comms(row: Mapping[str, Any], kept: Mapping[str, Rows]) -> bool:
    """Whether a case is kept because they dealt with it, rather than asked."""
    ids = {each["id"] for table in ("people", "pseudonyms") for each in kept.get(table, ())}
    return row["asker"] not in ids


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LETTERS else line[:LETTERS].rstrip() + "…"
