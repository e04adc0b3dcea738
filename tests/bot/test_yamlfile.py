"""A YAML file is a model, or every fault in it is told with its line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import KnowledgeError
from bot.knowledge import Model
from bot.yamlfile import Document, line_of, read


class Item(Model):
    """Something to read."""

    id: str
    count: int = 0
    names: tuple[str, ...] = ()


def told(path: Path, content: str | bytes) -> list[tuple[int, str]]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(KnowledgeError) as caught:
        read(path, tuple[Item, ...])
    assert all(fault.path == path for fault in caught.value.faults)
    return [(fault.line, fault.message) for fault in caught.value.faults]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "items.yaml"


@pytest.mark.parametrize("word", ["no", "yes", "on", "off", "n", "2026-01-31", "0x1f", "1_000", "12:30", "1e3", ".5"])
def test_only_what_yaml_1_2_calls_so_is_no_text(word: str, path: Path) -> None:
    path.write_text(f"- id: {word}\n", encoding="utf-8")

    assert read(path, tuple[Item, ...]) == (Item(id=word),)


@pytest.mark.parametrize("word", ["5", "-1", "1.5", "true", "false", "null", "~", ""])
def test_a_text_is_no_number_and_no_truth(word: str, path: Path) -> None:
    assert told(path, f"- id: {word}\n") == [(1, f"{read_id(word)}.id: must be text; put it in quotes")]


def read_id(word: str) -> str:
    return {"true": "True", "false": "False", "null": "None", "~": "None", "": "None"}.get(word, word)


def test_every_fault_is_told_at_once_by_line(path: Path) -> None:
    content = "- id: a\n  count: x\n  id: b\n- name: c\n- id: d\n  names: [1, ok, true]\n"

    assert told(path, content) == [
        (2, "b.count: should be a valid integer; it is “x”"),
        (3, "“id” stands twice; keep one of them"),
        (4, "1.id: is missing; add it"),
        (4, "1.name: is no key here; see the neighbouring files for the keys that there are"),
        (6, "d.names.0: must be text; put it in quotes"),
        (6, "d.names.2: must be text; put it in quotes"),
    ]


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ("- id: a: b\n", 1, "put a text that holds “: ” in quotes"),
        ("- id: a\n\tcount: 1\n", 2, "indent with spaces"),
        ('- id: "abc\n- id: b\n', 3, "close the quotes or brackets above"),
        ("- id: a\n---\n- id: b\n", 2, "take the line with “---” away"),
        ("- id: *a\n", 1, "put a text that begins with “*” in quotes"),
        ("- id: {a\n- id: b\n", 2, "look at the line above it, too"),
        (b"- id: a\n- id: \xe5\n", 2, "is not UTF-8; save the file as UTF-8"),
        ("- id: a\n- id: b\x00\n", 2, "holds the control character U+0000; delete it"),
        ("- id: a\n- id: b\x1b[31m\n", 2, "holds the control character U+001B; delete it"),
        ("- &x a\n- id: b\n  names: [c]\n- *x\n", 1, "repeats another place by an alias (*); write it out"),
        ("- id: a\n  names: &n [b]\n- id: c\n  names: *n\n", 4, "repeats another place by an alias (*); write it out"),
        ("- id: a\n  names: &n [*n]\n", 2, "repeats another place by an alias (*); write it out"),
        ("- !!python/object/apply:os.system [ls]\n", 1, "has the tag tag:yaml.org,2002:python/object/apply:os.system"),
        ("- id: !secret a\n", 1, "has the tag !secret; leave it out"),
        ("- id: a\n  count: !!int b\n", 2, "“b” is no number; put it in quotes"),
        ("- id: a\n  count: " + "9" * 5000 + "\n", 2, "is no number; put it in quotes"),
        ("- id: a\n  count: 1.0e999\n", 2, "“1.0e999” is no number; put it in quotes"),
        ("- id: a\n  ? [b]\n  : c\n", 2, "has a key that is no plain text"),
        ("- id: a\n  names: " + "[" * 90 + "]" * 90 + "\n", 2, "nests too deeply"),
        ("[" * 100_000, 0, "nests brackets too deeply"),
        ("- " * 100_000, 0, "nests brackets too deeply"),
        ("", 1, "must be a list; begin each item with “- ”"),
        ("id: a\n", 1, "must be a list; begin each item with “- ”"),
        ("- a\n", 1, "must hold keys; see the neighbouring files for which"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_where_and_what_to_do(
    content: str | bytes, line: int, message: str, path: Path
) -> None:
    assert any(found == line and message in said for found, said in told(path, content)), told(path, content)


def test_a_fault_stays_on_one_line_whatever_the_file_holds(path: Path) -> None:
    found = told(path, '- "i\\nd\\e[2J": 1\n  id: "\\n\\0"\n  count: "a\\nb"\n')

    assert all(message.isprintable() for _, message in found)


def test_a_file_that_is_not_there_is_told(path: Path) -> None:
    with pytest.raises(KnowledgeError, match="cannot be read \\(No such file or directory\\); put the file there"):
        read(path, tuple[Item, ...])


def test_the_good_items_of_a_list_are_kept_beside_the_faults(path: Path) -> None:
    path.write_text("- id: a\n- ID: b\n- id: c\n", encoding="utf-8")

    good, faults = Document.read(path).items(Item)

    assert good == [(0, Item(id="a")), (2, Item(id="c"))]
    assert [fault.line for fault in faults] == [2, 2]


def test_lines_are_told_for_keys_items_and_what_is_missing(path: Path) -> None:
    path.write_text("- id: a\n  names:\n    - b\n    - >-\n      c\n\n- id: d\n", encoding="utf-8")
    places: dict[tuple[int | str, ...], int] = {
        (): 1, (0,): 1, (0, "names"): 2, (0, "names", 0): 3, (0, "names", 1): 4, (1,): 7, (1, "id"): 7,
        (1, "names"): 7, (1, "names", 5): 7, (9,): 1,
    }  # fmt: skip

    assert {loc: line_of(path, loc) for loc in places} == places


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_what_yaml_can_say_is_read_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, data: Any) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_text(yaml.safe_dump(json.loads(json.dumps(data))), encoding="utf-8")

    document = Document.read(file)

    assert document.faults == ()
    assert document.data == json.loads(json.dumps(data))


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")))
def test_no_file_whatever_ends_in_anything_but_faults(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_bytes(content)

    assert all(message.isprintable() and message for message in faults_of(file))


def faults_of(file: Path) -> list[str]:
    try:
        read(file, tuple[Item, ...])
    except KnowledgeError as error:
        return [fault.message for fault in error.faults] or [""]
    return []
