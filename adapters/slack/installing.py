"""Many workspaces: installed by OAuth, their tokens sealed at rest, forgotten when the app is removed.

Bolt and slack_sdk do the exchange; here the stores are joined to the database, and the tokens sealed on their way in.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from copy import copy
from typing import Protocol, TypeVar

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.settings import SlackSettings
from adapters.slack.clients import Clients, Tokens

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
BOTS, INSTALLATIONS, STATES = "handbok_slack_bots", "handbok_slack_installations", "handbok_slack_states"
STATE_SECONDS = 600
SECRET = ("bot_token", "user_token", "bot_refresh_token", "user_refresh_token", "incoming_webhook_url")
SCOPES = (
    "app_mentions:read", "assistant:write", "channels:history", "channels:read", "chat:write", "commands", "files:read",
    "files:write", "groups:history", "groups:read", "im:history", "im:write", "users:read",
)  # fmt: skip

Kept = TypeVar("Kept", Bot, Installation)


class Sealer(Protocol):
    """Encrypts and opens: adapters/database has one, under HANDBOK_SECRET_KEY."""

    def close(self, text: str) -> str: ...

    def open(self, token: str) -> str: ...


class SealedInstallations(AsyncSQLAlchemyInstallationStore):
    """slack_sdk's store, whose tables hold no token that anybody could use."""

    def __init__(self, client_id: str, engine: AsyncEngine, seal: Sealer) -> None:
        super().__init__(client_id, engine, BOTS, INSTALLATIONS)
        self._seal = seal

    async def async_save(self, installation: Installation) -> None:
        await super().async_save(_each(installation, self._seal.close))

    async def async_save_bot(self, bot: Bot) -> None:
        # ``async_save`` saves the bot of what it was given, which is sealed already.
        await super().async_save_bot(bot if self._sealed(bot.bot_token) else _each(bot, self._seal.close))

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        found = await super().async_find_bot(
            enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=is_enterprise_install
        )
        return None if found is None else _each(found, self._seal.open)

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        found = await super().async_find_installation(
            enterprise_id=enterprise_id, team_id=team_id, user_id=user_id, is_enterprise_install=is_enterprise_install
        )
        return None if found is None else _each(found, self._seal.open)

    def _sealed(self, token: str | None) -> bool:
        return bool(token) and not str(token).startswith(("xoxb-", "xoxe"))


def _each(kept: Kept, change: Callable[[str], str]) -> Kept:
    """A copy with every secret changed."""
    changed = copy(kept)
    for name in SECRET:
        if getattr(changed, name, None):
            setattr(changed, name, change(getattr(changed, name)))
    return changed


class Installations:
    """Where the app is installed. ``engine``: of Handbok's own database."""

    def __init__(self, settings: SlackSettings, engine: AsyncEngine, seal: Sealer) -> None:
        self._settings = settings
        self._engine = engine
        self.store = SealedInstallations(settings.client_id, engine, seal)
        self._states = AsyncSQLAlchemyOAuthStateStore(STATE_SECONDS, engine, table_name=STATES)

    async def prepare(self) -> None:
        """Makes the tables where there are none."""
        metadata = MetaData()
        self.store.build_bots_table(metadata, BOTS)
        self.store.build_installations_table(metadata, INSTALLATIONS)
        self._states.build_oauth_states_table(metadata, STATES)
        async with self._engine.begin() as connection:
            await connection.run_sync(metadata.create_all)

    async def token(self, team: str, enterprise: str) -> str | None:
        """The bot's token in a workspace, or in the whole of an enterprise."""
        for whole in (False, True):
            if whole and not enterprise:
                break
            bot = await self.store.async_find_bot(
                enterprise_id=enterprise or None, team_id=None if whole else team, is_enterprise_install=whole
            )
            if bot:
                return bot.bot_token
        return None

    @property
    def tokens(self) -> Tokens:
        return self.token

    async def forget(self, team: str, enterprise: str) -> None:
        """The app was removed there, or its token revoked."""
        await self.store.async_delete_all(enterprise_id=enterprise or None, team_id=team or None)

    def routes(self, clients: Clients) -> tuple[Route, ...]:
        flow = AsyncOAuthFlow(
            client=clients.unauthorised(),
            settings=AsyncOAuthSettings(
                client_id=self._settings.client_id,
                client_secret=self._settings.client_secret,
                scopes=list(SCOPES),
                user_scopes=[],
                installation_store=self.store,
                state_store=self._states,
                install_path=INSTALL,
                redirect_uri_path=REDIRECT,
            ),
        )

        def taking(handle: Callable[..., Awaitable[object]]) -> Callable[[Request], Awaitable[Response]]:
            async def take(request: Request) -> Response:
                asked = to_async_bolt_request(request, b"")
                return to_starlette_response(await handle(asked))  # type: ignore[arg-type]  # a BoltResponse

            return take

        async def finish(request: Request) -> Response:
            response = await taking(flow.handle_callback)(request)
            clients.forget()  # what was not installed a moment ago may be now
            return response

        return (
            Route(INSTALL, taking(flow.handle_installation), methods=["GET"]),
            Route(REDIRECT, finish, methods=["GET"]),
        )
