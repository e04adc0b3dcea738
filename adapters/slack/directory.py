"""Names of users and their direct messages, remembered for a while."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict

from adapters.slack.clients import Clients
from adapters.slack.failures import called
from adapters.slack.messenger import direct
from bot.errors import DeliveryError, UndeliverableError

KEPT = 6 * 3600.0  # seconds
FAILED = 60.0
PATIENCE = 1.0  # seconds that somebody waits for a name
USERS = 20_000


class Directory:
    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._names: OrderedDict[tuple[str, str], tuple[str, float]] = OrderedDict()
        self._direct: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._bots: set[tuple[str, str]] = set()

    async def name(self, team: str, user: str, otherwise: str = "") -> str:
        """What the user is called; ``otherwise`` where Slack does not say so at once."""
        known = self._names.get((team, user))
        if known and known[1] > time.monotonic():
            return known[0] or otherwise
        try:
            async with asyncio.timeout(PATIENCE):
                client = await self._clients.asking(team)
                who = (await called(client.users_info(user=user)))["user"]
        except (DeliveryError, UndeliverableError, TimeoutError):
            self._keep(team, user, "", FAILED)
            return otherwise
        if who.get("is_bot") or user == "USLACKBOT":
            self._bots.add((team, user))
        profile = who.get("profile") or {}
        name = profile.get("real_name") or who.get("real_name") or profile.get("display_name") or who.get("name") or ""
        self._keep(team, user, str(name), KEPT)
        return str(name) or otherwise

    def is_bot(self, team: str, user: str) -> bool:
        """Whether the user whose name was asked for is a program."""
        return (team, user) in self._bots

    async def direct(self, team: str, user: str) -> str:
        """The conversation with the user alone. DeliveryError or UndeliverableError where there can be none."""
        if (team, user) not in self._direct:
            self._direct[team, user] = await direct(self._clients, team, user)
            while len(self._direct) > USERS:
                self._direct.popitem(last=False)
        return self._direct[team, user]

    def _keep(self, team: str, user: str, name: str, seconds: float) -> None:
        self._names[team, user] = (name, time.monotonic() + seconds)
        while len(self._names) > USERS:
            self._names.popitem(last=False)
