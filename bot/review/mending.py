"""Applies the safe mends, those that change letters and never meaning; what must not go out is replaced by a mark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import regex

from bot.review.findings import Sighting
from bot.review.masking import DOT, Mask

MARK = "[…]"
_MASKED = regex.compile(rf"\w*{DOT}(?:\S*{DOT})?\w*(?: {DOT}(?:\S*{DOT})?\w*)*")


def mend(draft: str, stopped: Iterable[Sighting], sightings: Iterable[Sighting], mask: Mask) -> str:
    """``draft`` with every safe replacement applied, and a mark for what is ``stopped`` or masked.

    Where two overlap, the mark wins, then the first in the draft.
    """
    marks = _joined(sorted([*((each.start, each.end) for each in stopped), *_secrets(mask)]))
    edits = [(start, end, MARK) for start, end in marks]
    for each in sightings:
        free = all(each.end <= start or each.start >= end for start, end in marks)
        if each.safe and each.replacement is not None and free:
            edits.append((each.start, each.end, each.replacement))
    pieces: list[str] = []
    done = 0
    for start, end, new in sorted(edits):
        if start >= done:
            pieces += [draft[done:start], new]
            done = end
    return "".join((*pieces, draft[done:]))


def _secrets(mask: Mask) -> Iterator[tuple[int, int]]:
    """What is dotted out anywhere, the letters that may stay of it included."""
    if mask.masked == mask.original:
        return
    for found in _MASKED.finditer(mask.masked):
        if mask.touches(*found.span()):
            yield found.span()


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
