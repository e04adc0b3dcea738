"""Whoever opens a connection and sends no request, or a letter now and then, keeps nobody else out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from adapters.app import limits
from adapters.app.serve import Server, config_of, take_port
from adapters.slack.serving import understood

HALF = (
    b"", b"GET / HTTP/1.1\r\nHo", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
)  # fmt: skip
ANSWERED = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(limits, "WHOLE", 0.5)

    async def echo(request: Request) -> PlainTextResponse:
        return PlainTextResponse(str(len(await request.body())))

    app = Starlette(routes=[Route("/", echo, methods=["GET", "POST"])])
    with take_port(0) as listening:
        server = Server(config_of(app), lambda: None)
        serving = asyncio.create_task(server.serve([listening]))
        yield listening.getsockname()[1]
        server.should_exit = True
        await serving


async def answer(port: int, said: bytes = ANSWERED) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said)
    first = await reader.readline()
    writer.close()
    return first


async def test_half_open_connections_are_closed_and_others_are_served_meanwhile(port: int) -> None:
    halves = [await asyncio.open_connection("127.0.0.1", port) for _ in range(60)]
    for number, (_, writer) in enumerate(halves):
        writer.write(HALF[number % len(HALF)])
    assert await answer(port) == b"HTTP/1.1 200 OK\r\n"
    async with asyncio.timeout(20):
        ends = await asyncio.gather(*(reader.read() for reader, _ in halves), return_exceptions=True)
    assert len(ends) == 60  # each has ended, whether it was told 400 or nothing
    for _, writer in halves:
        writer.close()
    assert await answer(port) == b"HTTP/1.1 200 OK\r\n"


async def test_a_letter_now_and_then_is_no_request(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    ended = asyncio.create_task(reader.read())
    writer.write(b"GET / HTTP/1.1\r\nX: ")
    async with asyncio.timeout(20):
        while not ended.done():
            writer.write(b"a")
            await asyncio.wait({ended}, timeout=0.05)
    assert not ended.exception() or isinstance(ended.exception(), ConnectionError)
    writer.close()


async def test_a_connection_is_kept_for_the_next_request(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(3):
        writer.write(ANSWERED)
        assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
        while (await reader.readline()).strip():
            pass
        assert await reader.readexactly(1) == b"0"
        await asyncio.sleep(0.3)  # less than a request may take, and longer than that in all
    writer.close()


def test_json_that_is_nested_without_end_is_refused() -> None:
    for depth in (65, 500, 100_000):
        body = b'{"event":{"a":' + b"[" * depth + b"]" * depth + b"}}"
        assert understood(body, "application/json") is None
    assert understood(b'{"event":{"a":[[[[[[]]]]]]}}', "application/json") is not None
