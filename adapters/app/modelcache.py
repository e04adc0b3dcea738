"""Trained matchers kept on disk, by what they were trained on: the next start loads instead of training."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import tokenize
import zipfile
import zlib
from pathlib import Path
from typing import Literal

import numpy as np

import bot.matching
from adapters.app.memory import give_back
from bot.knowledge import KnowledgeBase
from bot.matching.matcher import Matcher, build_matcher
from bot.matching.stored import from_arrays, to_arrays

log = logging.getLogger(__name__)
# What zipfile, zlib, numpy and json make of bytes that are not what they were
DAMAGED = (
    OSError, ValueError, KeyError, TypeError, EOFError, RuntimeError, SyntaxError, tokenize.TokenError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip
KEPT = 4  # models of a kind on disk; the oldest go first

Kind = Literal["matcher", "learned"]  # of the knowledge as shipped, or with what people taught


def load_matcher(knowledge: KnowledgeBase, cache: Path, kind: Kind = "matcher") -> Matcher:
    """The matcher of ``knowledge``: from ``cache`` where the same knowledge and code made it, else trained and kept.

    A cache that is damaged, full or read-only only costs the training time.
    """
    matcher = find_matcher(knowledge, cache, kind)
    if matcher is not None:
        return matcher
    give_back()
    matcher = build_matcher(knowledge)
    try:
        _keep(matcher, _path(knowledge, cache, kind))
    except OSError as error:
        log.warning("The trained model cannot be kept (%s); the next start trains again", error.strerror)
    return matcher


def find_matcher(knowledge: KnowledgeBase, cache: Path, kind: Kind = "matcher") -> Matcher | None:
    """The matcher that is kept for ``knowledge``, if there is one that can be read."""
    path = _path(knowledge, cache, kind)
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return from_arrays({name: arrays[name] for name in arrays.files})
    except FileNotFoundError:
        return None
    except DAMAGED as error:
        log.warning("The trained model in %s cannot be read (%s); training it anew", path.name, type(error).__name__)
        return None


def _keep(matcher: Matcher, path: Path) -> None:
    """Whole or not at all, also with two processes at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, **to_arrays(matcher))
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
    kind = path.name.partition("-")[0]
    for old in sorted(path.parent.glob(f"{kind}-*.npz"), key=lambda kept: kept.stat().st_mtime)[:-KEPT]:
        old.unlink(missing_ok=True)


def _path(knowledge: KnowledgeBase, cache: Path, kind: Kind) -> Path:
    return cache / f"{kind}-{_fingerprint(knowledge)}.npz"


def _fingerprint(knowledge: KnowledgeBase) -> str:
    """Changes with any variant, golden question or lexicon word, and with the matcher's code."""
    found = hashlib.sha256(np.__version__.encode())
    for path in sorted(Path(bot.matching.__file__).parent.glob("*.py")):
        found.update(path.read_bytes())
    found.update(knowledge.model_dump_json().encode())
    return found.hexdigest()[:24]
