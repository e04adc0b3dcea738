"""What stands around a number or a word: labels, units, persons. Shared by the detectors of personal data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import regex

from bot.review.compiled import CompiledRule, Scene
from bot.review.findings import Sighting
from bot.review.marks import Span

BEFORE = 32  # characters in which a label stands before what it labels
AFTER = 16  # characters in which a unit follows
_NAMES = regex.compile(r"(?<!\w)\p{Lu}[\p{L}'-]+(?: (?:(?:von|af|van|de|al|el) )?\p{Lu}[\p{L}'.-]*){0,3}")


def labelled(compiled: CompiledRule, scene: Scene, name: str, start: int, reach: int = BEFORE) -> bool:
    """Whether the cue ``name`` stands shortly before the spot, in the same line."""
    line = scene.text.lower.rfind("\n", 0, start) + 1
    return scene.has(compiled.cues[name], (max(line, start - reach), start))


def followed(compiled: CompiledRule, scene: Scene, name: str, end: int, reach: int = AFTER) -> bool:
    """Whether the cue ``name`` stands right after the spot."""
    stop = min(len(scene.text.lower), end + reach)
    return any(scene.text.lower[end:start].strip() == "" for start, _ in scene.find(compiled.cues[name], end, stop))


def preceded(compiled: CompiledRule, scene: Scene, name: str, start: int, reach: int = AFTER) -> bool:
    """Whether the cue ``name`` stands right before the spot."""
    before = max(0, start - reach)
    return any(
        scene.text.lower[end:start].strip(" :") == "" for _, end in scene.find(compiled.cues[name], before, start)
    )


def names(scene: Scene, span: Span) -> Iterator[Span]:
    """Persons' names within the stretch: a known given name, with the capitalised words that follow it."""
    for found in _NAMES.finditer(scene.text.cased, *span):
        given = regex.split(r"[ '-]", found.group())[0].lower()
        if given in scene.words.given_names and not scene.is_own(*found.span()):
            yield found.span()


def hidden(sighting: Sighting, scene: Scene, keep: int, *spans: Span) -> Sighting:
    """The sighting with the spots in ``spans`` to be masked but for their first ``keep`` characters."""
    places = (scene.text.places(*span) for span in spans)
    return replace(sighting, secret=tuple((start, end, keep) for start, end in places))
