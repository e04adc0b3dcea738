"""What a new edition of a handbook changed: which sections to read again, and which paragraphs no section holds yet.

The sources themselves are not kept. Each section keeps a fingerprint of each of its paragraphs, ``exact-near``: a hash
that changes with any word, and a simhash (Charikar 2002) that stays near while most words stay.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from bot.knowledge import SectionId

NEAR = 18  # of the simhash's 64 bits may differ in a paragraph that was edited; unrelated ones differ in about 32


@dataclass(frozen=True)
class Drift:
    """What became of a paragraph. ``section`` is None for a new one, ``line`` (1-based) 0 for one that is gone."""

    kind: Literal["same", "changed", "gone", "new"]
    section: SectionId | None
    line: int
    fingerprint: str  # in the new edition; the old one's where it is gone
    was: str = ""  # the fingerprint that it had before, where it is another now


def compare(sections: Mapping[SectionId, Iterable[str]], edition: str) -> list[Drift]:
    """Each paragraph of ``sections`` (id → fingerprints) against a new ``edition``'s text, and what is new there."""
    found = {fingerprint(text): line for line, text in reversed(paragraphs(edition))}
    free = {key: line for key, line in found.items() if key not in {old for olds in sections.values() for old in olds}}
    drifts: list[Drift] = []
    taken: set[str] = set()
    for section, olds in sections.items():
        for old in olds:
            near = min(free, key=lambda key: _distance(key, old), default=None)
            if old in found:
                drifts.append(Drift("same", section, found[old], old))
            elif near is not None and _distance(near, old) <= NEAR:
                taken.add(near)
                drifts.append(Drift("changed", section, free[near], near, old))
            else:
                drifts.append(Drift("gone", section, 0, old))
    fresh = sorted((line, key) for key, line in free.items() if key not in taken)
    return drifts + [Drift("new", None, line, key) for line, key in fresh]


def paragraphs(text: str) -> list[tuple[int, str]]:
    """The paragraphs of a text that hold at least four words, each with the line (1-based) that it starts at.

    The points of a list are one paragraph, also where empty lines stand between them.
    """
    found: list[tuple[int, str]] = []
    for block in re.finditer(r"(?:[^\n]*\S[^\n]*(?:\n|$))+", text):
        if found and _is_point(block.group()) and _is_point(found[-1][1]):
            line, before = found.pop()
            found.append((line, before + block.group()))
        else:
            found.append((text.count("\n", 0, block.start()) + 1, block.group()))
    return [(line, block) for line, block in found if len(_words(block)) >= 4]


def fingerprint(paragraph: str) -> str:
    """``exact-near``: 12 hexadecimal digits of SHA-256 and a 64-bit simhash over single words and pairs."""
    words = _words(paragraph)
    exact = hashlib.sha256(" ".join(words).encode()).hexdigest()[:12]
    votes = [0] * 64
    for feature in (*words, *map(" ".join, pairwise(words))):
        bits = int.from_bytes(hashlib.blake2b(feature.encode(), digest_size=8).digest())
        votes = [vote + (1 if bits >> place & 1 else -1) for place, vote in enumerate(votes)]
    return f"{exact}-{sum(1 << place for place, vote in enumerate(votes) if vote > 0):016x}"


def _is_point(block: str) -> bool:
    return block.lstrip().startswith(("•", "- ", "* "))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


def _distance(one: str, other: str) -> int:
    return (int(one.rpartition("-")[2], 16) ^ int(other.rpartition("-")[2], 16)).bit_count()
