"""What a probe, a monitor and a reader of the papers get from a server; and a log that holds nobody's data."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from browsing import Running, running
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from store_contract import add_case, opened_store
from structlog.contextvars import bound_contextvars

from adapters.app.front import Front
from adapters.app.health import Health
from adapters.app.logs import masked, write_logs
from adapters.app.metrics import Metrics
from adapters.app.papers import paper
from adapters.database.figures import Figures
from adapters.settings import read_settings
from bot.errors import StorageError
from bot.language import Language
from bot.wording import wording


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, model_cache: Path) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("health")
    with running(folder, model_cache, HANDBOK_LOG="json", HANDBOK_CONTACT="dpo@example.org") as found:
        until_ready(found)
        yield found


def until_ready(server: Running, patience: float = 60.0) -> None:
    """The rules are read while the first questions are answered already."""
    until = time.monotonic() + patience
    while (found := get(server, "/readyz"))[0] != 200:
        assert time.monotonic() < until, found[1]
        time.sleep(0.2)


def get(server: Running, path: str, **headers: str) -> tuple[int, str]:
    asked = urllib.request.Request(server.address + path, headers=headers)  # noqa: S310
    try:
        with urllib.request.urlopen(asked, timeout=20) as reply:  # noqa: S310
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_a_server_that_is_well_says_so(served: Running) -> None:
    assert get(served, "/livez") == (200, "well\n")
    status, text = get(served, "/readyz")
    assert status == 200, text
    found = json.loads(text)
    assert found["ready"]
    assert set(found["checks"]) == {"database", "delivery", "knowledge", "communications"}


def test_a_monitor_gets_figures_and_only_from_here(served: Running) -> None:
    get(served, "/")
    status, text = get(served, "/metrics")
    assert status == 200
    for name in ("handbok_questions", "handbok_request_seconds_bucket", "handbok_oldest_undelivered_seconds",
                 "handbok_cases_overdue", "handbok_database_connections", "process_resident_memory_bytes"):  # fmt: skip
        assert name in text, name
    assert re.search(r'handbok_well\{about="database"\} 1.0', text)
    assert get(served, "/metrics", **{"X-Forwarded-For": "10.0.0.9"})[0] == 403


def test_the_page_is_closed_to_other_machines_and_the_probes_are_not(served: Running) -> None:
    from_outside = {"X-Forwarded-For": "10.0.0.9"}
    assert get(served, "/", **from_outside)[0] == 403
    assert get(served, "/readyz", **from_outside)[0] == 200


@pytest.mark.parametrize("name", ["privacy", "terms"])
@pytest.mark.parametrize("language", Language)
def test_the_papers_are_served_in_four_languages(served: Running, name: str, language: Language) -> None:
    status, text = get(served, f"/{name}", **{"Accept-Language": language.value})
    assert status == 200
    assert f'<html lang="{language.value}">' in text
    assert wording()(f"papers.{name}", language) in text
    assert "{" not in re.sub(r"<style>.*?</style>", "", text)


def test_the_papers_tell_the_times_that_are_set_and_whom_to_write_to() -> None:
    settings = read_settings({"HANDBOK_KEEP": "question=90,case=0", "HANDBOK_CONTACT": "https://example.org/?a&b"})
    scope = {"type": "http", "method": "GET", "path": "/privacy", "query_string": b"lang=en", "headers": []}
    text = paper(settings, wording(), Request(scope), "privacy").body.decode()
    assert "90 days" in text
    assert "a time that your organisation decides" in text
    assert "https://example.org/?a&amp;b" in text


def test_security_is_told_whom_to_write_to(served: Running) -> None:
    status, text = get(served, "/.well-known/security.txt")
    assert status == 200
    assert "Contact: mailto:dpo@example.org\n" in text
    assert datetime.fromisoformat(text.split("Expires: ")[1].split("\n")[0]) > datetime.now().astimezone()


def test_start_is_logged_with_time_level_and_event(served: Running) -> None:
    lines = [json.loads(line) for line in served.log.read_text().splitlines() if line.startswith("{")]
    (started,) = [line for line in lines if line["event"].startswith("Started")]
    assert datetime.fromisoformat(started["time"]).utcoffset() is not None
    assert started["level"] == "info"


# ── a front without a server behind it ──────────────────────────────────────────────────────────────────────────────
async def _gone(_: int) -> Figures:
    raise StorageError("nothing was read: the database does not answer; check that it runs")


async def _none() -> dict[str, int]:
    return {}


def front(**settings: str) -> Front:
    async def away() -> str:
        raise StorageError("the database does not answer; check that it runs")

    health = Health({"database": away})
    found = read_settings(settings)
    return Front(PlainTextResponse("page"), found, wording(), health, Metrics(_gone, _none, lambda: (0, 0)))


async def ask(app: Front, path: str, of: str = "127.0.0.1", **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=app, client=(of, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.get(path, headers=headers)


async def test_a_database_that_is_away_is_not_ready_with_what_to_do_and_still_lives() -> None:
    app = front()
    reply = await ask(app, "/readyz")
    assert reply.status_code == 503
    assert reply.json()["checks"]["database"] == {
        "well": False, "says": "the database does not answer", "remedy": "check that it runs",
    }  # fmt: skip
    assert (await ask(app, "/livez")).status_code == 200


async def test_metrics_want_the_token_where_one_is_set_and_outlast_the_database() -> None:
    app, elsewhere = front(HANDBOK_METRICS_TOKEN="hush"), "10.0.0.9"
    assert (await ask(app, "/metrics", elsewhere)).status_code == 403
    assert (await ask(app, "/metrics", elsewhere, authorization="Bearer hus")).status_code == 403
    reply = await ask(app, "/metrics", elsewhere, authorization="Bearer hush")
    assert reply.status_code == 200
    assert "handbok_metrics_failures_total 1.0" in reply.text


async def test_the_page_opens_to_others_where_both_settings_say_so() -> None:
    everywhere = {"HANDBOK_HOST": "0.0.0.0"}  # noqa: S104
    assert (await ask(front(**everywhere), "/", "10.0.0.9")).status_code == 403
    assert (await ask(front(**everywhere, HANDBOK_WEB="1"), "/", "10.0.0.9")).status_code == 200


# ── the log ──────────────────────────────────────────────────────────────────────────────────────────────────────────
SEEDED = (
    "kari.nordmann@oslomet.no", "+47 922 33 445", "922 33 445", "92233445", "22 45 20 00", "010190 12345",
    "19900101-1234", "U012AB3CD", "29:1abc-DEF_g", "8:orgid:11111111-2222-3333-4444-555555555555",
    "xoxb-1-2-abc", "Bearer abc.def",
    "p-0123456789abcdef01234567", "070-123 45 67", "gAAAA" + "B" * 60,
)  # fmt: skip


@pytest.mark.parametrize("seeded", SEEDED)
@pytest.mark.parametrize("kind", ["text", "json"])
def test_personal_data_is_masked_whoever_logs_it(kind: str, seeded: str) -> None:
    root, written = logging.getLogger(), io.StringIO()
    before, level = list(root.handlers), root.level
    try:
        write_logs(kind, "debug", written)
        log = logging.getLogger("some.library")
        log.info("Asked by %s, twice: %s", seeded, {"who": seeded})
        try:
            int(f"cannot read “{seeded}”")
        except ValueError:
            log.exception("A fault")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    assert "Asked by" in written.getvalue()
    assert "ValueError" in written.getvalue()
    assert seeded not in written.getvalue()


@pytest.mark.parametrize(
    "said",
    [
        "Took over 12345678 deliveries", "message 1234567 waits", "2027-03-01T12:30:15.123+01:00", "127.0.0.1:8080",
        "HANDBOK_SLACK_COMMS", "version 1.0.0", "took 12345.678901 s",
    ],
)  # fmt: skip
def test_what_an_operator_needs_is_not_masked(said: str) -> None:
    assert masked(said).startswith(said[:12])


async def test_what_concerns_a_case_is_logged_with_its_number_and_the_request(tmp_path: Path) -> None:
    root, written = logging.getLogger(), io.StringIO()
    before, level = list(root.handlers), root.level
    try:
        write_logs("json", "info", written)
        async with opened_store(f"sqlite:///{tmp_path / 'h.db'}") as kept:
            number = (await asyncio.create_task(add_case(kept.store))).number

            async def dealt_with() -> None:
                with bound_contextvars(request="r-1"):
                    async with kept.store.work() as work:
                        await work.case(number)
                    logging.getLogger("adapters.any").warning("Somebody was not told")

            await asyncio.create_task(dealt_with())
            await asyncio.create_task(_logs_alone())
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    (about,) = [line for line in lines if line["event"] == "Somebody was not told"]
    (alone,) = [line for line in lines if line["event"] == "Another matter"]
    assert (about["case"], about["request"]) == (number, "r-1")
    assert not {"request", "case"} & set(alone)


async def _logs_alone() -> None:
    logging.getLogger("adapters.any").warning("Another matter")
