"""Slack joined to the rest: its connection before the desk is made, its ways in once there is one, and its doctor."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import ClassVar

import aiohttp
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import SQLAlchemyError
from starlette.routing import Route

from adapters.app.health import OUTSIDE, Check, reached, seldom
from adapters.app.starting import kept_secret
from adapters.database.engine import make_engine, parse, sqlite_file
from adapters.database.sealing import Seal
from adapters.settings import SlackSettings
from adapters.settings.health import Remark
from adapters.slack.clients import one_token
from adapters.slack.doctor import examine
from adapters.slack.failures import MENDABLE, code
from adapters.slack.installing import Installations
from adapters.slack.serving import Connection, connected, listening
from bot.errors import DeliveryError, UndeliverableError
from bot.knowledge import KnowledgeBase
from bot.ports import PlatformName
from bot.service.desk import Desk
from bot.wording import Wording


@dataclass(frozen=True)
class SlackSide:
    """``installations``: where the app is installed by OAuth; None with a token of its own."""

    connection: Connection
    installations: Installations | None
    platform: ClassVar[PlatformName] = "slack"
    state: dict[str, Callable[[], bool]] = field(default_factory=dict)  # whether events can come in, once they do

    def checks(self) -> dict[str, Check]:
        """What /readyz looks at."""
        settings = self.connection.settings
        found = {"slack": reached(settings.api, "check the network and HTTPS_PROXY")}
        if settings.bot_token:
            found["slack token"] = seldom(self._token, OUTSIDE)
        if settings.app_token:
            found["slack socket mode"] = self._socket
        return found

    async def _token(self) -> str:
        client = await self.connection.clients.asking("")
        try:
            await client.auth_test()
        except SlackApiError as error:
            why = code(error)
            remedy = MENDABLE.get(why, "see `handbok doctor`")
            raise UndeliverableError(f"Slack refuses it ({why}); {remedy}") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise DeliveryError("Slack does not answer; check the network") from error
        return "holds"

    async def _socket(self) -> str:
        healthy = self.state.get("healthy")
        if healthy is None or not healthy():
            raise DeliveryError("no connection, so nothing comes in; check SLACK_APP_TOKEN and the network")
        return "connected"

    @asynccontextmanager
    async def routes(self, desk: Desk) -> AsyncIterator[tuple[Route, ...]]:
        """Takes in what Slack sends; gives the routes that it sends to."""
        forget = self.installations.forget if self.installations else None
        async with listening(self.connection, desk, forget) as slack:
            self.state["healthy"] = slack.healthy
            more = self.installations.routes(self.connection.clients) if self.installations else ()
            yield (*slack.routes, *more)


@asynccontextmanager
async def slack_side(
    settings: SlackSettings, knowledge: KnowledgeBase, say: Wording, database: str, secret: str
) -> AsyncIterator[SlackSide]:
    """``database``, ``secret``: where installations are kept, and the key that seals their tokens."""
    async with AsyncExitStack() as stack:
        installations = None
        if settings.by_oauth:
            engine = make_engine(parse(database))
            stack.push_async_callback(engine.dispose)
            installations = Installations(settings, engine, Seal(secret))
            await installations.prepare()
        tokens = installations.tokens if installations else None
        connection = await stack.enter_async_context(connected(settings, knowledge, say, tokens))
        yield SlackSide(connection, installations)


async def examined(settings: SlackSettings, database: str, secret: str) -> list[Remark]:
    """What is wrong with the set-up. Nothing is changed by it, and nothing is made."""
    if not settings.by_oauth:
        return await examine(settings, one_token(settings.bot_token))
    file = sqlite_file(parse(database))
    key = secret or kept_secret(database)
    if not key or (file and not file.exists()):  # nothing has been installed yet
        return await examine(settings, one_token(""))
    engine = make_engine(parse(database))
    try:
        return await examine(settings, Installations(settings, engine, Seal(key)).tokens)
    except SQLAlchemyError:  # its tables are made when the server first starts with these settings
        return await examine(settings, one_token(""))
    finally:
        await engine.dispose()
