"""What a start needs beside the parts: a secret of its own, and slow things done while the server is ready already."""

from __future__ import annotations

import ctypes
import gc
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path

from platformdirs import user_data_path

from adapters.database import new_key, sealed_with_a_key
from adapters.database.engine import parse, sqlite_file
from bot.errors import HandbokError, SettingsError
from bot.review import Rulebook, Speller

HOLDS = "it alone opens who asked confidentially in the database beside it"


def own_secret(database: str, *, anew: bool = False) -> str:
    """A key of this machine's own, made at the first start and kept beside the database for its owner alone.

    ``anew``: also where an earlier one is lost, which is refused else. SettingsError.
    """
    path = _path(database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            if not anew and sealed_with_a_key(database):
                raise SettingsError(
                    f"{path} is lost, and {HOLDS}; put it back from the backup, or set HANDBOK_SECRET_KEY to what it "
                    "held. If it is lost for good: `handbok key lost`"
                )
            _keep(new_key(), path)
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SettingsError(f"{path} cannot be written ({error.strerror}); set HANDBOK_SECRET_KEY instead") from error


def keep_secret(database: str, secret: str) -> None:
    """Puts a key beside the database; the one that was there is kept under another name."""
    path = _path(database)
    try:
        if path.exists():
            path.replace(path.with_name(f"{path.name}.before-restore"))
        path.parent.mkdir(parents=True, exist_ok=True)
        _keep(secret, path)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written ({error.strerror}); set HANDBOK_SECRET_KEY instead") from error


def kept_secret(database: str) -> str:
    """The same where there is one already, else nothing."""
    try:
        return _path(database).read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _path(database: str) -> Path:
    file = sqlite_file(parse(database))
    return file.with_suffix(".key") if file else Path(user_data_path("handbok")) / "handbok.key"


def _keep(secret: str, path: Path) -> None:
    """Where two start at once, the first one's counts."""
    with (
        suppress(FileExistsError),
        os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as made,
    ):
        made.write(secret)


def finish_starting(rules: Future[Rulebook], read: Callable[[], Rulebook], speller: Speller | None) -> None:
    """Reads the rules and loads the dictionaries in a thread of its own, and gives back what the start took.

    A server that stops meanwhile does not wait for it.
    """

    def run() -> None:
        try:
            rules.set_result(read())
        except HandbokError as error:
            rules.set_exception(error)
        if speller:
            speller.warm()
        give_back()

    threading.Thread(target=run, daemon=True, name="finishes starting").start()


def save_memory() -> None:
    """Keeps threads from each having a heap of their own (glibc's M_ARENA_MAX); to be called before there are any."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(-8, 1)


def give_back() -> None:
    """Memory that the start needed and nothing uses any more goes back to the system, where that can be asked for.

    What is there to stay, the knowledge above all, is not looked through for garbage any more: that took a tenth of
    the time of every question.
    """
    gc.collect()
    gc.freeze()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
