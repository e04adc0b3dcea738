"""Entries are written so that reading them gives the same entries, and a person likes to read them, too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from bot.knowledge import Answer, Entry, KnowledgeBase, Questions, Texts
from bot.loading import load
from bot.yamlfile import read
from bot.yamlwriting import WIDTH, entries_yaml, scalar

# Letters that mean something to YAML, line breaks of every kind, what does not print, and words that are no words.
NASTY = st.sampled_from([*":#-?,[]{}&*!|>'\"%@`~=<\\/.01aÅé😀", " ", "\n", "\r", "\t"])
ODD = st.sampled_from(
    ["\0", "\x07", "\x1b", "\x7f", "\x85", "\xa0", "\xad", "\u2028", "\u2029", "\ufeff", "\ufffe", "\U0010ffff"]
)
WORDS = st.sampled_from(
    [
        "no",
        "yes",
        "null",
        "~",
        "true",
        "12:30",
        "0x1f",
        "1e3",
        "2026-01-31",
        "---",
        "- a",
        "? b",
        "a: b",
        "a #b",
        "%YAML",
        "...",
    ]
)
LINES = st.lists(NASTY | ODD | WORDS | st.text(max_size=8), min_size=1, max_size=30).map("".join)
LONG = st.lists(st.text(st.characters(categories=["L", "P", "N"]), min_size=1, max_size=12), min_size=20, max_size=60)
TEXT = (LINES | WORDS | LONG.map(" ".join) | st.text()).filter(lambda text: bool(text.strip()) and is_text(text))


def is_text(text: str) -> bool:
    """Lone surrogates are no text: no model holds them."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def entry(text: str, other: str = "Spørsmål?", name: str = "an-entry") -> Entry:
    return Entry(
        id=name,
        title=Texts(nb=text, nn="b", sv=other, en="d"),
        questions=Questions(nb=(text, other), nn=(), sv=(text,), en=(other,)),
        answers={text.strip() or "x": Answer(sources=(text.strip() or "x",), nb=text, nn="b", sv="c", en=other)},
        related=(other,),
    )


def again(folder: Path, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    file = folder / "written.yaml"
    file.write_text(entries_yaml(entries), encoding="utf-8", newline="")
    return read(file, tuple[Entry, ...])


@given(TEXT, TEXT)
@example("#", "a: b")
@example("x" * 300, "y " * 100)
@example("a  " * 80, "two  spaces " * 20)
@example("\u2028" + "word " * 40, "\xa0word" * 40)
def test_reading_what_was_written_gives_the_same_entries(
    tmp_path_factory: pytest.TempPathFactory, text: str, other: str
) -> None:
    entries = (entry(text, other), entry(other, text, "true"), entry(text, name="123"))

    assert again(tmp_path_factory.getbasetemp(), entries) == entries


@given(TEXT)
def test_any_yaml_reader_reads_the_same_text(text: str) -> None:
    for written in (
        f"- {scalar(text)}\n",
        f"[{scalar(text, in_flow=True)}]\n",
        f"{{a: {scalar(text, in_flow=True)}}}\n",
    ):
        data: Any = yaml.safe_load(written)
        assert (data[0] if isinstance(data, list) else data["a"]) == text


def test_the_shipped_entries_come_back_as_they_are(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    assert again(tmp_path, knowledge.entries) == knowledge.entries


def test_writing_twice_writes_the_same(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    once = entries_yaml(knowledge.entries)

    assert entries_yaml(again(tmp_path, knowledge.entries)) == once


@pytest.mark.parametrize(
    "text",
    [
        "Hva gjør jeg nå?",
        "dos and don'ts",
        "«Sitat», sa hun",
        "50 % av oss",
        "3 tips",
        "så: ",
        "#oslomet",
        "no",
        "C#",
        "a:b",
    ],
)
def test_quotes_stand_only_where_they_are_needed(text: str) -> None:
    assert (scalar(text) != text) == (text in {"så: ", "#oslomet", "no"})


def test_inside_brackets_commas_need_quotes() -> None:
    assert scalar("a, b") == "a, b"
    assert scalar("a, b", in_flow=True) == '"a, b"'


def test_long_answers_are_folded_and_short_ones_stay_on_their_line(knowledge: KnowledgeBase) -> None:
    lines = entries_yaml(knowledge.entries).splitlines()

    assert any(line.endswith(": >-") for line in lines)
    assert all(len(line) <= WIDTH for line in lines if line.startswith("        "))


def test_an_entry_is_written_in_the_form_of_the_files(small: Path) -> None:
    first = load(small).entries[0]

    assert entries_yaml([first]) == (
        "- id: hashtag\n"
        "  title: {nb: Emneknagg, nn: Emneknagg, sv: Hashtagg, en: Hashtag}\n"
        "  answers:\n"
        "    oslomet:\n"
        "      sources: [oslomet/hashtag]\n"
        "      nb: Bruk {hashtag}.\n"
        "      nn: Bruk {hashtag}.\n"
        "      sv: Använd {hashtag}.\n"
        "      en: Use {hashtag}.\n"
        "  related: [made-a-mistake]\n"
        "  questions:\n"
        "    nb:\n      - hvilken emneknagg skal jeg bruke\n      - hashtaggen vår\n"
        "    nn:\n      - kva emneknagg skal eg bruke\n      - merkelappen vår\n"
        "    sv:\n      - vilken hashtagg ska jag använda\n      - vår tagg\n"
        "    en:\n      - which hashtag do I use\n      - our tag\n"
    )


def test_no_entries_are_an_empty_list(tmp_path: Path) -> None:
    assert again(tmp_path, ()) == ()
