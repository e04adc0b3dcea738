"""Whether a question asks for what an open case asks for already. What was learnt from labelled pairs decides
(bot/matching/judge.py).

What is in the same words is joined, what is likely the same is offered to comms. Confidential ones and drafts stand
apart; what is urgent is joined and offered to urgent ones of the same topic alone, and to none that came long before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.cases import Case, Kind, PersonId, State
from bot.folding import plain_words
from bot.knowledge import EntryId, OrganisationId
from bot.matching.judge import Judge
from bot.matching.matcher import Matcher
from bot.matching.model import Model
from bot.matching.pairs import compare, gist

SAYS = 4.6  # idf from which a word says something: “kan”, “vi”, “er”, “the”, “att” say nothing of what is asked
ASKING = frozenset({
    "hvem", "hva", "hvor", "når", "hvordan", "hvorfor", "hvilken", "hvilket", "hvilke", "kven", "kva", "kor", "korleis",
    "kvifor", "vem", "vad", "var", "vart", "när", "hur", "varför", "vilken", "vilket", "vilka", "who", "what", "where",
    "when", "how", "why", "which", "ikke", "ikkje", "inte", "not",
})  # fmt: skip  # small words that turn a question into another
TODAY = timedelta(hours=24)  # “the server is down” is another matter the day after
AT_ONCE = timedelta(hours=2)  # within which two urgent messages on one topic may well tell of the same
CLOSEST = 20  # open cases, the nearest by what they are about, that are looked at closely


@dataclass(frozen=True)
class Wanted:
    """What a new case would be."""

    text: str
    organisation: OrganisationId
    asker: PersonId
    at: datetime
    topic: EntryId | None = None
    urgent: bool = False


def surely(text: str, other: str, model: Model) -> bool:
    """Whether both near certainly ask for the same: in the same words, but for those that say nothing.

    Of pairs by strangers not one in a hundred is so, and no likelihood tells the same from the different well enough
    to join them unseen (`python -m benchmarks pairs`): so a person decides on all others.
    """
    return said(text, model) == said(other, model)


def said(text: str, model: Model) -> frozenset[str]:
    """The words of a text that say something."""
    features, words = model.features, plain_words(text).split()
    return frozenset(
        word
        for word in words
        if word in ASKING or word not in features.place or features.idf[features.place[word]] >= SAYS
    )


def nearest(new: Wanted, open_ones: Sequence[Case], matcher: Matcher) -> tuple[Case, bool] | None:
    """The open case that most likely asks for the same, and whether it surely does; None where none is likely to, or
    may be joined."""
    fit = [case for case in open_ones if _may_be(new, case)]
    for case in fit:
        if surely(new.text, case.text, matcher.model) and _of_one_event(new, case, matcher):
            return case, True
    near = _likeliest(new, fit, matcher, matcher.judge) if matcher.judge and fit else None
    if near is None and new.urgent:  # minutes count: whoever has the one is to know of the other
        near = next((case for case in fit if new.at - case.opened_at <= AT_ONCE), None)
    return (near, False) if near else None


def _of_one_event(new: Wanted, case: Case, matcher: Matcher) -> bool:
    """Whether what is said in the same words may be taken for one and the same. “A journalist is calling” is said of
    many journalists: of what is urgent both must name somebody or something that the knowledge does not."""
    if not new.urgent:
        return new.at - case.opened_at <= TODAY
    told = gist(new.text, new.organisation, matcher)
    particular = [each for each in told.names | told.numbers if each not in matcher.model.features.place]
    return bool(particular) and new.at - case.opened_at <= AT_ONCE


def _may_be(new: Wanted, case: Case) -> bool:
    """Whether it waits for a person in comms, and is another's; what is urgent and what is not are never the same."""
    waits = case.state in (State.WAITING, State.CLAIMED) and not case.asked_back and case.joined is None
    alike = case.kind is Kind.QUESTION and not case.confidential and case.urgent == new.urgent
    return waits and alike and case.asker != new.asker and (not new.urgent or case.topic == new.topic)


def _likeliest(new: Wanted, fit: Sequence[Case], matcher: Matcher, judge: Judge) -> Case | None:
    mine = gist(new.text, new.organisation, matcher)
    theirs = [(case, gist(case.text, new.organisation, matcher)) for case in fit]
    about = sorted(theirs, key=lambda each: -float(mine.labels @ each[1].labels))[:CLOSEST]
    likely, best = max(((judge.likely(compare(mine, other)), case) for case, other in about), key=lambda each: each[0])
    return best if likely >= judge.offer_at else None
