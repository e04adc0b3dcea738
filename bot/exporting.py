"""What people taught, as YAML to be reviewed and taken over into knowledge/entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.cases import PersonId
from bot.lessons import Lesson, Origin, holding, lessons_yaml, read_lessons
from bot.ports import Learned

LEAD = """\
# What people taught, and holds now. To take one over, move it into a file of knowledge/entries, write the languages
# that it lacks, and leave `learned` out; further ways of asking go to the entry that they name. `handbok knowledge
# check` tells what is amiss. Once an entry there bears the same id, the learned one is passed over.
"""


def learned_yaml(learned: Iterable[Learned], names: Mapping[PersonId, str], now: datetime) -> str:
    """What was learned and holds ``now``; empty where there is nothing. Reading it (``read_lessons``) gives all of it.

    ``names``: of whom comms may know, for those who read. Raises KnowledgeError for what cannot be read.
    """
    parts = [_part(each, names) for each in holding(learned, now)]
    return "\n".join((LEAD, *parts)) if parts else ""


def _part(learned: Learned, names: Mapping[PersonId, str]) -> str:
    origin = Origin(
        id=learned.id,
        version=learned.version,
        case=learned.from_case,
        owner=learned.owner,
        saved_by=learned.saved_by,
        at=learned.at,
        expires=learned.expires,
    )
    (lesson,) = read_lessons(learned.yaml)
    return f"# {_told(learned, lesson, names)}\n{lessons_yaml([lesson.model_copy(update={'learned': origin})])}"


def _told(learned: Learned, lesson: Lesson, names: Mapping[PersonId, str]) -> str:
    owner = " ".join(names.get(learned.owner, "").split())
    parts = (
        f"case {learned.from_case}" if learned.from_case else "from a choice",
        f"owned by {owner}" if owner else "",
        f"until {learned.expires.date()}" if learned.expires else "",
        f"more ways of asking for {lesson.id}" if learned.base else "",
    )
    return "; ".join(filter(None, parts))
