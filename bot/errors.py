"""One tree of errors, split by who can mend it.

HandbokError
├── KnowledgeError   the author of the YAML: every fault at once, each as ``path:line: what is wrong; how to mend it``
├── SettingsError    the operator: the environment or a command-line option cannot hold
├── InputError       whoever typed: the text, organisation, language or platform given cannot be used
├── StorageError     the operator: the database is gone or full; nothing was saved, and nobody is told otherwise
│   └── UnsureError         nobody: the database went while it saved, so that it may be saved all the same
├── DeliveryError    nobody: the outside did not answer; what was to be done is kept and tried again
│   └── UnreachableError    the operator, soon: comms' channel takes nothing, and the next best way is tried at once
└── UndeliverableError   the operator: the outside refused for good; the case waits until that is mended
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class HandbokError(Exception):
    """Whatever Handbok raises on purpose. Its text is one sentence for the person who can mend it."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in a knowledge file."""

    path: Path
    line: int  # 1-based; 0 where the file as a whole is meant
    message: str  # what is wrong, and after a semicolon how to mend it

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class KnowledgeError(HandbokError):
    """Faults in the knowledge files. ``faults`` holds all of them, by path and line."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(map(str, self.faults)))


class SettingsError(HandbokError):
    """A setting that is missing or cannot hold."""


class InputError(HandbokError):
    """Input that cannot be used; the text says what would do."""


class StorageError(HandbokError):
    """The database did not take it: nothing of the transaction was saved."""


class UnsureError(StorageError):
    """The database did not say whether it took it: all of the transaction was saved, or nothing."""


class DeliveryError(HandbokError):
    """The outside did not answer, or refused for now. ``retry_after``: the seconds that it asked to be left alone."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class UnreachableError(DeliveryError):
    """A place where comms works takes nothing until somebody mends it: it is gone, or Handbok was thrown out."""


class UndeliverableError(HandbokError):
    """The outside refused for good: the channel is gone, the person has left. To try again would not help."""
