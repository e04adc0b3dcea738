"""The environment, read once, into one typed Settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

from bot.errors import SettingsError

ELSEWHERE = ("SLACK_", "HANDBOK_SLACK_", "TEAMS_", "HANDBOK_TEAMS_")  # variables that set up another way in
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class SlackSettings:
    """How Handbok takes part in Slack: with one bot token, or wherever it gets installed by OAuth."""

    organisations: Mapping[str, str]  # HANDBOK_SLACK_ORGANISATIONS: team or enterprise id → organisation
    comms: Mapping[str, tuple[str, str]]  # HANDBOK_SLACK_COMMS: organisation → team and channel where comms works
    bot_token: str = field(default="", repr=False)  # SLACK_BOT_TOKEN
    signing_secret: str = field(default="", repr=False)  # SLACK_SIGNING_SECRET: events come over HTTP
    app_token: str = field(default="", repr=False)  # SLACK_APP_TOKEN: events come over Socket Mode
    client_id: str = ""  # SLACK_CLIENT_ID: others install it by OAuth
    client_secret: str = field(default="", repr=False)  # SLACK_CLIENT_SECRET
    api: str = "https://slack.com/api/"  # HANDBOK_SLACK_API

    @property
    def by_oauth(self) -> bool:
        return bool(self.client_id)


@dataclass(frozen=True)
class Settings:
    """What the operator sets; each field names its variable."""

    knowledge: Path  # HANDBOK_KNOWLEDGE: the folder with the YAML
    cache: Path  # HANDBOK_CACHE: trained models are kept here
    organisation: str  # HANDBOK_ORGANISATION: whose staff asks where nothing else says so
    database: str = field(repr=False)  # HANDBOK_DATABASE_URL: by default a SQLite file of this user
    # HANDBOK_SECRET_KEY: seals who confidential askers are, and signs cookies; empty: the server makes one
    secret: str = field(repr=False)
    web: bool  # HANDBOK_WEB: 1 or 0; by default on where neither Slack nor Teams is set up
    port: int  # HANDBOK_PORT: of the server
    slack: SlackSettings | None = None  # None: Slack is not set up


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in ``environment``. SettingsError where one cannot hold."""
    knowledge = Path(environment.get("HANDBOK_KNOWLEDGE") or ROOT / "knowledge")
    if not knowledge.is_dir():
        raise SettingsError(
            f"HANDBOK_KNOWLEDGE names no folder ({knowledge}); point it at the folder with handbooks.yaml"
        )
    return Settings(
        knowledge=knowledge,
        cache=Path(environment.get("HANDBOK_CACHE") or user_cache_path("handbok")),
        organisation=environment.get("HANDBOK_ORGANISATION") or "oslomet",
        database=environment.get("HANDBOK_DATABASE_URL") or f"sqlite:///{user_data_path('handbok') / 'handbok.db'}",
        secret=environment.get("HANDBOK_SECRET_KEY", ""),
        web=_web(environment),
        port=_port(environment.get("HANDBOK_PORT") or "8080"),
        slack=read_slack(environment),
    )


def _web(environment: Mapping[str, str]) -> bool:
    wanted = environment.get("HANDBOK_WEB", "")
    if wanted not in ("", "0", "1"):
        raise SettingsError(f"HANDBOK_WEB is “{wanted}”; set it to 1 or 0, or leave it out")
    elsewhere = any(value for name, value in environment.items() if name.startswith(ELSEWHERE))
    return wanted == "1" or (not wanted and not elsewhere)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise SettingsError(f"HANDBOK_PORT is “{text}”; set it to a number from 1 to 65535")
    return int(text)


def read_slack(environment: Mapping[str, str]) -> SlackSettings | None:
    """The settings of Slack; None where it is not set up. SettingsError where they cannot hold."""
    bot_token, client_id = (environment.get(name, "").strip() for name in ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID"))
    if not bot_token and not client_id:
        return None
    organisations = _pairs(environment, "HANDBOK_SLACK_ORGANISATIONS", "T0123=oslomet")
    found = SlackSettings(
        organisations,
        _comms(_pairs(environment, "HANDBOK_SLACK_COMMS", "oslomet=C0123"), organisations),
        bot_token,
        environment.get("SLACK_SIGNING_SECRET", "").strip(),
        environment.get("SLACK_APP_TOKEN", "").strip(),
        client_id,
        environment.get("SLACK_CLIENT_SECRET", "").strip(),
        (environment.get("HANDBOK_SLACK_API") or SlackSettings.api).rstrip("/") + "/",
    )
    for amiss, how in _wrong(found):
        if amiss:
            raise SettingsError(how)
    return found


def _wrong(given: SlackSettings) -> tuple[tuple[bool, str], ...]:
    """What can be wrong, whether it is, and what to do about it."""
    return (
        (
            bool(given.bot_token and given.client_id),
            "SLACK_BOT_TOKEN and SLACK_CLIENT_ID exclude each other; the token is for one workspace alone",
        ),
        (
            given.by_oauth and not (given.client_secret and given.signing_secret),
            "SLACK_CLIENT_ID needs SLACK_CLIENT_SECRET and SLACK_SIGNING_SECRET; copy them from the app's settings",
        ),
        (
            not given.signing_secret and not given.app_token,
            "set SLACK_SIGNING_SECRET for events over HTTP, or SLACK_APP_TOKEN for Socket Mode",
        ),
        (
            bool(given.bot_token) and not given.bot_token.startswith("xoxb-"),
            "SLACK_BOT_TOKEN is no bot token; it begins with xoxb-",
        ),
        (
            bool(given.app_token) and not given.app_token.startswith("xapp-"),
            "SLACK_APP_TOKEN is no app-level token; it begins with xapp-",
        ),
        (
            not given.organisations,
            "HANDBOK_SLACK_ORGANISATIONS is not set; write T0123=oslomet, with the workspace's id",
        ),
    )


def _pairs(environment: Mapping[str, str], name: str, example: str) -> dict[str, str]:
    """``a=b,c=d`` as a mapping. SettingsError where it is something else."""
    found = {}
    for pair in filter(None, (part.strip() for part in environment.get(name, "").split(","))):
        left, equals, right = (part.strip() for part in pair.partition("="))
        if not (left and equals and right):
            raise SettingsError(f"{name} holds “{pair[:40]}”; write {example}, several separated by commas")
        found[left] = right
    return found


def _comms(channels: Mapping[str, str], organisations: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Where comms works. The team may be left out where the organisation has one: ``oslomet=C1``, ``oslomet=T1/C1``."""
    found = {}
    for organisation, place in channels.items():
        team, slash, channel = place.partition("/")
        teams = [each for each, whose in organisations.items() if whose == organisation]
        if not slash:
            team, channel = (teams[0] if teams else ""), place
        if team not in teams:
            raise SettingsError(
                f"HANDBOK_SLACK_COMMS names {organisation}, for which HANDBOK_SLACK_ORGANISATIONS has no such workspace"
            )
        found[organisation] = (team, channel)
    return found
