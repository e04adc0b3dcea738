"""Numbers that a label makes a person's: passport, car plate, case; and links that hold a phone or lead to a home."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from urllib.parse import unquote

import regex

from bot.review.compiled import CompiledRule, Scene
from bot.review.findings import Sighting
from bot.review.marks import Span
from bot.review.personal.cues import hidden, labelled, names

MAX_CANDIDATES = 400
_PASSPORT = regex.compile(r"(?<![\w-])(?:\p{Lu}{1,3} ?)?\d{6,9}(?![\w/]|[.,-]\d)")
_PLATE = regex.compile(r"(?<![\w-])(?:\p{Lu}{2}[ -]?\d{2} ?\d{3}|\p{Lu}{3}[ -]?\d{2}[\p{Lu}\d])(?![\w/]|[.,-]\d)")
_CASE = regex.compile(r"(?<![\w-])(?:\p{Lu}{1,4}[ -]?)?\d[\d/.-]{2,15}\d(?!\w)")
_PHONE_LINK = regex.compile(
    r"(?:wa\.me/|api\.whatsapp\.com/send\?phone=|tel:|sms:|viber://\S{0,20}number=)(\+?\d[\d-]{6,15})"
)
_MAP_LINK = regex.compile(
    r"(?:https?://)?(?:(?:www\.|maps\.)?google\.\w{2,3}/maps|maps\.google\.|maps\.app\.goo\.gl/|goo\.gl/maps/|maps\.apple\.com"
    r"|(?:www\.)?openstreetmap\.org|w3w\.co/|what3words\.com/|kart\.(?:gulesider|1881)\.no|kartor\.eniro\.se|geo:)\S{0,200}"
)
_COORDINATES = regex.compile(r"(?<![\d.,])[5-7]\d\.\d{4,8},? {0,2}(?:[4-9]|[12]\d)\.\d{4,8}(?![\d.])")
_NEAR = 120  # characters before a place in which somebody is said to live there


def documents(compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """Passport and identity card numbers, car plates, and numbers of a person's case, each after its label."""
    for pattern, label in ((_PASSPORT, "document_label"), (_PLATE, "plate_label"), (_CASE, "case_label")):
        for found in islice(pattern.finditer(scene.text.cased), MAX_CANDIDATES):
            if labelled(compiled, scene, label, found.start()) and not scene.text.marks.is_address(found.start()):
                yield hidden(scene.sighting(*found.span(), "document"), scene, 2, found.span())


def links(compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """Links that dial somebody, unless it is the organisation's own number, and maps that lead to somebody's home."""
    text = scene.text.lower
    if "/" not in text and ":" not in text and "." not in text:
        return
    for found in islice(_PHONE_LINK.finditer(text), MAX_CANDIDATES):
        digits = regex.sub(r"\D", "", unquote(found.group(1)))
        if not any(digits[-8:-4] == own[-8:-4] for own in scene.organisation.public.phones):
            yield hidden(scene.sighting(*found.span(), "phone"), scene, 0, found.span(1))
    for pattern in (_MAP_LINK, _COORDINATES):
        for found in islice(pattern.finditer(text), MAX_CANDIDATES):
            if _is_home(compiled, scene, found.span()):
                yield hidden(scene.sighting(*found.span(), "address"), scene, 0, found.span())


def _is_home(compiled: CompiledRule, scene: Scene, span: Span) -> bool:
    if labelled(compiled, scene, "home", span[0], _NEAR):
        return True
    near = (max(scene.text.lower.rfind("\n", 0, span[0]) + 1, span[0] - _NEAR), span[0])
    someone = next(names(scene, near), None) is not None or scene.has(compiled.cues["relation"], near)
    return someone and scene.has(compiled.cues["errand"], near) and not scene.has(compiled.cues["venue"], near)
