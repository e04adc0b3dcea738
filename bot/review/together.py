"""What means something only together: a rumour's word beside a workplace's, a taking verb beside a picture.

Each cue is looked for once in the draft, and the later ones only where the first stands at all; pairs are then found by
bisection, so the time stays linear in the draft's length.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import regex

from bot.review import lexical
from bot.review.compiled import CompiledRule, Scene
from bot.review.findings import Sighting
from bot.review.marks import Span
from bot.review.rules import Together

_WORD = regex.compile(r"\w[\w'-]*")
_WORD_LENGTH = 24  # characters that a word between two cues may take, with what follows it
_WHOLE = 90  # characters up to which the cues are shown with all that stands between them
_FAR = 400  # characters around the first cue beyond which nothing belongs to it, in however long a sentence


def combinations(compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """Every place where the cues of one of the rule's combinations stand together."""
    cues = _Cues(compiled, scene)
    for together in compiled.rule.together:
        for start, end in _places(together, cues):
            yield scene.sighting(start, end)


@dataclass
class _Cues:
    """Where a rule's cues stand in the draft, each looked for once."""

    compiled: CompiledRule
    scene: Scene
    _spans: dict[str, list[Span]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> list[Span]:
        if name not in self._spans:
            self._spans[name] = sorted(self.scene.find(self.compiled.cues[name]))
        return self._spans[name]


def _places(together: Together, cues: _Cues) -> Iterator[Span]:
    compiled, scene = cues.compiled, cues.scene
    firsts = [span for span in cues[together.of[0]] if _counts(span, together, compiled, scene)]
    others: list[list[Span]] = []
    for name in together.of[1:] if firsts else ():
        others.append([span for span in cues[name] if _is_said(span, compiled, scene)])
        if not others[-1]:
            return
    if not firsts or not all(cues[name] for name in together.before) or any(cues[name] for name in together.settled):
        return
    before, unless, right_before = (
        [cues[name] for name in names] for names in (together.before, together.unless, together.not_after)
    )
    for first in firsts:
        reach = _reach(first, together, scene)
        beside = [_within(spans, *reach, first) for spans in others]
        beside += [_shortly_before(spans, first, reach[0], together.within, scene) for spans in before]
        if None in beside or any(_within(spans, *reach) for spans in unless):
            continue
        if not any(_shortly_before(spans, first, reach[0], 0, scene) for spans in right_before):
            yield _shown(first, [span for span in beside if span is not None])


def _is_said(span: Span, compiled: CompiledRule, scene: Scene) -> bool:
    marks = scene.text.marks
    return not marks.is_address(span[0]) and (compiled.rule.quoted or not marks.is_quoted(span[0]))


def _counts(span: Span, together: Together, compiled: CompiledRule, scene: Scene) -> bool:
    if not _is_said(span, compiled, scene) or lexical.negated(scene, span[0]):
        return False
    return not (together.excepted and scene.silent(compiled, scene.text.marks.sentence(span[0])))


def _reach(first: Span, together: Together, scene: Scene) -> Span:
    """The stretch in which the others may stand."""
    marks = scene.text.marks
    start, end = marks.sentence(first[0])
    if together.reach == "neighbours":
        start, end = marks.sentence_before((start, end))[0], marks.sentence(min(end, len(scene.text.lower) - 1))[1]
    elif together.reach == "draft":
        start, end = 0, len(scene.text.lower)
    return max(start, first[0] - _FAR), min(end, first[1] + _FAR)


def _within(spans: Sequence[Span], start: int, end: int, apart: Span | None = None) -> Span | None:
    """The first of ``spans`` in the stretch that does not overlap ``apart``."""
    for index in range(bisect_left(spans, (start, 0)), len(spans)):
        if spans[index][0] >= end:
            return None
        if apart is None or spans[index][1] <= apart[0] or spans[index][0] >= apart[1]:
            return spans[index]
    return None


def _shortly_before(spans: Sequence[Span], first: Span, start: int, words: int, scene: Scene) -> Span | None:
    """The last of ``spans`` that ends before ``first`` with at most ``words`` words between them."""
    earliest = max(start, first[0] - (words + 1) * _WORD_LENGTH)
    index = bisect_left(spans, (first[0], 0))
    for span in reversed(spans[max(0, index - 8) : index]):
        between = scene.text.lower[span[1] : first[0]]
        if span[1] < earliest:
            break
        if span[0] >= start and span[1] <= first[0] and len(_WORD.findall(between)) <= words:
            return span
    return None


def _shown(first: Span, beside: Sequence[Span]) -> Span:
    """The whole stretch where it is short, else the first cue alone."""
    start, end = min((first, *beside))[0], max(span[1] for span in (first, *beside))
    return (start, end) if end - start <= _WHOLE else first
