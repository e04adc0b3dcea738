"""Puts a sighting into words: message, suggestion and match, masked, in the reply's language."""

from __future__ import annotations

from dataclasses import replace

from bot.language import Language
from bot.review.compiled import Scene
from bot.review.findings import Finding, Sighting
from bot.review.masking import Mask
from bot.review.selecting import Seen
from bot.review.text import read

_MAX_QUOTED = 60  # characters of the draft in a message
FIELDS = frozenset(
    {"match", "plain", "platform", "limit", "length", "over", "count", "suggestions", "organisation", "hashtag"}
)


def phrase(seen: Seen, scene: Scene, mask: Mask, reply: Language) -> Finding:
    """The finding as it is shown."""
    rule = seen.compiled.rule
    sighting = spelled(seen.sighting, scene) if rule.id == "spelling" else seen.sighting
    secret = mask.touches(sighting.start, sighting.end)
    match = mask.show(sighting.start, sighting.end)
    words = rule.parts[sighting.part] if sighting.part else rule
    hashtags = scene.organisation.public.hashtags
    fields = {
        "match": shortened(match),
        "organisation": scene.organisation.name,
        "hashtag": hashtags[0] if hashtags else "",
        **dict(sighting.values),
    }
    return Finding(
        rule=rule.id,
        severity=seen.severity,
        sections=rule.sections,
        start=sighting.start,
        end=sighting.end,
        match=match,
        message=words.message[reply].format_map(fields),
        suggestion=words.suggestion[reply].format_map(fields),
        replacement=None if secret else sighting.replacement,
        safe=sighting.safe and not secret,
    )


def spelled(sighting: Sighting, scene: Scene) -> Sighting:
    """A misspelt word with what may be meant. Asked only for words that are shown, since the asking takes time."""
    if sighting.part != "misspelt":
        return sighting
    word = read(scene.text.original[sighting.start : sighting.end]).cased
    language = scene.language_of(sighting.start)
    meant = scene.speller.suggest(word, language) if scene.speller and language else ()
    if not meant:
        return replace(sighting, part="unknown")
    return replace(sighting, replacement=meant[0], values=(("suggestions", ", ".join(meant)),))


def shortened(text: str) -> str:
    """``text`` on one line, cut where it gets long."""
    line = " ".join(text.split())
    return line if len(line) <= _MAX_QUOTED else line[: _MAX_QUOTED - 1].rstrip() + "…"
