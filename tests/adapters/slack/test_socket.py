"""Socket Mode against a server on loopback, and OAuth with sealed tokens on a real database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import MemoryStore, make_desk
from slack_staff import CHANNEL, served, slack_settings
from slack_workspace import Fault, Workspace
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette

from adapters.chat import intake, matters, verdicts
from adapters.database.engine import make_engine, parse
from adapters.database.sealing import Seal, new_key
from adapters.slack.installing import Installations
from adapters.slack.serving import Slack, connected, listening
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.matching.matcher import Matcher
from bot.review import Rulebook
from bot.wording import wording


@pytest.fixture
async def plugged(
    slack: Workspace, knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook
) -> AsyncIterator[Slack]:
    """Handbok over Socket Mode."""
    desk = make_desk(knowledge, matcher, rules, store=MemoryStore())
    settings = slack_settings(slack, signing_secret="", app_token="xapp-test")
    async with (
        connected(settings, knowledge, desk.say) as connection,
        listening(connection, replace(desk, membership=connection.members)) as handbok,
    ):
        yield handbok


def a_question(text: str) -> dict[str, object]:
    event = {
        "type": "message",
        "channel_type": "im",
        "channel": "D-U-alva",
        "user": "U-alva",
        "text": text,
        "ts": "1.1",
    }
    return {"type": "event_callback", "team_id": "T1", "event_id": f"Ev-{text}", "event": event}


async def _connected(slack: Workspace, count: int = 1) -> None:
    async with asyncio.timeout(10):
        while len(slack.sockets) < count:
            slack.changed.clear()
            await slack.changed.wait()


async def test_questions_and_commands_come_in_over_the_socket(plugged: Slack, slack: Workspace) -> None:
    await _connected(slack)
    assert plugged.routes == ()
    text = plugged.hub.desk.mind.now.knowledge.topic["hashtag"].questions.nb[0]
    await slack.send("events_api", a_question(text), "E1")
    (answer,) = await slack.until("chat.postMessage")
    assert "#oslomet" in json.dumps(answer)
    command = {
        "command": "/checkpost",
        "text": "DETTE ER FEIL!!!",
        "user_id": "U-alva",
        "team_id": "T1",
        "trigger_id": "t",
    }
    reply = await slack.send("slash_commands", command, "E2")
    assert reply["payload"]["response_type"] == "ephemeral"
    await plugged.hub.later.idle()


async def test_a_dropped_connection_comes_back(plugged: Slack, slack: Workspace) -> None:
    await _connected(slack)
    await slack.sockets[0].send_json({"type": "disconnect", "reason": "refresh_requested"})
    await _connected(slack, 2)
    text = plugged.hub.desk.mind.now.knowledge.topic["hashtag"].questions.nb[0]
    await slack.send("events_api", a_question(text), "E3")
    await slack.until("chat.postMessage")
    await plugged.hub.later.idle()


async def test_what_is_not_saved_is_not_acknowledged_until_slack_sends_it_for_the_last_time(
    plugged: Slack, slack: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "WITHIN", 0.1)
    monkeypatch.setattr(intake, "INSISTING", 0.05)
    monkeypatch.setattr(verdicts, "OTHERS", 0.01)
    monkeypatch.setattr(matters, "AGAIN", 1.0)  # at once is soon enough
    await _connected(slack)
    store = plugged.hub.desk.store
    assert isinstance(store, MemoryStore)
    store.broken = True
    with pytest.raises(TimeoutError):
        await slack.send("events_api", a_question("Hei"), "E4", within=0.5)
    await slack.send("events_api", a_question("Hei"), "E5", retry_attempt=3, retry_reason="timeout")

    (told,) = await slack.until("chat.postMessage")
    assert told["text"] == wording()("ask.not-saved", Language.NN)
    await plugged.hub.later.idle()


def _contents(folder: Path) -> list[bytes]:
    return [each.read_bytes() for each in folder.iterdir()]


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    made = make_engine(parse(f"sqlite:///{tmp_path / 'handbok.sqlite'}"))
    yield made
    await made.dispose()


# ── OAuth ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")  # slack_sdk's own, against aiohttp 4
async def test_a_workspace_installs_is_answered_and_is_forgotten_when_it_removes_the_app(
    slack: Workspace, knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook, tmp_path: Path, engine: AsyncEngine
) -> None:
    desk = make_desk(knowledge, matcher, rules, store=MemoryStore())
    settings = slack_settings(
        slack,
        bot_token="",
        client_id="1.2",
        client_secret="s",
        organisations={"T2": "malmo"},
        comms={"malmo": ("T2", CHANNEL)},
    )
    installed = Installations(settings, engine, Seal(new_key()))
    await installed.prepare()
    await installed.prepare()
    slack.tokens.add("xoxb-code1")
    async with (
        connected(settings, knowledge, desk.say, installed.tokens) as connection,
        listening(connection, desk, installed.forget) as handbok,
        served(Starlette(routes=[*handbok.routes, *installed.routes(connection.clients)])) as http,
    ):
        assert await installed.token("T2", "") is None
        page = await http.get("/slack/install")
        assert page.status_code == 200
        cookie = page.headers["set-cookie"].split(";")[0]
        state = cookie.split("=")[1]
        forged = await http.get(
            "/slack/oauth_redirect", params={"code": "code1", "state": "x"}, headers={"cookie": cookie}
        )
        assert forged.status_code == 400
        done = await http.get(
            "/slack/oauth_redirect", params={"code": "code1", "state": state}, headers={"cookie": cookie}
        )
        assert done.status_code == 200, done.text
        assert await installed.token("T2", "") == "xoxb-code1"
        assert b"xoxb-code1" not in b"".join(await asyncio.to_thread(_contents, tmp_path))
        assert (await connection.clients.authorize(None, "T2")) is not None
        slack.tokens.discard("xoxb-code1")
        await handbok.hub.on_removed("T2", "")  # type: ignore[misc]
        connection.clients.forget("T2")
        assert await installed.token("T2", "") is None
        assert (await connection.clients.authorize(None, "T2")) is None


async def test_a_revoked_token_is_noticed_and_an_outage_is_not_mistaken_for_one(
    slack: Workspace, knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook
) -> None:
    desk = make_desk(knowledge, matcher, rules, store=MemoryStore())
    async with connected(slack_settings(slack), knowledge, desk.say) as connection:
        slack.faults["auth.test"] = [Fault("internal_error")]
        assert (await connection.clients.authorize(None, "T1")) is not None
        connection.clients.forget("T1")
        slack.faults["auth.test"] = [Fault("token_revoked")]
        assert (await connection.clients.authorize(None, "T1")) is None
        connection.clients.forget("T1")
        first = await connection.clients.authorize(None, "T1")
        calls = len(slack.of("auth.test"))
        assert await connection.clients.authorize(None, "T1") is first
        assert len(slack.of("auth.test")) == calls, "asked once an hour, not with every event"
