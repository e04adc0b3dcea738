"""All of Teams joined: the ways out, which the desk and delivery need; then the way in.

connected(settings, …)        messenger and members
listening(connection, desk)   the route that Teams sends to, for as long as it is not left
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.routing import Route

from adapters.chat.hub import languages
from adapters.chat.members import ChannelMembers, with_routes
from adapters.chat.replies import Posted
from adapters.settings import TeamsSettings
from adapters.teams.activities import Activity, InvokeReply
from adapters.teams.app import handle
from adapters.teams.connector import Connector
from adapters.teams.connector import connector as connecting
from adapters.teams.drafts import CARRIED
from adapters.teams.hub import Hub
from adapters.teams.messenger import TeamsMessenger
from adapters.teams.references import Places, References
from adapters.teams.serving import route
from adapters.teams.taking import worked_off
from adapters.teams.trust import gate
from bot.knowledge import KnowledgeBase, OrganisationId
from bot.ports import Address
from bot.service.desk import Desk
from bot.wording import Wording


@dataclass(frozen=True, repr=False)
class Connection:
    """The ways to Teams."""

    settings: TeamsSettings
    connector: Connector
    references: References
    members: ChannelMembers
    messenger: TeamsMessenger

    @property
    def comms(self) -> Mapping[OrganisationId, Address]:
        """Where comms works, by organisation."""
        return {
            organisation: Address("teams", tenant, channel)
            for organisation, (tenant, channel) in self.settings.comms.items()
        }


@dataclass(frozen=True, repr=False)
class Teams:
    """Teams at work."""

    hub: Hub
    routes: tuple[Route, ...]


@asynccontextmanager
async def connected(
    settings: TeamsSettings, knowledge: KnowledgeBase, say: Wording, places: Places
) -> AsyncIterator[Connection]:
    """``places``: where conversations are kept (adapters/database/places.py).

    SettingsError where an organisation is named that the knowledge does not have.
    """
    spoken = languages("HANDBOK_TEAMS_ORGANISATIONS", settings.organisations, settings.comms, knowledge)
    places_of = with_routes(settings.comms, knowledge, "teams")
    async with connecting(settings) as connector:
        references = References(places, connector, settings.service_url)

        async def roster(tenant: str, channel: str) -> frozenset[str]:
            place = await references.place(Address("teams", tenant, channel))
            return frozenset(str(each.get("id", "")) for each in await connector.members(place, comms=True))

        members = ChannelMembers(places_of, roster)
        messenger = TeamsMessenger(
            connector, references, members, say, spoken, places_of, dialogs=not settings.playground
        )
        yield Connection(settings, connector, references, members, messenger)


@asynccontextmanager
async def listening(connection: Connection, desk: Desk) -> AsyncIterator[Teams]:
    """Takes in what Teams sends."""
    hub = Hub(
        desk=desk,
        platform="teams",
        carries=CARRIED,
        members=connection.members,
        messenger=connection.messenger,
        organisations=connection.settings.organisations,
        posted=Posted(desk),
        connector=connection.connector,
        references=connection.references,
    )

    async def handler(activity: Activity) -> InvokeReply | None:
        return await handle(hub, activity)

    async with (
        gate(connection.settings) as admitting,
        _ending(hub),
        hub.intake.shelf.swept(lambda arrival: worked_off(hub, arrival)),
    ):
        yield Teams(hub, (route(connection.settings, admitting, handler),))


@asynccontextmanager
async def _ending(hub: Hub) -> AsyncIterator[None]:
    """What is under way is finished."""
    try:
        yield
    finally:
        await hub.intake.close()
        await hub.posted.close()
