"""The environment, read once, into one typed Settings; slack.py and teams.py read what sets those up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

from adapters.settings.slack import SlackSettings, read_slack
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
    slack: SlackSettings | None = None  # None: Slack is not set up
    teams: TeamsSettings | None = None  # None: Teams is not set up


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in ``environment``. SettingsError where one cannot hold."""
    knowledge = Path(environment.get("HANDBOK_KNOWLEDGE") or ROOT / "knowledge")
    if not knowledge.is_dir():
        raise SettingsError(
            f"HANDBOK_KNOWLEDGE names no folder ({knowledge}); point it at the folder with handbooks.yaml"
        )
    slack, teams = read_slack(environment), read_teams(environment)
    for organisation in (slack.comms if slack else {}).keys() & (teams.comms if teams else {}).keys():
        raise SettingsError(
            f"HANDBOK_SLACK_COMMS and HANDBOK_TEAMS_COMMS both name {organisation}; its comms works in one place"
        )
    return Settings(
        knowledge=knowledge,
        cache=Path(environment.get("HANDBOK_CACHE") or user_cache_path("handbok")),
        organisation=environment.get("HANDBOK_ORGANISATION") or "oslomet",
        database=environment.get("HANDBOK_DATABASE_URL") or f"sqlite:///{user_data_path('handbok') / 'handbok.db'}",
        secret=environment.get("HANDBOK_SECRET_KEY", ""),
        web=_web(environment),
        port=_port(environment.get("HANDBOK_PORT") or "8080"),
        slack=slack,
        teams=teams,
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


__all__ = ["Settings", "SlackSettings", "TeamsSettings", "read_settings", "read_slack", "read_teams"]
