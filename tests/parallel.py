"""Tests in several processes at once (pytest-xdist): what times something runs while the others wait.

One session, one closing line, and no second pass: a test marked `timing` takes the room for itself, every other shares
it. Whoever wants the room passes the gate first, so that nobody is overtaken for ever.
"""

from __future__ import annotations

import fcntl
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

FIRST = ("tests/journeys/", "tests/adapters/slack/", "tests/adapters/teams/", "tests/adapters/")  # what takes longest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    if not hasattr(item.config, "workerinput"):  # one process
        return (yield)
    assert item.config.cache is not None
    with _turn(item.config.cache.mkdir("turns"), alone=item.get_closest_marker("timing") is not None):
        return (yield)


@contextmanager
def _turn(place: Path, *, alone: bool) -> Iterator[None]:
    """Locks go with the process that has them, however it ends."""
    with (place / "gate").open("a") as gate, (place / "room").open("a") as room:
        fcntl.flock(gate, fcntl.LOCK_EX)
        fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        if not alone:
            fcntl.flock(gate, fcntl.LOCK_UN)
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first, so that no process is left alone with them at the end."""
    items.sort(
        key=lambda item: next((at for at, start in enumerate(FIRST) if item.nodeid.startswith(start)), len(FIRST))
    )
