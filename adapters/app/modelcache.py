"""Trained matchers kept on disk, by what they were trained on: the next start loads instead of training."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import tokenize
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

import bot.matching
import bot.review.opinion
import bot.safety
from adapters.app.memory import give_back
from bot.knowledge import KnowledgeBase
from bot.matching.building import build_matcher
from bot.matching.matcher import Matcher
from bot.matching.stored import from_arrays, to_arrays
from bot.review.loading import Learn
from bot.review.opinion import Lessons, Opinion, learn
from bot.review.opinion import stored as opinion_stored
from bot.safety import Detector, train_detector, use
from bot.safety import stored as safety_stored

log = logging.getLogger(__name__)
# What zipfile, zlib, numpy and json make of bytes that are not what they were
DAMAGED = (
    OSError, ValueError, KeyError, TypeError, EOFError, RuntimeError, SyntaxError, tokenize.TokenError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip
KEPT = 4  # models of a kind on disk; the oldest go first

# Of the knowledge as shipped; with what people taught; for emergencies; for drafts
Kind = Literal["matcher", "learned", "safety", "opinion"]
Arrays = Mapping[str, NDArray[Any]]
T = TypeVar("T")


def load_matcher(knowledge: KnowledgeBase, cache: Path, kind: Kind = "matcher") -> Matcher:
    """The matcher of ``knowledge``: from ``cache`` where the same knowledge and code made it, else trained and kept.

    A cache that is damaged, full or read-only only costs the training time.
    """
    if kind == "matcher" and knowledge.emergencies:
        use(knowledge, _load_detector(knowledge, cache))
    matcher = find_matcher(knowledge, cache, kind)
    if matcher is not None:
        return matcher
    give_back()
    matcher = build_matcher(knowledge)
    _keep(to_arrays(matcher), _path(knowledge, cache, kind))
    return matcher


def find_matcher(knowledge: KnowledgeBase, cache: Path, kind: Kind = "matcher") -> Matcher | None:
    """The matcher that is kept for ``knowledge``, if there is one that can be read."""
    return _find(_path(knowledge, cache, kind), from_arrays)


def _load_detector(knowledge: KnowledgeBase, cache: Path) -> Detector:
    path = _path(knowledge, cache, "safety")
    found = _find(path, lambda arrays: safety_stored.from_arrays(arrays, knowledge))
    if found is None:
        found = train_detector(knowledge)
        _keep(safety_stored.to_arrays(found), path)
    return found


def load_opinion(cache: Path) -> Learn:
    """Learns a second opinion on drafts, or finds the one that the same drafts and code made before."""

    def form(lessons: Lessons) -> Opinion:
        texts = [f"{number}{each.model_dump_json()}" for number, by in enumerate(lessons.authors) for each in by]
        texts += [f"{sorted(rules)}{text}" for text, rules in lessons.told]
        texts += [cue.model_dump_json() for cue in lessons.cues]
        path = cache / f"opinion-{_digest(bot.matching, bot.safety, bot.review.opinion, of=texts)}.npz"
        found = _find(path, opinion_stored.from_arrays)
        if found is None:
            found = learn(lessons)
            _keep(opinion_stored.to_arrays(found), path)
        return found

    return form


def _find(path: Path, read: Callable[[Arrays], T]) -> T | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return read({name: arrays[name] for name in arrays.files})
    except FileNotFoundError:
        return None
    except DAMAGED as error:
        log.warning("The trained model in %s cannot be read (%s); training it anew", path.name, type(error).__name__)
        return None


def _keep(arrays: Arrays, path: Path) -> None:
    """What cannot be kept is trained again at the next start."""
    try:
        _write(arrays, path)
    except OSError as error:
        log.warning("The trained model cannot be kept (%s); the next start trains again", error.strerror)


def _write(arrays: Arrays, path: Path) -> None:
    """Whole or not at all, also with two processes at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
    kind = path.name.partition("-")[0]
    for old in sorted(path.parent.glob(f"{kind}-*.npz"), key=lambda kept: kept.stat().st_mtime)[:-KEPT]:
        old.unlink(missing_ok=True)


def _path(knowledge: KnowledgeBase, cache: Path, kind: Kind) -> Path:
    return cache / f"{kind}-{_fingerprint(knowledge)}.npz"


def _fingerprint(knowledge: KnowledgeBase) -> str:
    """Changes with anything in the knowledge, and with the code."""
    return _digest(bot.matching, bot.safety, of=[knowledge.model_dump_json()])


def _digest(*packages: ModuleType, of: Iterable[str]) -> str:
    """Changes with the code of the packages and with the texts."""
    found = hashlib.sha256(np.__version__.encode())
    for package in packages:
        for path in sorted(Path(str(package.__file__)).parent.glob("*.py")):
            found.update(path.read_bytes())
    for text in of:
        found.update(text.encode())
    return found.hexdigest()[:24]
