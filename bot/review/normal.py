"""What is written to be overlooked, or by a machine's kindness, made plain: one step before all detectors.

Dashes of all kinds between digits, look-alike letters, spaced-out letters, ``(at)`` and ``(dot)``, Markdown and HTML.
Every change keeps count of where it came from, so that a finding points into the draft as it was given.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterator, Sequence

import regex

Edit = tuple[int, int, str]  # what stands at the stretch instead

_DASH = str.maketrans(dict.fromkeys("‐‑‒−﹣－⁃", "-"))
_DIGIT_DASH = regex.compile(r"(?<=\d ?)[–—―](?= ?\d)")
_ALIKE = str.maketrans(
    "аеорсухіјѕһԁԛԝАВЕКМНОРСТХІЈЅοαενρτυικΟΑΕΝΡΤΥΙΚΗΜΒΖΧ", "aeopcyxijshdqwABEKMHOPCTXIJSoaevptuikOAENPTYIKHMBZX"
)
_FOREIGN = regex.compile(r"[\p{Cyrillic}\p{Greek}]")
_MIXED = regex.compile(r"\w*[\p{Cyrillic}\p{Greek}]\w*")
_SPACED = regex.compile(r"(?<!\w)\p{L}(?:([ .*_-])\p{L}(?!\p{L}))(?:\1\p{L}(?!\p{L})){2,30}+(?!\w)")
_SPACED_DIGITS = regex.compile(r"(?<![\w.,])\d(?: \d){7,12}(?![\w.,]| \d)")
_TAG = regex.compile(r"</?(?:b|i|u|s|em|strong|span|p|br|div|a|mark|font|small|code)(?: [^<>\n]{0,200})?/?>", regex.I)
_ENTITY = regex.compile(r"&(?:#\d{2,6}|#x[0-9a-f]{2,5}|[a-z]{2,8});", regex.I)
_MARKUP = regex.compile(
    r"(?<=[\w\s(]|^)(?:\*{1,3}|__|~~|`{1,3})(?=\w)|(?<=\w)(?:\*{1,3}|__|~~|`{1,3})(?=[\w\s.,:;!?)]|$)"
)
_TOP = r"(?:com|no|se|net|org|me|dk|eu|nu|live|fi|de|uk|info)"
_AT = (
    r"(?: ?[(\[{<] ?(?:at|a|alfa|krøllalfa|alfakrøll|snabel-?a|@) ?[)\]}>] ?"
    r"| (?:at|krøllalfa|alfakrøll|snabel-?a) | @ ?|@ )"
)
_DOT = r"(?: ?[(\[{<] ?(?:dot|punktum|punkt|prikk|\.) ?[)\]}>] ?| (?:dot|punktum|punkt|prikk) |\.)"
_SPELLED = regex.compile(
    rf"(?<![\w.+-])([\w+-]{{1,40}}(?:(?:{_DOT})[\w+-]{{1,40}}){{0,2}})({_AT})"
    rf"([\w-]{{2,40}}(?:{_DOT})(?:[\w-]{{2,30}}{_DOT})?{_TOP})(?!\w)",
    regex.I,
)
_DOTS = regex.compile(_DOT, regex.I)
_HINTS = regex.compile(r"\bat\b|[(\[{<] ?a ?[)\]}>]|kr[øo]llalfa|alfakr[øo]ll|snabel|alfa|@ | @", regex.I)


def normalise(cased: str, origin: tuple[int, ...] | None, end: int) -> tuple[str, tuple[int, ...] | None]:
    """``cased`` made plain, and for each of its characters the place in the draft, ``end`` for its end."""
    cased = _DIGIT_DASH.sub("-", cased.translate(_DASH))
    if _FOREIGN.search(cased):
        cased = _MIXED.sub(_latin, cased)
    for edits in (_html, _markup, _spaced, _mails):
        changes = list(edits(cased))
        if changes:
            cased, origin = _apply(cased, origin, end, changes)
    return cased, origin


def _latin(found: regex.Match[str]) -> str:
    """A word of which some letters only look Latin; one in another script stays."""
    word = found.group()
    plain = word.translate(_ALIKE)
    return (
        plain if not _FOREIGN.search(plain) and (word.isascii() or regex.search(r"[a-zæøåäö]", word, regex.I)) else word
    )


def _html(text: str) -> Iterator[Edit]:
    if "<" in text:
        yield from ((*found.span(), "") for found in _TAG.finditer(text))
    if "&" in text:
        yield from (
            (*found.span(), unicodedata.normalize("NFKC", html.unescape(found.group())))
            for found in _ENTITY.finditer(text)
        )


def _markup(text: str) -> Iterator[Edit]:
    if any(sign in text for sign in "*_~`"):
        yield from ((*found.span(), "") for found in _MARKUP.finditer(text))


def _spaced(text: str) -> Iterator[Edit]:
    for pattern in (_SPACED, _SPACED_DIGITS):
        for found in pattern.finditer(text):
            yield from ((spot, spot + 1, "") for spot in range(found.start() + 1, found.end(), 2))


def _mails(text: str) -> Iterator[Edit]:
    if not _HINTS.search(text):
        return
    for found in _SPELLED.finditer(text):
        for group in (1, 3):
            for dot in _DOTS.finditer(text, *found.span(group)):
                yield *dot.span(), "."
        yield *found.span(2), "@"


def _apply(text: str, origin: tuple[int, ...] | None, end: int, edits: Sequence[Edit]) -> tuple[str, tuple[int, ...]]:
    """``text`` with the edits; what replaces a stretch comes from the stretch's first character."""
    pieces: list[str] = []
    places: list[int] = []
    came = range(len(text)) if origin is None else origin
    done = 0
    for start, stop, new in sorted(set(edits)):
        if start < done:
            continue
        pieces += (text[done:start], new)
        places += (*came[done:start], *[came[start]] * len(new))
        done = stop
    pieces.append(text[done:])
    places += (*came[done : len(text)], end)
    return "".join(pieces), tuple(places)
