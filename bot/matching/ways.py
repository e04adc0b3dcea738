"""What an entry's own ways of asking are made of: which stems and concepts they use, and how often they say *not*.

The separators tell which entry is meant, if any; what they cannot tell is how much of the sentence that entry accounts
for. A word that none of its ways ever used is what “a mistake on a tax return” has and “a mistake in a post” has not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from bot.knowledge import Concept, EntryId, Variant
from bot.matching.features import Token, concepts_of
from bot.matching.fitting import concept_words
from bot.matching.text import tokens

STEM = 5  # letters that two inflections of a word share
NEGATIONS = frozenset(
    (
        *("ikke", "ikkje", "inte", "icke", "not", "never", "aldri", "aldrig", "ingen", "inga", "inget", "ingenting"),
        *("utan", "uten", "utanom", "without", "nobody", "nothing", "don", "dont", "doesn", "doesnt", "didn", "didnt"),
        *("isn", "isnt", "wont", "cant", "slippe", "slipper", "sleppe", "slepp", "slippa", "nekte", "nekter", "nektar"),
    )
)  # folded; “no” is now in Nynorsk


@dataclass(frozen=True)
class Ways:
    """``stems`` and ``concepts`` are sets of labels as bits: bit n of a number stands for ``labels[n]``."""

    labels: tuple[EntryId, ...]
    many: int  # ways of asking in all
    seen: Mapping[str, int]  # in how many of them each stem stands
    stems: Mapping[str, int]
    concepts: Mapping[int, int]
    negated: Mapping[EntryId, float]  # the share of a label's ways that says *not*
    ties: frozenset[int]  # concepts of social media and of communication at work
    known: frozenset[int]  # the ways themselves, see ``fingerprint``
    bit: Mapping[EntryId, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "bit", {label: number for number, label in enumerate(self.labels)})

    def rarity(self, stem: str) -> float:
        """The idf of a stem; that of one seen once where it never was."""
        return math.log((1 + self.many) / (1 + max(1, self.seen.get(stem, 1)))) + 1

    def explained(self, token: Token, label: EntryId, first_concept: int) -> tuple[float, float]:
        """How rare a word of a question is, and the share of it (0–1) that the label's own ways account for.

        ``first_concept``: the column of concept 0.
        """
        typed = len(token.reading) == 1
        bit = self.bit.get(label, -1)
        stem = token.text[:STEM]
        if stem in self.seen or typed:
            rarity = self.rarity(stem)
        else:
            rarity = max(self.rarity(word[:STEM]) for word, _ in token.reading[1:])
        if bit < 0:
            return rarity, 0.0
        held = max((weight for word, weight in token.reading if self.stems.get(word[:STEM], 0) >> bit & 1), default=0.0)
        if held < 1:
            meant = (
                weight for concept, weight in token.concepts if self.concepts.get(concept - first_concept, 0) >> bit & 1
            )
            held = max(held, max(meant, default=0.0))
        return rarity, held if typed else min(1.0, held / 0.6)  # a typo's readings share 0.6

    def tied(self, token: Token, first_concept: int) -> bool:
        """Whether a word belongs to social media or to communication at work."""
        return any(concept - first_concept in self.ties for concept, _ in token.concepts)

    def holds(self, entry: EntryId, words: Iterable[str]) -> bool:
        """Whether just these words stand among the ways of asking for ``entry``."""
        return fingerprint(entry, words) in self.known

    def with_added(self, added: Sequence[Variant], lexicon: Iterable[Concept]) -> Ways:
        """These and more ways of asking, perhaps of labels that are new."""
        labels = (*self.labels, *dict.fromkeys(way.entry for way in added if way.entry not in self.bit))
        start = replace(self, labels=labels, seen=dict(self.seen), stems=dict(self.stems), concepts=dict(self.concepts))
        return _added(start, added, lexicon)


def fingerprint(entry: EntryId, words: Iterable[str]) -> int:
    """Names a way of asking for ``entry``, whatever its punctuation and capitals."""
    return int.from_bytes(blake2b(f"{entry}\n{' '.join(words)}".encode(), digest_size=6).digest())


def ways_of(variants: Sequence[Variant], lexicon: Sequence[Concept]) -> Ways:
    """The ways of asking in ``variants``."""
    labels = tuple(dict.fromkeys(way.entry for way in variants))
    ties = frozenset(number for number, concept in enumerate(lexicon) if concept.tie)
    return _added(Ways(labels, 0, {}, {}, {}, {}, ties, frozenset()), variants, lexicon)


def _added(ways: Ways, variants: Sequence[Variant], lexicon: Iterable[Concept]) -> Ways:
    exact, prefixes = concept_words(lexicon)
    concepts_met: dict[str, list[int]] = {}
    seen, stems, concepts = dict(ways.seen), dict(ways.stems), dict(ways.concepts)
    known = set(ways.known)
    counted: dict[EntryId, list[int]] = {}
    for way in variants:
        bit = 1 << ways.bit[way.entry]
        read = tokens(way.text)
        known.add(fingerprint(way.entry, read))
        words = set(read)
        for stem in {word[:STEM] for word in words}:
            seen[stem] = seen.get(stem, 0) + 1
            stems[stem] = stems.get(stem, 0) | bit
        for word in words:
            if word not in concepts_met:
                concepts_met[word] = concepts_of(word, exact, prefixes)
            for concept in concepts_met[word]:
                concepts[concept] = concepts.get(concept, 0) | bit
        counts = counted.setdefault(way.entry, [0, 0])
        counts[0] += 1
        counts[1] += not NEGATIONS.isdisjoint(words)
    negated = {**{label: saying / of for label, (of, saying) in counted.items()}, **ways.negated}
    return replace(
        ways,
        many=ways.many + len(variants),
        seen=seen,
        stems=stems,
        concepts=concepts,
        negated=negated,
        known=frozenset(known),
    )
