"""What would make a draft better: who speaks, the hashtag, an invitation to answer, the picture, plain links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import regex

from bot.review import lexical
from bot.review.compiled import CompiledRule, Scene
from bot.review.findings import Sighting
from bot.review.marks import Span

_LONGEST_LINK = 2_000  # characters of a link that are read


def everything(scene: Scene) -> Span:
    """The draft as a whole, without the white space around it."""
    text = scene.text.cased
    return len(text) - len(text.lstrip()), len(text.rstrip())


def internal_links(compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """Links that only colleagues can open, or that lead to what is internal."""
    for start, end, _ in scene.text.marks.links:
        if scene.has(compiled.cues["internal_link"], (start, min(end, start + _LONGEST_LINK))):
            yield scene.sighting(start, end, "link")


def nobody_speaks(compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """A view on the workplace, where nothing in the draft says who holds it."""
    if scene.has(compiled.cues["speaker"], everything(scene)):
        return
    views = [span for span in scene.find(compiled.cues["view"]) if lexical.meant(compiled, scene, span)]
    if views:
        yield scene.sighting(*min(views))


def no_hashtag(_compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """The organisation named, but not by its hashtag. One sighting, at the first mention."""
    marks, text = scene.text.marks, scene.text
    own = {tag.lower() for tag in scene.organisation.public.hashtags}
    if not own or any(text.lower[start:end] in own for start, end in marks.hashtags):
        return
    name = regex.compile(rf"(?<![\w#@]){regex.escape(scene.organisation.name.lower())}(?:['-]?\w*)")
    for found in name.finditer(text.lower):
        if not marks.is_address(found.start()):
            plain = f"#{text.cased[found.start() : found.end()]}"
            yield replace(scene.sighting(*found.span()), replacement=plain if plain.lower() in own else None)
            return


def nothing_to_answer(compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """Pure information: no question, no invitation. The last sentence is where one would fit."""
    if len(scene.tokens) < compiled.rule.limits["words"] or scene.language is None:
        return
    if any(name in scene.members for name in compiled.rule.settled):  # a death, an alarm, an apology: no time for it
        return
    questions = (spot for spot, letter in enumerate(scene.text.cased) if letter == "?")
    if any(not scene.text.marks.is_address(spot) for spot in questions):
        return
    if not scene.has(compiled.cues["invitation"], everything(scene)):
        first, last = scene.text.marks.sentence(scene.tokens[-1].start)
        sentence = scene.text.cased[first:last]
        yield scene.sighting(first + len(sentence) - len(sentence.lstrip()), first + len(sentence.rstrip()))


def picture(compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """A picture is spoken of, or the platform lives by them, and nothing says whose it is and what it shows."""
    if not scene.tokens or scene.has(compiled.cues["settled"], everything(scene)):
        return
    spoken = [span for span in scene.find(compiled.cues["picture"]) if lexical.meant(compiled, scene, span)]
    if spoken:
        yield scene.sighting(*min(spoken))
    elif scene.platform is not None and scene.platform.pictures:
        yield scene.sighting(*everything(scene), "platform")
