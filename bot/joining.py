"""Whether a question asks for what an open case asks for already. The matcher judges, as it does for gaps.

Near-certain ones are joined, likely ones are offered to comms. What is urgent, confidential or a draft stands apart.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.cases import Case, Kind, State
from bot.folding import plain_words
from bot.matching.model import Model
from bot.needs import rows_of

OFFERED = 0.4  # cosine from which two questions likely ask for the same (bot/gaps.py)
SAYS = 4.6  # idf from which a word says something: “kan”, “vi”, “er”, “the”, “att” say nothing of what is asked
ASKING = frozenset({
    "hvem", "hva", "hvor", "når", "hvordan", "hvorfor", "hvilken", "hvilket", "hvilke", "kven", "kva", "kor", "korleis",
    "kvifor", "vem", "vad", "var", "vart", "när", "hur", "varför", "vilken", "vilket", "vilka", "who", "what", "where",
    "when", "how", "why", "which", "ikke", "ikkje", "inte", "not",
})  # fmt: skip  # small words that turn a question into another


def likenesses(text: str, others: Sequence[str], model: Model) -> list[float]:
    """How near each of ``others`` is to ``text``, 0–1."""
    if not others:
        return []
    rows = rows_of([text, *others], model)
    return [float(value) for value in (rows[1:] @ rows[:1].T).toarray().ravel()]


def surely(text: str, other: str, model: Model) -> bool:
    """Whether both near certainly ask for the same: in the same words, but for those that say nothing.

    The matcher finds “publish” and “unpublish”, and who writes and who approves, as near as what asks for the same in
    other words (tests/bot/test_pairs.py): how near two are decides what is offered, and never what is joined.
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


def nearest(text: str, asker: str, open_ones: Sequence[Case], model: Model) -> tuple[Case, bool] | None:
    """The open case that is most like a question of ``asker``'s, and whether it near certainly asks for the same; None
    where none is like it, or may be joined."""
    fit = [
        case for case in open_ones
        if case.kind is Kind.QUESTION and case.asker != asker and not (case.confidential or case.urgent)
        and case.joined is None and case.state in (State.WAITING, State.CLAIMED) and not case.asked_back
    ]  # fmt: skip
    near = likenesses(text, [case.text for case in fit], model)
    sure = [surely(text, case.text, model) for case in fit]
    best = max(range(len(fit)), key=lambda place: (sure[place], near[place]), default=None)
    return None if best is None or not (sure[best] or near[best] >= OFFERED) else (fit[best], sure[best])
