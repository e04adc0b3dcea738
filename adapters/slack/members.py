"""Who is in a channel, as Slack lists them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from adapters.slack.clients import Clients
from adapters.slack.failures import called

PAGES = 50  # of 1000 members


def listing(clients: Clients) -> Callable[[str, str], Awaitable[frozenset[str]]]:
    """For ``ChannelMembers``: team and channel → users."""

    async def fetch(team: str, channel: str) -> frozenset[str]:
        client = await clients.asking(team)
        users: set[str] = set()
        cursor = ""
        for _ in range(PAGES):
            page = await called(
                client.conversations_members(channel=channel, limit=1000, cursor=cursor or None), comms=True
            )
            users.update(page.get("members", []))
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                break
        return frozenset(users)

    return fetch
