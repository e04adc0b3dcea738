"""Merges what overlaps, orders by severity and place, and picks what is shown."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.review.compiled import CompiledRule
from bot.review.findings import MAX_SHOWN, RuleId, Severity, Sighting

_FIRST = 3  # findings of each rule that are shown before any rule shows more


@dataclass(frozen=True)
class Seen:
    """A sighting with its rule and the severity that the organisation gives it."""

    compiled: CompiledRule
    severity: Severity
    sighting: Sighting

    @property
    def order(self) -> tuple[int, int, int, str]:
        return self.severity.rank, self.sighting.start, self.sighting.end, self.compiled.rule.id


def merge(seen: Iterable[Seen]) -> list[Seen]:
    """Each stretch once a rule, and nothing where a rule that it yields to speaks of the same words; in order."""
    once = _merged(sorted(seen, key=lambda each: (each.compiled.rule.id, each.sighting.start, -each.sighting.end)))
    spans: dict[RuleId, list[tuple[int, int]]] = {}
    for each in once:
        spans.setdefault(each.compiled.rule.id, []).append((each.sighting.start, each.sighting.end))
    return sorted((each for each in once if not _yields(each, spans)), key=lambda each: each.order)


def _yields(each: Seen, spans: Mapping[RuleId, Sequence[tuple[int, int]]]) -> bool:
    return any(_overlaps(each.sighting, spans.get(rule, ())) for rule in each.compiled.rule.yields_to)


def _merged(ordered: Iterable[Seen]) -> list[Seen]:
    """Overlapping sightings of one rule become one, in the words of the first and widest."""
    kept: list[Seen] = []
    for each in ordered:
        last = kept[-1] if kept and kept[-1].compiled is each.compiled else None
        if last is None or each.sighting.start >= last.sighting.end:
            kept.append(each)
        elif each.sighting.end > last.sighting.end:
            wider = replace(last.sighting, end=each.sighting.end, replacement=None, safe=False)
            kept[-1] = replace(last, sighting=wider)
    return kept


def _overlaps(sighting: Sighting, spans: Sequence[tuple[int, int]]) -> bool:
    index = bisect_left(spans, (sighting.end, -1)) - 1
    return index >= 0 and spans[index][1] > sighting.start


def choose(ordered: Sequence[Seen]) -> list[Seen]:
    """At most MAX_SHOWN: the first three of every rule go before any rule's fourth."""
    times: Counter[str] = Counter()
    ranked: list[tuple[bool, int, Seen]] = []
    for index, each in enumerate(ordered):
        times[each.compiled.rule.id] += 1
        ranked.append((times[each.compiled.rule.id] > _FIRST, index, each))
    chosen = sorted(sorted(ranked, key=lambda item: item[:2])[:MAX_SHOWN], key=lambda item: item[1])
    return [each for _, _, each in chosen]
