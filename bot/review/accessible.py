"""What a screen reader stumbles over: styled letters, rows of emoji, long lower-case hashtags, capitals."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from math import inf

import regex

from bot.language import Language
from bot.review.compiled import CompiledRule, Scene
from bot.review.findings import Sighting
from bot.review.patterns import kin
from bot.review.spelling import Speller
from bot.review.tone import shouts
from bot.review.words import Words

_STYLED = regex.compile(r"(?:[^\p{Ascii}\s\p{M}][ \p{P}\p{M}]{0,3})+")
_STYLES = ("MATHEMATICAL ", "CIRCLED ", "FULLWIDTH ", "SQUARED ", "PARENTHESIZED ", "DOUBLE-STRUCK ", "SCRIPT ")
_LONG_TAG = 12  # letters, from which on small words run together
_MAX_TAG = 60
_LONGEST_PART = 30
_EMOJI = regex.compile(  # one as it is seen: a flag, a keycap, or pictographs joined; in one pass, however long the row
    r"\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3"
    r"|(?:(?![©®™])|(?=.\uFE0F))\p{Extended_Pictographic}(?:[\uFE0F\p{Emoji_Modifier}]|\u200D\p{Extended_Pictographic}?)*+"
)
_PICTOGRAPH = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}")


def accessible(compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """Everything that is read aloud badly."""
    yield from _styled(scene.text.original)
    yield from _emoji_runs(scene.text.original, compiled.rule.limits["emoji"])
    yield from _hashtags(scene)
    for start, end in shouts(scene):
        calm = scene.text.cased[start:end].capitalize()
        yield replace(scene.sighting(start, end, "capitals"), replacement=calm)


def _styled(draft: str) -> Iterator[Sighting]:
    if draft.isascii():
        return
    for found in _STYLED.finditer(draft):
        start, end = found.span()
        letters = [place for place in range(start, end) if _is_styled(draft[place])]
        if len(letters) >= 2:
            first, last = letters[0], letters[-1] + 1
            plain = "".join(_plain(letter) for letter in draft[first:last])
            yield Sighting(first, last, "styled", plain, safe=True)


def _plain(letter: str) -> str:
    return unicodedata.normalize("NFKC", letter) if _is_styled(letter) else letter


@lru_cache(maxsize=4096)
def _is_styled(letter: str) -> bool:
    """Whether a letter only dresses up another: ``𝗳``, ``ⓕ``, ``ｆ``."""
    plain = unicodedata.normalize("NFKC", letter)
    return plain != letter and plain.isalnum() and len(plain) == 1 and unicodedata.name(letter, "").startswith(_STYLES)


def _emoji_runs(draft: str, limit: int) -> Iterator[Sighting]:
    """Rows of more than ``limit`` emoji with at most a space between them."""
    if not _PICTOGRAPH.search(draft):
        return
    run: list[tuple[int, int]] = []
    spans = [found.span() for found in _EMOJI.finditer(draft)]
    for start, end in (*spans, (len(draft) + 9, len(draft) + 9)):
        if run and (start - run[-1][1] > 1 or draft[run[-1][1] : start].strip()):
            if len(run) > limit:
                yield Sighting(run[0][0], run[-1][1], "emoji", values=(("count", str(len(run))),))
            run = []
        run.append((start, end))


def _hashtags(scene: Scene) -> Iterator[Sighting]:
    own = {tag.lower() for tag in scene.organisation.public.hashtags}
    for start, end in scene.text.marks.hashtags:
        tag = scene.text.cased[start + 1 : end]
        letters = sum(letter.isalpha() for letter in tag)
        if letters < _LONG_TAG or tag != tag.lower() or f"#{tag}" in own or "_" in tag:
            continue
        parts = _parts(tag, scene.language_at(start), scene) if len(tag) <= _MAX_TAG else ()
        if len(parts) == 1:
            continue  # one long word, which nothing makes easier
        better = "#" + "".join(part[:1].upper() + part[1:] for part in parts) if parts else None
        yield replace(scene.sighting(start, end, "hashtag"), replacement=better, safe=better is not None)


def _parts(tag: str, language: Language | None, scene: Scene) -> tuple[str, ...]:
    """The words of a hashtag, the plainest that can be; () where they cannot be told."""
    if scene.speller is None or language is None:
        return ()
    best: list[tuple[float, tuple[str, ...]] | None] = [(0.0, ())] + [None] * len(tag)
    for end in range(1, len(tag) + 1):
        for start in range(max(0, end - _LONGEST_PART), end):
            head, known = best[start], best[end]
            if head is None:
                continue
            cost = head[0] + _cost(tag[start:end], language, scene.words, scene.speller)
            if cost < (known[0] if known else inf):
                best[end] = (cost, (*head[1], tag[start:end]))
    found = best[-1]
    return found[1] if found else ()


def _cost(word: str, language: Language, words: Words, speller: Speller) -> float:
    """How unlikely a part of a hashtag is to be one word: dictionaries take long ones that nobody wrote."""
    if any(word in words.frequent[each.value] for each in kin(language)):
        return 1.0
    if len(word) > 2 and any(speller.knows(word, each) for each in kin(language)):
        return 2.1 + 0.6 * max(0, len(word) - 9)
    return inf
