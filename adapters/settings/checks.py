"""Values that can be judged by themselves: addresses, ids, keys, numbers. A refusal says where the right ones are."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from bot.errors import SettingsError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Slack's own are of capitals and digits alone; those of stand-ins for it say C-something.
WORKSPACE, CHANNEL = r"[TE](?:[A-Z0-9]+|-[\w-]+)", r"[CGD](?:[A-Z0-9]+|-[\w-]+)"
MAKE_KEY = "make one with `handbok key new`"
SLACK_CHANNEL = "right-click the channel → View channel details; its id, C0123, stands at the bottom"
TEAMS_CHANNEL = "open the channel's ⋯ → Get link to channel, and write that link or the 19:…@thread.tacv2 in it"
SLACK_TEAM = "it stands in Slack's address in a browser: app.slack.com/client/T0123/…"
TENANT = "copy Directory (tenant) ID from the app's registration in Entra ID"


def address(environment: Mapping[str, str], name: str, default: str = "") -> str:
    """An address of the web: https, or http on this machine. SettingsError where it is none."""
    given = environment.get(name, "").strip()
    if not given:
        return default
    try:
        parts = urlsplit(given)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    secure = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    if not (secure and host and given.isascii()) or parts.username or any(letter.isspace() for letter in given):
        raise SettingsError(f"{name} is “{given[:60]}”; write an address that begins with https:// and names a server")
    return given


def number(environment: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    given = environment.get(name) or str(default)
    if not (given.isascii() and given.isdigit() and len(given) < 12 and least <= int(given) <= most):
        raise SettingsError(f"{name} is “{given[:40]}”; set it to a number from {least} to {most}{_why(given)}")
    return int(given)


def _why(given: str) -> str:
    return "; Kubernetes sets it for a service of this name: say enableServiceLinks: false" if "://" in given else ""


def one_of(environment: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    """The first of ``allowed`` where it is not set."""
    given = environment.get(name, "").strip().lower() or allowed[0]
    if given not in allowed:
        raise SettingsError(f"{name} is “{given[:40]}”; set it to {', '.join(allowed[:-1])} or {allowed[-1]}")
    return given


def switch(environment: Mapping[str, str], name: str) -> bool | None:
    """Whether it is on; None where it is not set."""
    given = environment.get(name, "").strip()
    if given not in ("", "0", "1"):
        raise SettingsError(f"{name} is “{given[:40]}”; set it to 1 or 0, or leave it out")
    return None if not given else given == "1"


def secret_key(environment: Mapping[str, str]) -> str:
    given = environment.get("HANDBOK_SECRET_KEY", "").strip()
    for key in filter(None, (part.strip() for part in given.split(","))):
        try:
            long = len(base64.urlsafe_b64decode(key.encode()))
        except (binascii.Error, ValueError):
            long = 0
        if long != 32:
            raise SettingsError(f"HANDBOK_SECRET_KEY holds something that is no key; {MAKE_KEY}")
    if given and not given.strip(" ,"):
        raise SettingsError(f"HANDBOK_SECRET_KEY holds no key; {MAKE_KEY}")
    return given


def guid(name: str, given: str, where: str) -> str:
    """In small letters, as Microsoft sends it."""
    if not GUID.fullmatch(given.lower()):
        raise SettingsError(f"{name} is “{given[:60]}”, which is no id; {where}")
    return given.lower()


def slack_workspace(name: str, given: str) -> str:
    if not re.fullmatch(WORKSPACE, given):
        raise SettingsError(f"{name} names “{given[:40]}”, which is no workspace's id; {SLACK_TEAM}")
    return given


def slack_channel(given: str) -> str:
    """``C0123`` or ``T0123/C0123``, also out of a link to the channel."""
    if "://" in given:
        parts = [part for part in urlsplit(given).path.split("/") if part]
        given = parts[-1] if len(parts) > 1 and parts[-2] == "archives" else "/".join(parts[1:3])
    if not re.fullmatch(rf"({WORKSPACE}/)?{CHANNEL}", given):
        raise SettingsError(f"HANDBOK_SLACK_COMMS names “{given[:40]}”, which is no channel's id; {SLACK_CHANNEL}")
    return given


def teams_channel(given: str) -> str:
    """``19:…@thread.tacv2``, perhaps behind a tenant and a slash; also out of a link to the channel."""
    if "://" in given:
        given = next((unquote(part) for part in urlsplit(given).path.split("/") if part.startswith("19%3")), given)
    tenant, slash, channel = given.rpartition("/")
    if not re.fullmatch(r"19:[^\s/]+@thread\.(tacv2|skype|v2)", channel) or (
        slash and not GUID.fullmatch(tenant.lower())
    ):
        raise SettingsError(f"HANDBOK_TEAMS_COMMS names “{given[:60]}”, which is no channel's id; {TEAMS_CHANNEL}")
    return tenant.lower() + slash + channel
