"""Handbok in a Slack workspace on loopback: real HTTP, real signatures, the real Bolt app."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import uvicorn
from fakes import Clock, MemoryStore, deliver, make_desk
from slack_workspace import TOKEN, Workspace, now, workspace
from starlette.applications import Starlette

from adapters.app.modelcache import load_opinion
from adapters.settings import SlackSettings
from adapters.slack.serving import Connection, Slack, connected, listening
from bot.answering import Asker, respond
from bot.knowledge import KnowledgeBase
from bot.matching.matcher import Matcher
from bot.review import Rulebook, load_rules
from bot.service.desk import Desk

SECRET = "not-so-secret"
CHANNEL = "C-oslomet"
QUESTIONS = (
    "Hvem velger hvilken kaffe som kjøpes inn til sosiale medier-teamet?", "kan jeg poste", "kan jeg dele dette",
    "skal jeg svare?", "kan jeg like et innlegg", "Hvem har lov til å bestemme over fargen på heisen?",
    "Er det greit at kollegaen min svarer for meg mens jeg er på ferie?", "Hvor mange innlegg la de ut i fjor?",
)  # fmt: skip


@dataclass(repr=False)
class Staff:
    """People at work in Slack: what they do is signed and sent as Slack does it."""

    slack: Workspace
    store: MemoryStore
    desk: Desk
    connection: Connection
    handbok: Slack
    http: httpx.AsyncClient
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def clock(self) -> Clock:
        """Set by hand."""
        assert isinstance(self.desk.clock, Clock)
        return self.desk.clock

    async def raw(self, body: bytes, kind: str, **headers: str) -> httpx.Response:
        at = headers.pop("at", now())
        signature = "v0=" + hmac.new(SECRET.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
        signed = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signature, "Content-Type": kind}
        return await self.http.post("/slack/events", content=body, headers=signed | headers)

    async def event(self, event: dict[str, Any], *, id: str = "", team: str = "T1", **headers: str) -> httpx.Response:
        body = {
            "type": "event_callback", "team_id": team, "api_app_id": "A1", "event": event,
            "event_id": id or f"Ev{next(self._numbers)}", "authorizations": [{"team_id": team, "is_bot": True}],
        }  # fmt: skip
        reply = await self.raw(json.dumps(body).encode(), "application/json", **headers)
        assert reply.status_code == 200, reply.text
        return reply

    async def write(self, user: str, text: str, **more: Any) -> str:
        """A direct message; its ts."""
        ts = self.slack.post(f"D-{user}", text)
        await self.event(
            {"type": "message", "channel_type": "im", "channel": f"D-{user}", "user": user, "text": text, "ts": ts}
            | more
        )
        await self.idle()
        return ts

    async def mention(self, user: str, channel: str, text: str, thread: str = "") -> str:
        ts = self.slack.post(channel, text)
        event = {"type": "app_mention", "channel": channel, "user": user, "text": f"<@UBOT> {text}", "ts": ts}
        await self.event(event | ({"thread_ts": thread} if thread else {}))
        await self.idle()
        return ts

    async def command(self, user: str, name: str, text: str = "", team: str = "T1") -> dict[str, Any]:
        """What the person sees at once."""
        given = {
            "command": name, "text": text, "user_id": user, "user_name": user, "team_id": team, "channel_id": "C-any",
            "trigger_id": f"trigger-{next(self._numbers)}", "response_url": self.slack.url + "respond/1",
        }  # fmt: skip
        reply = await self.raw(urlencode(given).encode(), "application/x-www-form-urlencoded")
        assert reply.status_code == 200, reply.text
        await self.idle()
        return dict(reply.json()) if reply.text.startswith("{") else {"text": reply.text}

    async def interact(self, user: str, payload: dict[str, Any]) -> dict[str, Any]:
        whole = {
            "user": {"id": user, "username": user, "team_id": "T1"}, "team": {"id": "T1"},
            "trigger_id": f"trigger-{next(self._numbers)}",
        } | payload  # fmt: skip
        body = urlencode({"payload": json.dumps(whole)}).encode()
        reply = await self.raw(body, "application/x-www-form-urlencoded")
        assert reply.status_code == 200, reply.text
        await self.idle()
        return dict(reply.json()) if reply.text.startswith("{") else {"text": reply.text}

    async def press(self, user: str, message: dict[str, Any], action: str, *, label: str = "") -> None:
        """Presses a button of a message by what it does, and by its label where there are several."""
        found = [
            each
            for block in message["blocks"]
            if block["type"] == "actions"
            for each in block["elements"]
            if each["type"] == "button"
            and each["action_id"].split(":")[0].rstrip("?") == action
            and label in each["text"]["text"]
        ]
        found += [
            {**each, "value": each[f"{side}_button"]["value"]}
            for block in message["blocks"]
            if block["type"] == "context_actions"
            for each in block["elements"]
            for side, does in (("positive", "helpful"), ("negative", "not-helpful"))
            if does == action
        ]
        found += [
            {"type": "overflow", "action_id": each["action_id"], "selected_option": choice}
            for block in message["blocks"]
            if block["type"] == "actions"
            for each in block["elements"]
            if each["type"] == "overflow"
            for choice in each["options"]
            if choice["value"].partition("|")[0].rstrip("?") == action
        ]
        assert found, f"no button {action} in {json.dumps(message['blocks'], ensure_ascii=False)}"
        place = {"id": message["channel"]} if message.get("channel") else None
        inner = {key: message[key] for key in ("ts", "thread_ts") if message.get(key)}
        payload = {"type": "block_actions", "actions": [found[0]], "message": inner}
        if place:
            payload |= {"channel": place, "container": {"type": "message", "channel_id": place["id"]}}
        if message.get("response_url"):
            payload["response_url"] = message["response_url"]
        await self.interact(user, payload)

    async def submit(self, user: str, view: dict[str, Any], **values: Any) -> dict[str, Any]:
        """Fills in a window and sends it."""
        state = {}
        for block in view["blocks"]:
            if block["type"] == "input":
                given = values.get(block["block_id"], block["element"].get("initial_value"))
                kind = block["element"]["type"]
                element: dict[str, Any] = {"type": kind, "value": given}
                if kind == "static_select":
                    chosen = values.get(block["block_id"]) or block["element"]["options"][0]["value"]
                    element = {"type": kind, "selected_option": {"value": chosen}}
                if kind == "datepicker":
                    picked = values.get(block["block_id"], block["element"].get("initial_date"))
                    element = {"type": kind, "selected_date": picked}
                if kind == "checkboxes":
                    element = {"type": kind, "selected_options": [{"value": v} for v in given or ()]}
                state[block["block_id"]] = {"value": element}
        sent = view | {"id": f"V{next(self._numbers)}", "hash": "h", "state": {"values": state}}
        return await self.interact(user, {"type": "view_submission", "view": sent})

    def first(self, kind: type) -> str:
        """A question that becomes ``kind``; of those that escalate, one that nobody knows."""
        brain = self.desk.mind.now
        for text in QUESTIONS:
            (reply,) = respond(text, brain.knowledge, brain.matcher, Asker("oslomet"))
            if isinstance(reply.outcome, kind) and getattr(reply.outcome, "reason", "unsure") == "unsure":
                return text
        pytest.fail(f"none of the questions becomes {kind.__name__} any more; add some")

    async def idle(self) -> None:
        await self.handbok.hub.later.idle()
        await self.handbok.hub.posted.close()

    async def deliver(self) -> None:
        await deliver(self.desk, self.store, self.connection.messenger)

    def posted(self, channel: str) -> list[dict[str, Any]]:
        """What Handbok posted into a conversation, as it reads now."""
        return [each | {"channel": channel} for each in self.slack.messages[channel] if each.get("bot_id")]

    def windows(self) -> list[dict[str, Any]]:
        return [call["view"] for call in self.slack.of("views.open") + self.slack.of("views.push")]


@pytest.fixture(scope="session")
def rules(knowledge_folder: Path, knowledge: KnowledgeBase, model_cache: Path) -> Rulebook:
    return load_rules(knowledge_folder, knowledge, load_opinion(model_cache))


def slack_settings(slack: Workspace, **more: Any) -> SlackSettings:
    given = {
        "organisations": {"T1": "oslomet", "E1": "malmo"}, "comms": {"oslomet": ("T1", CHANNEL)}, "bot_token": TOKEN,
        "signing_secret": SECRET, "api": slack.url + "api/",
    }  # fmt: skip
    return SlackSettings(**(given | more))


@asynccontextmanager
async def served(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """Behind uvicorn, on a port of its own."""
    listening_on = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="warning", access_log=False))
    running = asyncio.create_task(server.serve([listening_on]))
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{listening_on.getsockname()[1]}", timeout=10) as http:
            yield http
    finally:
        server.should_exit = True
        await running
        listening_on.close()


@pytest.fixture
async def slack() -> AsyncIterator[Workspace]:
    async with workspace() as made:
        made.members[CHANNEL] = ["U-cleo", "U-dag"]
        yield made


@asynccontextmanager
async def at_work(
    slack: Workspace, knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook
) -> AsyncIterator[Staff]:
    """Alva and Bo ask; Cleo and Dag are in comms' channel."""
    store = MemoryStore()
    desk = make_desk(knowledge, matcher, rules, store=store)
    async with connected(slack_settings(slack), knowledge, desk.say) as connection:
        desk = replace(desk, membership=connection.members)
        async with listening(connection, desk) as handbok, served(Starlette(routes=list(handbok.routes))) as http:
            yield Staff(slack, store, desk, connection, handbok, http)


@pytest.fixture
async def staff(slack: Workspace, knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook) -> AsyncIterator[Staff]:
    async with at_work(slack, knowledge, matcher, rules) as found:
        yield found
