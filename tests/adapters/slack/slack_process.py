"""The server in a process of its own, as `handbok run` has it, which may end itself at a moment of a reply's life.

``KILL``: “saved”, once the question is saved and before the reply is posted; “posted”, once that is posted and before
it is noted. Delivery gets what nobody posted after ``HANDOVER`` seconds.
"""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any

from adapters.app.serve import serve
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


SlackMessenger.post = fated  # type: ignore[assignment]
asyncio.run(serve(read_settings(os.environ), lambda address: print(address, flush=True)))
