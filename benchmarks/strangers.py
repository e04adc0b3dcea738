"""How well questions by people who never read the knowledge are answered: ``python -m benchmarks strangers FILE…``.

A file has a question a line, its fields parted by tabs: organisation, language, the sections that would answer it
(``|`` between; ``-`` nothing does; ``!`` an emergency), the question, and its kind: ``in``; ``near``, about the same
field but in no handbook; ``word``, off the field but built on one of its words; ``far``; ``urgent``; ``calm``, which
only sounds urgent. Beside the product stand itself by its confidence alone, and peers that answer as many at once.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from adapters.settings import ROOT
from benchmarks.peers import Likeness, rapidfuzz_likeness, tfidf_likeness
from benchmarks.questions import DATA, NOISE, mistyped, rng
from benchmarks.reporting import heading, table
from bot.answering import Answered, Asker, Clarify, Escalate, Outcome, respond
from bot.knowledge import Entry, KnowledgeBase, OrganisationId, SectionId
from bot.language import Language
from bot.loading import load
from bot.matching.building import build_matcher
from bot.matching.matcher import Matcher

COLUMNS = ("", "asked", "helped", "right at once", "answered", "broken %", "95 %", "emergencies", "calm alarmed")
KINDS = ("in", "near", "word", "far", "urgent", "calm")

Verdict = Literal["right", "offered", "missed", "wrong", "leaked", "kept"]


@dataclass(frozen=True)
class Stranger:
    """A question by somebody who has not read the knowledge. No ``sections``: nothing answers it."""

    organisation: OrganisationId
    language: Language
    sections: frozenset[SectionId]
    text: str
    kind: str

    @property
    def emergency(self) -> bool:
        return self.kind == "urgent"


@dataclass(frozen=True)
class Counted:
    """A question with what became of it. ``alarmed``: it was taken for an emergency."""

    question: Stranger
    verdict: Verdict
    answered: bool
    alarmed: bool


def main(names: Sequence[str]) -> None:
    paths = [Path(name) for name in names] or sorted(DATA.glob("strangers_*.tsv"))
    if not paths:
        raise SystemExit("give a file of tab-separated questions; see the module's first lines for what it holds")
    knowledge = load(ROOT / "knowledge")
    matcher = build_matcher(knowledge)
    heading(
        "Questions by strangers",
        "Percentages. *Helped*: right at once, or right among what is offered, of what a handbook answers. *Broken*: "
        "of what is answered at once, the share that is wrong or that nothing answers, with Wilson's 95 % interval. "
        "*Emergencies*: recognised as such; *calm alarmed*: of what only sounds so. Slips: as in the other tables.",
    )
    sets = {path.stem: read(path) for path in paths}
    if len(sets) > 1:
        sets["together"] = [item for each in sets.values() for item in each]
    made = _peers_made([variant.text for variant in knowledge.variants()])
    for name, questions in sets.items():
        _tables(name, questions, knowledge, matcher, made)


def _peers_made(texts: Sequence[str]) -> dict[str, Likeness]:
    fuzzy = {f"rapidfuzz {scorer}": rapidfuzz_likeness(scorer, texts) for scorer in ("token_set_ratio", "WRatio")}
    return {"TF-IDF nearest variant": tfidf_likeness(texts), **fuzzy}


def read(path: Path) -> list[Stranger]:
    """The questions of a file. SystemExit with the line that is none."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        fields = line.split("\t")
        if len(fields) != 5 or fields[4].strip() not in KINDS:
            raise SystemExit(f"{path.name}:{number}: is no line of organisation, language, sections, question, kind")
        organisation, language, sections, text, kind = (field.strip() for field in fields)
        accepted = frozenset(sections.split("|")) if sections not in ("-", "!") else frozenset[str]()
        found.append(Stranger(organisation, Language(language), accepted, text, "urgent" if sections == "!" else kind))
    return found


def _tables(
    name: str, questions: Sequence[Stranger], knowledge: KnowledgeBase, matcher: Matcher, made: Mapping[str, Likeness]
) -> None:
    labels = [variant.entry for variant in knowledge.variants()]
    slips = slipped(questions)
    counted = count(questions, knowledge, matcher)
    alone = replace(matcher, look=None)
    rows = [
        ("**Handbok**", *figures(counted)),
        (f"**Handbok**, {NOISE:.0%} slips", *figures(count(slips, knowledge, matcher))),
        ("by its confidence alone", *figures(count(questions, knowledge, alone))),
        (f"by its confidence alone, {NOISE:.0%} slips", *figures(count(slips, knowledge, alone))),
        *((peer, *found) for peer, found in peers(made, labels, counted, knowledge)),
    ]
    table(name, COLUMNS, rows)
    table(
        f"{name}, by kind",
        ("", "asked", "right", "offered", "missed", "wrong", "leaked", "kept back"),
        [_by_kind(kind, [item for item in counted if item.question.kind == kind]) for kind in KINDS],
    )


def _by_kind(kind: str, counted: Sequence[Counted]) -> tuple[object, ...]:
    order: tuple[Verdict, ...] = ("right", "offered", "missed", "wrong", "leaked", "kept")
    return (kind, len(counted), *(sum(item.verdict == verdict for item in counted) for verdict in order))


def slipped(questions: Sequence[Stranger]) -> list[Stranger]:
    """The same questions with about a fifth of their words mistyped, the same way in every run."""
    fingers = rng()
    return [replace(item, text=mistyped(item.text, NOISE, fingers)) for item in questions]


