"""Teams joined to the rest: its connection before the desk is made, its way in once there is one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import ClassVar

from starlette.routing import Route

from adapters.app.health import Check, reached
from adapters.database import Database
from adapters.settings import TeamsSettings
from adapters.teams.joining import Connection, connected, listening
from bot.knowledge import KnowledgeBase
from bot.ports import PlatformName
from bot.service.desk import Desk
from bot.wording import Wording


@dataclass(frozen=True)
class TeamsSide:
    connection: Connection
    platform: ClassVar[PlatformName] = "teams"

    def checks(self) -> dict[str, Check]:
        """What /readyz looks at."""
        settings = self.connection.settings
        if settings.playground:
            return {}
        return {
            "teams keys": reached(settings.openid, "check HANDBOK_TEAMS_OPENID, the network and HTTPS_PROXY"),
            "teams login": reached(settings.login, "check HANDBOK_TEAMS_LOGIN, the network and HTTPS_PROXY"),
        }

    @asynccontextmanager
    async def routes(self, desk: Desk) -> AsyncIterator[tuple[Route, ...]]:
        """Takes in what Teams sends; gives the route that it sends to."""
        async with listening(self.connection, desk) as teams:
            yield teams.routes


@asynccontextmanager
async def teams_side(
    settings: TeamsSettings, knowledge: KnowledgeBase, say: Wording, database: Database
) -> AsyncIterator[TeamsSide]:
    async with connected(settings, knowledge, say, database.places("teams")) as connection:
        yield TeamsSide(connection)
