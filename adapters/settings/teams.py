"""What sets up Microsoft Teams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

from adapters.settings.checks import LOOPBACK, TENANT, address, guid, switch, teams_channel
from adapters.settings.pairs import channels, pairs
from bot.errors import SettingsError

AppType = Literal["SingleTenant", "UserAssignedMSI"]
HOSTS = ("smba.trafficmanager.net", "smba.infra.gcc.teams.microsoft.com", "smba.infra.gov.teams.microsoft.us")
PLAYGROUND = (
    "http://localhost:56150/_connector"  # where Microsoft's Agents Playground takes replies unless told otherwise
)


@dataclass(frozen=True)
class TeamsSettings:
    """How Handbok takes part in Teams: as a bot of one tenant, by a secret or a managed identity."""

    organisations: Mapping[str, str]  # HANDBOK_TEAMS_ORGANISATIONS: tenant id → organisation
    comms: Mapping[str, tuple[str, str]]  # HANDBOK_TEAMS_COMMS: organisation → tenant and channel where comms works
    app_id: str = ""  # TEAMS_APP_ID; empty with the playground alone
    tenant: str = ""  # TEAMS_APP_TENANT_ID: the one that the app is registered in
    app_type: AppType = "SingleTenant"  # TEAMS_APP_TYPE
    app_password: str = field(default="", repr=False)  # TEAMS_APP_PASSWORD; none with a managed identity
    expires: date | None = None  # HANDBOK_TEAMS_SECRET_EXPIRES: the day that the secret ends, for the doctor to warn
    # HANDBOK_TEAMS_SERVICE_HOSTS: the only hosts that replies are sent to; Microsoft's by default
    service_hosts: tuple[str, ...] = HOSTS
    service_url: str = "https://smba.trafficmanager.net/teams/"  # HANDBOK_TEAMS_SERVICE_URL: until Teams says another
    # HANDBOK_TEAMS_OPENID: where the keys of whoever calls the bot are found
    openid: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    login: str = "https://login.microsoftonline.com"  # HANDBOK_TEAMS_LOGIN: where tokens for replies come from
    # HANDBOK_TEAMS_PLAYGROUND=1: Microsoft's Agents Playground on this machine, which proves nothing of who it is
    playground: bool = False


def read_teams(environment: Mapping[str, str]) -> TeamsSettings | None:
    """The settings of Teams; None where it is not set up. SettingsError where they cannot hold."""
    app_id = environment.get("TEAMS_APP_ID", "").strip()
    playground = bool(switch(environment, "HANDBOK_TEAMS_PLAYGROUND"))
    if not app_id and not playground:
        _alone(environment)
        return None
    organisations = pairs(environment, "HANDBOK_TEAMS_ORGANISATIONS", "TENANT-ID=oslomet")
    place = pairs(environment, "HANDBOK_TEAMS_COMMS", "oslomet=19:…@thread.tacv2")
    tenant = environment.get("TEAMS_APP_TENANT_ID", "").strip()
    if not playground:  # which has ids of its own making
        app_id = guid("TEAMS_APP_ID", app_id, "copy Application (client) ID from the app's registration in Entra ID")
        tenant = tenant and guid("TEAMS_APP_TENANT_ID", tenant, TENANT)
        organisations = {guid("HANDBOK_TEAMS_ORGANISATIONS", i, TENANT): whose for i, whose in organisations.items()}
        place = {organisation: teams_channel(channel) for organisation, channel in place.items()}
    app_type = environment.get("TEAMS_APP_TYPE", "").strip() or "SingleTenant"
    given = TeamsSettings(
        organisations,
        channels(place, organisations, "HANDBOK_TEAMS"),
        app_id,
        tenant,
        cast(AppType, app_type),
        environment.get("TEAMS_APP_PASSWORD", "").strip(),
        _day(environment.get("HANDBOK_TEAMS_SECRET_EXPIRES", "").strip()),
        _hosts(environment.get("HANDBOK_TEAMS_SERVICE_HOSTS", "")) or (LOOPBACK if playground else HOSTS),
        address(environment, "HANDBOK_TEAMS_SERVICE_URL", PLAYGROUND if playground else TeamsSettings.service_url),
        address(environment, "HANDBOK_TEAMS_OPENID", TeamsSettings.openid),
        address(environment, "HANDBOK_TEAMS_LOGIN", TeamsSettings.login).rstrip("/"),
        playground,
    )
    for amiss, how in _wrong(given):
        if amiss:
            raise SettingsError(how)
    return given


def _alone(environment: Mapping[str, str]) -> None:
    """Teams would stay silent where something is set up for it and the app is not there."""
    for name in ("TEAMS_APP_PASSWORD", "TEAMS_APP_TENANT_ID", "HANDBOK_TEAMS_ORGANISATIONS", "HANDBOK_TEAMS_COMMS"):
        if environment.get(name, "").strip():
            raise SettingsError(f"{name} is set, and TEAMS_APP_ID is not; copy it from the app's registration")


def _wrong(given: TeamsSettings) -> tuple[tuple[bool, str], ...]:
    """What can be wrong, whether it is, and what to do about it."""
    by_secret = given.app_type == "SingleTenant" and not given.playground
    return (
        (
            bool(given.app_id) and given.playground,
            "HANDBOK_TEAMS_PLAYGROUND and TEAMS_APP_ID exclude each other; the playground proves nothing of who it is",
        ),
        (
            given.app_type not in get_args(AppType),
            f"TEAMS_APP_TYPE is “{given.app_type[:40]}”; set it to {' or '.join(get_args(AppType))}",
        ),
        (
            bool(given.app_id) and not given.tenant,
            "TEAMS_APP_TENANT_ID is not set; copy the tenant's id from the app's registration",
        ),
        (
            by_secret and not given.app_password,
            "TEAMS_APP_PASSWORD is not set; make a client secret in the app's registration, or use a managed identity",
        ),
        (
            not given.organisations,
            "HANDBOK_TEAMS_ORGANISATIONS is not set; write TENANT-ID=oslomet, with the id of the tenant",
        ),
        (
            urlsplit(given.service_url).hostname not in given.service_hosts,
            "HANDBOK_TEAMS_SERVICE_URL is on none of the hosts in HANDBOK_TEAMS_SERVICE_HOSTS",
        ),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise SettingsError("HANDBOK_TEAMS_SECRET_EXPIRES is no date; write it as 2027-05-31") from error


def _hosts(text: str) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in text.split(",") if part.strip())
