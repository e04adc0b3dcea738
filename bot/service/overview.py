"""Comms' desk at one look: how much waits in which pile, the cases of one, and the week beside the week before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.cases import PersonId, State
from bot.commands import Pile
from bot.insights import Week, this_week, week
from bot.knowledge import OrganisationId
from bot.language import Language
from bot.messages import CaseCard
from bot.ports import CaseFilter, Piles, Work
from bot.service.casework import cards
from bot.service.desk import Desk, Sender, known, overdue

LISTED = 10  # cases shown of a pile


@dataclass(frozen=True)
class Overview:
    """What is shown first. ``cards``: the open cases that come first; ``week``: this one so far, and the one before."""

    piles: Piles
    cards: Sequence[CaseCard]
    week: tuple[Week, Week]


def wanted(desk: Desk, organisation: OrganisationId, person: PersonId, pile: Pile, most: int = LISTED) -> CaseFilter:
    """The cases of a pile, urgent ones first."""
    found = CaseFilter(organisation, (State.WAITING, State.CLAIMED), most=most, urgent_first=True)
    match pile:
        case "open":
            return found
        case "urgent":
            return replace(found, urgent=True)
        case "mine":
            return replace(found, claimed_by=person)
        case "waiting":
            return replace(found, states=(State.WAITING,))
        case "overdue":
            return replace(found, overdue=overdue(desk, organisation))


async def overview(desk: Desk, who: Sender, language: Language) -> Overview:
    """For whoever is in comms of the sender's organisation; nothing is kept of them."""
    organisation = who.organisation
    whose = desk.mind.now.knowledge.organisation[organisation]
    spans = this_week(desk.clock(), whose.time_zone)
    async with desk.store.look() as work:
        person = await _id(desk, work, who)
        piles = await work.piles(organisation, person, overdue(desk, organisation))
        first = await cards(desk, work, wanted(desk, organisation, person, "open"), language)
        now, before = [week(await work.happened(organisation, *span), whose) for span in spans]
    return Overview(piles, first, (now, before))


async def pile(desk: Desk, who: Sender, name: Pile, language: Language) -> tuple[Piles, list[CaseCard]]:
    """How much waits where, and the cases of one pile."""
    async with desk.store.look() as work:
        person = await _id(desk, work, who)
        counts = await work.piles(who.organisation, person, overdue(desk, who.organisation))
        return counts, await cards(desk, work, wanted(desk, who.organisation, person, name), language)


async def _id(desk: Desk, work: Work, who: Sender) -> PersonId:
    """Empty where they have done nothing yet, and so claimed nothing."""
    person = await known(desk, work, who)
    return person.id if person else ""
