"""A reply reaches its asker once, whenever the server is killed: on each database, with the server as it runs."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest
from slack_staff import CHANNEL, SECRET
from slack_workspace import TOKEN, Workspace, now
from store_contract import KEY
from test_database import sync_engine

from adapters.settings import ROOT
from bot.knowledge import KnowledgeBase


@asynccontextmanager
async def server(
    slack: Workspace, url: str, cache: Path, kill: str = ""
) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    """Its address, and the process."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    own = {name: value for name, value in os.environ.items() if not name.startswith(("HANDBOK_", "SLACK_"))}
    settings = {
        "HANDBOK_DATABASE_URL": url, "HANDBOK_SECRET_KEY": KEY, "HANDBOK_CACHE": str(cache), "HANDBOK_PORT": str(port),
        "HANDBOK_SLACK_ORGANISATIONS": "T1=oslomet", "HANDBOK_SLACK_COMMS": f"oslomet={CHANNEL}", "KILL": kill,
        "HANDBOK_SLACK_API": slack.url + "api/", "SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SECRET,
    }  # fmt: skip
    script = str(Path(__file__).with_name("slack_process.py"))
    process = await asyncio.create_subprocess_exec(
        sys.executable, script, env=own | settings, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip(), process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await asyncio.wait_for(process.wait(), 20)


async def ask(address: str, text: str) -> int:
    """The same event each time, as Slack repeats what nobody acknowledged; 0 where nobody answers."""
    event = {
        "type": "message",
        "channel_type": "im",
        "channel": "D-U-alva",
        "user": "U-alva",
        "text": text,
        "ts": "1.1",
    }
    given = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": event}
    body, at = json.dumps(given).encode(), now()
    signature = "v0=" + hmac.new(SECRET.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    headers = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signature, "Content-Type": "application/json"}
    async with httpx.AsyncClient() as http:
        try:
            return (await http.post(address + "/slack/events", content=body, headers=headers)).status_code
        except httpx.TransportError:
            return 0


def state(url: str) -> list[str]:
    engine = sync_engine(url)
    with engine.connect() as connection:
        found = [str(row[0]) for row in connection.exec_driver_sql("SELECT state FROM handbok_messages")]
    engine.dispose()
    return found


@pytest.mark.parametrize("kill", ["saved", "posted"])
async def test_killed_before_or_after_the_post_a_reply_stands_there_once(
    slack: Workspace, url: str, model_cache: Path, knowledge: KnowledgeBase, kill: str
) -> None:
    question = knowledge.topic["hashtag"].questions.nb[0]
    async with server(slack, url, model_cache, kill) as (address, process):
        await ask(address, question)
        assert await asyncio.wait_for(process.wait(), 20) == -signal.SIGKILL
    assert len(slack.messages["D-U-alva"]) == (kill == "posted")
    assert await asyncio.to_thread(state, url) == ["queued"]
    async with server(slack, url, model_cache) as (address, _):
        assert await ask(address, question) == 200, "Slack repeats it"
        async with asyncio.timeout(20):
            while await asyncio.to_thread(state, url) != ["delivered"]:
                slack.changed.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(slack.changed.wait(), 0.2)
    assert len(slack.messages["D-U-alva"]) == 1


async def test_a_server_that_is_told_to_stop_notes_what_it_has_posted(
    slack: Workspace, url: str, model_cache: Path, knowledge: KnowledgeBase
) -> None:
    async with server(slack, url, model_cache) as (address, _):
        assert await ask(address, knowledge.topic["hashtag"].questions.nb[0]) == 200
        await slack.until("chat.postMessage")
    assert await asyncio.to_thread(state, url) == ["delivered"]
