"""What `handbok knowledge check` finds beyond loading: in the variants, in the coverage, and by the golden questions.

Faults must be mended; notes are for an author's eye. Everything is pure: a remark names an item and a place in it, and
bot/loading.py's ``Places`` tells the line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.process import cdist

from bot.answering import Answered, Clarify, Escalate, Greeting, Outcome
from bot.knowledge import EntryId, KnowledgeBase
from bot.language import Language
from bot.loading import GOLDEN, Loaded, golden_key
from bot.matching.crossfit import crossfit
from bot.matching.matcher import Matcher
from bot.matching.text import tokens
from bot.measuring import Figures, Judged, by_language, figures, measure
from bot.remarks import NOTES, Kind, Placed, Remark, Spot, place

LEAST = {"entry": 40, "handoff": 20, "smalltalk": 10}  # ways of asking in each language
LEAST_GOLDEN = 200
NEAR = 85.0  # of 100: how alike two variants must be to be shown to an author; found by reading what it lists
BLOCK = 512  # variants compared with the others at once


@dataclass(frozen=True)
class Report:
    """All remarks, faults first, then by kind and as weighty as they are; and the figures of the golden questions."""

    remarks: tuple[Placed, ...]
    overall: Figures | None = None  # None where the knowledge could not be loaded
    languages: Mapping[Language, Figures] = field(default_factory=dict)

    @property
    def faults(self) -> list[Placed]:
        return [remark for remark in self.remarks if remark.kind not in NOTES]

    @property
    def notes(self) -> list[Placed]:
        return [remark for remark in self.remarks if remark.kind in NOTES]


def check(loaded: Loaded, train: Callable[[KnowledgeBase], Matcher], *, quick: bool = False) -> Report:
    """Everything that there is to remark. Knowledge that does not load is checked as far as that goes.

    ``quick`` leaves out the variants that others would win: the only part that takes longer than seconds.
    """
    knowledge, places = loaded.knowledge, loaded.places
    unread = tuple(Placed(Kind.UNREADABLE, fault) for fault in sorted(loaded.faults))
    faults = list(variant_faults(knowledge))
    if unread:
        return Report((*unread, *(place(remark, places) for remark in faults)))
    judged = measure(knowledge.golden, knowledge, train(knowledge))
    overall = figures(judged)
    faults += [*coverage_faults(knowledge), *(gate_faults(overall) if judged else ())]
    notes = [*golden_notes(judged), *near_duplicates(knowledge), *([] if quick else lost_variants(knowledge))]
    remarks = tuple(place(remark, places) for remark in (*faults, *notes))
    return Report(remarks, overall, by_language(judged))


def variant_faults(knowledge: KnowledgeBase) -> Iterator[Remark]:
    """Variants without words, the same variant twice in a language, and topics with too few of them."""
    seen: dict[tuple[Language, tuple[str, ...]], tuple[EntryId, Spot]] = {}
    for topic, language, text, spot in _variants(knowledge):
        words = tuple(tokens(text))
        if not words:
            yield Remark(Kind.EMPTY, spot, f"“{text}” holds no word", "write one, or take it out")
        elif (language, words) in seen:
            entry, also = seen[language, words]
            whose = "stands here already" if entry == topic else f"stands under {entry}, too"
            yield Remark(Kind.DUPLICATE, spot, f"“{text}” {whose}", "keep it where it belongs", also)
        else:
            seen[language, words] = topic, spot
    yield from _few(knowledge)


def _few(knowledge: KnowledgeBase) -> Iterator[Remark]:
    for topic in knowledge.topic.values():
        least = LEAST.get(topic.id.partition("/")[0], LEAST["entry"])
        for language in Language:
            if (count := len(topic.questions[language])) < least:
                what = f"{topic.id} has {count} ways of asking in {language}"
                spot = Spot(topic.id, ("questions", language.value))
                yield Remark(Kind.FEW, spot, what, f"write {least - count} more that differ")


def coverage_faults(knowledge: KnowledgeBase) -> Iterator[Remark]:
    """Sections that no answer draws on, and too few golden questions."""
    covered = {source for entry in knowledge.entries for source in knowledge.sections_of(entry.id)}
    for organisation in knowledge.organisations:
        for index, section in enumerate(organisation.sections):
            if section.id not in covered:
                spot = Spot(organisation.id, ("sections", index, "id"))
                remedy = "write an entry, or name it among an answer's sources"
                yield Remark(Kind.UNCOVERED, spot, f"no answer draws on {section.id}", remedy)
    if (count := len(knowledge.golden)) < LEAST_GOLDEN:
        what = f"{GOLDEN} has {count} questions"
        yield Remark(Kind.FEW_GOLDEN, Spot(None), what, f"write {LEAST_GOLDEN - count} more, apart from the variants")


def gate_faults(found: Figures) -> Iterator[Remark]:
    """Where the golden questions as a whole fall short of what is promised."""
    remedy = "see the notes on golden questions for the entries that lack ways of asking"
    promised = (
        (found.helped >= 93, f"{found.helped:.1f} % of the golden questions are helped, and 93 % are promised"),
        (found.at_once >= 75, f"{found.at_once:.1f} % of them are right at once, and 75 % are promised"),
        (found.wrong <= 3, f"{found.wrong:.1f} % of them are answered wrongly, and 3 % are allowed"),
        (
            found.unanswerable_answered <= 5,
            f"{found.unanswerable_answered:.1f} % of the unanswerable are answered, and 5 % may",
        ),
    )
    for kept, what in promised:
        if not kept:
            yield Remark(Kind.GATE, Spot(None), what, remedy)


def near_duplicates(knowledge: KnowledgeBase, least: float = NEAR) -> list[Remark]:
    """Variants of two topics in one language that share most letters, in whatever order of words; nearest first."""
    found: list[tuple[int, Remark]] = []
    for language in Language:
        every = [
            (" ".join(sorted(tokens(text))), topic, text, spot)
            for topic, spoken, text, spot in _variants(knowledge)
            if spoken is language
        ]
        every.sort(key=lambda item: len(item[0]))
        for likeness, one, other in _alike([item[0] for item in every], least):
            (_, topic, text, spot), (_, entry, same, also) = every[one], every[other]
            if topic != entry and every[one][0] != every[other][0]:
                what = f"“{text}” ({topic}) is nearly “{same}” ({entry})"
                remark = Remark(Kind.NEAR, spot, what, "make the difference plain in the words", also)
                found.append((likeness, remark))
    return [remark for _, remark in sorted(found, key=lambda item: -item[0])]


def _alike(texts: Sequence[str], least: float) -> Iterator[tuple[int, int, int]]:
    """Pairs of ``texts``, shortest first, that are alike by at least ``least`` of 100: likeness and both places.

    The ratio of two texts is at most twice the shorter's share of their joint length, which bounds what to compare.
    """
    lengths = np.array([len(text) for text in texts])
    for start in range(0, len(texts), BLOCK):
        block = texts[start : start + BLOCK]
        end = int(np.searchsorted(lengths, len(block[-1]) * (200 - least) / least, side="right"))
        likeness = cdist(block, texts[start:end], scorer=fuzz.ratio, score_cutoff=least, dtype=np.uint8)
        for row, column in np.argwhere(likeness).tolist():
            if row < column:
                yield int(likeness[row, column]), start + row, start + column


def lost_variants(knowledge: KnowledgeBase) -> list[Remark]:
    """Variants that another topic wins once they are left out of the training; the surest of those first."""
    every = list(_variants(knowledge))
    names = list(dict.fromkeys(topic for topic, *_ in every))
    lost: list[tuple[float, Remark]] = []
    for held in crossfit([text for _, _, text, _ in every], [topic for topic, *_ in every]):
        best = int(held.scores.argmax())
        if held.label in {-1, best}:
            continue
        topic, _, text, spot = every[held.variant]
        what = f"“{text}” ({topic}) would go to {names[best]} if it did not stand here"
        remedy = "move it, say it more plainly, or give it company"
        lost.append((float(held.scores[best] - held.scores[held.label]), Remark(Kind.LOST, spot, what, remedy)))
    return [remark for _, remark in sorted(lost, key=lambda item: -item[0])]


def golden_notes(judged: Sequence[Judged]) -> list[Remark]:
    """Golden questions that are not helped; the wrongly answered first."""
    failed = [
        item for item in judged if item.verdict == "wrong" or (item.verdict == "missed" and not item.unanswerable)
    ]
    return [_golden_note(item) for item in sorted(failed, key=lambda item: item.verdict != "wrong")]


def _golden_note(item: Judged) -> Remark:
    expected = " or ".join(item.question.expect)
    what = f"“{item.question.text}” gets {', '.join(map(_named, item.outcomes))} rather than {expected}"
    remedy = "look at the ways of asking of both as a whole, or correct what is expected"
    return Remark(Kind.GOLDEN, Spot(golden_key(item.question)), what, remedy)


def _named(outcome: Outcome) -> str:
    match outcome:
        case Answered(entry=entry) | Greeting(entry=entry):
            return entry
        case Clarify(options=options):
            return f"a choice of {', '.join(option.entry for option in options)}"
        case Escalate(topic=topic):
            return topic or "a person"


def _variants(knowledge: KnowledgeBase) -> Iterator[tuple[EntryId, Language, str, Spot]]:
    for topic in knowledge.topic.values():
        for language in Language:
            for index, text in enumerate(topic.questions[language]):
                yield topic.id, language, text, Spot(topic.id, ("questions", language.value, index))
