"""What windows, dialogs and pages ask people for, the same on every platform; each draws it in its own way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time

from bot.errors import InputError
from bot.language import Language
from bot.messages import Text
from bot.proposing import Proposal
from bot.service.asking import Told
from bot.wording import Wording

NAMES = {Language.NB: "Bokmål", Language.NN: "Nynorsk", Language.SV: "Svenska", Language.EN: "English"}
REASONS = ("done", "no-answer-needed", "elsewhere", "duplicate")
PICTURE = ("there", "rights", "people", "alt")

# What a form asks for: its title, its field, and whether the field must be filled in.
FORMS: dict[str, tuple[str, str, bool]] = {
    "answer": ("case.do.answer", "web.text-answer", True),
    "ask-back": ("case.do.ask-back", "web.text-ask-back", True),
    "note": ("case.do.note", "web.text-note", True),
    "close": ("case.do.close", "web.text-close", False),
    "add": ("case.do.add", "web.text-add", True),
    "reopen": ("case.do.reopen", "web.text-reopen", False),
    "not-helpful": ("ask.not-helpful", "web.missing", False),
    "ask-comms": ("ask.ask-comms", "web.question", False),
    "ask-about": ("ask.ask-comms", "web.to-send", True),
    "send-draft": ("check.send", "web.to-send", True),
    "share-post": ("check.share", "web.to-send", True),
}
CONFIDENTIAL = frozenset({"ask-comms", "ask-about", "send-draft"})  # may be asked without comms learning who asks


def asks_for_text(action: str) -> bool:
    return action in FORMS


def until(day: str) -> datetime | None:
    """The end of a day that was picked, as “2027-12-31”; None where none was. InputError where it is no day."""
    try:
        return datetime.combine(date.fromisoformat(day), time(23, 59), UTC) if day else None
    except ValueError as error:
        raise InputError(f"“{day[:40]}” is no date; write it as 2027-12-31") from error


def sent_to_comms(told: Told, say: Wording) -> str:
    """What a form says once it is sent: first of all what matters in an emergency, then where the answer will come."""
    first = [f"🚨 {block.body}" for block in told.blocks if isinstance(block, Text) and block.urgent]
    return "\n\n".join([*first, say("talk.sent", told.language, number=told.cases[0])])


def as_written(proposal: Proposal, language: Language, given: Mapping[str, str]) -> Proposal:
    """What is to be taught, as its form holds it now. ``language``: that it was drawn in; others stay as they are."""
    questions = tuple(line.strip() for line in given.get("questions", "").splitlines() if line.strip())
    return replace(
        proposal,
        variants={**proposal.variants, language: questions},
        answer={**proposal.answer, language: given.get("text", "").strip()},
        title={**proposal.title, language: given.get("title", "").strip()},
    )


def missing_for_picture(ticked: Sequence[str], say: Wording, language: Language) -> str:
    """A word on what a picture still lacks; empty where there is none, or nothing is lacking."""
    lacking = [each for each in PICTURE[1:] if each not in ticked]
    if "there" not in ticked or not lacking:
        return ""
    what = "; ".join(_lower(say(f"talk.picture-{each}", language)) for each in lacking)
    return say("talk.picture-missing", language, what=what)


def _lower(text: str) -> str:
    return text if text.startswith("I'") else text[:1].lower() + text[1:]
