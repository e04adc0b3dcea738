"""What the handbook lacks: questions without an answer that helped, put together by need.

Two questions are near where they share rare words, and where the matcher finds them near to the same needs; the more
sure it is of those, the more they count (bot/needs.py). Those near enough to one that many are near to make a gap (star
clustering: Aslam, Pelekhov and Rus 2004, "The star clustering algorithm for static and dynamic information
organization"): nothing is chained from one need into the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.knowledge import EntryId
from bot.language import Language
from bot.matching.model import Model
from bot.needs import Rows, normal, rows_of
from bot.ports import Unmet, Why

# On the golden questions, each entry being a need: of those that stand together 97 in 100 belong together (B-cubed
# precision), and of those that belong together 69 stand together.
NEAR = 0.4  # cosine from which two questions ask for the same
NEARER = 0.6  # of two gaps, of their middles: from which they are one
BLOCK = 1024  # questions that are compared with all others at a time
SPAN = timedelta(days=28)  # of the trend: those days beside as many before


@dataclass(frozen=True)
class Gap:
    """A need. ``members``: the questions, the one that stands for all first; ``recent`` and ``before``: how many in the
    last four weeks, and in the four before those."""

    members: tuple[Unmet, ...]
    people: int
    recent: int
    before: int
    whys: Mapping[Why, int]

    @property
    def key(self) -> int:
        """Names it, for as long as its first question does."""
        return self.members[0].question

    @property
    def language(self) -> Language:
        """That most of it is asked in."""
        return Counter(each.language for each in self.members).most_common(1)[0][0]

    @property
    def entries(self) -> tuple[EntryId, ...]:
        """The answers that did not help."""
        return tuple(dict.fromkeys(each.entry for each in self.members if each.why == "not-helpful" and each.entry))

    @property
    def missing(self) -> tuple[str, ...]:
        """What askers say was missing, the latest first."""
        said = sorted((each for each in self.members if each.missing), key=lambda each: each.at, reverse=True)
        return tuple(dict.fromkeys(each.missing for each in said))


def gaps(unmet: Sequence[Unmet], model: Model, now: datetime) -> list[Gap]:
    """The needs, the most pressing first: by how many people asked lately, then by how often it was asked at all.

    What was only asked back, and only once, is no gap: one who picks an option had an answer.
    """
    found = [_gap([unmet[place] for place in group], now) for group in clusters([each.text for each in unmet], model)]
    kept = [gap for gap in found if len(gap.members) > 1 or set(gap.whys) != {"clarified"}]
    return sorted(kept, key=lambda gap: (-gap.recent, -gap.people, -len(gap.members), gap.key))


def _gap(members: Sequence[Unmet], now: datetime) -> Gap:
    recent = sum(each.at > now - SPAN for each in members)
    before = sum(now - 2 * SPAN < each.at <= now - SPAN for each in members)
    people = len({each.person for each in members})
    return Gap(tuple(members), people, recent, before, Counter(each.why for each in members))


# ── by need ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def clusters(texts: Sequence[str], model: Model) -> list[list[int]]:
    """Places of ``texts`` that ask for the same, each group with the one in its middle first. Texts without a word that
    tells of a need are left alone, each for itself."""
    if not texts:
        return []
    rows = rows_of(texts, model)
    same, first, weight = _unique(rows)
    stars = _stars(rows[first], weight, NEAR)
    joined = _joined(rows[first], weight, stars)
    members: dict[int, list[int]] = {}
    for place, row in enumerate(same.tolist()):
        members.setdefault(row, []).append(place)
    return [[place for row in group for place in members[row]] for group in joined]


def _joined(rows: Rows, weight: NDArray[np.float32], stars: list[list[int]]) -> list[list[int]]:
    """Groups whose middles are near become one: the same need in other words."""
    sizes = np.array([weight[group].sum() for group in stars], np.float32)
    owner = np.repeat(np.arange(len(stars)), [len(group) for group in stars])
    places = np.concatenate([np.array(group) for group in stars])
    belongs = sparse.csr_array((weight[places], (owner, places)), shape=(len(stars), rows.shape[0]))
    middles = normal(sparse.csr_array(belongs @ rows))
    return [[row for star in group for row in stars[star]] for group in _stars(middles, sizes, NEARER)]


def _stars(rows: Rows, weight: NDArray[np.float32], least: float) -> list[list[int]]:
    """Each group is one row and all that are near to it and to no bigger one before."""
    near = _near(rows, least)
    degree = near @ weight + weight
    free = np.ones(rows.shape[0], np.bool_)
    groups = []
    for middle in np.argsort(-degree, kind="stable").tolist():
        if free[middle]:
            around = near.indices[near.indptr[middle] : near.indptr[middle + 1]]
            others = around[free[around]]
            free[others], free[middle] = False, False
            groups.append([middle, *(each for each in others.tolist() if each != middle)])
    return groups


def _near(rows: Rows, least: float) -> Rows:
    """Pairs of rows whose cosine is ``least`` or more; 1 for each. Block by block, so that memory stays small."""
    columns, found = sparse.csr_array(rows.T.tocsr()), []
    for start in range(0, rows.shape[0], BLOCK):
        block = sparse.csr_array(rows[start : start + BLOCK] @ columns)
        block.data = (block.data >= least).astype(np.float32)
        block.eliminate_zeros()
        found.append(block)
    return sparse.csr_array(sparse.vstack(found, format="csr"))


def _unique(rows: Rows) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """For each row which of the different ones it is; where each of those stands first; and how often."""
    seen: dict[bytes, int] = {}
    same = np.empty(rows.shape[0], np.int64)
    first: list[int] = []
    for row in range(rows.shape[0]):
        part = slice(rows.indptr[row], rows.indptr[row + 1])
        key = rows.indices[part].tobytes() + rows.data[part].tobytes() if part.start != part.stop else b"%d" % row
        if key not in seen:
            seen[key] = len(first)
            first.append(row)
        same[row] = seen[key]
    return same, np.array(first), np.bincount(same).astype(np.float32)
