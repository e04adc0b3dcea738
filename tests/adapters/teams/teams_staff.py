"""Handbok in Teams on loopback: real HTTP to a connector and to Microsoft's keys, real tokens, the real app."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from fakes import MemoryStore, deliver, make_desk
from starlette.applications import Starlette
from teams_says import (
    CHANNEL,
    CLEO,
    Activity,
    Person,
    channel_message,
    execute,
    in_channel,
    message,
    personal,
    submit,
    task_fetch,
    task_submit,
)
from teams_world import Caller, World

from adapters.teams.joining import Connection, Teams, connected, listening
from bot.answering import Asker, respond
from bot.knowledge import KnowledgeBase
from bot.matching.matcher import Matcher
from bot.review import Rulebook
from bot.service.desk import Desk

DAG = Person("Dag")
QUESTIONS = (
    "Hvem velger hvilken kaffe som kjøpes inn til sosiale medier-teamet?", "kan jeg poste", "kan jeg dele dette",
    "skal jeg svare?", "kan jeg like et innlegg", "Hvem har lov til å bestemme over fargen på heisen?",
    "Er det greit at kollegaen min svarer for meg mens jeg er på ferie?", "Hvor mange innlegg la de ut i fjor?",
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    conversation: str
    reference: str


class MemoryPlaces:
    """What adapters/database/places.py promises, beside a store in memory."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self.kept: dict[tuple[str, str], tuple[str, str]] = {}  # (workspace, conversation) → (account, reference)

    @asynccontextmanager
    async def work(self) -> AsyncIterator[MemoryPlaces]:
        yield self

    async def put(self, workspace: str, conversation: str, account: str, reference: str) -> bool:
        new = (workspace, conversation) not in self.kept
        self.kept[workspace, conversation] = (account, reference)
        return new

    async def find(self, workspace: str, conversation: str) -> Found | None:
        found = self.kept.get((workspace, conversation))
        return Found(conversation, found[1]) if found else None

    async def own(self, workspace: str, account: str) -> Found | None:
        theirs = (Found(at[1], kept[1]) for at, kept in self.kept.items() if (at[0], kept[0]) == (workspace, account))
        return next(theirs, None)

    async def drop(self, workspace: str, conversation: str) -> None:
        self.kept.pop((workspace, conversation), None)


@dataclass(repr=False)
class Staff:
    """People at work in Teams: what they do is signed and sent as Teams does it."""

    world: World
    store: MemoryStore
    places: MemoryPlaces
    desk: Desk
    connection: Connection
    handbok: Teams
    teams: Caller

    async def send(self, activity: Activity) -> httpx.Response:
        reply = await self.teams.send(activity)
        assert reply.status_code in (200, 202), reply.text
        await self.idle()
        return reply

    async def write(self, who: Person, text: str, **more: Any) -> None:
        await self.send(message(self.world.url, who, text, **more))

    async def mention(self, who: Person, text: str, **more: Any) -> str:
        """In a channel; the thread's conversation."""
        activity = channel_message(self.world.url, who, text, **more)
        await self.send(activity)
        return str(activity["conversation"]["id"])

    async def press(self, who: Person, post: Activity, do: str, label: str = "", **more: Any) -> dict[str, Any]:
        """Presses a button of a message by what it does, and by its label where there are several: what comes back."""
        found = [each for each in buttons(post) if each["data"]["do"].rstrip("?") == do and label in each["title"]]
        assert found, f"no button {do} in {json.dumps(post, ensure_ascii=False)}"
        data = {key: value for key, value in found[0]["data"].items() if key != "msteams"}
        if found[0]["type"] == "Action.Execute":
            activity = execute(self.world.url, who, do, data, str(post["id"]), **more)
        else:
            activity = task_fetch(self.world.url, who, data, **more)
        return dict((await self.send(activity)).json())

    async def refill(self, who: Person, dialog: dict[str, Any], **values: str) -> dict[str, Any]:
        """Asks for the dialog anew, begun with something else: what comes back."""
        content = dialog["task"]["value"]["card"]["content"]
        given = {each["id"]: each.get("value", "") for each in inputs(content)}
        again = next(each for each in every(content) if str((each.get("data") or {}).get("do", "")).endswith("?"))
        return dict((await self.send(task_submit(self.world.url, who, again["data"] | given | values))).json())

    async def fill(self, who: Person, dialog: dict[str, Any], **values: str) -> dict[str, Any]:
        """Fills in a dialog and sends it: what comes back."""
        content = dialog["task"]["value"]["card"]["content"]
        given = {each["id"]: each.get("value", "") for each in inputs(content)}
        assert set(values) <= set(given), f"the dialog has {sorted(given)}"
        *_, send = [each for each in every(content) if each.get("type") == "Action.Submit"]
        where = in_channel if dialog.get("where") == "channel" else personal
        reply = await self.send(task_submit(self.world.url, who, send["data"] | given | values, where=where))
        return dict(reply.json()) if reply.content else {}

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

    async def deliver(self) -> None:
        await deliver(self.desk, self.store, self.connection.messenger)

    def said(self, who: Person | str) -> list[Activity]:
        """What Handbok posted to a person or into a conversation, as it reads now."""
        return self.world.said(who.direct if isinstance(who, Person) else who)

    def card(self) -> Activity:
        """The newest card in comms' channel."""
        return [each for each in self.said(CHANNEL) if each.get("attachments")][-1]


def every(drawn: Any) -> Iterator[dict[str, Any]]:
    """Each part of a card, however deep."""
    if isinstance(drawn, dict):
        yield drawn
        for value in drawn.values():
            yield from every(value)
    elif isinstance(drawn, list):
        for each in drawn:
            yield from every(each)


def buttons(drawn: Any) -> list[dict[str, Any]]:
    return [
        each for each in every(drawn)
        if each.get("type") in ("Action.Execute", "Action.Submit") and "do" in (each.get("data") or {})
        and each["data"]["do"] != "look"
    ]  # fmt: skip


def inputs(drawn: Any) -> list[dict[str, Any]]:
    return [each for each in every(drawn) if str(each.get("type", "")).startswith("Input.")]


def words(drawn: Any) -> str:
    """Everything that a message says."""
    return "\n".join(
        str(each[key]) for each in every(drawn) for key in ("text", "title", "value") if isinstance(each.get(key), str)
    )


@pytest.fixture
async def staff(world: World, knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook) -> AsyncIterator[Staff]:
    async with at_work(world, knowledge, matcher, rules) as found:
        yield found


@asynccontextmanager
async def at_work(
    world: World, knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook, **more: Any
) -> AsyncIterator[Staff]:
    """Alva and Bo ask; Cleo and Dag are in comms' channel. ``more``: settings that differ."""
    world.rosters[CHANNEL] = [CLEO.member, DAG.member]
    store = MemoryStore()
    places = MemoryPlaces(store)
    desk = make_desk(knowledge, matcher, rules, store=store)
    async with connected(world.settings(**more), knowledge, desk.say, places) as connection:
        desk = replace(desk, comms=dict(connection.comms), membership=connection.members)
        async with listening(connection, desk) as handbok, world.calling(Starlette(routes=list(handbok.routes))) as at:
            yield Staff(world, store, places, desk, connection, handbok, at)


__all__ = ["Staff", "at_work", "buttons", "staff", "submit", "words"]
