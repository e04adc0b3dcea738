"""One tree of errors, and faults that an editor can jump to."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from bot import errors
from bot.errors import Fault, HandbokError, KnowledgeError

EVERY = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)]


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_every_error_is_ours_and_drawn_in_the_tree(kind: type[Exception]) -> None:
    assert issubclass(kind, HandbokError)
    assert kind.__name__ in (errors.__doc__ or "")
    assert kind.__doc__


def test_a_fault_reads_as_path_line_and_message() -> None:
    assert str(Fault(Path("knowledge/golden.yaml"), 7, "is wrong; mend it")) == (
        "knowledge/golden.yaml:7: is wrong; mend it"
    )


def test_faults_are_told_by_file_and_line_a_line_each() -> None:
    a, b, c = Fault(Path("a"), 2, "x"), Fault(Path("a"), 10, "x"), Fault(Path("b"), 1, "x")

    error = KnowledgeError([c, b, a])

    assert error.faults == (a, b, c)
    assert str(error).splitlines() == ["a:2: x", "a:10: x", "b:1: x"]
