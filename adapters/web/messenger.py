"""The way to people on the web: what is delivered stands in the store, and open pages are told to look."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.web.live import Live
from bot.knowledge import OrganisationId
from bot.ports import Address


class WebMessenger:
    """A Messenger. The page itself is the platform, so posting is telling it that there is something to see."""

    def __init__(self, live: Live) -> None:
        self._live = live

    async def post(self, to: Address, blocks: Sequence[object], *, key: str) -> str:  # noqa: ARG002
        self._live.wake()
        return f"web-{key}"

    async def change(self, to: Address, post: str, blocks: Sequence[object], *, key: str) -> str:  # noqa: ARG002
        self._live.wake()
        return post


def comms_address(organisation: OrganisationId) -> Address:
    """Where comms of an organisation works on the page."""
    return Address("web", "demo", f"comms-{organisation}")
