"""Whether comms can be reached: refused at the start where nobody could, and told at once where a channel is gone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from adapters.settings import Settings
from bot.errors import SettingsError, UnreachableError
from bot.ports import Message
from bot.service import casework
from bot.service.desk import Desk

log = logging.getLogger(__name__)


def refuse_unreachable(settings: Settings) -> None:
    """SettingsError where staff could ask on a platform, and nobody in comms would ever see it."""
    if settings.web:  # whose page shows every case
        return
    reached = {*(settings.slack.comms if settings.slack else ()), *(settings.teams.comms if settings.teams else ())}
    for name, side in (("SLACK", settings.slack), ("TEAMS", settings.teams)):
        for organisation in sorted(set(side.organisations.values()) - reached) if side else ():
            raise SettingsError(
                f"HANDBOK_{name}_ORGANISATIONS names {organisation}, whose communications nobody could reach: "
                f"name its channel in HANDBOK_{name}_COMMS, or set HANDBOK_WEB=1 for the queue on the web page"
            )


@dataclass
class Reach:
    """What is known of the channels of comms. ``desk``: by whose means others are told."""

    desk: Callable[[], Desk]
    _wrong: dict[tuple[str, str], str] = field(default_factory=dict)  # by platform and conversation

    async def unreached(self, message: Message, why: str) -> bool:
        """Says so in the log and at /readyz, and to the next best of comms, once for each case. Whether the case was
        brought elsewhere, so that the message is no longer to be delivered."""
        place = (message.to.platform, message.to.conversation)
        if place not in self._wrong:
            log.critical("Communications cannot be reached in %s: %s", message.to.conversation, why)
        self._wrong[place] = why
        return await casework.alarm(self.desk(), message)

    def reached(self, message: Message) -> None:
        self._wrong.pop((message.to.platform, message.to.conversation), None)

    async def check(self) -> str:
        """For /readyz. UnreachableError where a channel took nothing when it was last tried."""
        for (platform, conversation), why in self._wrong.items():
            raise UnreachableError(f"{platform} {conversation}: {why}")
        return "reached"
