"""What sets up Slack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.settings.checks import address, slack_channel, slack_workspace
from adapters.settings.pairs import channels, pairs
from bot.errors import SettingsError


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


def read_slack(environment: Mapping[str, str]) -> SlackSettings | None:
    """The settings of Slack; None where it is not set up. SettingsError where they cannot hold."""
    bot_token, client_id = (environment.get(name, "").strip() for name in ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID"))
    if not bot_token and not client_id:
        _alone(environment)
        return None
    organisations = pairs(environment, "HANDBOK_SLACK_ORGANISATIONS", "T0123=oslomet")
    for workspace in organisations:
        slack_workspace("HANDBOK_SLACK_ORGANISATIONS", workspace)
    comms = pairs(environment, "HANDBOK_SLACK_COMMS", "oslomet=C0123")
    comms = {organisation: slack_channel(channel) for organisation, channel in comms.items()}
    found = SlackSettings(
        organisations,
        channels(comms, organisations, "HANDBOK_SLACK"),
        bot_token,
        environment.get("SLACK_SIGNING_SECRET", "").strip(),
        environment.get("SLACK_APP_TOKEN", "").strip(),
        client_id,
        environment.get("SLACK_CLIENT_SECRET", "").strip(),
        address(environment, "HANDBOK_SLACK_API", SlackSettings.api).rstrip("/") + "/",
    )
    for amiss, how in _wrong(found):
        if amiss:
            raise SettingsError(how)
    return found


def _alone(environment: Mapping[str, str]) -> None:
    """Slack would stay silent where something is set up for it and the token is not there."""
    for name in ("SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "SLACK_CLIENT_SECRET", "HANDBOK_SLACK_COMMS"):
        if environment.get(name, "").strip():
            raise SettingsError(
                f"{name} is set, and SLACK_BOT_TOKEN is not; copy it from the app's OAuth & Permissions"
            )


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
