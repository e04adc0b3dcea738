"""Who hears of a change in a case, and what kind of message it is. Pure; the words come when it is drawn."""

from __future__ import annotations

from typing import Literal, TypeAlias

from bot.cases import Event

NoticeKind: TypeAlias = Literal[
    "card",  # comms: the case's card, posted once and then changed in place
    "thread",  # comms: a line below the card, so that a change is noticed
    "status",  # the asker: where the case stands, changed in place
    "answer",  # the asker: the answer
    "back",  # the asker: comms asks back
    "closed",  # the asker: closed, with comms' word
    "late",  # the asker: it takes longer than promised
    "later",  # the asker: when the answer will come
    "care",  # the asker: wrote of an emergency; what matters first, with the numbers to call
    "remind-claim",  # comms: nobody has claimed it
    "remind-answer",  # comms: claimed, and still not answered
    "call-group",  # comms: the same, with the organisation's group mentioned
    "call-deputy",  # comms: the same, with its deputy mentioned
    "second-channel",  # comms: the same, in another channel
    "called",  # comms, where a case was sent or moved to: the group of that place, mentioned
    "handed",  # a colleague in comms, alone: a case was given to them
    "followed",  # a colleague in comms, alone: a case that they follow has changed
    "unreachable",  # comms, elsewhere: their channel takes nothing
    "remind-asker",  # the asker: comms still waits for a word
    "unheard",  # the asker: closed, since no word came
]

COMMS: frozenset[NoticeKind] = frozenset(
    {
        "card", "thread", "remind-claim", "remind-answer", "call-group", "call-deputy", "second-channel", "handed",
        "followed", "unreachable", "called",
    }
)  # fmt: skip
IN_PLACE: frozenset[NoticeKind] = frozenset({"card", "status"})  # one post each, changed rather than repeated
# Where nobody is told that a message has changed, an answer is a message of its own, and the status says that it is.
# Slack: chat.update neither notifies nor marks as unread. Teams: nor does an updated activity. The web page draws the
# status anew before its reader's eyes, and the terminal prints it.
SILENT_EDITS: frozenset[str] = frozenset({"slack", "teams"})

_FOLLOWS: dict[str, tuple[NoticeKind, ...]] = {
    "opened": ("card", "called", "status"),
    "claimed": ("card", "status"),
    "released": ("card", "status"),
    "handed": ("card", "status"),
    "taken": ("card", "status"),
    "joined": ("card",),
    "moved": ("card", "called"),
    "parted": ("card", "status"),
    "deferred": ("card", "status", "later"),
    "answered": ("card", "status", "answer"),
    "asked-back": ("card", "status", "back"),
    "noted": ("card",),
    "closed": ("card", "status", "closed"),
    "added": ("card", "status", "thread"),
    "reopened": ("card", "status", "thread"),
    "withdrawn": ("card", "status", "thread"),
    "returned": ("card", "status", "thread"),
    "rested": ("card", "status"),
    "unheard": ("card", "status", "unheard"),
}


def notices(event: Event) -> tuple[NoticeKind, ...]:
    """The messages that follow from ``event``, in the order that they are sent in."""
    return _FOLLOWS[event.kind]
