"""How comms is called to a case that nobody takes: what is posted at a rung of the ladder, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.cases import Case
from bot.knowledge import Organisation, Step
from bot.ledger import rung_at
from bot.notices import NoticeKind
from bot.ports import Address

_KINDS: Mapping[Step, NoticeKind] = {
    "nudge": "remind-claim",
    "mention": "call-group",
    "deputy": "call-deputy",
    "second-channel": "second-channel",
}


def next_best(organisation: Organisation, gone: Address) -> Address | None:
    """Where comms is told that a channel of theirs takes nothing: in the second one, else their deputy; None where
    neither is named on that platform."""
    ladder = organisation.ladder
    named = [
        whom for ways in (ladder.second_channel, ladder.deputy) for on, whom in ways.items() if on == gone.platform
    ]
    whom = next((each for each in named if each != gone.conversation), None)
    return replace(gone, conversation=whom, thread="") if whom else None


def call(case: Case, organisation: Organisation, rung: int, comms: Address) -> tuple[NoticeKind, Address]:
    """The notice and its place; a nudge in the thread where the organisation names nobody on comms' platform."""
    ladder, step = organisation.ladder, rung_at(case, organisation, rung).do
    named = {"mention": ladder.group, "deputy": ladder.deputy, "second-channel": ladder.second_channel}.get(step, {})
    whom = next((each for platform, each in named.items() if platform == comms.platform), None)
    if whom is None:
        return "remind-claim", comms
    elsewhere = replace(comms, conversation=whom, thread="") if step == "second-channel" else comms
    return _KINDS[step], elsewhere
