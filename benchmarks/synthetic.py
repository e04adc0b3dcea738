"""More variants than any handbook has, made from the shipped ones."""

from __future__ import annotations

import random
from collections.abc import Sequence

from benchmarks.questions import mistyped
from bot.knowledge import Variant

HOW = (
    "Fewer variants than are shipped: a random part of them. More: all of them, and random ones in which words are "
    "left out (6 %), replaced by (6 %) or followed by (5 %) a random word of any variant, mistyped (5 %), and two "
    "neighbours swapped (30 % of the variants)."
)


def grown(variants: Sequence[Variant], size: int, seed: int = 0) -> list[tuple[str, str]]:
    """``size`` texts with their labels."""
    chance = random.Random(seed)
    known = [(variant.text, variant.entry) for variant in variants]
    if size <= len(known):
        return chance.sample(known, size)
    words = [word for text, _ in known for word in text.split()]
    more = (known[chance.randrange(len(known))] for _ in range(size - len(known)))
    return known + [(_varied(text, words, chance), label) for text, label in more]


def _varied(text: str, words: Sequence[str], chance: random.Random) -> str:
    found: list[str] = []
    for word in text.split():
        fate = chance.random()
        if fate > 0.06:
            found.append(chance.choice(words) if fate < 0.12 else word)
        if chance.random() < 0.05:
            found.append(chance.choice(words))
    if len(found) > 2 and chance.random() < 0.3:
        at = chance.randrange(len(found) - 1)
        found[at], found[at + 1] = found[at + 1], found[at]
    return mistyped(" ".join(found) or text, 0.05, chance)
