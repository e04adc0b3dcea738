"""Rage that shows in the typing, and floods: shouting, rows of exclamation marks, tags, mentions, links, repetition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import regex

from bot.review.compiled import CompiledRule, Scene
from bot.review.findings import Sighting
from bot.review.marks import Span

_SHOUT_WORD = r"(?:\p{Lu}{2,}(?:['-]\p{Lu}+)*|[IÅÖÆØ])"
_SHOUT = regex.compile(rf"(?<!\w){_SHOUT_WORD}(?:[ ,:;.–-]{{1,3}}(?:{_SHOUT_WORD}|\d+)){{2,60}}(?!\w)")
_LOUD = regex.compile(r"(?<![!?])[!?](?:[!?1]| (?=[!?]))++")
_MIN_LOUD = 3  # exclamation marks in a row, a question mark among them for one
_MIN_SHOUTED = 12  # letters in a run of capitals
_SAME_WORD = regex.compile(r"(?<!\w)(\p{L}{2,})(?:[ ,!.]{1,3}\1){3,}(?!\w)")
_MIN_SENTENCE = 12  # characters; shorter sentences may well come again
_GLAD_REACH = 30  # characters after a sentence in which gladness, an emoji mostly, still colours it
_LETTERS = regex.compile(r"\p{L}")


def shouts(scene: Scene) -> Iterator[Span]:
    """Runs of three or more words in capitals."""
    for found in _SHOUT.finditer(scene.text.cased):
        words = regex.findall(r"\p{Lu}+", found.group())
        letters = sum(map(len, words))
        if letters >= _MIN_SHOUTED and sum(len(word) >= 4 for word in words) >= 2 and not scene.is_own(*found.span()):
            yield found.span()


def rage(compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """Capitals and exclamation marks in anger: beside blame, and where nothing glad is said near them.

    Joy is as loud: a draft that shouts without one word of blame is left alone.
    """
    whole = (0, len(scene.text.lower))
    angry = any(scene.has(cues, whole) for cues in (compiled.cues["fury"], compiled.cues["blame"], compiled.tokens))
    for start, end in shouts(scene):
        sentence = scene.text.marks.sentence(start)
        loud = angry and "!" in scene.text.cased[start : sentence[1]]
        if (loud or scene.has(compiled.cues["fury"], sentence)) and not _excused(compiled, scene, start):
            yield scene.sighting(start, end, "capitals")
    for found in _LOUD.finditer(scene.text.cased):
        asks = "?" in found.group()
        loud = found.group().count("!") + asks >= _MIN_LOUD
        blamed = asks or (angry and _blames(compiled, scene, found.start()))
        if loud and blamed and not _excused(compiled, scene, found.start()):
            sighting = scene.sighting(found.start(), found.end(), "exclamations")
            yield replace(sighting, replacement="?" if asks else "!", safe=True)


def _blames(compiled: CompiledRule, scene: Scene, spot: int) -> bool:
    """Whether the exclamation marks stand beside anger, blame or shouting; joy has them as well."""
    marks = scene.text.marks
    sentence = marks.sentence(spot)
    near = (marks.sentence_before(sentence)[0], min(len(scene.text.lower), sentence[1] + _GLAD_REACH))
    shouted = _SHOUT.search(scene.text.cased, *sentence) is not None
    return shouted or scene.has(compiled.cues["blame"], near) or scene.has(compiled.tokens, near)


def _excused(compiled: CompiledRule, scene: Scene, spot: int) -> bool:
    marks = scene.text.marks
    sentence = marks.sentence(spot)
    glad = (marks.sentence_before(sentence)[0], min(len(scene.text.lower), sentence[1] + _GLAD_REACH))
    if scene.has(compiled.cues["joy"], glad):
        return True
    return marks.is_address(spot) or marks.is_quoted(spot) or scene.silent(compiled, marks.sentence(spot))


def floods(compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """More hashtags, mentions or links than anybody reads; the same word or sentence again and again."""
    marks = scene.text.marks
    limits = compiled.rule.limits
    hashtags = (scene.platform and scene.platform.hashtags) or limits["hashtags"]
    yield from _flood(scene, marks.hashtags, hashtags, "hashtags")
    yield from _flood(scene, marks.mentions, limits["mentions"], "mentions")
    yield from _flood(scene, [(start, end) for start, end, _ in marks.links], limits["links"], "links")
    for found in _SAME_WORD.finditer(scene.text.lower):
        yield scene.sighting(found.start(), found.end(), "repetition")
    yield from _same_sentences(scene, limits["sentences"])


def _flood(scene: Scene, spans: tuple[Span, ...] | list[Span], limit: int, part: str) -> Iterator[Sighting]:
    if len(spans) > limit:
        sighting = scene.sighting(spans[limit][0], spans[-1][1], part)
        yield replace(sighting, values=(("count", str(len(spans))), ("limit", str(limit))))


def _same_sentences(scene: Scene, limit: int) -> Iterator[Sighting]:
    said = [(scene.text.lower[start:end].strip(" \n.!?"), start, end) for start, end in scene.text.marks.sentences]
    times = Counter(sentence for sentence, _, _ in said if len(sentence) >= _MIN_SENTENCE and _LETTERS.search(sentence))
    for sentence, start, end in said:
        if times[sentence] >= limit:
            yield scene.sighting(start, end, "repetition")
            return
