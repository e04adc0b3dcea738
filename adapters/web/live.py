"""Server-sent events: one kind, "something changed, look again", whose id is the store's pulse.

A page is a view of the store, so nothing is lost by a restart, a closed tab or another replica: whoever comes back with
an older pulse is told at once. While somebody watches, the pulse is read at once when this process saved something, and
four times a second where other processes may; without watchers nothing is read.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager

from starlette.datastructures import Headers, QueryParams
from starlette.types import Receive, Scope, Send

from bot.errors import StorageError
from bot.ports import Store

log = logging.getLogger(__name__)
POLL = 0.25  # seconds between looks at the store
SOON = 0.1  # seconds after something was saved
BEAT = 20.0  # seconds after which a silent stream says that it is alive
PATIENCE = 10.0  # seconds for a reader to take an event; then the stream ends, and the browser comes back
MOST = 200  # streams at once


class Live:
    """Knows the store's pulse and who watches it."""

    def __init__(self, store: Store, poll: float = POLL) -> None:
        self._store = store
        self._poll = poll
        self._soon = False
        self._watchers: set[asyncio.Event] = set()
        self._look = asyncio.Event()
        self._outages = 0  # of the store, so far: what is drawn meanwhile is to be looked at again
        self.pulse = ""
        self.closed = False

    async def read(self) -> str:
        """The pulse as it is now. StorageError where the store does not answer."""
        async with self._store.look() as work:
            return f"{await work.pulse()}-{self._outages}"

    def wake(self) -> None:
        """This process may have changed something."""
        self._look.set()

    def saved(self) -> None:
        """This process saved something; whoever did it has a moment to show it before others are told."""
        if not self._soon:
            self._soon = True
            asyncio.get_running_loop().call_later(SOON, self._saved)

    def _saved(self) -> None:
        self._soon = False
        self._look.set()

    def close(self) -> None:
        """Ends every stream, so that a server that stops need not wait for them."""
        self.closed = True
        self._tell()

    async def run(self) -> None:
        """Looks for as long as the server runs."""
        away = False
        while not self.closed:
            await self._look.wait()
            self._look.clear()
            while self._watchers and not self.closed:
                try:
                    now = await self.read()
                except StorageError as error:
                    if not away:
                        log.warning("Open pages cannot be told of changes: %s", error)
                        self._outages += 1
                    away = True
                else:
                    away = False
                    if now != self.pulse:
                        self.pulse = now
                        self._tell()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._look.wait(), self._poll)
                    self._look.clear()

    async def watch(self, since: str) -> AsyncGenerator[str, None]:
        """The pulse whenever it is another than the last one given; "" where it has been silent for long."""
        with self._watching() as changed:
            given = since
            while not self.closed:
                changed.clear()
                if self.pulse and self.pulse != given:
                    given = self.pulse
                    yield given
                    continue
                try:
                    await asyncio.wait_for(changed.wait(), BEAT)
                except TimeoutError:
                    yield ""

    @property
    def full(self) -> bool:
        return len(self._watchers) >= MOST

    @contextlib.contextmanager
    def _watching(self) -> Iterator[asyncio.Event]:
        changed = asyncio.Event()
        self._watchers.add(changed)
        self.pulse = "" if len(self._watchers) == 1 else self.pulse  # what nobody watched may be old
        self._look.set()
        try:
            yield changed
        finally:
            self._watchers.discard(changed)

    def _tell(self) -> None:
        for changed in self._watchers:
            changed.set()


@asynccontextmanager
async def looking(live: Live) -> AsyncIterator[None]:
    """Runs ``live`` within the block."""
    task = asyncio.create_task(live.run(), name="web: looks for changes")
    try:
        yield
    finally:
        live.close()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class Events:
    """The stream, as an ASGI application."""

    def __init__(self, live: Live) -> None:
        self._live = live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._live.full or self._live.closed:
            await send({"type": "http.response.start", "status": 503, "headers": [(b"retry-after", b"5")]})
            await send({"type": "http.response.body", "body": b""})
            return
        writing = asyncio.create_task(self._write(_since(scope), send))
        leaving = asyncio.create_task(_left(receive))
        try:
            await asyncio.wait((writing, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            writing.cancel()
            leaving.cancel()
            await asyncio.gather(writing, leaving, return_exceptions=True)

    async def _write(self, since: str, send: Send) -> None:
        headers = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await _send(send, "retry: 1000\n\n")
        try:
            async with contextlib.aclosing(self._live.watch(since)) as pulses:
                async for pulse in pulses:
                    await _send(send, f"id: {pulse}\nevent: changed\ndata: \n\n" if pulse else ":\n\n")
        except TimeoutError:
            log.info("A reader that took nothing for %s s was dropped", PATIENCE)
        await send({"type": "http.response.body", "body": b""})


async def _send(send: Send, text: str) -> None:
    message = {"type": "http.response.body", "body": text.encode(), "more_body": True}
    await asyncio.wait_for(send(message), PATIENCE)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _since(scope: Scope) -> str:
    """What the browser last heard, else what the page was drawn with."""
    return Headers(scope=scope).get("last-event-id") or QueryParams(scope["query_string"]).get("since", "")
