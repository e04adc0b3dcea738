"""Keeps a process's mind up to date with what was learned, here or in any other process on the same database.

A change is known at once by grafting it onto the matcher in use (bot/matching/grafting.py); the whole training follows
in a process of its own and is taken over where no golden question gets worse by it. The old brain serves meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters.app.modelcache import find_matcher
from adapters.app.starting import give_back
from bot.errors import KnowledgeError, StorageError
from bot.knowledge import EntryId, KnowledgeBase
from bot.learning import changes_for_the_worse
from bot.lessons import Lesson, holding, lessons_yaml, read_lessons, teach
from bot.matching.grafting import Basis, basis, graft
from bot.matching.matcher import Matcher
from bot.ports import Clock, Learned, Store
from bot.service.mind import Brain, Mind

log = logging.getLogger(__name__)

EVERY = 0.5  # seconds between looks at the version
SETTLED = 2.0  # seconds without another change after which the whole training begins


@dataclass
class Learner:
    """``mind`` holds at first the knowledge of ``folder``, and the matcher that was trained on it."""

    store: Store
    mind: Mind
    folder: Path
    cache: Path
    clock: Clock
    every: float = EVERY
    settled: float = SETTLED
    _held: tuple[tuple[EntryId, int], ...] = ()  # what is known besides: ids and versions
    _expiry: datetime | None = None  # when the next of it expires
    _seen: int = -1  # the version at the last look
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _training: asyncio.Task[object] | None = None
    _ground: Basis | None = None  # 20 MB that only those who teach need
    _warming: asyncio.Task[object] | None = None
    _last: tuple[Basis, KnowledgeBase, Matcher] | None = None  # what was learned last
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _away: bool = False  # the store did not answer last time

    def __post_init__(self) -> None:
        self._shipped = self.mind.now
        self._brain = self.mind.now  # that the ground is of
        self.mind.learn = self.learn
        self.mind.soon = self.warm
        self.mind.changed = self._wake.set

    def learn(self, knowledge: KnowledgeBase) -> Matcher:
        """The matcher of ``knowledge``, which differs a little from what is known. Takes as long as the graft."""
        ground, last = self._basis(), self._last
        if last and last[0] is ground and last[1] == knowledge:  # examined a moment ago, and taken over now
            return last[2]
        matcher = graft(ground, knowledge)
        self._last = (ground, knowledge, matcher)
        return matcher

    def _basis(self) -> Basis:
        with self._lock:
            if self._ground is None:
                self._ground = basis(self._brain.knowledge, self._brain.matcher)
            return self._ground

    def warm(self) -> None:
        """Makes the ground beside everything else, so that the first change need not wait for it."""
        if self._ground is None and self._warming is None:
            self._warming = _started(asyncio.to_thread(self._warm))

    def _warm(self) -> None:
        self._basis()
        give_back()

    async def look(self) -> None:
        """Takes over what changed since the last look. StorageError where the store does not answer.

        It never holds SQLite's lock: DBOS takes that on the loop as it starts, and each would wait for the other.
        """
        now = self.clock()
        async with self.store.look() as work:
            version = await work.knowledge_version()
            if version == self._seen and not (self._expiry and self._expiry <= now):
                return
            held = holding(await work.learned(), now)
        self._seen = version
        self._expiry = min((each.expires for each in held if each.expires), default=None)
        names = tuple((each.id, each.version) for each in held)
        if names == self._held:
            self.mind.now = replace(self.mind.now, version=version)
        else:
            await self._take_over(held, names, version)

    async def _take_over(self, held: list[Learned], names: tuple[tuple[EntryId, int], ...], version: int) -> None:
        lessons = _readable(held)
        knowledge, matcher = self._shipped.knowledge, self._shipped.matcher
        if lessons:
            knowledge = await asyncio.to_thread(teach, knowledge, lessons)
            matcher = await asyncio.to_thread(self.learn, knowledge)
        self.mind.now = Brain(knowledge, matcher, version)
        self._held, self._last = names, None
        log.info("The bot knows %d things that people taught (version %d)", len(lessons), version)
        if self._training:
            self._training.cancel()
        self._training = _started(self._train(lessons, knowledge, names)) if lessons else None

    async def _train(
        self, lessons: list[Lesson], knowledge: KnowledgeBase, names: tuple[tuple[EntryId, int], ...]
    ) -> None:
        """Trains on all of it, and takes that over unless something else was learned, or it would be worse."""
        matcher = await asyncio.to_thread(find_matcher, knowledge, self.cache, "learned")
        if matcher is None:
            await asyncio.sleep(self.settled)  # several changes in a row are one training
            await self._run(lessons)
            matcher = await asyncio.to_thread(find_matcher, knowledge, self.cache, "learned")
        if matcher is None:
            log.warning("The training left no model in %s; what was learned is known all the same", self.cache)
            return
        # The promise was measured with the first calibration, and fitting it anew would move what nobody changed.
        matcher = replace(matcher, calibration=self._shipped.matcher.calibration, look=self._shipped.matcher.look)
        now = self.mind.now
        worse = await asyncio.to_thread(changes_for_the_worse, (now.knowledge, now.matcher), (knowledge, matcher))
        if worse:
            log.warning("The training is not taken over: %d golden questions would be answered worse", len(worse))
            return
        brain = Brain(knowledge, matcher, now.version)
        ground = await asyncio.to_thread(basis, knowledge, matcher)
        if self._held == names:
            self.mind.now = replace(brain, version=self.mind.now.version)
            with self._lock:
                self._brain, self._ground, self._last = brain, ground, None

    async def _run(self, lessons: list[Lesson]) -> None:
        """The training process; ended with this task."""
        command = (sys.executable, "-m", "adapters.app.training", str(self.folder), str(self.cache))
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe)
        try:
            _, told = await process.communicate(lessons_yaml(lessons).encode())
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            log.warning("The training failed: %s", told.decode(errors="replace").strip().rpartition("\n")[2])

    async def watch(self) -> None:
        """Looks again and again; at once when something was learned in this process."""
        while True:
            await self._look_if_it_answers()
            with suppress(TimeoutError):
                async with asyncio.timeout(self.every):
                    await self._wake.wait()
            self._wake.clear()

    async def _look_if_it_answers(self) -> None:
        try:
            await self.look()
        except StorageError as error:
            if not self._away:
                log.warning("What was learned cannot be looked at (%s); the bot goes on with what it knows", error)
            self._away = True
        else:
            self._away = False


def _readable(held: list[Learned]) -> list[Lesson]:
    """What cannot be read any more is told and left out; nobody else waits for it."""
    lessons: list[Lesson] = []
    for each in held:
        try:
            lessons += read_lessons(each.yaml)
        except KnowledgeError as error:
            log.error("What was learned as %s, version %d, cannot be read: %s", each.id, each.version, error)  # noqa: TRY400  # the error says it all
    return lessons


def _started(work: Coroutine[Any, Any, object]) -> asyncio.Task[object]:
    """A task whose failure is told at once; nobody waits for its result."""
    task = asyncio.create_task(work)
    task.add_done_callback(_tell)
    return task


def _tell(task: asyncio.Task[object]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("Learning stopped; the bot goes on with what it knows", exc_info=error)


@asynccontextmanager
async def learning(
    store: Store, mind: Mind, folder: Path, cache: Path, clock: Clock, every: float = EVERY
) -> AsyncIterator[Learner]:
    """Keeps ``mind`` up to date for as long as it is open; entered once all that was learned before is known."""
    learner = Learner(store, mind, folder, cache, clock, every)
    await learner._look_if_it_answers()
    watching = _started(learner.watch())
    try:
        yield learner
    finally:
        tasks = [task for task in (watching, learner._warming, learner._training) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
