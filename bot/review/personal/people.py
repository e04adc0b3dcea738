"""Health and benefits, where they are told of somebody who can be recognised; never as a topic."""

from __future__ import annotations

from collections.abc import Iterator

from bot.review.compiled import CompiledRule, Scene
from bot.review.findings import Sighting
from bot.review.marks import Span
from bot.review.personal.cues import hidden, names

_REACH = 200  # characters between the person and what is told
_TELLING = (
    ("health", "illness", True),
    ("health", "state", False),
    ("benefit", "benefit", True),
    ("benefit", "support", False),
    ("grade", "grade", False),
)


def sensitive(compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """One sighting for each sentence that tells of a person's health, benefits or results."""
    seen: set[Span] = set()
    for part, cue, needs_verb in _TELLING:
        for span in scene.find(compiled.cues[cue]):
            sentence = scene.text.marks.sentence(span[0])
            if sentence in seen or scene.text.marks.is_address(span[0]) or scene.silent(compiled, sentence):
                continue
            if needs_verb and not scene.has(compiled.cues["having"], sentence):
                continue
            if (person := _person(compiled, scene, sentence, span)) is not None:
                seen.add(sentence)
                yield _sighting(scene, person, span, part)


def _person(compiled: CompiledRule, scene: Scene, sentence: Span, told: Span) -> Span | None:
    """Who it is told of: a name or a relation in the sentence, or a pronoun for one in the sentence before."""
    in_reach = (max(sentence[0], told[0] - _REACH), min(sentence[1], told[1] + _REACH))
    if someone := _somebody(compiled, scene, in_reach):
        return someone
    pronoun = next(scene.find(compiled.cues["pronoun"], *in_reach), None)
    before = scene.text.marks.sentence_before(sentence)
    if pronoun is not None and (someone := _somebody(compiled, scene, before)):
        return pronoun
    return None


def _somebody(compiled: CompiledRule, scene: Scene, span: Span) -> Span | None:
    return next(names(scene, span), None) or next(scene.find(compiled.cues["relation"], *span), None)


def _sighting(scene: Scene, person: Span, told: Span, part: str) -> Sighting:
    start, end = min(person[0], told[0]), max(person[1], told[1])
    named = list(names(scene, scene.text.marks.sentence(told[0])))
    before = list(names(scene, scene.text.marks.sentence_before(scene.text.marks.sentence(told[0]))))
    return hidden(scene.sighting(start, end, part), scene, 1, *named, *before)
