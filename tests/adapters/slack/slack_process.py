"""The server in a process of its own, as `handbok run` has it, which may end itself at a moment of a reply's life.

``KILL``: “saved”, once the question is saved and before the reply is posted; “posted”, once that is posted and before
it is noted. Delivery gets what nobody posted after ``HANDOVER`` seconds. ``CLOCK``: a file with the seconds by which
the clock is wrong.
"""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.app import serve as serving
from adapters.chat import replies
from adapters.settings import read_settings
from adapters.slack.messenger import SlackMessenger

replies.HANDOVER_AFTER = float(os.environ.get("HANDOVER", "1.0"))
replies.LEFT, replies.SWEEP = replies.HANDOVER_AFTER / 4, 0.2
post = SlackMessenger.post


def meet(moment: str) -> None:
    if os.environ.get("KILL") == moment:
        os.kill(os.getpid(), signal.SIGKILL)


async def fated(self: SlackMessenger, *given: Any, **more: Any) -> str:
    meet("saved")
    stands = await post(self, *given, **more)
    meet("posted")
    return stands


def wrong() -> datetime:
    clock = Path(os.environ["CLOCK"])
    return datetime.now(UTC) + timedelta(seconds=float(clock.read_text() if clock.exists() else 0))


SlackMessenger.post = fated  # type: ignore[assignment]
if "CLOCK" in os.environ:
    serving._now = wrong
asyncio.run(serving.serve(read_settings(os.environ), lambda address: print(address, flush=True)))
