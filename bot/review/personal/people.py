"""Health, benefits and private life, where they are told of somebody who can be recognised; never as a topic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bot.review.compiled import CompiledRule, Scene
from bot.review.findings import Sighting
from bot.review.marks import Span
from bot.review.personal.cues import followed, hidden, names, preceded

_REACH = 200  # characters between the person and what is told
_CHAIN = 3  # sentences back in which somebody may be introduced whom the later ones only point to
_BESIDE_NAME = 40  # characters before or after a name in which it is said whose colleague that is
_FRAGMENT = 50  # characters; a shorter sentence without any subject goes on about whoever the one before was about


class _Telling(NamedTuple):
    """What is told, and what must stand beside it."""

    part: str
    cue: str
    having: bool = False  # a verb that says that somebody has it
    close: bool = False  # somebody whom the writer knows from work; a name may be anybody's
    topic: bool = True  # whether the rule's contexts silence it: a seminar has an illness for its topic, hardly a fate


_TELLINGS = (
    _Telling("health", "illness", having=True),
    _Telling("health", "state"),
    _Telling("health", "troubled", topic=False),
    _Telling("health", "ailing", close=True, topic=False),
    _Telling("benefit", "benefit", having=True),
    _Telling("benefit", "support"),
    _Telling("grade", "grade"),
    _Telling("private", "fate", topic=False),
    _Telling("private", "plight", close=True, topic=False),
)


def sensitive(compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """One sighting for each sentence that tells of a person's health, benefits, results or private life.

    None at all where the person has read the draft and agreed.
    """
    if scene.has(compiled.cues["blessing"], (0, len(scene.text.lower))):
        return
    seen: set[Span] = set()
    for telling in _TELLINGS:
        for span in scene.find(compiled.cues[telling.cue]):
            sentence = scene.text.marks.sentence(span[0])
            if sentence in seen or not _is_told(telling, compiled, scene, span):
                continue
            person = _person(compiled, scene, sentence, span, telling.close)
            if person is not None and not _agreed(compiled, scene, sentence):
                seen.add(sentence)
                yield _sighting(scene, person, span, telling.part)


def _is_told(telling: _Telling, compiled: CompiledRule, scene: Scene, told: Span) -> bool:
    """Whether it is told of somebody else: as no topic, no trade, and not of the writer."""
    sentence = scene.text.marks.sentence(told[0])
    if scene.text.marks.is_address(told[0]):
        return False
    if scene.silent(compiled, sentence) if telling.topic else scene.has(compiled.exceptions[0], sentence):
        return False
    if telling.having and not scene.has(compiled.cues["having"], sentence):
        return False
    if telling.close and (
        any(scene.has(compiled.cues[name], sentence) for name in ("trade", "reader"))
        or preceded(compiled, scene, "topic", told[0])
    ):
        return False
    return not preceded(compiled, scene, "oneself", told[0])


def _person(compiled: CompiledRule, scene: Scene, sentence: Span, told: Span, close: bool) -> Span | None:
    """Who it is told of: somebody in the sentence, or whom it points to in the sentences before."""
    in_reach = (max(sentence[0], told[0] - _REACH), min(sentence[1], told[1] + _REACH))
    if someone := _somebody(compiled, scene, in_reach, close):
        return someone
    pointing = next(scene.find(compiled.cues["pronoun"], *in_reach), None)
    if pointing is None and _has_subject(compiled, scene, sentence):
        return None
    for _ in range(_CHAIN):
        sentence = scene.text.marks.sentence_before(sentence)
        if someone := _somebody(compiled, scene, sentence, close):
            return pointing or someone
        if not scene.has(compiled.cues["pronoun"], sentence):
            return None
    return None


def _has_subject(compiled: CompiledRule, scene: Scene, sentence: Span) -> bool:
    return sentence[1] - sentence[0] > _FRAGMENT or scene.has(compiled.cues["someone"], sentence)


def _somebody(compiled: CompiledRule, scene: Scene, span: Span, close: bool) -> Span | None:
    """A relation, a description or a name, of somebody ``close`` if asked for; a pronoun alone is nobody."""
    if span[0] >= span[1]:
        return None
    named = (name for name in names(scene, span) if not close or _is_close(compiled, scene, name))
    if name := next(named, None):
        return name
    kinds = (compiled.cues["relation"], compiled.cues["described"])
    return next((found for kind in kinds for found in scene.find(kind, *span)), None)


def _is_close(compiled: CompiledRule, scene: Scene, name: Span) -> bool:
    """``Marius på drift``, ``vår kokk Ahmed``."""
    after = followed(compiled, scene, "desk", name[1], _BESIDE_NAME)
    return after or preceded(compiled, scene, "ours", name[0], _BESIDE_NAME)


def _agreed(compiled: CompiledRule, scene: Scene, sentence: Span) -> bool:
    """Whether the person is said to have agreed, in the sentence or next to it."""
    marks = scene.text.marks
    after = marks.sentence(min(sentence[1], len(scene.text.lower) - 1))
    return scene.has(compiled.cues["agreed"], (marks.sentence_before(sentence)[0], after[1]))


def _sighting(scene: Scene, person: Span, told: Span, part: str) -> Sighting:
    start, end = min(person[0], told[0]), max(person[1], told[1])
    named = list(names(scene, scene.text.marks.sentence(told[0])))
    before = list(names(scene, scene.text.marks.sentence_before(scene.text.marks.sentence(told[0]))))
    return hidden(scene.sighting(start, end, part), scene, 1, *named, *before)
