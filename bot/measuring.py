"""How well the bot answers questions whose right answer is known: the gate of the check, and of the benchmarks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.answering import Answered, Asker, Clarify, Escalate, Greeting, Outcome, respond
from bot.knowledge import Golden, Handoff, KnowledgeBase, Smalltalk
from bot.language import Language
from bot.matching.building import same_section
from bot.matching.matcher import Matcher

NONE = "none"  # what a golden question expects that must not be answered

Verdict = Literal["right", "offered", "missed", "wrong"]


@dataclass(frozen=True)
class Judged:
    """A question with what became of it. ``offered``: right among the options; ``missed``: neither helped nor wrong."""

    question: Golden
    outcomes: tuple[Outcome, ...]
    verdict: Verdict

    @property
    def unanswerable(self) -> bool:
        return NONE in self.question.expect


@dataclass(frozen=True)
class Figures:
    """Percentages 0–100 of the questions asked; NaN over none of them."""

    asked: int
    helped: float  # of those that have an answer: right at once, or right among the options
    at_once: float  # of those that have an answer
    wrong: float  # of all: an answer to something else, also where nothing answers
    unanswerable_answered: float  # of those that nothing answers
    wrong_of_answered: float  # of those answered at once; what the promise is about


def measure(questions: Iterable[Golden], knowledge: KnowledgeBase, matcher: Matcher) -> tuple[Judged, ...]:
    """Asks every question as someone at its organisation who wrote nothing before, and judges the reply."""
    return tuple(_judged(question, knowledge, matcher) for question in questions)


def figures(judged: Sequence[Judged]) -> Figures:
    """The rates over ``judged``."""
    open_ = Counter(item.verdict for item in judged if not item.unanswerable)
    closed = [item for item in judged if item.unanswerable]
    answered = [item for item in judged if _answered(item)]
    return Figures(
        asked=len(judged),
        helped=_percent(open_["right"] + open_["offered"], open_.total()),
        at_once=_percent(open_["right"], open_.total()),
        wrong=_percent(sum(item.verdict == "wrong" for item in judged), len(judged)),
        unanswerable_answered=_percent(sum(map(_answered, closed)), len(closed)),
        wrong_of_answered=_percent(sum(item.verdict == "wrong" for item in answered), len(answered)),
    )


def by_language(judged: Sequence[Judged]) -> dict[Language, Figures]:
    """The rates for each language that a question is written in."""
    spoken = [language for language in Language if any(item.question.language is language for item in judged)]
    return {language: figures([item for item in judged if item.question.language is language]) for language in spoken}


def _answered(item: Judged) -> bool:
    return any(isinstance(outcome, Answered) for outcome in item.outcomes)


def _percent(part: int, whole: int) -> float:
    return part / whole * 100 if whole else float("nan")


def _judged(question: Golden, knowledge: KnowledgeBase, matcher: Matcher) -> Judged:
    replies = respond(question.text, knowledge, matcher, Asker(question.org))
    right = {*question.expect, *same_section(knowledge, question.expect, question.org)}
    outcomes = tuple(reply.outcome for reply in replies)
    order: tuple[Verdict, ...] = (
        "wrong",
        "right",
        "offered",
        "missed",
    )  # one wrong answer spoils a right one beside it
    found = {_verdict(outcome, question, right, knowledge) for outcome in outcomes}
    return Judged(question, outcomes, next(verdict for verdict in order if verdict in found))


def _verdict(outcome: Outcome, question: Golden, right: set[str], knowledge: KnowledgeBase) -> Verdict:
    for_a_person = NONE in question.expect or any(
        isinstance(knowledge.topic.get(name), Handoff) for name in question.expect
    )
    match outcome:
        case Answered(entry=entry):
            return "right" if entry in right else "wrong"
        case Clarify(options=options):
            return "offered" if any(option.entry in right for option in options) else "missed"
        case Escalate():
            return "right" if for_a_person else "missed"
        case Greeting(entry=entry):
            if entry in right:
                return "right"
            return "missed" if NONE in question.expect or _is_talk(question, knowledge) else "wrong"


def _is_talk(question: Golden, knowledge: KnowledgeBase) -> bool:
    return any(isinstance(knowledge.topic.get(name), Smalltalk) for name in question.expect)
