"""What `handbok knowledge check` finds beyond loading: in the variants, in the coverage, and by the golden questions.

Faults must be mended; notes are for an author's eye. Everything is pure: a remark names an item and a place in it, and
bot/loading.py's ``Places`` tells the line.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import cycle

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.process import cdist

from bot.answering import Answered, Clarify, Escalate, Greeting, Outcome
from bot.knowledge import Concept, Entry, EntryId, KnowledgeBase
from bot.language import Language
from bot.loading import GOLDEN, Loaded, golden_key
from bot.matching.matcher import Matcher
from bot.matching.model import build
from bot.matching.text import tokens
from bot.measuring import Figures, Judged, by_language, figures, measure
from bot.remarks import NOTES, Kind, Placed, Remark, Spot, place
from bot.safety import train_detector

LEAST = {"entry": 40, "handoff": 20, "smalltalk": 10}  # ways of asking in each language
LEAST_GOLDEN = 200
NEAR = 85.0  # of 100: how alike two variants must be to be shown to an author; found by reading what it lists
BLOCK = 512  # variants compared with the others at once
PARTS = 5  # of the variants; each is judged by a model of the others
CLAIMED = 1.0  # of score above an emergency's threshold, by a detector that was not told that it is ordinary
SAME = 80.0  # of 100: how alike a variant is to a sentence of an emergency that says the same


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


def check(
    loaded: Loaded, train: Callable[[KnowledgeBase], Matcher], *, quick: bool = False, besides: Iterable[Placed] = ()
) -> Report:
    """Everything that there is to remark. Knowledge that does not load is checked as far as that goes.

    ``quick`` leaves out the variants that others would win or that tell of emergencies: the only parts that take longer
    than seconds. ``besides`` are faults of what stands beside the knowledge, told first.
    """
    knowledge, places = loaded.knowledge, loaded.places
    first = (*(Placed(Kind.UNREADABLE, fault) for fault in sorted(loaded.faults)), *besides)
    faults = list(variant_faults(knowledge))
    if loaded.faults:
        return Report((*first, *(place(remark, places) for remark in faults)))
    judged = measure(knowledge.golden, knowledge, train(knowledge))
    overall, languages = figures(judged), by_language(judged)
    faults += [*coverage_faults(knowledge), *gate_faults(overall, languages)]
    faults += [] if quick else urgent_faults(knowledge)
    notes = [*golden_notes(judged), *near_duplicates(knowledge), *([] if quick else lost_variants(knowledge))]
    remarks = (place(remark, places) for remark in (*faults, *notes))
    return Report((*first, *remarks), overall, languages)


def variant_faults(knowledge: KnowledgeBase) -> Iterator[Remark]:
    """Variants without words, the same variant twice in a language, and topics with too few of them."""
    seen: dict[tuple[Language, tuple[str, ...]], _Way] = {}
    for way in _ways(knowledge):
        if not way.words:
            yield Remark(Kind.EMPTY, way.spot, f"“{way.text}” holds no word", "write one, or take it out")
            continue
        first = seen.setdefault((way.language, way.words), way)
        if first is not way:
            whose = "stands here already" if first.topic == way.topic else f"stands under {first.topic}, too"
            remedy = "keep it where it belongs"
            yield Remark(Kind.DUPLICATE, way.spot, f"“{way.text}” {whose}", remedy, first.spot)
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


def gate_faults(found: Figures, languages: Mapping[Language, Figures]) -> Iterator[Remark]:
    """Where the golden questions as a whole fall short of what is promised."""
    remedy = "see the notes on golden questions for the entries that lack ways of asking"
    helped = {language: rates.helped for language, rates in languages.items() if not math.isnan(rates.helped)}
    best = max(helped.values(), default=0.0)
    unanswerable = found.unanswerable_answered
    promised = [
        (found.helped < 93, f"{found.helped:.1f} % of the golden questions are helped, and 93 % are promised"),
        (found.at_once < 75, f"{found.at_once:.1f} % of them are right at once, and 75 % are promised"),
        (found.wrong > 3, f"{found.wrong:.1f} % of them are answered wrongly, and 3 % may be"),
        (unanswerable > 5, f"{unanswerable:.1f} % of those that nothing answers get an answer, and 5 % may"),
    ]
    for language, rate in helped.items():
        promised.append(
            (rate < best - 5, f"{rate:.1f} % are helped in {language}, and {best:.1f} % in another language")
        )
    for short, what in promised:
        if short:
            yield Remark(Kind.GATE, Spot(None), what, remedy)


def near_duplicates(knowledge: KnowledgeBase, least: float = NEAR) -> list[Remark]:
    """Variants of two topics that share most letters, in whatever order of words; nearest first.

    Variants are compared within a language; across languages only the very same words are told.
    """
    ways = sorted(_ways(knowledge), key=lambda way: len(way.letters))
    found: list[tuple[float, _Way, _Way]] = []
    for language in Language:
        spoken = [way for way in ways if way.language is language]
        alike = _alike([way.letters for way in spoken], least)
        found += [(likeness, spoken[one], spoken[other]) for likeness, one, other in alike]
    first: dict[str, _Way] = {}
    for way in ways:
        if (other := first.setdefault(way.letters, way)).language is not way.language:
            found.append((100.0, other, way))
    found.sort(key=lambda item: -item[0])
    return [_near(one, other) for _, one, other in found if one.topic != other.topic and not _same(one, other)]


def _near(one: _Way, other: _Way) -> Remark:
    what = f"“{one.text}” ({one.topic}) is nearly “{other.text}” ({other.topic})"
    return Remark(Kind.NEAR, one.spot, what, "make the difference plain, or keep it where it belongs", other.spot)


def _same(one: _Way, other: _Way) -> bool:
    """Whether they are a fault already."""
    return one.language is other.language and one.words == other.words


def _alike(texts: Sequence[str], least: float) -> Iterator[tuple[float, int, int]]:
    """Pairs of ``texts``, shortest first, that are alike by at least ``least`` of 100: likeness and both places.

    The ratio of two texts is at most twice the shorter's share of their joint length, which bounds what to compare.
    """
    lengths = np.array([len(text) for text in texts])
    for start in range(0, len(texts), BLOCK):
        block = texts[start : start + BLOCK]
        end = int(np.searchsorted(lengths, len(block[-1]) * (200 - least) / least, side="right"))
        likeness = cdist(block, texts[start:end], scorer=fuzz.ratio, score_cutoff=least, dtype=np.float32)
        for row, column in np.argwhere(likeness).tolist():
            if row < column:
                yield float(likeness[row, column]), start + row, start + column


def lost_variants(knowledge: KnowledgeBase) -> list[Remark]:
    """Variants that another topic wins once they are left out of the training; the surest of those first."""
    remedy = "move it, say it more plainly, or give it company"
    lost = sorted(_lost(list(_ways(knowledge)), knowledge.lexicon), key=lambda item: -item[0])
    return [
        Remark(Kind.LOST, way.spot, f"“{way.text}” ({way.topic}) would go to {winner} if it did not stand here", remedy)
        for _, way, winner in lost
    ]


def _lost(ways: Sequence[_Way], lexicon: Sequence[Concept]) -> Iterator[tuple[float, _Way, EntryId]]:
    """Each variant that others win, by how much, and who; by models of which each leaves out one part of all topics."""
    turn: dict[EntryId, Iterator[int]] = defaultdict(lambda: cycle(range(PARTS)))
    part = [next(turn[way.topic]) for way in ways]
    for number in range(PARTS):
        known = [way for way, own in zip(ways, part, strict=True) if own != number]
        model = build([way.text for way in known], [way.topic for way in known], lexicon=lexicon)
        for way in (way for way, own in zip(ways, part, strict=True) if own == number and way.topic in model.labels):
            scores = model.scores(way.text).labels
            best = int(scores.argmax())
            if model.labels[best] != way.topic:
                yield float(scores[best] - scores[model.labels.index(way.topic)]), way, model.labels[best]


def urgent_faults(knowledge: KnowledgeBase) -> list[Remark]:
    """Variants of ordinary entries that tell of an emergency: an answer would pass over somebody who needs help."""
    remedy = "take it out, or say what it is about: whoever writes just this may be in danger"
    return [
        Remark(Kind.URGENT, way.spot, f"“{way.text}” ({way.topic}) sounds like {topic}", remedy)
        for way, topic in _claimed(list(_ways(knowledge)), knowledge)
    ]


def _claimed(ways: Sequence[_Way], knowledge: KnowledgeBase) -> Iterator[tuple[_Way, EntryId]]:
    """Those nearly the same as a sentence of an emergency, in whatever language; and those that detectors take for one
    of which each was trained without half of the ordinary variants, and judges those."""
    urgent = {emergency.topic for emergency in knowledge.emergencies}
    ordinary = [way for way in ways if way.topic not in urgent]
    told = [
        (text, each.topic) for each in knowledge.emergencies for language in Language for text in each.alarm[language]
    ]
    letters = [" ".join(sorted(tokens(text))) for text, _ in told]
    for half in (0, 1) if urgent else ():
        detector = train_detector(knowledge, skip=half, of=2)
        judged = [way for way in ordinary[half::2] if isinstance(knowledge.topic[way.topic], Entry)]
        for way, same in zip(judged, _twins(judged, letters), strict=True):
            alarm = detector.look(way.text).alarm
            if same is not None:
                yield way, told[same][1]
            elif alarm and alarm.score >= CLAIMED:
                yield way, alarm.topic


def _twins(ways: Sequence[_Way], letters: Sequence[str]) -> Iterator[int | None]:
    """For each of ``ways`` the place of what is most alike among ``letters``; None where nothing is at least SAME."""
    for start in range(0, len(ways), BLOCK):
        block = [way.letters for way in ways[start : start + BLOCK]]
        alike = cdist(block, letters, scorer=fuzz.ratio, score_cutoff=SAME, dtype=np.uint8, workers=-1)
        best = alike.argmax(axis=1)
        yield from (int(place) if alike[row, place] else None for row, place in enumerate(best))


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


@dataclass(frozen=True)
class _Way:
    """A variant, and where it stands."""

    topic: EntryId
    language: Language
    text: str
    spot: Spot

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(tokens(self.text))

    @cached_property
    def letters(self) -> str:
        return " ".join(sorted(self.words))


def _ways(knowledge: KnowledgeBase) -> Iterator[_Way]:
    for topic in knowledge.topic.values():
        for language in Language:
            for index, text in enumerate(topic.questions[language]):
                yield _Way(topic.id, language, text, Spot(topic.id, ("questions", language.value, index)))
