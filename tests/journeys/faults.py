"""Replicas of the server on one database, people who ask through Slack, faults at set times, and an account of it all.

Slack is slack_workspace.py: it remembers what was posted, where and under which key. Whoever sends repeats what is not
acknowledged as Slack does, in less time.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import random
import re
import signal
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
from slack_staff import CHANNEL, SECRET
from slack_workspace import TOKEN, Fault, Workspace, now
from store_contract import KEY

from adapters.settings import ROOT

SCRIPT = Path(__file__).parents[1] / "adapters" / "slack" / "slack_process.py"
REPEATED = (0.0, 0.2, 3.0, 8.0)  # seconds before each try; Slack's are 0, 0, 60 and 300
PATIENCE = aiohttp.ClientTimeout(total=3)
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
A_CASE = 2 * 1.2  # seconds: its card and the change of it, in a channel that Slack lets take a post every 1.2 s
HANDOVER = "6"  # seconds after which delivery takes over a reply that nobody posted


@dataclass
class Replica:
    """A process that is started again whenever it has died, as a supervisor does it."""

    environment: dict[str, str]
    port: int
    log: Path
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, str(SCRIPT), env=self.environment, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=log
            )
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), 90)
        assert line, f"it does not start: {self.log.read_text()[-800:]}"

    def tell(self, what: signal.Signals) -> None:
        assert self.process is not None
        with suppress(ProcessLookupError):
            self.process.send_signal(what)

    async def killed(self) -> None:
        """Dead at once; running again when this returns."""
        self.tell(signal.SIGKILL)
        assert self.process is not None
        await self.process.wait()
        await self.start()

    async def frozen(self, seconds: float) -> None:
        self.tell(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        self.tell(signal.SIGCONT)

    async def clock_off(self, seconds: float) -> None:
        """Its clock goes wrong by so much."""
        await asyncio.to_thread(Path(self.environment["CLOCK"]).write_text, str(seconds))

    async def stop(self) -> None:
        if self.process is None or self.process.returncode is not None:
            return
        self.tell(signal.SIGCONT)
        self.tell(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.wait(), 25)
        except TimeoutError:
            self.tell(signal.SIGKILL)
            await self.process.wait()


@asynccontextmanager
async def replicas(slack: Workspace, url: str, cache: Path, folder: Path, count: int) -> AsyncIterator[list[Replica]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HANDBOK_", "SLACK_", "TEAMS_"))}
    settings = kept | {
        "HANDBOK_DATABASE_URL": url, "HANDBOK_SECRET_KEY": KEY, "HANDBOK_CACHE": str(cache), "OMP_NUM_THREADS": "1",
        "HANDBOK_SLACK_ORGANISATIONS": "T1=oslomet", "HANDBOK_SLACK_COMMS": f"oslomet={CHANNEL}",
        "HANDBOK_SLACK_API": slack.url + "api/", "SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SECRET,
        "HANDOVER": HANDOVER,
    }  # fmt: skip
    made = []
    for number in range(count):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        own = {"HANDBOK_PORT": str(port), "CLOCK": str(folder / f"clock-{number}")}
        made.append(Replica(settings | own, port, folder / f"replica-{number}.log"))
    try:
        await made[0].start()  # which makes the tables
        await asyncio.gather(*(each.start() for each in made[1:]))
        yield made
    finally:
        await asyncio.gather(*(each.stop() for each in made))


@dataclass
class People:
    """Who asks, and who answers for comms. ``asked``: by user, whether it is for comms."""

    slack: Workspace
    replicas: list[Replica]
    session: aiohttp.ClientSession
    chance: random.Random
    asked: dict[str, bool] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    answered: set[int] = field(default_factory=set)

    async def send(self, replica: int, body: bytes, kind: str = JSON, **headers: str) -> tuple[int, str]:
        """Status and body; 0 where nobody answered in time."""
        at = now()
        signature = "v0=" + hmac.new(SECRET.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
        given = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signature, "Content-Type": kind} | headers
        url = f"http://127.0.0.1:{self.replicas[replica % len(self.replicas)].port}/slack/events"
        try:
            async with self.session.post(url, data=body, headers=given, timeout=PATIENCE) as reply:
                return reply.status, await reply.text()
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 0, ""

    async def ask(self, number: int, text: str, *, for_comms: bool) -> None:
        """Repeated as Slack does; one in ten comes under two event ids at once."""
        user = f"U-{number:04}"
        self.asked[user] = for_comms
        event = {"type": "message", "channel_type": "im", "channel": f"D-{user}", "user": user, "text": text}
        event["ts"] = f"1800000000.{number:06}"
        bodies = [
            json.dumps(
                {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{number}-{n}", "event": event}
            ).encode()
            for n in range(2 if number % 10 == 0 else 1)
        ]
        for repeat, pause in enumerate(REPEATED):
            await asyncio.sleep(pause)
            headers = {"X-Slack-Retry-Num": str(repeat)} if repeat else {}
            sent = [self.send(number + repeat + n, body, **headers) for n, body in enumerate(bodies)]
            if any(status == 200 for status, _ in await asyncio.gather(*sent)):
                self.acknowledged.add(user)
                return

    async def answer_cases(self) -> None:
        """Comms answers each case, some seconds after its card is there."""
        seen: set[int] = set()
        async with asyncio.TaskGroup() as answering:
            while True:
                for case in cards(self.slack) - seen:
                    seen.add(case)
                    answering.create_task(self._answer(case))
                await asyncio.sleep(0.2)

    async def _answer(self, case: int) -> None:
        await asyncio.sleep(self.chance.uniform(0.5, 3))
        keep = json.dumps({"do": "answer", "value": str(case), "channel": CHANNEL, "thread": ""})
        text = {"text": {"value": {"type": "plain_text_input", "value": f"Svaret er ANSWER-{case}-END."}}}
        view = {"type": "modal", "id": f"V{case}", "hash": "h", "callback_id": "write", "private_metadata": keep}
        whole = {"type": "view_submission", "view": view | {"state": {"values": text}}, "team": {"id": "T1"}}
        body = urlencode({"payload": json.dumps(whole | {"user": {"id": "U-cleo"}, "trigger_id": "t"})}).encode()
        for again in range(40):  # the window stays open with what was written, and she presses once more
            status, said = await self.send(case + again, body, FORM)
            if status == 200 and "errors" not in said:
                self.answered.add(case)
                return
            await asyncio.sleep(1)


def cards(slack: Workspace) -> set[int]:
    """Cases whose card stands in comms' channel."""
    found = (re.match(r"case-([1-9]\d*)-", key_of(each)) for each in slack.messages[CHANNEL] if "thread_ts" not in each)
    return {int(each[1]) for each in found if each}


