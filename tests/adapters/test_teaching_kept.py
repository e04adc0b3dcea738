"""Teaching on real databases: two who save at once, and what was learned as YAML beside a running server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from delivery_office import eventually
from fakes import make_desk
from store_contract import KEY, Postgres
from typer.testing import CliRunner

from adapters.cli.app import app
from adapters.cli.shared import settings
from adapters.database import SqlStore, learned_in, opened
from bot.cases import Answer, Case, Kind
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.lessons import holding, read_lessons
from bot.matching.grafting import basis, graft
from bot.matching.matcher import Matcher
from bot.ports import Address, Learned
from bot.review import Rulebook
from bot.service import casework, curating, teaching
from bot.service.desk import Desk, Opening, Sender, open_case, sender
from bot.service.mind import Brain

NB = Language.NB
ASKED = "Hvem har lov til å bestemme over fargen på heisen?"
ANSWER = "Det gjør eiendomsavdelingen: spør dem først # og «vent» på svar."
MakeDesk = Callable[[SqlStore], Desk]


class Everybody:
    async def in_comms(self, person: str, organisation: str) -> bool:  # noqa: ARG002
        return True


@pytest.fixture(scope="module")
def desk_over(knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook) -> MakeDesk:
    """Everybody is in comms. A change is grafted, as in a running server; there are no golden questions."""
    ground = basis(knowledge, matcher)
    few = knowledge.model_copy(update={"golden": ()})

    def made(store: SqlStore) -> Desk:
        desk = replace(make_desk(knowledge, matcher, rules, store=store), membership=Everybody())
        desk.mind.now = Brain(few, matcher)
        desk.mind.learn = lambda wanted: graft(ground, wanted)
        return replace(desk, clock=lambda: datetime.now(UTC))

    return made


def someone(user: str, event: str) -> Sender:
    return Sender(event, Address("web", "demo", user), user, user.title(), "oslomet")


async def answered_case(desk: Desk, question: str = ASKED) -> int:
    who = someone("alva", "")
    async with desk.store.work() as work:
        opening = Opening(Kind.QUESTION, question, NB)
        case = await open_case(desk, work, who, await sender(desk, work, who), opening)
    done = await casework.do(desk, someone("cleo", f"answers {case.number}"), case.number, Answer(ANSWER))
    assert done is not None
    assert isinstance(done.case, Case)
    return case.number


async def saved(desk: Desk, number: int, user: str, title: str) -> teaching.Examined:
    who = someone(user, f"{user} saves {number}")
    made = await teaching.prepare(desk, who, number)
    assert not hasattr(made, "body")
    done = await teaching.save(desk, who, number, replace(made, title={NB: title}))  # type: ignore[type-var]
    assert done is not None
    return done


# ── two at once ──────────────────────────────────────────────────────────────────────────────────────────────────────
@asynccontextmanager
async def nobody_writes(url: str) -> AsyncIterator[psycopg.AsyncConnection]:
    """Whoever writes what was learned waits until this is left."""
    async with await psycopg.AsyncConnection.connect(url) as connection:
        await connection.execute("LOCK TABLE handbok_learned IN SHARE MODE")
        yield connection
        await connection.rollback()


@pytest.mark.parametrize("cases", [1, 2], ids=["the same case", "two cases"])
async def test_of_two_processes_that_save_the_same_at_once_one_is_told(
    postgres: Postgres, desk_over: MakeDesk, cases: int
) -> None:
    url = postgres.emptied()
    async with AsyncExitStack() as stack:
        desks = [desk_over((await stack.enter_async_context(opened(url, KEY))).store()) for _ in range(2)]
        numbers = [await answered_case(desks[0]) for _ in range(cases)]
        async with nobody_writes(url) as holding_up:

            async def both_wait() -> bool:
                cursor = await holding_up.execute("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
                row = await cursor.fetchone()
                return row == (2,)

            saving = [
                asyncio.create_task(saved(desk, number, user, title))
                for desk, number, user, title in zip(
                    desks, (numbers[0], numbers[-1]), ("cleo", "dag"), ("Heisens farge", "Farge på heisen"), strict=True
                )
            ]
            await eventually(both_wait)
        done = await asyncio.gather(*saving)
        async with desks[0].store.work() as work:
            kept = await work.learned()
    assert [each for each in (one.saved for one in done) if each] == kept
    assert len(kept) == 1
    (lost,) = [each for each in done if each.saved is None]
    assert lost.verdict is not None
    assert {each.why for each in lost.verdict.objections} == {"alike"}


# ── as YAML ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def export(url: str, knowledge_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """`handbok knowledge export --learned`, as another process would run it."""
    monkeypatch.setenv("HANDBOK_DATABASE_URL", url)
    monkeypatch.setenv("HANDBOK_KNOWLEDGE", str(knowledge_folder))
    out = tmp_path / "learned.yaml"

    def run() -> str:
        settings.cache_clear()
        result = CliRunner().invoke(app, ["knowledge", "export", "--learned", "--out", str(out)])
        settings.cache_clear()
        assert (result.exit_code, result.output) == (0, "")
        return out.read_text(encoding="utf-8")

    return run


def as_learned(yaml: str) -> list[tuple[object, ...]]:
    """What an export says: everything that a store keeps of it."""
    said = []
    for lesson in read_lessons(yaml):
        origin = lesson.learned
        assert origin
        plain = lesson.model_copy(update={"learned": None})
        said.append(
            (plain, origin.id, origin.version, origin.case, origin.owner, origin.saved_by, origin.at, origin.expires)
        )
    return said


def as_kept(learned: Learned) -> tuple[object, ...]:
    (lesson,) = read_lessons(learned.yaml)
    return (
        lesson, learned.id, learned.version, learned.from_case, learned.owner, learned.saved_by, learned.at,
        learned.expires,
    )  # fmt: skip


async def test_what_was_learned_is_exported_beside_a_running_server_and_comes_back_as_it_was(
    url: str, desk_over: MakeDesk, export: Callable[[], str]
) -> None:
    async with opened(url, KEY) as database:
        desk = desk_over(database.store())
        number = await answered_case(desk)
        first = (await saved(desk, number, "cleo", "Fargen på heisen")).saved
        assert first
        sources = {"sections": ("oslomet/hashtag",), "variants": {NB: ("Får vi låne maskoten Ugla til en film?",)}}
        again = replace(await teaching.prepare(desk, someone("dag", ""), number), title={NB: "Ugla"}, **sources)
        assert (await teaching.save(desk, someone("dag", "second"), number, again)).saved  # type: ignore[union-attr]
        other = await answered_case(desk, "Er kryssklatten vår med liten o?")
        more = replace(await teaching.prepare(desk, someone("dag", ""), other), base="hashtag", answer={}, title={})
        assert (await teaching.save(desk, someone("dag", "third"), other, more)).saved  # type: ignore[union-attr]
        until = desk.clock() + timedelta(days=30)
        assert await curating.renew(desk, someone("dag", "renews"), first.id, until)
        async with database.store().work() as work:  # the server writes at this very moment
            await work.first_time("something else")
            told = await asyncio.to_thread(export)
            kept = holding(await work.learned(), desk.clock())
    assert as_learned(told) == [as_kept(each) for each in kept]
    assert [each.version for each in kept if each.id == first.id] == [2]
    assert len(kept) == 3
    assert f"# case {number}; owned by Cleo; until {until.date()}\n" in told
    assert "more ways of asking for hashtag" in told


async def test_a_database_with_nothing_learned_exports_an_empty_list(url: str, export: Callable[[], str]) -> None:
    assert read_lessons(await asyncio.to_thread(export)) == ()
    assert learned_in(url) == ([], {})  # nor was a file made
    async with opened(url, KEY):
        assert read_lessons(await asyncio.to_thread(export)) == ()
