"""Drafts by people who had not read the rules: what a review says of each, counted by rule and by language.

A set is JSONL: ``{"text", "org", "lang", "platform", "must": [rules], "mustnot": [rules], "clean": bool}``.

found      expected findings that are made
or asked   the same, or a question to the author that the expected rule decides
missed     problem drafts that get neither a stop or a warn, nor what was expected, nor a fitting question
held       clean drafts with a stop or a warn; ``stops`` of these, those with a stop
asked      clean drafts whose author is asked something all the same
mustnot    stops and warns that the set's author ruled out by name
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.table import Table

from bot.review import Review, Severity

Draft = Mapping[str, Any]


@dataclass(frozen=True)
class Said:
    """What a checker said of one draft."""

    findings: frozenset[str]
    serious: frozenset[str]  # of these, stops and warns
    stops: bool
    asked: frozenset[str]  # the rules that its questions are about


@dataclass
class Row:
    """Counts of one rule, one language, or all."""

    expected: int = 0
    found: int = 0
    either: int = 0  # found, or asked about
    problems: int = 0
    missed: int = 0
    clean: int = 0
    held: int = 0
    stops: int = 0
    asked: int = 0
    ruled_out: int = 0


@dataclass
class Counted:
    """Counts by rule, and by language; ``all`` for every one."""

    rules: dict[str, Row] = field(default_factory=lambda: defaultdict(Row))
    languages: dict[str, Row] = field(default_factory=lambda: defaultdict(Row))


def read_set(path: Path) -> list[dict[str, Any]]:
    """The drafts of a JSONL file, or of every one in a folder."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    return [
        json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()
    ]


def said(seen: Review) -> Said:
    serious = [found for found in seen.findings if found.severity is not Severity.TIP]
    return Said(
        findings=frozenset(found.rule for found in seen.findings),
        serious=frozenset(found.rule for found in serious),
        stops=any(found.severity is Severity.STOP for found in serious),
        asked=frozenset(asking.rule for asking in seen.questions),
    )


def count(drafts: Sequence[Draft], check: Callable[[Draft], Said]) -> Counted:
    counted = Counted()
    for draft in drafts:
        answer = check(draft)
        for row in (counted.languages[draft["lang"]], counted.languages["all"]):
            _draft(row, draft, answer)
        for rule in draft["must"]:
            rows = (counted.rules[rule], counted.rules["all"], *(counted.languages[n] for n in (draft["lang"], "all")))
            for row in rows:
                row.expected += 1
                row.found += rule in answer.findings
                row.either += rule in answer.findings | answer.asked
        for rule in answer.serious.intersection(draft["mustnot"]):
            counted.rules[rule].ruled_out += 1
            counted.rules["all"].ruled_out += 1
    return counted


def _draft(row: Row, draft: Draft, answer: Said) -> None:
    if draft["clean"]:
        row.clean += 1
        row.held += bool(answer.serious)
        row.stops += answer.stops
        row.asked += bool(answer.asked)
    else:
        row.problems += 1
        expected = frozenset(draft["must"])
        row.missed += not (answer.serious or expected & (answer.findings | answer.asked))


def tables(name: str, mine: Counted, peers: Mapping[str, Counted]) -> Iterator[Table]:
    """By rule and by language, the peers' findings beside."""
    by_rule = Table(title=f"{name}: expected findings, by rule")
    for column in ("", "expected", "found", "or asked", "mustnot", *peers):
        by_rule.add_column(column)
    for rule in sorted(mine.rules, key=lambda rule: (rule == "all", rule)):
        row = mine.rules[rule]
        others = (_share(peer.rules[rule].found, row.expected) for peer in peers.values())
        cells = (_share(row.found, row.expected), _share(row.either, row.expected), str(row.ruled_out))
        by_rule.add_row(rule, str(row.expected), *cells, *others)
    yield by_rule
    by_language = Table(title=f"{name}: drafts, by language")
    for column in ("", "found", "or asked", "problems", "missed", "clean", "held", "stops", "asked", *peers):
        by_language.add_column(column)
    for language in sorted(mine.languages, key=lambda language: (language == "all", language)):
        row = mine.languages[language]
        others = (f"{peer.languages[language].held} held" for peer in peers.values())
        by_language.add_row(
            language, _share(row.found, row.expected), _share(row.either, row.expected),
            str(row.problems), str(row.missed), str(row.clean), str(row.held), str(row.stops), str(row.asked), *others,
        )  # fmt: skip
    yield by_language


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"