def key_of(message: dict[str, Any]) -> str:
    return str(((message.get("metadata") or {}).get("event_payload") or {}).get("key", ""))


def bad_weather(chance: random.Random) -> Callable[[], Fault | None]:
    """What a bad Slack does: it refuses, breaks off, hangs, and does what it does not say."""
    kinds = (
        Fault("ratelimited", 429, {"Retry-After": "1"}), Fault("ratelimited", 429, {"Retry-After": "3"}),
        Fault(status=500, body="upstream"), Fault(body="", reset=True), Fault(status=504, body="", delay=6.0),
        Fault(status=504, body="", delay=6.0, done=True), Fault(body="", reset=True, done=True), None,
    )  # fmt: skip
    return lambda: chance.choice(kinds)


async def at(seconds: float, what: Callable[[], Awaitable[object]]) -> None:
    await asyncio.sleep(seconds)
    await what()


# ── the account ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Account:
    """What became of every question. All of it but ``sent`` is to be empty."""

    sent: int
    silent: list[str]  # acknowledged, and nobody heard of it again
    lost: list[str]  # not acknowledged, and not told either
    contradicted: list[str]  # told that nothing was saved, and answered
    doubles: dict[str, int]  # keys that stand there more than once
    answered_twice: list[str]  # more than one reply to one question
    never_answered: list[int]  # cases that comms answered, whose asker never heard
    carded_twice: dict[int, int]

    @property
    def wrong(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if name != "sent" and value}


def account(people: People) -> Account:
    slack = people.slack
    posts = {user: [each for each in slack.messages[f"D-{user}"] if each.get("bot_id")] for user in people.asked}
    replies = {user: [each for each in sent if _is_reply(each)] for user, sent in posts.items()}
    notices = {user: [each for each in sent if not key_of(each)] for user, sent in posts.items()}
    keys = Counter(key_of(each) for channel in list(slack.messages.values()) for each in channel if key_of(each))
    heard = {int(found) for sent in posts.values() for found in re.findall(r"ANSWER-(\d+)-END", json.dumps(sent))}
    shown = Counter(
        int(found[1]) for each in slack.messages[CHANNEL]
        if "thread_ts" not in each and (found := re.match(r"case-([1-9]\d*)-", key_of(each)))
    )  # fmt: skip
    return Account(
        sent=len(people.asked),
        silent=[user for user in people.acknowledged if not replies[user] and not notices[user]],
        lost=[user for user in people.asked if user not in people.acknowledged and not posts[user]],
        contradicted=[user for user in people.asked if replies[user] and notices[user]],
        doubles={key: count for key, count in keys.items() if count > 1},
        answered_twice=[user for user in people.asked if len(replies[user]) > 1],
        never_answered=sorted(people.answered - heard),
        carded_twice={case: count for case, count in shown.items() if count > 1},
    )


def replied(people: People) -> dict[str, int]:
    """How many replies each has."""
    posts = {user: people.slack.messages[f"D-{user}"] for user in people.asked}
    return {user: sum(_is_reply(each) for each in sent if each.get("bot_id")) for user, sent in posts.items()}


def _is_reply(post: dict[str, Any]) -> bool:
    """Whether it is what a question got: of one that opened a case, where that stands, with what may be done to it."""
    of_case = re.match(r"case-[1-9]", key_of(post))
    may_add = re.search(r'"add\??:', json.dumps(post["blocks"]))
    return bool(may_add) if of_case else key_of(post).startswith("case-0-")


async def settled(people: People, cases: int, seconds: float) -> None:
    """Returns when every question has its outcome, or the time is over."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while True:
                found = account(people)
                if not (found.silent or found.lost or found.never_answered) and len(people.answered) >= cases:
                    return
                await asyncio.sleep(0.3)
