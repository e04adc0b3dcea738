"""What is wrong with Slack's set-up, each with its remedy. It asks Slack and changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.settings import SlackSettings
from adapters.settings.health import Remark
from adapters.slack.clients import Tokens
from adapters.slack.failures import MENDABLE, called, code
from adapters.slack.installing import SCOPES
from bot.errors import DeliveryError, UndeliverableError


async def examine(settings: SlackSettings, tokens: Tokens) -> list[Remark]:
    """``tokens``: the one that is set, or those of the installations."""
    async with aiohttp.ClientSession(trust_env=True) as session:
        return [remark async for remark in _examine(settings, tokens, session)]


async def _examine(settings: SlackSettings, tokens: Tokens, session: aiohttp.ClientSession) -> AsyncIterator[Remark]:
    for workspace in sorted(settings.organisations) if settings.by_oauth else [""]:
        async for remark in _workspace(settings, workspace, tokens, session):
            yield remark
    if settings.app_token:
        client = AsyncWebClient(settings.app_token, settings.api, timeout=10, session=session)
        yield await _answers("slack socket mode", client.apps_connections_open(app_token=settings.app_token))


async def _workspace(
    settings: SlackSettings, workspace: str, tokens: Tokens, session: aiohttp.ClientSession
) -> AsyncIterator[Remark]:
    """``workspace``: a team or enterprise that Handbok may be installed in; empty where there is one token for all."""
    about = f"slack token {workspace}".strip()
    enterprise = workspace if workspace.startswith("E") else ""
    token = await tokens("" if enterprise else workspace, enterprise)
    if not token:
        yield Remark(about, False, "Handbok is not installed there", "open /slack/install on its server, and allow it")
        return
    client = AsyncWebClient(token, settings.api, timeout=10, session=session)
    found = await _token(client, settings, about)
    yield found
    if found.well:
        for organisation, (team, channel) in settings.comms.items():
            if workspace in ("", team) or (enterprise and settings.organisations[workspace] == organisation):
                yield await _channel(client, organisation, channel)


async def _token(client: AsyncWebClient, settings: SlackSettings, about: str) -> Remark:
    try:
        who: AsyncSlackResponse = await client.auth_test()
    except SlackApiError as error:
        return Remark(about, False, f"Slack refuses it ({code(error)})", MENDABLE.get(code(error), "try again"))
    except (aiohttp.ClientError, TimeoutError, OSError):
        return Remark(about, False, "Slack does not answer", "check the network, and that slack.com is reached")
    granted = {scope.strip() for scope in str(who.headers.get("x-oauth-scopes", "")).split(",")} - {""}
    missing = sorted(set(SCOPES) - granted) if granted else []
    if missing:
        return Remark(about, False, f"scopes are missing: {', '.join(missing)}", MENDABLE["missing_scope"])
    team = str(who.get("team_id", ""))
    if not {team, str(who.get("enterprise_id") or team)} & set(settings.organisations):
        says = f"it is of {team}, which HANDBOK_SLACK_ORGANISATIONS does not name"
        return Remark(about, False, says, f"add {team}=ORGANISATION")
    return Remark(about, True, f"{who.get('user', 'Handbok')} in {who.get('team', team)}")


async def _channel(client: AsyncWebClient, organisation: str, channel: str) -> Remark:
    about = f"slack comms {organisation}"
    try:
        found = (await called(client.conversations_info(channel=channel), comms=True))["channel"]
    except (DeliveryError, UndeliverableError) as error:
        says, _, remedy = str(error).partition("; ")
        return Remark(about, False, says, remedy or "try again")
    if found.get("is_archived"):
        return Remark(about, False, "the channel is archived, so its cases wait", MENDABLE["is_archived"])
    if not found.get("is_member"):
        return Remark(about, False, "Handbok is not in the channel, so its cases wait", MENDABLE["not_in_channel"])
    return Remark(about, True, f"#{found.get('name', channel)}")


async def _answers(about: str, call: object) -> Remark:
    try:
        await called(call)  # type: ignore[arg-type]  # the reply of slack_sdk
    except (DeliveryError, UndeliverableError) as error:
        return Remark(about, False, str(error), "check SLACK_APP_TOKEN and its scope connections:write")
    return Remark(about, True, "Slack opens a connection")
