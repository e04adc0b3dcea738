"""Who may act for comms: the members of its channel, as Slack lists them.

The list is fetched before a case is touched, never while it is locked: ``ready``, then ``in_comms`` from memory.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.slack.clients import Clients
from adapters.slack.failures import called
from bot.cases import PersonId
from bot.knowledge import OrganisationId

FRESH = 300.0  # seconds that a yes counts
DOUBTED = 10.0  # seconds that a no counts: somebody may just have joined
PAGES = 50  # of 1000 members
PEOPLE = 50_000


@dataclass(frozen=True)
class Listed:
    users: frozenset[str]
    at: float


class SlackMembers:
    """A Membership of bot/ports.py. Whoever calls a use case says first who the person is in Slack (``knows``)."""

    def __init__(self, clients: Clients, channels: Mapping[OrganisationId, tuple[str, str]]) -> None:
        self._clients = clients
        self._channels = channels
        self._listed: dict[OrganisationId, Listed] = {}
        self._people: OrderedDict[PersonId, str] = OrderedDict()

    def knows(self, person: PersonId, user: str) -> None:
        self._people[person] = user
        while len(self._people) > PEOPLE:
            self._people.popitem(last=False)

    async def ready(self, organisation: OrganisationId, user: str) -> bool:
        """Whether the user is in comms' channel, asked anew where that is not known for sure.

        DeliveryError or UndeliverableError where Slack does not say.
        """
        listed, now = self._listed.get(organisation), time.monotonic()
        if organisation not in self._channels:
            return False
        if listed is None or now - listed.at > (FRESH if user in listed.users else DOUBTED):
            listed = Listed(await self._fetch(organisation), now)
            self._listed[organisation] = listed
        return user in listed.users

    async def in_comms(self, person: PersonId, organisation: OrganisationId) -> bool:
        listed = self._listed.get(organisation)
        return listed is not None and self._people.get(person, "") in listed.users

    def changed(self, channel: str) -> None:
        """Somebody joined or left."""
        for organisation, (_, where) in self._channels.items():
            if where == channel:
                self._listed.pop(organisation, None)

    async def _fetch(self, organisation: OrganisationId) -> frozenset[str]:
        team, channel = self._channels[organisation]
        client = await self._clients.asking(team)
        users: set[str] = set()
        cursor = ""
        for _ in range(PAGES):
            page = await called(
                client.conversations_members(channel=channel, limit=1000, cursor=cursor or None), comms=True
            )
            users.update(page.get("members", []))
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                break
        return frozenset(users)
