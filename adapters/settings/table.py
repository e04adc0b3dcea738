"""Every setting there is, once: what the documents and the example show, and what an unknown name is compared with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.errors import SettingsError

OURS = ("HANDBOK_", "SLACK_", "TEAMS_")
# Kubernetes gives every container the addresses of the services beside it, one called handbok among them.
BY_KUBERNETES = re.compile(r"(HANDBOK|SLACK|TEAMS)_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP)(_\w+)?)")
FOR_TESTS = frozenset({"HANDBOK_NO_SKIPS", "HANDBOK_NODE_MODULES", "HANDBOK_BENCHMARKS"})  # of this project's own
ALIKE = 70  # of 100: from there a known name is offered in place of an unknown one


@dataclass(frozen=True)
class Setting:
    """``says``: what it is and where it is found; ``example``: as one would write it."""

    name: str
    says: str
    example: str = ""
    default: str = ""


TABLE: Mapping[str, tuple[Setting, ...]] = {
    "Everywhere": (
        Setting(
            "HANDBOK_DATABASE_URL",
            "where everything is kept; PostgreSQL for several processes",
            "postgresql://handbok@localhost/handbok",
            "a SQLite file of this user",
        ),
        Setting(
            "HANDBOK_SECRET_KEY",
            "seals who asks confidentially, and signs cookies; needed on PostgreSQL. Several keys with commas between "
            "them: the first seals. `handbok key new` makes one",
            default="with SQLite one is made beside the database",
        ),
        Setting(
            "HANDBOK_ORGANISATION",
            "whose staff asks where nothing else says so: `oslomet` or `malmo`",
            "oslomet",
            "oslomet",
        ),
        Setting("HANDBOK_KNOWLEDGE", "the folder with the knowledge", default="the shipped one"),
        Setting("HANDBOK_CACHE", "the folder where trained models are kept", default="the user's cache folder"),
    ),
    "Server": (
        Setting(
            "HANDBOK_HOST",
            "the address that the server listens on; `0.0.0.0` in a container",
            "0.0.0.0",  # noqa: S104  # shown, not bound
            "127.0.0.1",
        ),
        Setting("HANDBOK_PORT", "its port", "8080", "8080"),
        Setting("HANDBOK_URL", "where people reach it, for the page and the documents", "https://handbok.example.org"),
        Setting(
            "HANDBOK_WEB",
            "`1` shows the page also beside Slack or Teams, and to the machines that `HANDBOK_HOST` lets in; `0` never",
            "1",
            "on where neither Slack nor Teams is set up, for this machine alone",
        ),
        Setting(
            "HANDBOK_CONTACT",
            "whom people write to about their data, and about security",
            "privacy@example.org",
        ),
        Setting("HANDBOK_LOG", "how the log is written: `text` or `json`", "json", "text"),
        Setting("HANDBOK_LOG_LEVEL", "`debug`, `info`, `warning` or `error`", "info", "info"),
        Setting(
            "HANDBOK_METRICS_TOKEN",
            "whoever sends it as a bearer token may read `/metrics` from another machine",
            default="this machine alone",
        ),
        Setting(
            "HANDBOK_KEEP",
            "days that things are kept, by kind; `0` for ever. See [privacy](privacy.md)",
            "question=365,case=730",
            "what privacy.md says",
        ),
        Setting("HANDBOK_WAIT", "seconds that a start waits for PostgreSQL", "60", "60"),
        Setting(
            "HANDBOK_BACKUP_PASSPHRASE",
            "seals the key into backups; without it a backup holds no key, and says so",
        ),
    ),
    "Slack": (
        Setting("SLACK_BOT_TOKEN", "from OAuth & Permissions of the app", "xoxb-…"),
        Setting("SLACK_SIGNING_SECRET", "from Basic Information of the app: events come over HTTP"),
        Setting(
            "SLACK_APP_TOKEN",
            "from Basic Information, with `connections:write`: events come over Socket Mode",
            "xapp-…",
        ),
        Setting(
            "HANDBOK_SLACK_ORGANISATIONS",
            "whose workspace (or enterprise) it is. The id stands in the address of Slack in a browser: "
            "app.slack.com/client/**T0123**/C0123",
            "T0123=oslomet,T0456=malmo",
        ),
        Setting(
            "HANDBOK_SLACK_COMMS",
            "the channel where communications works: right-click it → View channel details → the id at the bottom; "
            "or its link",
            "oslomet=C0123,malmo=T0456/C0456",
        ),
        Setting("SLACK_CLIENT_ID", "instead of a token: others install the app at `/slack/install`"),
        Setting("SLACK_CLIENT_SECRET", "goes with it; from Basic Information"),
        Setting("HANDBOK_SLACK_API", "another address of Slack's API, for tests", default="https://slack.com/api/"),
    ),
    "Microsoft Teams": (
        Setting("TEAMS_APP_ID", "Application (client) ID of the app's registration in Entra ID"),
        Setting("TEAMS_APP_TENANT_ID", "Directory (tenant) ID, on the same page"),
        Setting(
            "TEAMS_APP_TYPE",
            "`SingleTenant` with a secret, or `UserAssignedMSI` without",
            "SingleTenant",
            "SingleTenant",
        ),
        Setting("TEAMS_APP_PASSWORD", "its client secret: the value, not the secret's id"),
        Setting(
            "HANDBOK_TEAMS_SECRET_EXPIRES",
            "the day that the secret ends; `handbok doctor` warns two weeks ahead",
            "2027-05-31",
        ),
        Setting(
            "HANDBOK_TEAMS_ORGANISATIONS",
            "whose tenant it is",
            "00000000-0000-0000-0000-000000000000=oslomet",
        ),
        Setting(
            "HANDBOK_TEAMS_COMMS",
            "the channel where communications works: its ⋯ → Get link to channel; that link, or the id in it",
            "oslomet=19:…@thread.tacv2",
        ),
        Setting(
            "HANDBOK_TEAMS_SERVICE_HOSTS", "other clouds: the only hosts that replies go to", default="Microsoft's"
        ),
        Setting("HANDBOK_TEAMS_SERVICE_URL", "other clouds: where replies go until Teams says another address"),
        Setting("HANDBOK_TEAMS_OPENID", "other clouds: where the keys of whoever calls the bot are found"),
        Setting("HANDBOK_TEAMS_LOGIN", "other clouds: where tokens for replies come from"),
        Setting("HANDBOK_TEAMS_PLAYGROUND", "`1`, without an app: Microsoft's Agents Playground on this machine", "1"),
    ),
}
NAMES = frozenset(setting.name for group in TABLE.values() for setting in group)


def refuse_unknown(names: Iterable[str]) -> None:
    """SettingsError for a name that looks like a setting and is none, with the nearest that is one."""
    for name in sorted(names):
        if not name.startswith(OURS) or name in NAMES or name in FOR_TESTS or BY_KUBERNETES.fullmatch(name):
            continue
        near = process.extractOne(name, NAMES, scorer=fuzz.ratio, score_cutoff=ALIKE)
        guess = f"did you mean {near[0]}?" if near else "docs/settings.md lists all there are."
        raise SettingsError(f"{name[:60]} is no setting; {guess} Otherwise take it away")
