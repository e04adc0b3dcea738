"""What data alone can see: tokens and swaps, silent where an exception, a quotation or a negation says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.review.compiled import CompiledRule, Scene
from bot.review.findings import Sighting
from bot.review.marks import Span
from bot.review.patterns import compile_patterns, kin

_NEGATION_REACH = 40  # characters before a match in which a negation may stand


def sightings(compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """Every place where the rule's tokens or swaps stand and mean what the rule is about."""
    spans = [span for span in scene.find(compiled.tokens) if meant(compiled, scene, span)]
    if len(spans) >= compiled.rule.limits.get("at_least", 1):
        yield from (scene.sighting(*span) for span in spans)
    for start, end in scene.find(compiled.swaps):
        if meant(compiled, scene, (start, end)):
            plain = _plainer(compiled, scene, start, end)
            values = (("plain", plain),) if plain else ()
            yield replace(scene.sighting(start, end), replacement=plain, values=values)


def meant(compiled: CompiledRule, scene: Scene, span: Span) -> bool:
    """Whether a match is meant: no part of an address or a quotation, not negated, no exception in its sentence."""
    start, end = span
    marks = scene.text.marks
    if marks.is_address(start) or (not compiled.rule.quoted and marks.is_quoted(start)):
        return False
    return not (scene.is_own(start, end) or negated(scene, start) or scene.silent(compiled, marks.sentence(start)))


def negated(scene: Scene, start: int) -> bool:
    """Whether ``not`` or ``no`` stands right before the spot, with an article between them at most."""
    before = max(0, start - _NEGATION_REACH)
    return any(scene.text.lower[end:start].strip() == "" for _, end in scene.find(scene.negations, before, start))


def _plainer(compiled: CompiledRule, scene: Scene, start: int, end: int) -> str | None:
    """The plainer words for the match, capitalised as it is."""
    for language in sorted(kin(scene.language_at(start))):
        for swap in compiled.rule.swaps[language]:
            forms = compile_patterns((swap.of,)).plain
            if any((match := form.match(scene.text.lower, start)) and match.end() == end for form in forms):
                capital = scene.text.cased[start].isupper() and swap.to[:1].islower()
                return swap.to[:1].upper() + swap.to[1:] if capital else swap.to
    return None
