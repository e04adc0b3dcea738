"""Who may act for comms: the members of its channel, as the platform lists them.

The list is fetched before a case is touched, never while it is locked: ``ready``, then ``in_comms`` from memory.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.cases import PersonId
from bot.errors import DeliveryError, UndeliverableError
from bot.knowledge import KnowledgeBase, OrganisationId
from bot.ports import Membership, PlatformName
from bot.service.desk import routed

log = logging.getLogger(__name__)
FRESH = 300.0  # seconds that a yes counts
DOUBTED = 10.0  # seconds that a no counts: somebody may just have joined
PEOPLE = 50_000
LONG_AGO = float("-inf")


@dataclass(frozen=True)
class Listed:
    users: frozenset[str]
    at: float


class ChannelMembers:
    """A Membership of bot/ports.py. Whoever calls a use case says first who the person is there (``knows``).

    ``channels``: organisation → workspace and channel; ``fetch``: the users of those, as the platform names them.
    """

    def __init__(
        self,
        channels: Mapping[OrganisationId, tuple[str, str]],
        fetch: Callable[[str, str], Awaitable[frozenset[str]]],
    ) -> None:
        self._channels = channels
        self._fetch = fetch
        self._listed: dict[OrganisationId, Listed] = {}
        self._people: OrderedDict[PersonId, str] = OrderedDict()
        self._doubts = 0  # how often somebody joined or left: a list that was fetched meanwhile may be of before

    def knows(self, person: PersonId, user: str) -> None:
        self._people[person] = user
        while len(self._people) > PEOPLE:
            self._people.popitem(last=False)

    async def ready(self, organisation: OrganisationId, user: str) -> bool:
        """Whether the user is in comms' channel, asked anew where that is not known for sure.

        DeliveryError or UndeliverableError where the platform does not say.
        """
        for route in self._channels:
            if route.startswith(f"{organisation}/"):
                try:
                    await self.ready(route, user)
                except (DeliveryError, UndeliverableError) as error:  # comms' own channel does not wait for it
                    log.warning("Nobody says who is in the channel of %s: %s", route, error)
        if organisation not in self._channels:
            return False
        listed, now = self._listed.get(organisation), time.monotonic()
        if listed is None or now - listed.at > (FRESH if user in listed.users else DOUBTED):
            doubts = self._doubts
            users = await self._fetch(*self._channels[organisation])
            listed = Listed(users, now if doubts == self._doubts else LONG_AGO)
            self._listed[organisation] = listed
        return user in listed.users

    async def in_comms(self, person: PersonId, organisation: OrganisationId) -> bool:
        return self._people.get(person, "") in self.listed(organisation)

    def listed(self, organisation: OrganisationId) -> frozenset[str]:
        """The members as far as they are known by now."""
        found = self._listed.get(organisation)
        return found.users if found else frozenset()

    def changed(self, channel: str) -> None:
        """Somebody joined or left."""
        for organisation, (_, where) in self._channels.items():
            if where == channel:
                self._doubt(organisation)

    def changed_in(self, workspace: str) -> None:
        """Somebody joined or left somewhere in a workspace."""
        for organisation, (where, _) in self._channels.items():
            if where == workspace:
                self._doubt(organisation)

    def _doubt(self, organisation: OrganisationId) -> None:
        """Asked anew before anybody acts again; whoever is at it goes on by what was known."""
        self._doubts += 1
        if listed := self._listed.get(organisation):
            self._listed[organisation] = replace(listed, at=LONG_AGO)


def with_routes(
    channels: Mapping[OrganisationId, tuple[str, str]], knowledge: KnowledgeBase, platform: PlatformName
) -> dict[str, tuple[str, str]]:
    """The channels of comms, and those that their organisations route topics to, in the same workspace."""
    found = dict(channels)
    for organisation, (workspace, _) in channels.items():
        for name, route in knowledge.organisation[organisation].routes.items():
            found |= {routed(organisation, name): (workspace, to) for on, to in route.channel.items() if on == platform}
    return found


@dataclass(frozen=True)
class AnyOf:
    """A Membership over several platforms: comms works in one of them, and each knows its own people."""

    members: Sequence[Membership]

    async def in_comms(self, person: PersonId, organisation: OrganisationId) -> bool:
        return any([await each.in_comms(person, organisation) for each in self.members])