def count(questions: Iterable[Stranger], knowledge: KnowledgeBase, matcher: Matcher) -> list[Counted]:
    """Asks every question as someone at its organisation who wrote nothing before."""
    return [_counted(item, knowledge, matcher) for item in questions]


def _counted(question: Stranger, knowledge: KnowledgeBase, matcher: Matcher) -> Counted:
    outcomes = [reply.outcome for reply in respond(question.text, knowledge, matcher, Asker(question.organisation))]
    verdicts = [_verdict(outcome, question, knowledge) for outcome in outcomes]
    order: tuple[Verdict, ...] = ("wrong", "leaked", "right", "offered", "missed", "kept")
    return Counted(
        question,
        min(verdicts, key=order.index),
        any(isinstance(outcome, Answered) for outcome in outcomes),
        any(isinstance(outcome, Escalate) and outcome.urgent for outcome in outcomes),
    )


def _verdict(outcome: Outcome, question: Stranger, knowledge: KnowledgeBase) -> Verdict:
    wanted = question.sections
    match outcome:
        case Answered(sections=sections):
            if not wanted:
                return "leaked"
            return "right" if wanted & set(sections) else "wrong"
        case Clarify(options=options) if wanted:
            entries = [topic for option in options if isinstance(topic := knowledge.topic[option.entry], Entry)]
            told = {
                section
                for entry in entries
                for section in knowledge.answer_for(entry, question.organisation)[1].sources
            }
            return "offered" if wanted & told else "missed"
        case _:
            return "missed" if wanted else "kept"


def figures(counted: Sequence[Counted]) -> tuple[object, ...]:
    """The cells of ``COLUMNS`` after the name."""
    inside = [item for item in counted if item.question.sections]
    answered = [item for item in counted if item.answered]
    broken = sum(item.verdict in ("wrong", "leaked") for item in answered)
    urgent = [item.alarmed for item in counted if item.question.emergency]
    calm = [item.alarmed for item in counted if item.question.kind == "calm"]
    return (
        len(counted),
        _percent(sum(item.verdict in ("right", "offered") for item in inside), len(inside)),
        _percent(sum(item.verdict == "right" for item in inside), len(inside)),
        len(answered),
        _percent(broken, len(answered)),
        interval(broken, len(answered)),
        f"{sum(urgent)} of {len(urgent)}",
        f"{sum(calm)} of {len(calm)}",
    )


def interval(part: int, whole: int, z: float = 1.96) -> str:
    """Wilson's interval (1927) of a share, in percent."""
    if not whole:
        return "–"
    share = part / whole
    middle, width = share + z**2 / (2 * whole), z * math.sqrt(share * (1 - share) / whole + z**2 / (4 * whole**2))
    low, high = ((middle + way * width) / (1 + z**2 / whole) * 100 for way in (-1, 1))
    return f"{low:.1f}–{high:.1f}"


def _percent(part: int, whole: int) -> float:
    return part / whole * 100 if whole else math.nan


def peers(
    made: Mapping[str, Likeness], labels: Sequence[str], counted: Sequence[Counted], knowledge: KnowledgeBase
) -> list[tuple[str, tuple[object, ...]]]:
    """The same figures for what others would use; each answers as many at once as Handbok did: what it likes best."""
    questions = [item.question for item in counted]
    many = sum(item.answered for item in counted)
    return [(name, figures(_peer(each, labels, questions, many, knowledge))) for name, each in made.items()]


def _peer(
    likeness: Likeness, labels: Sequence[str], questions: Sequence[Stranger], many: int, knowledge: KnowledgeBase
) -> list[Counted]:
    best, sure = _likest(likeness, [item.text for item in questions], labels)
    entry = [isinstance(knowledge.topic[names[0]], Entry) for names in best]
    order = sorted((place for place, is_one in enumerate(entry) if is_one), key=lambda place: -sure[place])
    at_once = set(order[:many])
    found = []
    for place, (item, names) in enumerate(zip(questions, best, strict=True)):
        right = [bool(_told(name, item, knowledge) & item.sections) for name in names]
        verdict: Verdict = "kept" if not item.sections else "offered" if any(right) else "missed"
        if place in at_once:
            verdict = "leaked" if not item.sections else "right" if right[0] else "wrong"
        urgent = getattr(knowledge.topic[names[0]], "urgent", False)
        found.append(Counted(item, verdict, place in at_once, urgent))
    return found


def _told(name: str, question: Stranger, knowledge: KnowledgeBase) -> set[SectionId]:
    topic = knowledge.topic[name]
    return set(knowledge.answer_for(topic, question.organisation)[1].sources) if isinstance(topic, Entry) else set()


def _likest(likeness: Likeness, texts: Sequence[str], labels: Sequence[str]) -> tuple[list[list[str]], list[float]]:
    """The three likest labels of each text, and how like the likest is."""
    names = list(dict.fromkeys(labels))
    numbers = np.array([names.index(label) for label in labels])
    order = np.argsort(numbers, kind="stable")
    starts = np.searchsorted(numbers[order], np.arange(len(names)))
    best: list[list[str]] = []
    sure: list[float] = []
    for start in range(0, len(texts), 64):
        found = np.maximum.reduceat(likeness(texts[start : start + 64])[:, order], starts, axis=1)
        best += [[names[place] for place in row[:3]] for row in np.argsort(-found, axis=1, kind="stable")]
        sure += found.max(axis=1).tolist()
    return best, sure


if __name__ == "__main__":
    main(sys.argv[1:])
