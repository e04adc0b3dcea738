"""Which emergency a text tells of: what bot/safety sees, held against what the matcher takes it for."""

from __future__ import annotations

from collections.abc import Collection

from bot.knowledge import EntryId, Handoff, KnowledgeBase
from bot.matching.ranking import Ranking
from bot.matching.second import logit
from bot.safety import watch

URGENT = 0.1  # where bot/safety sees an urgent topic as possible, it need only be this likely, among the two likeliest
# What an emergency is held against (bot/safety): the second look's odds that its entry is what was asked, and the
# matcher's for what is likeliest of what is no emergency. Fitted on 430 messages about self-harm and 350 of other
# emergencies by three authors, and 1,900 ordinary questions, each judged by what had not learnt from its author.
ASKED_PLAINLY, LIKELY_MEANT = 0.10, 0.05
CERTAIN = 0.97  # surer than this says no more


def emergency(text: str, knowledge: KnowledgeBase, ranking: Ranking) -> Handoff | None:
    """The urgent topic that a text tells of: the one that bot/safety sees the plainest, held against how plainly the
    matcher takes the text for something ordinary; else what both take it for.

    ``ranking``: what the matcher takes it for. Knowledge that holds no emergencies leaves it to the matcher.
    """
    seen = watch(knowledge).look(text)
    urgent = {topic.id: topic for topic in knowledge.handoffs if topic.urgent}
    plainest = max(seen.over, key=lambda topic: seen.over[topic], default=None)
    if plainest in urgent and seen.over[plainest] >= _ordinary(ranking, urgent):
        return urgent[plainest]
    for candidate in ranking.candidates[:2]:
        if candidate.entry in urgent and candidate.probability >= URGENT:
            return urgent[candidate.entry] if candidate.entry in seen.possible or not knowledge.emergencies else None
    return None


def _ordinary(ranking: Ranking, urgent: Collection[EntryId]) -> float:
    """How plainly the matcher takes a text for an ordinary question, in the scores of bot/safety."""
    likely = max((each.probability for each in ranking.candidates if each.entry not in urgent), default=0.0)
    return ASKED_PLAINLY * _odds(ranking.sure) + LIKELY_MEANT * _odds(likely)


def _odds(share: float) -> float:
    return logit(min(max(share, 1 - CERTAIN), CERTAIN))


def is_emergency(topic: Handoff, text: str, knowledge: KnowledgeBase) -> bool:
    """Whether minutes count in a ``text`` that is known to be of ``topic``: a word in passing is no emergency."""
    if not topic.urgent or not knowledge.emergencies:
        return topic.urgent
    seen = watch(knowledge).look(text)
    return topic.id in seen.possible
