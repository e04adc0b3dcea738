"""The environment, read once, into one typed Settings; slack.py and teams.py read what sets those up."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

from adapters.settings.checks import LOOPBACK, address, number, one_of, secret_key, switch
from adapters.settings.keeping import Keep, read_keep
from adapters.settings.slack import SlackSettings, read_slack
from adapters.settings.table import refuse_unknown
from adapters.settings.teams import TeamsSettings, read_teams
from bot.errors import SettingsError

ELSEWHERE = ("SLACK_", "HANDBOK_SLACK_", "TEAMS_", "HANDBOK_TEAMS_")  # variables that set up another way in
ROOT = Path(__file__).resolve().parents[2]


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
    host: str = "127.0.0.1"  # HANDBOK_HOST: the address that it listens on
    url: str = ""  # HANDBOK_URL: where people reach it
    open_web: bool = False  # whether the page is for other machines, too: HANDBOK_WEB=1 beside such a HANDBOK_HOST
    contact: str = ""  # HANDBOK_CONTACT: whom people write to about their data
    log: str = "text"  # HANDBOK_LOG: text or json
    log_level: str = "info"  # HANDBOK_LOG_LEVEL
    metrics_token: str = field(default="", repr=False)  # HANDBOK_METRICS_TOKEN
    keep: Keep = field(default_factory=Keep)  # HANDBOK_KEEP: days by kind
    wait: int = 60  # HANDBOK_WAIT: seconds that a start waits for the database
    passphrase: str = field(default="", repr=False)  # HANDBOK_BACKUP_PASSPHRASE: seals the key into backups
    slack: SlackSettings | None = None  # None: Slack is not set up
    teams: TeamsSettings | None = None  # None: Teams is not set up


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in ``environment``. SettingsError where one cannot hold, or a name is none of ours."""
    refuse_unknown(environment)
    knowledge = Path(environment.get("HANDBOK_KNOWLEDGE") or ROOT / "knowledge")
    if not _is_folder(knowledge):
        raise SettingsError(
            f"HANDBOK_KNOWLEDGE names no folder ({str(knowledge)[:200]}); point it at the folder with handbooks.yaml"
        )
    slack, teams = read_slack(environment), read_teams(environment)
    for organisation in (slack.comms if slack else {}).keys() & (teams.comms if teams else {}).keys():
        raise SettingsError(
            f"HANDBOK_SLACK_COMMS and HANDBOK_TEAMS_COMMS both name {organisation}; its comms works in one place"
        )
    web, host = switch(environment, "HANDBOK_WEB"), _host(environment)
    return Settings(
        knowledge=knowledge,
        cache=Path(environment.get("HANDBOK_CACHE") or user_cache_path("handbok")),
        organisation=environment.get("HANDBOK_ORGANISATION") or "oslomet",
        database=environment.get("HANDBOK_DATABASE_URL") or f"sqlite:///{user_data_path('handbok') / 'handbok.db'}",
        secret=secret_key(environment),
        web=web or (web is None and not _elsewhere(environment)),
        open_web=bool(web) and host not in LOOPBACK,
        port=number(environment, "HANDBOK_PORT", 8080, 1, 65535),
        host=host,
        url=address(environment, "HANDBOK_URL").rstrip("/"),
        contact=_contact(environment),
        log=one_of(environment, "HANDBOK_LOG", ("text", "json")),
        log_level=one_of(environment, "HANDBOK_LOG_LEVEL", ("info", "debug", "warning", "error")),
        metrics_token=environment.get("HANDBOK_METRICS_TOKEN", "").strip(),
        keep=read_keep(environment),
        wait=number(environment, "HANDBOK_WAIT", 60, 0, 3600),
        passphrase=environment.get("HANDBOK_BACKUP_PASSPHRASE", ""),
        slack=slack,
        teams=teams,
    )


def fits(settings: Settings, organisations: Collection[str]) -> None:
    """SettingsError where a setting names an organisation that the knowledge does not have."""
    named = {"HANDBOK_ORGANISATION": {settings.organisation}}
    for name, side in (("SLACK", settings.slack), ("TEAMS", settings.teams)):
        if side:
            named[f"HANDBOK_{name}_ORGANISATIONS"] = set(side.organisations.values())
            named[f"HANDBOK_{name}_COMMS"] = set(side.comms)
    for name, given in named.items():
        for unknown in sorted(given - set(organisations)):
            raise SettingsError(f"{name} names {unknown[:40]}; there are {', '.join(organisations)}")


def needs_key(settings: Settings) -> None:
    """SettingsError on PostgreSQL without a key: another process would have another, and a container lose its own."""
    if not settings.secret and not settings.database.startswith("sqlite"):
        raise SettingsError(
            "HANDBOK_SECRET_KEY is not set, and PostgreSQL needs it, the same for every process; "
            "make one with `handbok key new`"
        )


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that no file system takes
        return False


def _elsewhere(environment: Mapping[str, str]) -> bool:
    return any(value for name, value in environment.items() if name.startswith(ELSEWHERE))


def _host(environment: Mapping[str, str]) -> str:
    given = environment.get("HANDBOK_HOST", "").strip() or "127.0.0.1"
    if given == "localhost":
        return "127.0.0.1"
    try:
        return str(ipaddress.ip_address(given.strip("[]")))
    except ValueError as error:
        raise SettingsError(
            f"HANDBOK_HOST is “{given[:40]}”; write an address of this machine, or 0.0.0.0 for all it has"
        ) from error


def _contact(environment: Mapping[str, str]) -> str:
    given = environment.get("HANDBOK_CONTACT", "").strip()
    if given and not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+|https://[^\s<>]+", given):
        raise SettingsError(f"HANDBOK_CONTACT is “{given[:60]}”; write an e-mail address, or one that begins https://")
    return given


__all__ = [
    "Settings",
    "SlackSettings",
    "TeamsSettings",
    "fits",
    "needs_key",
    "read_settings",
    "read_slack",
    "read_teams",
]
