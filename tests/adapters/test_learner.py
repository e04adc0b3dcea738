"""What was learned anywhere is known everywhere, while the old brain goes on serving."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import psutil
import pytest
from fakes import Clock, MemoryStore
from store_contract import KEY, Postgres

from adapters.app import modelcache
from adapters.app.learner import Learner, learning
from adapters.database import opened
from bot.knowledge import Golden, KnowledgeBase
from bot.lessons import Lesson, Some, SomeAnswer, SomeQuestions, lessons_yaml, teach
from bot.loading import load
from bot.matching.grafting import basis, graft
from bot.matching.matcher import Matcher
from bot.matching.stored import to_arrays
from bot.ports import Learned, Store
from bot.review import Rulebook
from bot.service.mind import Brain, Mind

LESSON = Lesson(
    id="borrow-the-owl",
    title=Some(nb="Å låne Ugla"),
    questions=SomeQuestions(nb=("får vi låne maskoten Ugla", "er Ugla ledig på fredag")),
    answers={"oslomet": SomeAnswer(nb="Ja.")},
)
ASKED = "får vi låne Ugla på fredag"
QUICK = 0.02  # seconds between looks


@pytest.fixture
def a_mind(knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook) -> Callable[[], Mind]:
    return lambda: Mind(Brain(knowledge, matcher), rules, None)


@pytest.fixture
def untrained(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Lesson, ...]]:
    """The training processes that would have been started."""
    started: list[tuple[Lesson, ...]] = []

    async def run(_: Learner, lessons: list[Lesson]) -> None:
        started.append(tuple(lessons))

    monkeypatch.setattr(Learner, "_run", run)
    return started


def learned(clock: Clock, version: int = 1) -> Learned:
    return Learned(LESSON.id, version, lessons_yaml([LESSON]), None, "p", 1, "p", clock())


async def add(store: Store, one: Learned) -> None:
    async with store.work() as work:
        await work.add_learned(one)


async def until(so: Callable[[], object], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not so():  # noqa: ASYNC110  # a mind tells nobody when it changes
            await asyncio.sleep(QUICK)


def knows(mind: Mind) -> bool:
    best = mind.now.matcher.rank(ASKED, "oslomet", 1).candidates[0]
    return best.entry == LESSON.id and best.probability > 0.5


async def test_what_one_process_learned_every_process_knows(
    postgres: Postgres, a_mind: Callable[[], Mind], knowledge_folder: Path, tmp_path: Path, untrained: object
) -> None:
    url, clock = postgres.emptied(), Clock()
    minds = [a_mind(), a_mind()]
    async with AsyncExitStack() as stack:
        stores = [(await stack.enter_async_context(opened(url, KEY))).store() for _ in minds]
        for store, mind in zip(stores, minds, strict=True):
            await stack.enter_async_context(learning(store, mind, knowledge_folder, tmp_path, clock))
        assert not any(map(knows, minds))
        await add(stores[0], learned(clock))
        await until(lambda: all(map(knows, minds)))
        assert [mind.now.version for mind in minds] == [1, 1]


async def test_what_was_learned_before_is_known_from_the_start(
    a_mind: Callable[[], Mind], knowledge_folder: Path, tmp_path: Path, untrained: object
) -> None:
    store, mind, clock = MemoryStore(), a_mind(), Clock()
    await add(store, learned(clock))
    async with learning(store, mind, knowledge_folder, tmp_path, clock):
        assert knows(mind)


async def test_looking_takes_no_turn_among_those_who_write(
    a_mind: Callable[[], Mind], knowledge_folder: Path, tmp_path: Path
) -> None:
    async with opened(f"sqlite:///{tmp_path / 'h.db'}", KEY) as database:
        store = database.store()
        async with (
            learning(store, a_mind(), knowledge_folder, tmp_path, Clock(), every=3600) as learner,
            store.work(),
            asyncio.timeout(20),
        ):
            await learner.look()


async def test_the_process_that_learned_looks_at_once(
    a_mind: Callable[[], Mind], knowledge_folder: Path, tmp_path: Path, untrained: object
) -> None:
    store, mind, clock = MemoryStore(), a_mind(), Clock()
    async with learning(store, mind, knowledge_folder, tmp_path, clock, every=3600):
        await add(store, learned(clock))
        mind.changed()
        await until(lambda: knows(mind))


async def test_what_learning_stands_on_is_made_when_somebody_looks_over_what_could_be_learned(
    a_mind: Callable[[], Mind], knowledge_folder: Path, tmp_path: Path
) -> None:
    mind = a_mind()
    async with learning(MemoryStore(), mind, knowledge_folder, tmp_path, Clock()) as learner:
        assert learner._ground is None
        mind.soon()
        await until(lambda: learner._ground is not None)


@pytest.fixture
def sure_folder(knowledge: KnowledgeBase, matcher: Matcher, knowledge_folder: Path, tmp_path: Path) -> Path:
    """The shipped knowledge with those golden questions alone that nothing makes unsure."""

    def sure(item: Golden) -> bool:
        best = matcher.rank(item.text, item.org, 1).candidates
        return bool(best) and best[0].entry in item.expect and best[0].probability > 0.9

    kept = [item.model_dump(mode="json") for item in knowledge.golden if sure(item)]
    folder = shutil.copytree(knowledge_folder, tmp_path / "knowledge")
    (folder / "golden.yaml").write_text(json.dumps(kept), encoding="utf-8")
    return folder


async def test_the_whole_training_follows_is_kept_and_found_at_the_next_start(
    sure_folder: Path, rules: Rulebook, model_cache: Path, tmp_path: Path
) -> None:
    knowledge = load(sure_folder)
    matcher = modelcache.load_matcher(knowledge, model_cache)
    store, mind, clock = MemoryStore(), Mind(Brain(knowledge, matcher), rules, None), Clock()
    await add(store, learned(clock))
    async with learning(store, mind, sure_folder, tmp_path, clock) as learner:
        learner.settled = 0
        grafted = mind.now.matcher
        await until(lambda: mind.now.matcher is not grafted)
        assert knows(mind)
    merged = teach(knowledge, [LESSON])
    trained = modelcache.find_matcher(merged, tmp_path, "learned")
    assert trained is not None
    assert np.array_equal(trained.model.weights, mind.now.matcher.model.weights)
    assert mind.now.matcher.calibration == matcher.calibration
    again = Mind(Brain(knowledge, matcher), rules, None)
    async with learning(store, again, sure_folder, tmp_path, clock):
        await until(lambda: np.array_equal(again.now.matcher.model.weights, trained.model.weights))


async def test_stopping_waits_for_no_training(
    a_mind: Callable[[], Mind], knowledge_folder: Path, tmp_path: Path
) -> None:
    store, mind, clock = MemoryStore(), a_mind(), Clock()
    me = psutil.Process()

    def trainings() -> list[psutil.Process]:
        return [child for child in me.children() if "adapters.app.training" in child.cmdline()]

    async with learning(store, mind, knowledge_folder, tmp_path, clock, every=QUICK) as learner:
        learner.settled = 0
        await add(store, learned(clock))
        await until(trainings)
        (child,) = trainings()
    assert not child.is_running()
    assert not list(tmp_path.iterdir())  # noqa: ASYNC240


async def test_a_training_that_would_answer_golden_questions_worse_is_not_taken_over(
    a_mind: Callable[[], Mind],
    knowledge: KnowledgeBase,
    matcher: Matcher,
    knowledge_folder: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    merged = teach(knowledge, [LESSON])
    good = graft(basis(knowledge, matcher), merged)
    dull = replace(good, model=replace(good.model, weights=good.model.weights / 2))
    modelcache._keep(to_arrays(dull), modelcache._path(merged, tmp_path, "learned"))
    store, mind, clock = MemoryStore(), a_mind(), Clock()
    await add(store, learned(clock))
    with caplog.at_level(logging.WARNING):
        async with learning(store, mind, knowledge_folder, tmp_path, clock):
            await until(lambda: "would be answered worse" in caplog.text)
    assert np.array_equal(mind.now.matcher.model.weights, good.model.weights)
    assert knows(mind)


async def test_what_is_undone_is_forgotten_and_the_brain_is_the_first_one_again(
    a_mind: Callable[[], Mind], matcher: Matcher, knowledge_folder: Path, tmp_path: Path, untrained: object
) -> None:
    store, mind, clock = MemoryStore(), a_mind(), Clock()
    await add(store, learned(clock))
    async with learning(store, mind, knowledge_folder, tmp_path, clock, every=QUICK):
        await add(store, replace(learned(clock, 2), withdrawn=True))
        await until(lambda: mind.now.version == 2)
        assert mind.now.matcher is matcher


async def test_what_expires_is_forgotten_although_nothing_changed(
    a_mind: Callable[[], Mind], matcher: Matcher, knowledge_folder: Path, tmp_path: Path, untrained: object
) -> None:
    store, mind, clock = MemoryStore(), a_mind(), Clock()
    await add(store, replace(learned(clock), expires=clock() + timedelta(days=1)))
    async with learning(store, mind, knowledge_folder, tmp_path, clock, every=QUICK):
        assert knows(mind)
        clock.advance(days=1)
        await until(lambda: mind.now.matcher is matcher)


async def test_a_suggestion_changes_the_version_and_nothing_else(
    a_mind: Callable[[], Mind], matcher: Matcher, knowledge_folder: Path, tmp_path: Path, untrained: list[object]
) -> None:
    store, mind, clock = MemoryStore(), a_mind(), Clock()
    async with learning(store, mind, knowledge_folder, tmp_path, clock, every=QUICK):
        await add(store, replace(learned(clock, 0), withdrawn=True))
        await until(lambda: mind.now.version == 1)
        assert mind.now.matcher is matcher
    assert untrained == []


async def test_while_the_store_is_away_the_bot_goes_on_with_what_it_knows(
    a_mind: Callable[[], Mind],
    knowledge_folder: Path,
    tmp_path: Path,
    untrained: object,
    caplog: pytest.LogCaptureFixture,
) -> None:
    store, mind, clock = MemoryStore(), a_mind(), Clock()
    await add(store, learned(clock))
    store.broken = True
    with caplog.at_level(logging.WARNING):
        async with learning(store, mind, knowledge_folder, tmp_path, clock, every=QUICK):
            for _ in range(3):
                await asyncio.sleep(QUICK)
            assert not knows(mind)
            store.broken = False
            await until(lambda: knows(mind))
    assert caplog.text.count("cannot be looked at") == 1


async def test_what_cannot_be_read_is_told_and_left_out(
    a_mind: Callable[[], Mind],
    knowledge_folder: Path,
    tmp_path: Path,
    untrained: object,
    caplog: pytest.LogCaptureFixture,
) -> None:
    store, mind, clock = MemoryStore(), a_mind(), Clock()
    await add(store, learned(clock))
    await add(store, replace(learned(clock), id="broken", yaml="- id: [\n"))
    async with learning(store, mind, knowledge_folder, tmp_path, clock):
        assert knows(mind)
    assert "broken, version 1, cannot be read" in caplog.text


async def test_several_changes_in_a_row_are_one_training(
    a_mind: Callable[[], Mind], knowledge_folder: Path, tmp_path: Path, untrained: list[object]
) -> None:
    store, mind, clock = MemoryStore(), a_mind(), Clock()
    async with learning(store, mind, knowledge_folder, tmp_path, clock, every=QUICK) as learner:
        learner.settled = 1.5  # longer than a change takes on a busy machine
        for version in (1, 2, 3):
            await add(store, learned(clock, version))
            await until(lambda version=version: mind.now.version == version)  # type: ignore[misc]
        await until(lambda: untrained)
    assert len(untrained) == 1
