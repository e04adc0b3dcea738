"""Drafts that were decided before, shown to whoever writes a similar one, and to comms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from rapidfuzz.distance import Indel

from bot.cases import Case, Kind, PersonId, State
from bot.language import Language
from bot.matching.text import tokens
from bot.messages import Text
from bot.ports import Precedent
from bot.wording import Wording

LIKENESS = 0.5  # from which on a draft is shown; drafts on the same matter reach it, unrelated ones do not
MOST = 3
SHOWN = 160  # characters of a precedent
REASON = 1000  # characters of what was said on it

Decision = Literal["publish", "change", "do-not-publish"]


def decidable(case: Case) -> bool:
    """Whether it is about a draft, and comms has told the author what it thinks."""
    through = case.state in (State.ANSWERED, State.CLOSED)
    return case.kind is not Kind.QUESTION and through and case.closed_as != "withdrawn"


def alike(
    draft: str, precedents: Iterable[Precedent], now: datetime, least: float = LIKENESS
) -> list[tuple[Precedent, float]]:
    """Precedents much like ``draft`` that hold ``now``, with their likeness (0–1), most alike first; MOST at most."""
    mine = sorted(tokens(draft))
    holding = [each for each in precedents if each.expires is None or each.expires > now]
    found = [(each, likeness(mine, sorted(tokens(each.text)))) for each in holding] if mine else []
    near = [pair for pair in found if pair[1] >= least]
    return sorted(near, key=lambda pair: (-pair[1], -pair[0].at.timestamp()))[:MOST]


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """Of two sorted lists of words, 0–1: half by whole words, half by letters, which forgive endings and spelling."""
    by_letters = Indel.normalized_similarity(" ".join(one), " ".join(other))
    return (Indel.normalized_similarity(one, other) + by_letters) / 2


def for_asker(found: Sequence[tuple[Precedent, float]], say: Wording, language: Language) -> tuple[Text, ...]:
    """What an author sees: what was decided and why; neither the other draft nor who decided."""
    if not found:
        return ()
    lines = (_decided(each, say, language) for each, _ in found)
    return (Text("\n".join((say("teach.precedent.asker", language), *lines))),)


def for_comms(
    found: Sequence[tuple[Precedent, float]], names: Mapping[PersonId, str], say: Wording, language: Language
) -> tuple[Text, ...]:
    """What comms sees besides: how alike, the draft decided on, and by whom."""
    if not found:
        return ()
    said = []
    for each, near in found:
        lines = [_decided(each, say, language)]
        text = _cut(" ".join(each.text.split()), SHOWN)
        lines.append(say("teach.precedent.likeness", language, percent=round(near * 100), text=text))
        if name := names.get(each.decided_by):
            lines.append(say("teach.precedent.decided-by", language, who=name))
        said.append("\n".join(lines))
    return (Text(say("teach.precedent.comms", language) + "\n" + "\n\n".join(said)),)


def _decided(precedent: Precedent, say: Wording, language: Language) -> str:
    key = f"teach.precedent.{precedent.decision}"
    return say(key, language, date=precedent.at.date().isoformat(), reason=_cut(precedent.reason, REASON))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + "…"
