"""`handbok evaluate`: figures for any labelled set, or one line that says what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from adapters.cli.app import app
from adapters.cli.evaluate import labelled

TOPICS = {"tea": ("kettle", "leaves", "pot", "cup"), "snow": ("sledge", "skis", "flakes", "frost")}
TRAIN = [
    {"text": f"{start} the {word} {end}", "label": label}
    for label, words in TOPICS.items()
    for word in words
    for start, end in (("where is", "now"), ("I need", "please"))
]
ELSEWHERE = {"text": "who wrote this symphony", "label": "__oos__"}
FIGURES = {
    "accuracy_at_1", "auroc", "in_scope_accuracy", "oos_recall", "promise", "median_ms", "p99_ms", "build_s", "rss_mb",
    "variants",
}  # fmt: skip


def write(path: Path, *items: object) -> Path:
    text = "".join(item if isinstance(item, str) else json.dumps(item) + "\n" for item in items)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def train(tmp_path: Path) -> Path:
    return write(tmp_path / "train.jsonl", *TRAIN, ELSEWHERE)


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    return write(tmp_path / "test.jsonl", *TRAIN[::3], "\n", ELSEWHERE)


def run(train: Path, test: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["evaluate", "--train", str(train), "--test", str(test), *words])


def test_json_is_one_object_with_every_figure(train: Path, asked: Path) -> None:
    result = run(train, asked, "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, result.stdout.count("\n"), result.stderr) == (0, 1, "")
    assert set(found) == FIGURES
    assert set(found["promise"]) == {"answered", "wrong", "oos_answered"}
    assert found["accuracy_at_1"] == 100
    assert found["variants"] == len(TRAIN)
    assert found["rss_mb"] > 10


def test_people_read_a_line_for_each_figure(train: Path, asked: Path) -> None:
    result = run(train, asked)
    told = dict(line.split() for line in result.stdout.splitlines())
    assert told.keys() == FIGURES - {"promise"} | {"promise.answered", "promise.wrong", "promise.oos_answered"}
    assert told["accuracy_at_1"] == "100.00"


def test_what_a_set_cannot_tell_is_null(train: Path, tmp_path: Path) -> None:
    inside = write(tmp_path / "inside.jsonl", *TRAIN)
    found = json.loads(run(train, inside, "--json").stdout)
    assert (found["auroc"], found["oos_recall"], found["promise"]["oos_answered"]) == (None, None, None)
    assert any(line.split() == ["auroc", "–"] for line in run(train, inside).stdout.splitlines())


@pytest.mark.parametrize(
    "line", ["{", "[]", '"text"', '{"text": "hei"}', '{"label": "tea"}', "5", "[" * 100_000], ids=lambda line: line[:20]
)
def test_a_line_that_is_none_is_named_with_its_place(line: str, train: Path, tmp_path: Path) -> None:
    broken = write(tmp_path / "broken.jsonl", TRAIN[0], "\n", line + "\n")
    result = run(train, broken)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f'handbok: {broken}:3: is no line of {{"text": "…", "label": "…"}}\n'


def test_a_file_that_cannot_be_used_is_one_line(train: Path, tmp_path: Path) -> None:
    empty, latin = write(tmp_path / "empty.jsonl", "\n"), tmp_path / "latin.jsonl"
    latin.write_bytes('{"text": "å", "label": "tea"}'.encode("latin-1"))
    for path, said in (
        (empty, "is empty"),
        (latin, "cannot be read: it is not UTF-8"),
        (tmp_path / "none.jsonl", "cannot be read: No such file"),
        (tmp_path, "cannot be read: Is a directory"),
    ):
        result = run(train, path)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith(f"handbok: {path} {said}")
        assert result.stderr.count("\n") == 1


def test_one_label_leaves_nothing_to_tell_apart(asked: Path, tmp_path: Path) -> None:
    lone = write(tmp_path / "lone.jsonl", TRAIN[0], TRAIN[1], ELSEWHERE)
    result = run(lone, asked)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "fewer than two labels" in result.stderr


def test_both_files_are_wanted(train: Path) -> None:
    assert CliRunner().invoke(app, ["evaluate", "--train", str(train)]).exit_code == 2


@pytest.mark.parametrize("separator", ["\u2028", "\x85"], ids=["line-separator", "next-line"])
def test_a_text_may_hold_any_character_that_json_lets_stand(separator: str, tmp_path: Path) -> None:
    text = f"kettle{separator}leaves"
    path = write(tmp_path / "one.jsonl", json.dumps({"text": text, "label": "tea"}, ensure_ascii=False) + "\n")
    assert [item.text for item in labelled(path)] == [text]
