"""How long a request may take to come, and how many connections there may be."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

WHOLE = 15.0  # seconds in which a request must have come, headers and body
CONNECTIONS = 2000  # at the same time; whoever comes then is told 503, and may come again


class Hasty(H11Protocol):
    """Closes a connection that owes a request for too long: opened without a word, or sent letter by letter.

    Uvicorn's own timeout begins only after a first answer. Open streams owe nothing, and are left alone.
    """

    _owing: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._owes()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._incomplete():
            self._paid()
        elif self._owing is None:
            self._owes()

    def connection_lost(self, exc: Exception | None) -> None:
        self._paid()
        super().connection_lost(exc)

    def _incomplete(self) -> bool:
        return self.cycle is None or self.cycle.response_complete or self.cycle.more_body

    def _owes(self) -> None:
        self._owing = self.loop.call_later(WHOLE, self._give_up)

    def _paid(self) -> None:
        if self._owing is not None:
            self._owing.cancel()
            self._owing = None

    def _give_up(self) -> None:
        self._owing = None
        if self._incomplete():
            self.transport.close()
