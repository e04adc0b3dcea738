"""Applies the safe mends: those that change letters, never meaning."""

from __future__ import annotations

from collections.abc import Iterable

from bot.review.findings import Sighting


def mend(draft: str, sightings: Iterable[Sighting]) -> str:
    """``draft`` with every safe replacement applied. Where two overlap, the first in the draft wins."""
    pieces: list[str] = []
    done = 0
    for each in sorted(sightings, key=lambda sighting: (sighting.start, sighting.end)):
        if each.safe and each.replacement is not None and each.start >= done:
            pieces += [draft[done : each.start], each.replacement]
            done = each.end
    return "".join((*pieces, draft[done:]))
