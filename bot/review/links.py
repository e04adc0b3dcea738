"""Links that a reader should not get, and sentences that no reader gets through."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

import regex

from bot.review.compiled import CompiledRule, Scene
from bot.review.findings import Sighting

_LONG = 6  # letters over which LIX calls a word long
_LONGEST = 2_000  # characters of a link that are read
_KINDS = (
    ("edit", regex.compile(r"docs\.google\.com/\S{0,300}/edit|[?&]action=edit|wp-admin|/edit(?:or)?/?(?:$|[?#])")),
    ("tracking", regex.compile(r"[?&](?:utm_\w+|fbclid|gclid|mc_[ce]id|igshid)=")),
    ("short", regex.compile(r"^(?:https?://)?(?:bit\.ly|tinyurl\.com|t\.co|goo\.gl|ow\.ly|buff\.ly|is\.gd|cutt\.ly)/")),
)
_DEAD = regex.compile(r"https?:/{0,2} +\w|https?:/(?!/)\w|htt?ps?;//|\[[^\]\n]{1,80}\]\([^)\n ]{1,200}\)|www,\w+")


def links(_compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """Links that let readers edit, carry tracking, hide where they lead, or are broken as they are written."""
    for start, end, _ in scene.text.marks.links:
        address = scene.text.lower[start : min(end, start + _LONGEST)]
        part = next((name for name, pattern in _KINDS if pattern.search(address)), None)
        if part is not None:
            yield scene.sighting(start, end, part)
    for found in _DEAD.finditer(scene.text.lower):
        yield scene.sighting(*found.span(), "dead")


def heavy(compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """Sentences that are too long; without any, a text that is heavy as a whole."""
    found = list(_long_sentences(compiled, scene))
    yield from found or _by_lix(compiled, scene)


def _by_lix(compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """LIX over the rule's limit: words a sentence, and of 100 words those over six letters. Björnsson (1968)."""
    words, sentences = len(scene.tokens), len({scene.text.marks.sentence(token.start) for token in scene.tokens})
    if words < compiled.rule.limits["lix_from"]:
        return
    lix = words / sentences + 100 * sum(len(token.text) > _LONG for token in scene.tokens) / words
    if lix > compiled.rule.limits["lix"]:
        values = (("count", f"{lix:.0f}"), ("limit", str(compiled.rule.limits["lix"])))
        yield replace(scene.sighting(scene.tokens[0].start, scene.tokens[-1].end, "lix"), values=values)


def _long_sentences(compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """Sentences of more words than the rule's limit; a list that runs over lines is none."""
    limit = compiled.rule.limits["words"]
    starts = [token.start for token in scene.tokens]
    for first, last in scene.text.marks.sentences:
        count = bisect_left(starts, last) - bisect_left(starts, first)
        if count > limit:
            sentence = scene.text.cased[first:last]
            stretch = (first + len(sentence) - len(sentence.lstrip()), first + len(sentence.rstrip()))
            values = (("count", str(count)), ("limit", str(limit)))
            yield replace(scene.sighting(*stretch), values=values)
