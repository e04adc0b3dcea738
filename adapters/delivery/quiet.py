"""DBOS's log, made to fit: through the application's own handlers, from warnings on, and without anybody's words."""

from __future__ import annotations

import logging

NAME = "dbos"
EXPECTED = ("Asyncio task cancelled", "is not the latest version")  # how a process stops, and how versions change


class _Plain(logging.Filter):
    """Drops traces and statements, which may carry what people wrote, and what belongs to a normal stop."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage().partition("\n")[0].removesuffix(" Traceback (most recent call last):")
        kind = record.exc_info[0] if record.exc_info else None
        record.msg, record.args, record.exc_info = f"{said} {kind.__name__}" if kind else said, (), None
        return not any(text in said for text in EXPECTED)


_plain = _Plain()


def quieten() -> None:
    """Call before DBOS is made, which else writes to the console by itself."""
    log = logging.getLogger(NAME)
    log.setLevel(logging.WARNING)
    log.propagate = True
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    if _plain not in log.filters:
        log.addFilter(_plain)
