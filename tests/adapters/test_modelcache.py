"""A trained model is kept, and whatever becomes of the file, the bot starts."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.app.modelcache import KEPT, find_matcher, load_matcher
from bot.knowledge import KnowledgeBase
from bot.loading import load

ASKED = ("hvilken emneknag", "a jurnalist is calling", "hei", "noe helt annet")

HARMS: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda good: good[:0],
    "half": lambda good: good[: len(good) // 2],
    "last-byte-gone": lambda good: good[:-1],
    "a-hole": lambda good: good[:3000] + bytes(400) + good[3400:],
    "end-overwritten": lambda good: good[:-500] + b"x" * 500,
}


@pytest.fixture
def base(small: Path) -> KnowledgeBase:
    return load(small)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "not" / "there" / "yet"


def kept(cache: Path) -> Path:
    """The one model in the cache."""
    (found,) = cache.iterdir()
    return found


def test_what_is_kept_answers_as_what_was_trained(base: KnowledgeBase, cache: Path) -> None:
    assert find_matcher(base, cache) is None
    trained = load_matcher(base, cache)
    found = find_matcher(base, cache)
    assert found is not None
    assert [found.rank(text, "malmo") for text in ASKED] == [trained.rank(text, "malmo") for text in ASKED]


def test_a_second_start_leaves_the_file_alone(base: KnowledgeBase, cache: Path) -> None:
    load_matcher(base, cache)
    before = kept(cache).stat()
    load_matcher(base, cache)
    assert kept(cache).stat().st_mtime_ns == before.st_mtime_ns


def test_other_knowledge_has_another_model(base: KnowledgeBase, cache: Path) -> None:
    load_matcher(base, cache)
    for change in ({"golden": ()}, {"entries": base.entries[::-1]}):
        assert find_matcher(base.model_copy(update=change), cache) is None
    assert find_matcher(base, cache, "learned") is None


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # numpy leaves a broken archive open
@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_a_damaged_file_costs_the_training_time_only(
    harm: Callable[[bytes], bytes], base: KnowledgeBase, cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    trained = load_matcher(base, cache)
    file = kept(cache)
    file.write_bytes(harm(file.read_bytes()))
    assert load_matcher(base, cache).rank(ASKED[0], "oslomet") == trained.rank(ASKED[0], "oslomet")
    assert "cannot be read" in caplog.text
    assert find_matcher(base, cache) is not None  # it was mended


@pytest.mark.parametrize(("offset", "value"), [(10, 99), (8, 1)], ids=["unknown-compression", "said-to-be-encrypted"])
def test_a_damaged_header_costs_the_training_time_only(
    offset: int, value: int, base: KnowledgeBase, cache: Path
) -> None:
    load_matcher(base, cache)
    file = kept(cache)
    content = bytearray(file.read_bytes())
    content[content.index(b"PK\x01\x02") + offset] = value
    file.write_bytes(content)
    assert load_matcher(base, cache).rank(ASKED[0], "oslomet").candidates


def test_a_folder_that_takes_nothing_costs_the_training_time_only(
    base: KnowledgeBase, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert load_matcher(base, tmp_path / "file" / "models").rank(ASKED[0], "oslomet").candidates
    assert "cannot be kept" in caplog.text or "cannot be read" in caplog.text


def test_several_starts_at_once_keep_one_whole_model(base: KnowledgeBase, cache: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: load_matcher(base, cache).rank(ASKED[0], "oslomet"), range(12)))
    assert all(ranking == found[0] for ranking in found)
    assert kept(cache).suffix == ".npz"
    assert find_matcher(base, cache) is not None


def test_old_models_go_and_other_files_and_kinds_stay(base: KnowledgeBase, cache: Path) -> None:
    cache.mkdir(parents=True)
    long_ago = time.time() - 1000
    for number in range(KEPT + 2):
        for name in (f"matcher-{number}.npz", f"learned-{number}.npz"):
            (cache / name).write_bytes(b"")
            os.utime(cache / name, (long_ago + number, long_ago + number))
    (cache / "notes.txt").write_text("mine", encoding="utf-8")
    load_matcher(base, cache)
    assert len(list(cache.glob("matcher-*.npz"))) == KEPT
    assert not (cache / "matcher-0.npz").exists()
    assert (cache / f"matcher-{KEPT + 1}.npz").exists()
    assert len(list(cache.glob("learned-*.npz"))) == KEPT + 2
    assert (cache / "notes.txt").exists()
