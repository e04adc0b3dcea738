"""Private e-mail addresses and home addresses."""

from __future__ import annotations

from collections.abc import Iterator

from bot.review.compiled import CompiledRule, Scene
from bot.review.findings import Sighting
from bot.review.marks import Span
from bot.review.personal.cues import hidden, labelled, names

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
    if address in scene.organisation.public.emails or _whole(compiled, scene, "office_mail", span):
        return False
    domain = address.partition("@")[2]
    if any(domain == own or domain.endswith(f".{own}") for own in scene.organisation.public.domains):
        return _whole(compiled, scene, "student_mail", span)
    return _whole(compiled, scene, "private_mail", span) or labelled(compiled, scene, "private_phone", span[0])


def _whole(compiled: CompiledRule, scene: Scene, name: str, span: Span) -> bool:
    return scene.has(compiled.cues[name], span)


def addresses(compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """Street addresses where somebody is said to live, or that stand right after somebody's name."""
    for start, end in scene.find(compiled.cues["street"]):
        if scene.is_own(start, end) or scene.text.marks.is_address(start):
            continue
        if _is_home(compiled, scene, start):
            yield hidden(scene.sighting(start, end, "address"), scene, 2, (start, end))


def _is_home(compiled: CompiledRule, scene: Scene, start: int) -> bool:
    if labelled(compiled, scene, "home", start, _HOME_REACH):
        return True
    before = max(0, start - _HOME_REACH)
    return any(scene.text.lower[end:start].strip(" ,:;–-") == "" for _, end in names(scene, (before, start)))
