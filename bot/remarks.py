"""What a check of the knowledge remarks: what is wrong, where, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.errors import Fault
from bot.loading import GOLDEN, Places
from bot.yamlnodes import Loc


class Kind(StrEnum):
    """What a remark is about. Those that are no NOTES are faults."""

    UNREADABLE = "unreadable"
    EMPTY = "empty-variant"
    DUPLICATE = "duplicate-variant"
    FEW = "few-variants"
    UNCOVERED = "uncovered-section"
    FEW_GOLDEN = "few-golden"
    GATE = "golden-gate"
    EXAMPLE = "rule-example"
    URGENT = "urgent-variant"
    NEAR = "near-duplicate"
    LOST = "lost-variant"
    GOLDEN = "golden-question"


NOTES = frozenset({Kind.NEAR, Kind.LOST, Kind.GOLDEN})


@dataclass(frozen=True)
class Spot:
    """A place in the knowledge: an item by its key (see ``Places``), and a path inside it. None: the golden file."""

    item: str | None
    loc: Loc = ()


@dataclass(frozen=True)
class Remark:
    """What is wrong, where, and how to mend it. ``also`` is the other place that it concerns."""

    kind: Kind
    spot: Spot
    what: str
    remedy: str
    also: Spot | None = None


@dataclass(frozen=True)
class Placed:
    """A remark with its line."""

    kind: Kind
    fault: Fault


def place(remark: Remark, places: Places) -> Placed:
    """``remark`` with the line that it stands at. KeyError for an unknown item."""
    also = f" (see {places.line(remark.also.item, remark.also.loc)})" if remark.also and remark.also.item else ""
    message = f"{remark.what}{also}; {remark.remedy}"
    if remark.spot.item is None:
        golden = next(path for path in places.documents if path.name == GOLDEN)
        return Placed(remark.kind, Fault(golden, 1, message))
    return Placed(remark.kind, places.fault(remark.spot.item, remark.spot.loc, message))
