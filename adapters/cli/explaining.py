"""Why a question got the reply that it got: what `handbok ask --explain` tells, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from bot.answering import Answered, Clarify, Escalate, Reply
from bot.knowledge import KnowledgeBase
from bot.matching.matcher import Matcher
from bot.matching.ranking import Ranking
from bot.matching.second import LIKELIER

SHOWN = 3  # candidates


def explained(reply: Reply, knowledge: KnowledgeBase, matcher: Matcher) -> Iterator[str]:
    """What was read, what ranked first and by which words, what the second look saw, and what followed."""
    for token, read in matcher.readings(reply.question):
        yield f"“{token}” was read as “{read}”"
    if reply.ranking.clause:
        yield f"what asks is “{reply.ranking.clause}”"
    names = [concept.concept for concept in knowledge.lexicon]
    for candidate in reply.ranking.candidates[:SHOWN]:
        carried = matcher.explain(reply.question, candidate.entry)
        yield f"{candidate.probability:6.1%}  {candidate.entry}"
        yield "        " + ", ".join(f"{_named(part.feature, names)} {part.weight:+.2f}" for part in carried)
    yield from _looked(reply.ranking)
    shares = ", ".join(f"{spoken} {share:.0%}" for spoken, share in reply.ranking.languages.items())
    yield f"language: {shares}"
    yield _because(reply)


def _named(feature: str, names: list[str]) -> str:
    """A concept by its name; everything else as it is."""
    kind, _, number = feature.partition(" ")
    return (
        f"[{names[int(number)]}]" if kind == "concept" and number.isdecimal() and int(number) < len(names) else feature
    )


def _looked(ranking: Ranking) -> Iterator[str]:
    seen = ranking.seen
    if seen is None:
        return
    yield (
        f"second look: {ranking.sure:.0%} sure that it is what was asked; its ways of asking account for "
        f"{seen.explained:.0%} of the words' weight; words of the field: {seen.tied:.0f}"
        + ("; the sentence says “not”, which its ways seldom do" if seen.negated > LIKELIER else "")
    )
    yield (
        f"to people who never read the knowledge it sounds like a question for the handbooks {seen.asked:+.2f} "
        f"(−1 to 1), for this entry's sections {seen.section:+.2f}"
        + (", for another section more" if seen.other > 0 else "")
    )


def _because(reply: Reply) -> str:
    ranking = reply.ranking
    gate = f"{ranking.sure_at:.0%}"
    match reply.outcome:
        case Answered():
            return f"answered at once, as from {gate} on"
        case Clarify(understood=True):
            return f"not answered at once: {ranking.sure:.0%} sure and {gate} needed; it is said how it was understood"
        case Clarify():
            return "not answered at once: likelier than not something else was asked; options are offered"
        case Escalate(reason="handoff", topic=topic):
            return f"not answered: {topic} always goes to a person"
        case Escalate(reason="unsure"):
            return f"not answered: nothing is sure enough ({ranking.confidence:.0%}), nor likely among a few"
        case Escalate(reason=reason):
            return f"not answered: {reason}"
        case _:
            return "greeted"
