"""What is wrong with Teams' set-up, each with its remedy. It asks Microsoft and changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

import aiohttp

from adapters.settings import TeamsSettings
from adapters.settings.health import Remark
from adapters.teams.connector import Connector, Place
from bot.errors import DeliveryError, UndeliverableError

SOON = 14  # days before the secret ends that it is warned of


async def examine(settings: TeamsSettings, today: date) -> list[Remark]:
    async with aiohttp.ClientSession(trust_env=True) as session:
        return [remark async for remark in _examine(settings, Connector(settings, session), today)]


async def _examine(settings: TeamsSettings, connector: Connector, today: date) -> AsyncIterator[Remark]:
    if settings.playground:
        remedy = "set TEAMS_APP_ID and leave HANDBOK_TEAMS_PLAYGROUND out for real use"
        yield Remark("teams", True, f"the playground of this machine; {remedy}")
    else:
        yield await _token(connector)
        yield _secret(settings, today)
    for organisation, (_, channel) in settings.comms.items():
        yield await _channel(connector, settings, organisation, channel)


async def _token(connector: Connector) -> Remark:
    try:
        await connector.token_works()
    except (DeliveryError, UndeliverableError) as error:
        says, _, remedy = str(error).partition("; ")
        return Remark("teams token", False, says, remedy or "check TEAMS_APP_ID, TEAMS_APP_TENANT_ID and the network")
    return Remark("teams token", True, "Microsoft gives one")


def _secret(settings: TeamsSettings, today: date) -> Remark:
    if settings.app_type != "SingleTenant":
        return Remark("teams secret", True, "none; a managed identity needs no secret")
    if settings.expires is None:
        says = "nobody said when it ends; set HANDBOK_TEAMS_SECRET_EXPIRES, and I warn two weeks ahead"
        return Remark("teams secret", True, says)
    left = (settings.expires - today).days
    remedy = "make a new client secret, set TEAMS_APP_PASSWORD and HANDBOK_TEAMS_SECRET_EXPIRES"
    if left < 0:
        return Remark("teams secret", False, f"it ended on {settings.expires}", remedy)
    if left <= SOON:
        return Remark("teams secret", False, f"it ends on {settings.expires}, in {left} days", remedy)
    return Remark("teams secret", True, f"it holds until {settings.expires}")


async def _channel(connector: Connector, settings: TeamsSettings, organisation: str, channel: str) -> Remark:
    about = f"teams comms {organisation}"
    try:
        people = await connector.members(Place(settings.service_url, channel), comms=True)
    except (DeliveryError, UndeliverableError) as error:
        says, _, remedy = str(error).partition("; ")
        return Remark(about, False, says, remedy or "try again")
    return Remark(about, True, f"{len(people)} people are in its team")
