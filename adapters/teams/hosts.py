"""Which service URLs are spoken to: nothing that an activity names is trusted before it is found here."""

from __future__ import annotations

from urllib.parse import urlsplit

from adapters.settings.checks import LOOPBACK
from adapters.settings.teams import TeamsSettings


def of_sharepoint(url: str) -> bool:
    """Whether a file stands in somebody's SharePoint, where Teams keeps files; https alone, and no other host."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    return (
        parts.scheme == "https" and host.endswith(".sharepoint.com") and port in (None, 443) and "@" not in parts.netloc
    )


def spoken_to(settings: TeamsSettings, service_url: str) -> bool:
    """Whether replies may be sent there: https to a host that is set, or plain http to a loopback one that is set.

    In the playground, loopback alone.
    """
    try:
        parts = urlsplit(service_url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    loopback = host in LOOPBACK
    plain = not (parts.username or parts.password or parts.query or parts.fragment) and "@" not in parts.netloc
    secure = parts.scheme == "https" and port in (None, 443)
    return (
        plain
        and host in settings.service_hosts
        and (loopback or not settings.playground)
        and (secure or (loopback and parts.scheme in ("http", "https")))
        and service_url.isascii()
        and not any(character.isspace() or character == "\\" for character in service_url)
    )
