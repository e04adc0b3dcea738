"""The log: time, level, where, what happened, and the ids of the request and case; as text or as JSON, a line each.

Personal data is masked on its way out, whoever wrote the line: addresses, numbers, people's ids, tokens.
What people write is not logged in the first place; this catches what a library or a fault might carry.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any, TextIO
from zoneinfo import ZoneInfo

import structlog
from structlog.contextvars import merge_contextvars
from structlog.typing import EventDict, Processor

ZONE = ZoneInfo("Europe/Oslo")  # the clock of those who read it; Malmö's is the same
MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=://)[^\s/@]+@"), "…@"),  # who logs in to a database or proxy
    (re.compile(r"\b(?:xox[a-z]|xapp)-[\w-]+"), "[token]"),
    (re.compile(r"(?i)\bbearer\s+[\w.~+/=-]+"), "Bearer [token]"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), "[token]"),
    (re.compile(r"\bgAAAA[\w=-]{40,}"), "[sealed]"),
    (re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]+"), "[e-mail]"),
    (re.compile(r"\b(?:8:orgid:|29:)[\w-]+"), "[person]"),
    (re.compile(r"\b[UW](?=[A-Z0-9]*\d)[A-Z0-9]{7,}\b"), "[person]"),
    (re.compile(r"\bp-[0-9a-f]{24}\b|\banon-[0-9a-f]{32}\b"), "[person]"),
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE), "[id]"),
    (
        re.compile(r"(?<![\w.:+-])(?:\d\d)?\d{6}[ +-]?\d{4,5}(?![\w.:-])"),
        "[number]",
    ),  # identity numbers of Norway and Sweden
    (re.compile(r"(?<![\w.:-])(?:\+|00)\d[\d ()-]{6,}\d"), "[number]"),
    (
        re.compile(
            r"(?<![\w.:+-])(?:(?:\d{2} ){3}\d{2}|\d{3} \d{2} \d{3})(?![\w.:-])|(?<![\w.:+-])[2-9]\d{7}(?![\w.:-])"
        ),
        "[number]",
    ),
    (re.compile(r"(?<![\w.:+-])0\d{1,3}[ -]\d{2,3}[ -]?\d{2}[ -]?\d{2}(?![\w.:-])"), "[number]"),
)


def masked(text: str) -> str:
    """``text`` without what leads to a person or opens a door."""
    for pattern, instead in MASKS:
        text = pattern.sub(instead, text)
    return text


def _mask(_logger: Any, _method: str, event: EventDict) -> EventDict:
    for name, value in event.items():
        if isinstance(value, str) and name not in ("timestamp", "level"):
            event[name] = masked(value)
    return event


def _line(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    """Time, level, where and what; then whatever else is known."""
    first = f"{event.pop('timestamp')} {event.pop('level'):<8} {event.pop('logger', '')}: {event.pop('event')}"
    trace = event.pop("exception", "")
    rest = "".join(f" {name}={value}" for name, value in sorted(event.items()))
    return f"{first}{rest}" + (f"\n{trace}" if trace else "")


def _told(event: Mapping[str, Any]) -> dict[str, Any]:
    return {"time" if name == "timestamp" else name: value for name, value in event.items()}


def _as_json(logger: Any, method: str, event: EventDict) -> str | bytes:
    return structlog.processors.JSONRenderer(ensure_ascii=False)(logger, method, _told(event))


def write_logs(kind: str, level: str, to: TextIO | None = None) -> None:
    """Everything that any library logs goes this way. ``kind``: text or json; ``level``: the least that is written."""
    known: list[Processor] = [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        _timed,
        structlog.processors.format_exc_info,
        _mask,
    ]
    last: Processor = _as_json if kind == "json" else _line
    handler = logging.StreamHandler(to or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=known, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for quiet in ("uvicorn", "asyncio", "alembic", "apscheduler", "urllib3", "msal"):
        logging.getLogger(quiet).setLevel(max(logging.WARNING, root.level))


def _timed(_logger: Any, _method: str, event: EventDict) -> EventDict:
    record = event.get("_record")
    event["timestamp"] = _clock(record.created if record else None)
    return event


def _clock(moment: float | None) -> str:
    now = datetime.fromtimestamp(moment, UTC) if moment else datetime.now(UTC)
    return now.astimezone(ZONE).isoformat(timespec="milliseconds")
