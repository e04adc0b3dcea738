"""Where the word classes of a frame stand together, and mean it: not denied, not quoted to be condemned."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence

import regex

from bot.review import lexical
from bot.review.compiled import CompiledRule, Scene
from bot.review.findings import Sighting
from bot.review.marks import Span
from bot.review.personal.cues import names
from bot.review.rules import ClassId, Frame

UNREAL = ("supposed", "long-ago", "year")  # classes beside which a thing is told of as possible, or as long past
CONDEMNED = "condemned"  # the class beside which a quotation is told of, not said
_FAR = 400  # characters around the first class beyond which nothing belongs to it
_SHOWN = 120  # characters up to which all classes are shown with what stands between them
_YEAR = regex.compile(r"(?<![\d.,:/-])1[0-9]{3}(?![\d,:/-]|\.\d)|(?<!\w)(?:18|19)\d0-")


def framed(compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """Every place where one of the rule's frames holds, and no exception or context of the rule speaks against it."""
    for frame in compiled.rule.frames:
        for start, end in spans(frame, scene):
            if not scene.silent(compiled, scene.text.marks.sentence(start)):
                yield scene.sighting(start, end, frame.part)


def spans(frame: Frame, scene: Scene) -> list[Span]:
    """Where the frame holds: the stretch from the first of its classes to the last, or the first one's alone."""
    groups = [_group(item, scene) for item in frame.of]
    if not all(groups) or any(_group(item, scene) for item in frame.settled):
        return []
    against = [_group(item, scene) for item in frame.unless]
    found: list[Span] = []
    for first in groups[0]:
        reach = _reach(first, frame, scene)
        if not _is_said(first, scene) or any(_within(group, reach) for group in against):
            continue
        if (whole := _together(first, groups[1:], reach, frame)) is not None:
            found.append(whole)
    return found


def _together(first: Span, others: Sequence[Sequence[Span]], reach: Span, frame: Frame) -> Span | None:
    chosen = [first]
    for group in others:
        after = chosen[-1][1]
        stretch = reach if frame.ordered is None else (after, min(reach[1], after + frame.ordered))
        beside = _within(group, stretch, chosen)
        if beside is None:
            return None
        chosen.append(beside)
    start, end = min(chosen)[0], max(span[1] for span in chosen)
    return (start, end) if end - start <= _SHOWN else first


def _is_said(span: Span, scene: Scene) -> bool:
    """Whether it is the writer who says it, and says it of what is so: not denied, supposed, long past or condemned."""
    if lexical.negated(scene, span[0]):
        return False
    sentence = scene.text.marks.sentence(span[0])
    if any(_within(_places(name, scene), sentence) for name in UNREAL):
        return False
    return not scene.text.marks.is_quoted(span[0]) or CONDEMNED not in scene.members


def _reach(first: Span, frame: Frame, scene: Scene) -> Span:
    marks = scene.text.marks
    start, end = marks.sentence(first[0])
    if frame.reach == "neighbours":
        start, end = marks.sentence_before((start, end))[0], marks.sentence(min(end, len(scene.text.lower) - 1))[1]
    elif frame.reach == "draft":
        start, end = 0, len(scene.text.lower)
    return max(start, first[0] - _FAR), min(end, first[1] + _FAR)


def _within(group: Sequence[Span], stretch: Span, apart: Sequence[Span] = ()) -> Span | None:
    """The first of ``group`` in the stretch that overlaps none of ``apart``."""
    for index in range(bisect_left(group, (stretch[0], 0)), len(group)):
        span = group[index]
        if span[0] >= stretch[1]:
            return None
        if all(span[1] <= other[0] or span[0] >= other[1] for other in apart):
            return span
    return None


def _group(item: str, scene: Scene) -> Sequence[Span]:
    """Where any of the classes of ``a|b`` stands, in order."""
    if "|" not in item:
        return _places(item, scene)
    return sorted(span for name in item.split("|") for span in _places(name, scene))


def _places(name: ClassId, scene: Scene) -> Sequence[Span]:
    return scene.found(name, _BUILT_IN[name]) if name in _BUILT_IN else scene.members.get(name, ())


_BUILT_IN: Mapping[ClassId, Callable[[Scene], Sequence[Span]]] = {
    "name": lambda scene: list(names(scene, (0, len(scene.text.cased)))),
    "year": lambda scene: [found.span() for found in _YEAR.finditer(scene.text.cased)],
    "quote": lambda scene: scene.text.marks.quotations,
}
