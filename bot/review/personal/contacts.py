"""Private e-mail addresses and home addresses."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from bot.review.compiled import CompiledRule, Scene
from bot.review.findings import Sighting
from bot.review.marks import Span
from bot.review.personal.cues import hidden, labelled, names

_POSSESSIVE = regex.compile(r"\p{L}+s \p{L}+ \d")
_HOME_REACH = 60  # characters before an address in which somebody is said to live there


def emails(compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """Private addresses, and students' at the organisation's own domain; never an office's."""
    for start, end in scene.text.marks.emails:
        address = scene.text.lower[start:end]
        local, _, domain = address.partition("@")
        if _is_private(compiled, scene, address, (start, end)):
            sighting = scene.sighting(start, end, "email")
            keep = 1 if len(local) > 2 else 0
            hide = (start, start + len(local)) if domain else (start, end)
            yield hidden(sighting, scene, keep, hide)


def _is_private(compiled: CompiledRule, scene: Scene, address: str, span: Span) -> bool:
    if address in scene.organisation.public.emails or _begins(compiled, scene, "office_mail", span):
        return False
    domain = address.partition("@")[2]
    if any(domain == own or domain.endswith(f".{own}") for own in scene.organisation.public.domains):
        return _whole(compiled, scene, "student_mail", span)
    return _whole(compiled, scene, "private_mail", span) or labelled(compiled, scene, "private_phone", span[0])


def _begins(compiled: CompiledRule, scene: Scene, name: str, span: Span) -> bool:
    """Whether the cue stands at the beginning: ``post@``, not ``kari+post@``."""
    return any(start == span[0] for start, _ in scene.find(compiled.cues[name], *span))


def _whole(compiled: CompiledRule, scene: Scene, name: str, span: Span) -> bool:
    return scene.has(compiled.cues[name], span)


def addresses(compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """Street addresses where somebody is said to live, or that stand right after somebody's name."""
    for start, end in scene.find(compiled.cues["street"]):
        if scene.is_own(start, end) or scene.text.marks.is_address(start):
            continue
        if _is_home(compiled, scene, start, end):
            yield hidden(scene.sighting(start, end, "address"), scene, 2, (start, end))


def _is_home(compiled: CompiledRule, scene: Scene, start: int, end: int) -> bool:
    if labelled(compiled, scene, "home", start, _HOME_REACH):
        return True
    near = (max(0, start - _HOME_REACH), start)
    if any(scene.text.lower[last:start].strip(" ,:;–-") == "" for _, last in _persons(scene, *near)):
        return True
    after = (end, min(len(scene.text.lower), end + _HOME_REACH))
    return scene.has(compiled.cues["door"], after) or _is_visited(compiled, scene, start)


def _is_visited(compiled: CompiledRule, scene: Scene, start: int) -> bool:
    """Whether somebody, by name or relation, is to be visited there, in the sentence or the one before."""
    marks = scene.text.marks
    near = (max(marks.sentence_before(marks.sentence(start))[0], start - 2 * _HOME_REACH), start)
    if not scene.has(compiled.cues["errand"], near) or scene.has(compiled.cues["venue"], near):
        return False
    return bool(_persons(scene, *near)) or scene.has(compiled.cues["relation"], near)


def _persons(scene: Scene, first: int, start: int) -> list[Span]:
    """The names before an address; one that runs into it is part of it: ``Edvard Munchs plass``."""
    found = names(scene, (first, min(start + 1, len(scene.text.lower))))
    return [name for name in found if name[1] <= start and not _runs_on(scene, name[1], start)]


def _runs_on(scene: Scene, end: int, start: int) -> bool:
    return scene.text.lower[end:start] == " " and _POSSESSIVE.match(scene.text.lower, start) is not None
