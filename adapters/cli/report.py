"""The report of `handbok knowledge check`, as lines for people and as JSON."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.checking import Report
from bot.measuring import Figures
from bot.remarks import NOTES, Placed

SHOWN = 20  # notes of a kind that are listed; the rest are counted


def lines(report: Report) -> Iterator[str]:
    """``path:line: what; remedy`` for every fault, the weightiest notes, the figures, and how many there are."""
    for remark in report.faults:
        yield _line(remark)
    kinds = Counter(remark.kind for remark in report.notes)
    for kind, count in kinds.items():
        some = [remark for remark in report.notes if remark.kind is kind][:SHOWN]
        yield from map(_line, some)
        if count > len(some):
            yield f"… and {count - len(some):,} more notes of the kind {kind}; --json lists them"
    if report.overall:
        yield f"golden questions: {_rates(report.overall)}"
        for language, figures in report.languages.items():
            yield f"              {language}: {_rates(figures)}"
    yield f"{_count(len(report.faults), 'fault')}, {_count(len(report.notes), 'note')}"


def as_json(report: Report) -> dict[str, Any]:
    """The whole report. Rates over nothing are null."""
    return {
        "faults": [_item(remark) for remark in report.faults],
        "notes": [_item(remark) for remark in report.notes],
        "golden": _figures(report.overall) if report.overall else None,
        "languages": {language.value: _figures(figures) for language, figures in report.languages.items()},
    }


def _line(remark: Placed) -> str:
    note = "note: " if remark.kind in NOTES else ""
    return f"{_near(remark.fault.path)}:{remark.fault.line}: {note}{remark.fault.message}"


def _near(path: Path) -> Path:
    """As seen from here, where it lies below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _rates(figures: Figures) -> str:
    rates = (
        f"helped {_rate(figures.helped)}",
        f"right at once {_rate(figures.at_once)}",
        f"wrong {_rate(figures.wrong)}",
        f"unanswerable ones answered {_rate(figures.unanswerable_answered)}",
    )
    return f"{figures.asked} asked; {', '.join(rates)}"


def _rate(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.1f} %"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _item(remark: Placed) -> dict[str, Any]:
    fault = remark.fault
    return {"path": str(_near(fault.path)), "line": fault.line, "kind": remark.kind.value, "message": fault.message}


def _figures(figures: Figures) -> dict[str, Any]:
    return {
        name: None if isinstance(value, float) and math.isnan(value) else value
        for name, value in asdict(figures).items()
    }
