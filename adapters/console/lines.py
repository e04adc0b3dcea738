"""JSON lines in, JSON lines out, in order: one bad line says what is wrong with it and stops nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from bot.answering import Answered, Clarify, Escalate, Greeting, Reply
from bot.errors import InputError
from bot.knowledge import KnowledgeBase, Organisation
from bot.matching.ranking import Candidate
from bot.showing import plain, show
from bot.wording import Wording

NAMES = ("org", "lang", "platform")  # what may stand beside the text
CAREFUL = ("escalate", "clarify", "answer", "greeting")  # of several outcomes in one message the first of these counts


def parse(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, Any] | InputError]]:
    """Each line's number (1-based) with its object, or with what is wrong. Empty lines are passed over."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield number, InputError(f"line {number}: is not JSON ({error}); write one object a line")
            continue
        odd = next((key for key in NAMES if not isinstance(item, dict) or not isinstance(item.get(key) or "", str)), "")
        if isinstance(item, dict) and odd:
            yield number, InputError(f'line {number}: "{odd}" is no text; write {{"text": "…", "org": "oslomet"}}')
        elif not isinstance(item, dict) or not isinstance(item.get("text"), str):
            yield number, InputError(f'line {number}: has no "text"; write {{"text": "…", "org": "oslomet"}}')
        else:
            yield number, item


def as_json(replies: Iterable[Reply], knowledge: KnowledgeBase, who: Organisation, say: Wording) -> dict[str, Any]:
    """The replies to one message as one object. Of several, the most careful outcome names the whole."""
    parts = [_one(reply, knowledge, who, say) for reply in replies]
    first = min(parts, key=lambda part: CAREFUL.index(part["outcome"]))
    if len(parts) == 1:
        return first
    return first | {
        "sections": list(dict.fromkeys(section for part in parts for section in part["sections"])),
        "confidence": min(part["confidence"] for part in parts),
        "text": "\n\n".join(part["text"] for part in parts),
        "options": [option for part in parts for option in part["options"]],
    }


def _one(reply: Reply, knowledge: KnowledgeBase, who: Organisation, say: Wording) -> dict[str, Any]:
    best = reply.ranking.confidence
    found: dict[str, Any] = {"outcome": "escalate", "entry": None, "sections": [], "confidence": best}
    options: tuple[Candidate, ...] = ()
    topic: str | None = None
    match reply.outcome:
        case Answered() as answered:
            found |= {"outcome": "answer", "entry": answered.entry, "sections": list(answered.sections)}
            found["confidence"] = answered.confidence
        case Clarify(options=options):
            found["outcome"] = "clarify"
        case Escalate() as handed:
            topic = handed.topic
            found["confidence"] = next((guess.probability for guess in handed.guesses if guess.entry == topic), best)
        case Greeting(entry=entry):
            found |= {"outcome": "greeting", "entry": entry}
    return found | {
        "confidence": round(min(max(found["confidence"], 0.0), 1.0), 4),
        "language": reply.language.value,
        "text": plain(show(reply, knowledge, who, say)),
        "options": [
            {"entry": o.entry, "sections": _sections(o, knowledge, who), "confidence": round(o.probability, 4)}
            for o in options
        ],
        "topic": topic,
    }


def _sections(option: Candidate, knowledge: KnowledgeBase, who: Organisation) -> list[str]:
    """Of the answer that this asker would get."""
    entry = next((entry for entry in knowledge.entries if entry.id == option.entry), None)
    return list(knowledge.answer_for(entry, who.id)[1].sources) if entry else []
