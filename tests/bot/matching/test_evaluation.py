"""What `handbok evaluate` measures, on sets small enough to count by hand."""

from __future__ import annotations

import dataclasses
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from library_desk import LABELS, TEXTS

from bot.matching.evaluation import OUT_OF_SCOPE, Evaluation, Labelled, auroc, evaluate

TRAIN = [Labelled(text, label) for text, label in zip(TEXTS, LABELS, strict=True)]
ELSEWHERE = [
    Labelled(text, OUT_OF_SCOPE)
    for text in ("what is the weather tomorrow", "hvem vant fotballkampen", "qwertyuiop", "sell my shares now", "😀")
]
TIMES = {"median_ms", "p99_ms", "build_s"}
few = st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]) | st.floats(0, 1), max_size=25)


@pytest.fixture(scope="module")
def measured() -> Evaluation:
    return evaluate(TRAIN, [*TRAIN, *ELSEWHERE])


@given(few, few)
def test_auroc_is_the_share_of_pairs_that_stand_the_right_way_and_half_the_ties(
    inside: list[float], outside: list[float]
) -> None:
    found = auroc(np.array(inside), np.array(outside))
    if not inside or not outside:
        assert math.isnan(found)
        return
    won = sum((one > other) + (one == other) / 2 for one in inside for other in outside)
    assert found == pytest.approx(won / len(inside) / len(outside))


def test_questions_that_were_learned_are_right(measured: Evaluation) -> None:
    assert measured.accuracy_at_1 == 100
    assert measured.variants == len(TRAIN)
    assert measured.auroc > 90
    assert measured.promise.oos_answered == 0


def test_percentages_are_percentages_and_times_are_times(measured: Evaluation) -> None:
    rates = {name: value for name, value in dataclasses.asdict(measured).items() if name not in TIMES}
    rates |= rates.pop("promise")
    del rates["variants"]
    assert all(0 <= value <= 100 for value in rates.values() if not math.isnan(value))
    assert 0 < measured.median_ms <= measured.p99_ms
    assert measured.build_s > 0


def test_abstaining_never_raises_the_accuracy(measured: Evaluation) -> None:
    assert measured.in_scope_accuracy <= measured.accuracy_at_1


def test_accuracy_counts_each_line_and_out_of_scope_ones_not_at_all() -> None:
    wrong = [Labelled(item.text, "another label") for item in TRAIN[:10]]
    found = evaluate(TRAIN, [*TRAIN, *wrong, *ELSEWHERE])
    assert found.accuracy_at_1 == pytest.approx(100 * len(TRAIN) / (len(TRAIN) + 10))


def test_out_of_scope_lines_to_learn_from_are_passed_over(measured: Evaluation) -> None:
    again = evaluate([*ELSEWHERE, *TRAIN, *ELSEWHERE], [*TRAIN, *ELSEWHERE])
    assert _without_times(again) == _without_times(measured)


def test_the_same_sets_give_the_same_figures(measured: Evaluation) -> None:
    assert _without_times(evaluate(TRAIN, [*TRAIN, *ELSEWHERE])) == _without_times(measured)


def _without_times(found: Evaluation) -> dict[str, object]:
    return {name: value for name, value in json.loads(json.dumps(found.as_json())).items() if name not in TIMES}


def test_the_test_file_moves_no_threshold(measured: Evaluation) -> None:
    alone = evaluate(TRAIN, ELSEWHERE)
    assert alone.oos_recall == measured.oos_recall
    assert alone.promise.oos_answered == measured.promise.oos_answered


@pytest.mark.parametrize(
    ("test", "unknown"),
    [
        (TRAIN, {"auroc", "oos_recall", "oos_answered"}),
        (ELSEWHERE, {"auroc", "accuracy_at_1", "in_scope_accuracy", "answered", "wrong"}),
    ],
    ids=["all-in-scope", "all-out-of-scope"],
)
def test_what_a_set_cannot_tell_is_null(test: list[Labelled], unknown: set[str]) -> None:
    found = evaluate(TRAIN, test).as_json()
    flat = found | found["promise"]
    assert {name for name, value in flat.items() if value is None} - {"wrong"} == unknown - {"wrong"}
    json.dumps(found, allow_nan=False)


POOR = {
    "nothing-to-tell-apart": [Labelled("samme ord", "one"), Labelled("samme ord", "two")] * 6,
    "two-lines": [Labelled("a", "one"), Labelled("b", "two")],
    "without-words": [Labelled("", "one"), Labelled("😀", "two"), Labelled("hei", "three")],
    "one-line-each": [Labelled(f"ord nummer {number}", f"label-{number}") for number in range(12)],
}


@pytest.mark.parametrize(
    "train",
    POOR.values(),
    ids=POOR,
)
def test_however_poor_the_set_it_is_measured(train: list[Labelled]) -> None:
    found = evaluate(train, [*train, Labelled("noe annet", OUT_OF_SCOPE)])
    assert 0 <= found.accuracy_at_1 <= 100
    assert 0 <= found.oos_recall <= 100
