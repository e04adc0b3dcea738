"""Figures for those who answer."""

from __future__ import annotations

from bot.insights import Week, this_week, week
from bot.knowledge import OrganisationId
from bot.service.desk import Desk


async def weeks(desk: Desk, organisation: OrganisationId) -> tuple[Week, Week]:
    """This week so far, and as much of the week before."""
    whose = desk.mind.now.knowledge.organisation[organisation]
    spans = this_week(desk.clock(), whose.time_zone)
    async with desk.store.look() as work:
        now, before = [week(await work.happened(organisation, *span), whose) for span in spans]
    return now, before
