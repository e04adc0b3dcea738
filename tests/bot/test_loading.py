"""Knowledge is loaded whole, or every fault of every file is told at once and nothing is loaded."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from small_knowledge import FILES, swap

from bot.errors import KnowledgeError
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.loading import fill, load, read_all


def faults(folder: Path) -> list[str]:
    """What loading finds, as ``file:line: message`` with the file relative to the folder."""
    with pytest.raises(KnowledgeError) as caught:
        load(folder)
    return [f"{fault.path.relative_to(folder)}:{fault.line}: {fault.message}" for fault in caught.value.faults]


def test_the_small_knowledge_is_whole(small: Path) -> None:
    known = load(small)

    assert [entry.id for entry in known.entries] == ["hashtag", "made-a-mistake"]
    assert list(known.organisation) == ["oslomet", "malmo"]
    assert list(known.section) == ["oslomet/hashtag", "malmo/mistakes"]
    assert read_all(small).faults == ()


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_told_and_nothing_starts(name: str, small: Path) -> None:
    (small / name).unlink()

    assert len(faults(small)) == 1
    assert Path(name).parts[0].removesuffix(".yaml") in faults(small)[0]


@pytest.mark.parametrize("name", ["handbooks.yaml", "handoff.yaml", "entries/all.yaml"])
def test_an_empty_list_is_no_bot(name: str, small: Path) -> None:
    (small / name).write_text("[]\n", encoding="utf-8")

    assert any("holds nothing" in fault for fault in faults(small))


ENTRIES, HANDOFF, SMALLTALK = "entries/all.yaml", "handoff.yaml", "smalltalk.yaml"
HANDBOOKS, GOLDEN = "handbooks.yaml", "golden.yaml"
CASES = {
    "an unknown key": (
        ENTRIES,
        "  related: [made-a-mistake]",
        "  realted: [made-a-mistake]",
        "hashtag.realted: is no key here",
    ),
    "a missing language": (
        ENTRIES,
        '      sv: "Använd {hashtag}."\n',
        "",
        "hashtag.answers.oslomet.sv: is missing; add it",
    ),
    "an empty text": (HANDOFF, 'sv: "Fråga {department}."', 'sv: "  "', "handoff/press.reply.sv: is empty"),
    "a number for a text": (SMALLTALK, "en: Hello!", "en: 5", "must be text; put it in quotes"),
    "a text for a list": (SMALLTALK, "sv: [hej, tjena]", "sv: hej", "must be a list"),
    "a text for true": (HANDOFF, "urgent: true", "urgent: sure", "handoff/press.urgent"),
    "an id with capitals": (ENTRIES, "- id: hashtag", "- id: Hashtag", "“Hashtag” does not fit"),
    "no sources": (ENTRIES, "sources: [oslomet/hashtag]", "sources: []", "is empty; add at least one"),
    "an unknown section": (
        ENTRIES,
        "sources: [oslomet/hashtag]",
        "sources: [oslomet/hashtags]",
        "“oslomet/hashtags” is no section of oslomet's handbook",
    ),
    "another handbook's section": (
        ENTRIES,
        "sources: [oslomet/hashtag]",
        "sources: [malmo/mistakes]",
        "“malmo/mistakes” is no section of oslomet's",
    ),
    "an unknown organisation": (
        ENTRIES,
        "    malmo:",
        "    lund:",
        "“lund” is no organisation; there are oslomet, malmo",
    ),
    "an unknown fact": (
        ENTRIES,
        'Bruk {hashtag}."\n      nn',
        'Bruk {hastag}."\n      nn',
        "needs {hastag}; add it to the facts of oslomet",
    ),
    "a fact that another organisation has": (
        ENTRIES,
        "Rätta det",
        "{hashtag}",
        "needs {hashtag}; add it to the facts of malmo",
    ),
    "a fact without a name": (ENTRIES, "Rätta det", "{} det", "needs {}"),
    "a lone brace": (ENTRIES, "Rätta det", "} det", "brace by itself"),
    "too long an answer": (ENTRIES, "Put it right", "x" * 600, "600 at most"),
    "a related entry that is none": (
        ENTRIES,
        "related: [made-a-mistake]",
        "related: [handoff/press]",
        "“handoff/press” is no other entry",
    ),
    "an entry related to itself": (
        ENTRIES,
        "related: [made-a-mistake]",
        "related: [hashtag]",
        "“hashtag” is no other entry",
    ),
    "an expectation that is none": (
        GOLDEN,
        "expect: [hashtag]",
        "expect: [hashtags]",
        "“hashtags” is no entry or topic",
    ),
    "a golden question of nobody": (GOLDEN, "org: malmo", "org: lund", "“lund” is no organisation"),
    "a golden question in no language": (GOLDEN, "language: en", "language: de", "language"),
    "a section of another organisation": (
        HANDBOOKS,
        "- id: malmo/mistakes",
        "- id: oslomet/mistakes",
        "must begin with “malmo/”",
    ),
    "hours that are none": (HANDBOOKS, 'opens: "08:00"', 'opens: "8"', "“8” does not fit"),
    "a date that is none": (
        HANDBOOKS,
        'handbook: Handboka\n  edition: "2026-01-31"',
        'handbook: Handboka\n  edition: "2026-02-31"',
        "oslomet.edition",
    ),
    "a country that is none": (HANDBOOKS, 'country: "SE"', 'country: "DK"', "malmo.country"),
    "a title for an id twice": (
        ENTRIES,
        "- id: made-a-mistake",
        "- id: hashtag",
        "“hashtag” stands at all.yaml:1 already",
    ),
    "a duplicate key": (SMALLTALK, "    sv: [hej, tjena]", "    nn: [hej, tjena]", "“nn” stands twice"),
}


@pytest.mark.parametrize(("name", "old", "new", "message"), CASES.values(), ids=CASES)
def test_a_fault_is_told_at_its_line(name: str, old: str, new: str, message: str, small: Path) -> None:
    first = swap(small, name, old, new)
    lines = range(first, first + 1 + max(old.count("\n"), new.count("\n")) + 1)

    told = [fault for fault in faults(small) if message in fault]

    assert len(told) == 1, faults(small)
    file, line, _ = told[0].split(":", 2)
    assert file == name
    assert int(line) in lines or message.endswith("is missing; add it")


def test_faults_of_every_kind_and_file_are_told_at_once(small: Path) -> None:
    for old, new in (("- id: made-a-mistake", "- id: Made"), ('Bruk {hashtag}."\n      nn', 'Bruk {x}."\n      nn')):
        swap(small, "entries/all.yaml", old, new)
    swap(small, "smalltalk.yaml", "    sv: [hej, tjena]", "    nn: [hej, tjena]")
    swap(small, "golden.yaml", "expect: [hashtag]", "expect: [nothing]")
    swap(small, "handoff.yaml", "urgent: true", "urgnet: true")

    told = "\n".join(faults(small))

    assert "needs {x}" in told
    assert "“Made” does not fit" in told
    assert "“nn” stands twice" in told
    assert "“nothing” is no entry or topic" in told
    assert "handoff/press.urgnet: is no key" in told


def test_what_refers_to_an_item_with_faults_is_no_fault_itself(small: Path) -> None:
    swap(
        small,
        "entries/all.yaml",
        "- id: made-a-mistake\n  title: {nb: Feil,",
        "- id: made-a-mistake\n  title: {no: Feil,",
    )
    swap(small, "handbooks.yaml", 'country: "SE"', 'country: "DK"')
    swap(small, "golden.yaml", "expect: [none]", "expect: [made-a-mistake]")

    told = faults(small)

    assert {line.split(": ")[1].split(".")[0] for line in told} == {"made-a-mistake", "malmo"}


BROKEN = {
    "not YAML": b"- id: a: b\n",
    "an open quote": b'- id: "abc\n',
    "tabs": b"- id: a\n\ttitle: b\n",
    "not UTF-8": b"- id: \xe5\n",
    "UTF-16": "- id: a\n".encode("utf-16"),
    "a NUL": b"- id: a\x00b\n",
    "two documents": b"- id: a\n---\n- id: b\n",
    "a conflict's marks": b"<<<<<<< ours\n- id: a\n=======\n- id: b\n>>>>>>> theirs\n",
    "empty": b"",
    "a mapping": b"id: a\n",
    "a word": b"hello\n",
    "half an item": b"- id: a\n  reply: {nb: x\n- id: b\n",
    "endless brackets": b"[" * 100_000,
    "an alias of itself": b"- &a [*a]\n",
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("name", ["handbooks.yaml", "entries/all.yaml", "golden.yaml"])
def test_a_broken_file_is_told_beside_the_faults_of_the_others(name: str, content: bytes, small: Path) -> None:
    (small / name).write_bytes(content)
    swap(small, "handoff.yaml", "urgent: true", "urgnet: true")

    told = faults(small)

    assert any(fault.startswith(f"{name}:") for fault in told)
    assert any("handoff/press.urgnet: is no key" in fault for fault in told)


def test_a_folder_in_the_place_of_a_file_is_told(small: Path) -> None:
    (small / "golden.yaml").unlink()
    (small / "golden.yaml").mkdir()

    assert any(fault.startswith("golden.yaml:0: cannot be read") for fault in faults(small))


def test_an_empty_folder_tells_every_file_that_is_missing(tmp_path: Path) -> None:
    told = faults(tmp_path)

    assert len(told) == len(FILES)
    assert all("cannot be read" in fault or "holds no *.yaml" in fault for fault in told)


def test_what_is_whole_can_be_checked_beside_faults_and_never_used(small: Path) -> None:
    swap(small, "entries/all.yaml", "related: [made-a-mistake]", "realted: []")

    found = read_all(small)

    assert [entry.id for entry in found.knowledge.entries] == ["made-a-mistake"]
    assert found.places.broken == {"hashtag"}
    assert found.faults


def test_places_tell_the_line_of_anything(small: Path) -> None:
    places = read_all(small).places
    lines = (small / "entries" / "all.yaml").read_text(encoding="utf-8").splitlines()

    fault = places.fault("made-a-mistake", ("answers", "malmo", "sv"), "x")

    assert lines[fault.line - 1].strip().startswith('sv: "Rätta')
    assert places.line("handoff/press") == "handoff.yaml:1"


def test_files_with_windows_line_ends_and_a_byte_order_mark_load_the_same(small: Path, tmp_path: Path) -> None:
    other = shutil.copytree(small, tmp_path / "other")
    for path in other.rglob("*.yaml"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert load(other) == load(small)


def test_facts_are_filled_in_by_language(small: Path) -> None:
    oslomet = load(small).organisation["oslomet"]

    assert fill("Use {hashtag} or ask {department}.", oslomet, Language.EN) == "Use #oslomet or ask the department."
    assert fill("{{not a fact}}", oslomet, Language.EN) == "{not a fact}"


def test_the_shipped_knowledge_loads(knowledge: KnowledgeBase) -> None:
    assert len(knowledge.entries) >= 46
    assert all(knowledge.topic[topic].questions[language] for topic in knowledge.topic for language in Language)
