"""A matcher taken apart and put together again is the same matcher."""

from __future__ import annotations

import io

import numpy as np
import pytest
import small_knowledge
from hypothesis import given
from hypothesis import strategies as st

from bot.loading import load
from bot.matching.building import build_matcher
from bot.matching.matcher import Matcher
from bot.matching.stored import from_arrays, to_arrays


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    folder = small_knowledge.write(tmp_path_factory.mktemp("knowledge"))
    (folder / "lexicon.yaml").write_text("- {concept: tag, nb: [emneknagg*], en: [hashtag]}\n", encoding="utf-8")
    return build_matcher(load(folder))


@pytest.fixture(scope="module")
def copy(original: Matcher) -> Matcher:
    """By way of a file's bytes, as between two starts."""
    file = io.BytesIO()
    np.savez(file, **to_arrays(original))
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        return from_arrays({name: arrays[name] for name in arrays.files})


@given(
    st.text(st.characters(), max_size=100)
    | st.lists(st.sampled_from(["hvilken", "emneknaggene", "hastag", "jeg", "skreiv", "feil", "paper", "hello"])).map(
        " ".join
    ),
    st.sampled_from(["oslomet", "malmo"]),
)
def test_every_question_ranks_as_before(original: Matcher, copy: Matcher, text: str, organisation: str) -> None:
    assert copy.rank(text, organisation) == original.rank(text, organisation)


def test_reasons_and_readings_are_as_before(original: Matcher, copy: Matcher) -> None:
    text = "which hastag emneknaggene"
    assert copy.explain(text, "hashtag") == original.explain(text, "hashtag")
    assert copy.readings(text) == original.readings(text) == (("hastag", "hashtag"),)


def test_the_calibration_is_as_before(original: Matcher, copy: Matcher) -> None:
    assert copy.calibration == original.calibration
    assert list(copy.own) == list(original.own)


def test_nothing_that_is_kept_can_run(original: Matcher) -> None:
    assert all(array.dtype.kind in "fiub" for array in to_arrays(original).values())


def test_the_same_matcher_is_kept_as_the_same_bytes(original: Matcher, copy: Matcher) -> None:
    one, other = to_arrays(original), to_arrays(copy)
    assert one.keys() == other.keys()
    assert all(np.array_equal(one[name], other[name]) and one[name].dtype == other[name].dtype for name in one)


def test_a_part_that_is_missing_is_an_error(original: Matcher) -> None:
    arrays = to_arrays(original)
    for name in arrays:
        with pytest.raises((KeyError, ValueError)):
            from_arrays({other: value for other, value in arrays.items() if other != name})


@pytest.mark.parametrize("bytes_", [b"", b"{", b"\xff\xfe", b"{}", b"[]"], ids=repr)
def test_a_description_that_is_none_is_an_error(original: Matcher, bytes_: bytes) -> None:
    with pytest.raises((KeyError, ValueError, TypeError)):
        from_arrays(to_arrays(original) | {"described": np.frombuffer(bytes_, np.uint8)})
