"""Tables in Markdown, and on what they were measured."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path


def heading(title: str, *told: str) -> None:
    """The title, the machine, and what a reader must know."""
    print(f"# {title}\n")
    print(f"{machine()}.", *told, sep="\n")


def machine() -> str:
    """Processor, Python, and the libraries that carry the weight."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "rapidfuzz"))
    return f"{_processor()}, {os.cpu_count()} threads; Python {platform.python_version()}, {libraries}"


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Numbers stand to the right, with one decimal."""
    print(f"\n## {title}\n" if title else "")
    print("| " + " | ".join(columns) + " |")
    print("|---|" + "---:|" * (len(columns) - 1))
    for row in rows:
        print("| " + " | ".join(map(_cell, row)) + " |", flush=True)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "–" if math.isnan(value) else f"{value:.1f}"
    return str(value)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
