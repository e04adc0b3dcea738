"""Findings as marks in the draft. Where several overlap, the gravest colours the stretch and each keeps its number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from bot.messages import FoundLine

_GRAVEST = ("stop", "warn", "tip")


@dataclass(frozen=True)
class Stretch:
    """A part of the draft under the same findings. ``ends``: numbers, from 1, of those that end with it."""

    text: str
    severity: Literal["stop", "warn", "tip"] | None
    ends: tuple[int, ...] = ()


def stretches(draft: str, found: Sequence[FoundLine]) -> list[Stretch]:
    """``draft`` cut where a finding begins or ends; joined again the texts are the draft.

    Findings of the draft as a whole (no words, or all of them) are not marked.
    """
    local = [(number, line) for number, line in enumerate(found, start=1) if _is_local(line, draft)]
    cuts = sorted({0, len(draft), *(place for _, line in local for place in (line.start, line.end))})
    made = []
    for start, end in pairwise(cuts):
        over = [line.severity for _, line in local if line.start <= start and end <= line.end]
        ends = tuple(number for number, line in local if line.end == end)
        made.append(Stretch(draft[start:end], min(over, key=_GRAVEST.index, default=None), ends))
    return made


def masked(draft: str, found: Sequence[FoundLine]) -> str:
    """``draft`` with the personal data that was found dotted out, as the findings show it."""
    letters = list(draft)
    for line in found:
        for place, letter in zip(range(line.start, line.end), line.match, strict=False):
            if letter == "•":
                letters[place] = letter
    return "".join(letters)


def _is_local(line: FoundLine, draft: str) -> bool:
    return 0 <= line.start < line.end <= len(draft) and line.end - line.start < len(draft.rstrip())
