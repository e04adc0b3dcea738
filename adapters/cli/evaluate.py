"""`handbok evaluate`: any labelled set through the same matcher."""

from __future__ import annotations

import json as jsonlib
import resource
import sys
from pathlib import Path
from typing import Annotated

import typer

from adapters.app.memory import give_back
from adapters.cli.shared import read_text, told, write, write_json
from bot.errors import InputError
from bot.matching.evaluation import OUT_OF_SCOPE, Labelled
from bot.matching.evaluation import evaluate as measure


@told
def evaluate(
    train: Annotated[Path, typer.Option("--train", help='Lines of {"text","label"} to learn from.')],
    test: Annotated[
        Path, typer.Option("--test", help="Lines of the same to measure on; __oos__ must not be answered.")
    ],
    json: Annotated[bool, typer.Option("--json", help="One JSON object and nothing else.")] = False,
) -> None:
    """Measure accuracy, abstention and the promise on any labelled questions."""
    learned = [item for item in labelled(train) if item.label != OUT_OF_SCOPE]
    if len({item.label for item in learned}) < 2:
        raise InputError(f"{train} has fewer than two labels; there is nothing to tell apart")
    give_back()
    found = measure(learned, labelled(test)).as_json() | {"rss_mb": round(peak_memory(), 1)}
    if json:
        write_json(found)
        return
    promise = found.pop("promise")
    for name, value in (*found.items(), *((f"promise.{name}", value) for name, value in promise.items())):
        write(f"{name:22} {'–' if value is None else f'{value:.2f}' if isinstance(value, float) else value}")


def labelled(path: Path) -> list[Labelled]:
    """The labelled lines of a file. InputError names the first line that is none."""
    found: list[Labelled] = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            item = jsonlib.loads(line)
            found.append(Labelled(str(item["text"]), str(item["label"])))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise InputError(f'{path}:{number}: is no line of {{"text": "…", "label": "…"}}') from error
    if not found:
        raise InputError(f"{path} is empty; give it lines of {{“text”, “label”}}")
    return found


def peak_memory() -> float:
    """Of this process so far, megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
