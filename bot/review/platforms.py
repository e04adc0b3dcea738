"""How long a draft is where it is to be published, counted as that platform counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import emoji
import regex
from rapidfuzz import process

from bot.errors import InputError
from bot.review.compiled import CompiledRule, Scene
from bot.review.findings import Sighting
from bot.review.rules import Platform

_GRAPHEME = regex.compile(r"\X")
_SURROGATE = regex.compile(r"\p{Cs}")  # half a character, which X's parser cannot take
_LINK = regex.compile(r"https?://[^\s<>\"]++")
_EXACT = 10_000  # code points up to which X's own parser counts; beyond it every limit is long passed
_WIDEST = 16  # code points that one sign may take: families of emoji, letters with many marks
_LIGHT = regex.compile(r"[\u0000-\u10FF\u2000-\u200D\u2010-\u201F\u2032-\u2037]")  # one on X; all else two


def count(text: str, platform: Platform) -> int:
    """The length of ``text`` as ``platform`` counts it."""
    if platform.link_length is not None:
        text = _LINK.sub("-" * platform.link_length, text)
    return _COUNTERS[platform.counting](text)


def _twitter_weighted(text: str) -> int:
    if len(text) <= _EXACT:
        from twitter_text import parse_tweet  # type: ignore[import-untyped]  # noqa: PLC0415  # 0.2 s, for X alone

        return int(parse_tweet(_SURROGATE.sub("\ufffd", text)).weightedLength)
    plain = emoji.replace_emoji(text, "—")
    return 2 * len(plain) - len(_LIGHT.findall(plain))


def _graphemes(text: str) -> int:
    return sum(1 for _ in _GRAPHEME.finditer(text))


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


_COUNTERS: Mapping[str, Callable[[str], int]] = {
    "twitter-weighted": _twitter_weighted,
    "graphemes": _graphemes,
    "utf16": _utf16,
    "characters": len,
}


def too_long(_compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """The stretch of the draft that the platform would not take."""
    platform = scene.platform
    if platform is None:
        return
    draft = scene.text.original
    length = count(draft, platform)
    if length > platform.limit:
        values = {"platform": platform.name, "limit": platform.limit, "length": length, "over": length - platform.limit}
        named = tuple((name, str(value)) for name, value in values.items())
        yield Sighting(_longest_fit(draft, platform), len(draft), values=named)


def _longest_fit(draft: str, platform: Platform) -> int:
    """How much of the draft fits, in code points, not cutting a character in two."""
    low, high = 0, min(len(draft), _WIDEST * platform.limit)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if count(draft[:middle], platform) <= platform.limit else (low, middle - 1)
    last = 0
    for grapheme in _GRAPHEME.finditer(draft, 0, min(len(draft), low + 100)):
        if grapheme.end() > low:
            break
        last = grapheme.end()
    return last


def find_platform(name: str, platforms: Iterable[Platform]) -> Platform:
    """The platform of that id, name or alias, without case. InputError names all of them, and the nearest."""
    by_name = {
        known.casefold(): platform
        for platform in platforms
        for known in (platform.id, platform.name, *platform.aliases)
    }
    wanted = name.strip().casefold()
    if wanted in by_name:
        return by_name[wanted]
    known = ", ".join(dict.fromkeys(platform.id for platform in by_name.values()))
    nearest = process.extractOne(wanted, list(by_name), score_cutoff=60)
    guess = f" Did you mean {by_name[nearest[0]].id}?" if nearest else ""
    raise InputError(f"“{name}” is no platform that Handbok knows.{guess} There are: {known}.")
