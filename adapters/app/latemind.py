"""A mind whose rules are still being read when it begins: the first questions need none of them."""

from __future__ import annotations

from concurrent.futures import Future

from bot.matching.building import build_matcher
from bot.review import Rulebook, Speller
from bot.service.mind import Brain, Mind


class LateMind(Mind):
    """Whoever needs the rules first waits for them: a second or two after the start, and never again.

    Reading them asks for more of the processor than all else that a start does. Raises KnowledgeError where they have
    faults; whoever runs the server watches ``reading`` and ends it then.
    """

    def __init__(self, now: Brain, reading: Future[Rulebook], speller: Speller | None) -> None:
        self.now = now
        self.speller = speller
        self.reading = reading
        self.learn = build_matcher
        self.changed = lambda: None
        self.gaps = {}

    @property
    def rules(self) -> Rulebook:  # type: ignore[override]  # read alone, everywhere
        return self.reading.result()
