"""What the sub-commands share: the parts, byte-clean output, and errors as one line with an exit status."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache, wraps
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

import typer

from adapters.app.parts import Parts, build
from adapters.settings import Settings, read_settings
from bot.errors import HandbokError, InputError, KnowledgeError

P = ParamSpec("P")
T = TypeVar("T")

FOUND = 1
MISUSE = 2


@cache
def settings() -> Settings:
    return read_settings(os.environ)


@cache
def parts() -> Parts:
    return build(settings())


def write(line: str) -> None:
    """One line of UTF-8 to stdout, whatever the terminal's own encoding; lone surrogates as question marks."""
    sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def write_json(item: Mapping[str, Any]) -> None:
    write(json.dumps(item, ensure_ascii=False))


def complain(message: str) -> None:
    """To stderr, one line for each of the message's."""
    sys.stderr.write(f"handbok: {message}\n".encode("utf-8", "replace").decode("utf-8"))


def fail(message: str, status: int = MISUSE) -> NoReturn:
    complain(message)
    raise typer.Exit(status)


def told(command: Callable[P, T]) -> Callable[P, T]:
    """Our own errors become a line on stderr and an exit status, never a stack trace."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except KnowledgeError as error:
            for fault in error.faults:
                complain(str(fault))
            raise typer.Exit(FOUND) from error
        except HandbokError as error:
            fail(str(error))
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None

    return wrapped


def stdin_lines() -> Iterable[str]:
    """Lines of stdin as they come; what is not UTF-8 becomes the replacement character rather than an end."""
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "replace")


def read_text(path: Path) -> str:
    """The text of a file. InputError where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise InputError(f"{path} cannot be read: {reason}") from error


def write_text(path: Path, text: str) -> None:
    """``text`` into a file, as UTF-8. InputError where it cannot be written."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """``content`` into a file. InputError where it cannot be written."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error
