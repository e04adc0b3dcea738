"""`handbok knowledge`: what it prints, and the status that it ends with."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import small_knowledge
from click.testing import Result
from small_knowledge import swap
from typer.testing import CliRunner

from adapters.cli.app import app
from adapters.cli.shared import parts, settings
from adapters.settings import ROOT
from bot.drift import fingerprint
from bot.knowledge import Entry
from bot.loading import load
from bot.yamlfile import read

Run = Callable[..., Result]


@pytest.fixture
def run(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs `handbok knowledge …` on the small knowledge."""
    monkeypatch.setenv("HANDBOK_KNOWLEDGE", str(small))
    monkeypatch.setenv("HANDBOK_CACHE", str(tmp_path / "models"))
    monkeypatch.setenv("HANDBOK_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    for cached in (settings, parts):
        cached.cache_clear()
    yield lambda *arguments: CliRunner().invoke(app, ["knowledge", *map(str, arguments)])
    for cached in (settings, parts):
        cached.cache_clear()


@pytest.fixture
def shipped(run: Run, model_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same on the shipped knowledge."""
    monkeypatch.setenv("HANDBOK_CACHE", str(model_cache))
    monkeypatch.setenv("HANDBOK_KNOWLEDGE", str(ROOT / "knowledge"))
    settings.cache_clear()
    return run


# ── check ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_shipped_knowledge_passes_its_own_check(shipped: Run) -> None:
    result = shipped("check", "--quick")

    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    assert result.stdout.splitlines()[-1].startswith("0 faults, ")
    assert "golden questions: " in result.stdout


def test_notes_fail_a_strict_check_only(shipped: Run) -> None:
    assert shipped("check", "--quick", "--strict").exit_code == 1


def test_every_fault_is_a_line_that_an_editor_can_jump_to(
    run: Run, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small)
    at = swap(small, "entries/all.yaml", "hashtaggen vår]", "hashtaggen vår, Hashtaggen VÅR!]")

    result = run("check")

    assert result.exit_code == 1
    assert f"entries/all.yaml:{at}: “Hashtaggen VÅR!” stands here already (see all.yaml:{at}); keep it" in result.stdout
    listed = [text for text in result.stdout.splitlines() if re.match(r"[^ ]+:\d+: (?!note: )", text)]
    assert result.stdout.splitlines()[-1].split(", ")[0] == f"{len(listed)} faults"


def test_knowledge_that_does_not_load_is_told_whole_and_on_stdout(run: Run, small: Path) -> None:
    swap(small, "handoff.yaml", "urgent: true", "urgnet: true")
    (small / "golden.yaml").write_bytes(b"- a: b: c\n\xff")

    result = run("check")

    assert result.exit_code == 1
    assert result.stderr == ""
    assert f"{small}/handoff.yaml:3: handoff/press.urgnet: is no key here" in result.stdout
    assert f"{small}/golden.yaml:2: is not UTF-8" in result.stdout


def test_json_is_one_object_and_nothing_else(run: Run) -> None:
    result = run("check", "--json", "--quick")
    found = json.loads(result.stdout)

    assert result.exit_code == 1
    assert result.stdout.count("\n") == 1
    assert set(found) == {"faults", "notes", "golden", "languages"}
    assert set(found["faults"][0]) == {"path", "line", "kind", "message"}
    assert {fault["kind"] for fault in found["faults"]} >= {"few-variants", "few-golden"}
    assert found["golden"]["asked"] == 2


def test_json_lists_every_note_and_the_lines_only_the_first_of_a_kind(run: Run, small: Path) -> None:
    for language, words in {"nb": "ordet", "nn": "orda", "sv": "orden", "en": "words"}.items():
        alike = [f"{words} om nummer {number} i rekka" for number in range(10, 22)]
        swap(small, "handoff.yaml", f"    {language}: [", f"    {language}: [{', '.join(alike)}, ")
        near = [f"{text} her" for text in alike]
        with (small / "smalltalk.yaml").open("a", encoding="utf-8") as file:
            if language == "nb":
                file.write("- id: smalltalk/words\n  reply: {nb: a, nn: b, sv: c, en: d}\n  questions:\n")
            file.write(f"    {language}: [{', '.join(near)}]\n")

    lines = run("check", "--quick").stdout.splitlines()
    notes = json.loads(run("check", "--quick", "--json").stdout)["notes"]

    listed = [line for line in lines if ": note: " in line and "is nearly" in line]
    near_notes = [note for note in notes if note["kind"] == "near-duplicate"]
    assert len(listed) == 20
    assert len(near_notes) > 40
    assert f"… and {len(near_notes) - 20} more notes of the kind near-duplicate; --json lists them" in lines


# ── the bot itself ───────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("arguments", [("variants",), ("export",), ("drift", __file__)], ids=lambda found: found[0])
def test_no_command_uses_knowledge_with_faults(arguments: tuple[str, ...], run: Run, small: Path) -> None:
    swap(small, "handoff.yaml", "urgent: true", "urgnet: true")
    swap(small, "golden.yaml", "expect: [hashtag]", "expect: [nothing]")

    result = run(*arguments)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 2
    assert all(line.startswith(f"handbok: {small}/") for line in result.stderr.splitlines())


def test_the_bot_does_not_start_half_loaded(run: Run, small: Path) -> None:
    swap(small, "handoff.yaml", "urgent: true", "urgnet: true")

    result = CliRunner().invoke(app, ["ask", "hvilken emneknagg skal jeg bruke"])

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.splitlines()[0].startswith(f"handbok: {small}/handoff.yaml:3: handoff/press.urgnet: is no key")


def test_a_folder_that_is_not_there_is_misuse_with_a_remedy(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDBOK_KNOWLEDGE", "/nowhere/at/all")

    result = run("check")

    assert result.exit_code == 2
    assert result.stderr.startswith("handbok: HANDBOK_KNOWLEDGE names no folder")


# ── variants ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_variants_are_a_json_line_each(run: Run, small: Path) -> None:
    lines = [json.loads(line) for line in run("variants", "--jsonl").stdout.splitlines()]

    assert len(lines) == sum(1 for _ in load(small).variants())
    asked = {"language": "nb", "text": "hvilken emneknagg skal jeg bruke"}
    assert lines[0] == {"entry": "hashtag", "sections": ["oslomet/hashtag"], **asked}
    assert {"entry": "handoff/press", "sections": [], "language": "nb", "text": "en journalist ringer"} in lines


def test_variants_read_by_people_name_language_entry_and_text(run: Run) -> None:
    assert run("variants").stdout.splitlines()[0].split(maxsplit=2) == [
        "nb", "hashtag", "hvilken emneknagg skal jeg bruke",
    ]  # fmt: skip


# ── export ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_is_exported_loads_as_the_same_entries(run: Run, small: Path, tmp_path: Path) -> None:
    result = run("export", "--out", tmp_path / "entries.yaml")

    assert (result.exit_code, result.output) == (0, "")
    assert read(tmp_path / "entries.yaml", tuple[Entry, ...]) == load(small).entries


def test_export_without_a_file_goes_to_stdout(run: Run, small: Path, tmp_path: Path) -> None:
    (tmp_path / "out.yaml").write_bytes(run("export").stdout_bytes)

    assert read(tmp_path / "out.yaml", tuple[Entry, ...]) == load(small).entries


def test_where_the_database_does_not_answer_the_handbooks_entries_come_all_the_same(
    run: Run, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.db").write_bytes(b"no database at all" * 100)
    monkeypatch.setenv("HANDBOK_DATABASE_URL", f"sqlite:///{tmp_path / 'broken.db'}")

    both, alone, without = run("export"), run("export", "--learned"), run("export", "--no-learned")

    (tmp_path / "out.yaml").write_bytes(both.stdout_bytes)
    assert read(tmp_path / "out.yaml", tuple[Entry, ...]) == load(small).entries
    assert (both.exit_code, both.stderr.count("\n")) == (1, 1)
    assert "nothing was read: the file is no database" in both.stderr
    assert (alone.exit_code, alone.stdout) == (2, "")
    assert (without.exit_code, without.stdout, without.stderr) == (0, both.stdout, "")


def test_an_export_that_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    result = run("export", "--out", tmp_path / "no" / "such" / "folder.yaml")

    assert result.exit_code == 2
    assert result.stderr.endswith("folder.yaml cannot be written: No such file or directory\n")


# ── drift ────────────────────────────────────────────────────────────────────────────────────────────────────────────
TAGS = "Put the tag that everybody here knows on what you post, so that the people who look for it find it."
MISTAKES = "Everybody gets something wrong now and then; say so, put it right, and go on with your day."


@pytest.fixture
def edition(small: Path, tmp_path: Path) -> Callable[[str], Path]:
    """Writes an edition of a handbook; the knowledge was made from one that holds TAGS (and another MISTAKES)."""
    none = "000000000000-0000000000000000"
    text = small_knowledge.HANDBOOKS.replace(none, fingerprint(TAGS), 1).replace(none, fingerprint(MISTAKES), 1)
    (small / "handbooks.yaml").write_text(text, encoding="utf-8")

    def written(content: str) -> Path:
        path = tmp_path / "edition.txt"
        path.write_text(content, encoding="utf-8")
        return path

    return written


@pytest.mark.parametrize(("text", "name"), [(TAGS, "OsloMet"), (MISTAKES, "Malmö stad")])
def test_an_edition_that_has_not_changed_is_known_by_its_text(
    text: str, name: str, run: Run, edition: Callable[[str], Path]
) -> None:
    file = edition(f"\n{text}\n")

    result = run("drift", file)

    assert (result.exit_code, result.stdout) == (0, f"{file}: nothing has changed in {name}'s handbook\n")


def test_a_changed_paragraph_names_what_to_read_again(run: Run, edition: Callable[[str], Path]) -> None:
    changed = TAGS.replace("post", "publish")
    file = edition(f"Heading\n\n{changed}\n")

    result = run("drift", file)

    advice = f"read again: hashtag; then write {fingerprint(changed)} for {fingerprint(TAGS)} in handbooks.yaml"
    assert (result.exit_code, result.stdout) == (1, f"{file}:3: changed oslomet/hashtag; {advice}\n")


def test_a_new_paragraph_wants_a_section(run: Run, edition: Callable[[str], Path]) -> None:
    anew = "Bicycles stand in the yard, and whoever needs a pump asks the caretaker for it."
    file = edition(f"{TAGS}\n\n{anew}\n")

    result = run("drift", file)

    advice = f"give it a section and an entry; its fingerprint is {fingerprint(anew)}"
    assert (result.exit_code, result.stdout) == (1, f"{file}:3: new paragraph; {advice}\n")


def test_a_paragraph_that_is_gone_asks_what_still_holds(run: Run, edition: Callable[[str], Path]) -> None:
    file = edition("Bicycles stand in the yard, and whoever needs a pump asks the caretaker for it.\n")

    result = run("drift", file, "--org", "malmo")

    assert result.exit_code == 1
    advice = f"see whether made-a-mistake still holds; then take {fingerprint(MISTAKES)} out of handbooks.yaml"
    assert f"{file}: gone malmo/mistakes; {advice}" in result.stdout.splitlines()


def test_a_text_like_no_handbook_wants_to_know_whose_it_is(run: Run, edition: Callable[[str], Path]) -> None:
    result = run("drift", edition("Bicycles stand in the yard, and the caretaker has a pump.\n"))

    assert result.exit_code == 2
    assert result.stderr.endswith("is like none of the handbooks; say whose it is with --org\n")


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "No such file or directory"), (b"bl\xe5b\xe6r", "it is not UTF-8")], ids=str
)
def test_an_edition_that_cannot_be_read_is_one_line(
    content: bytes | None, reason: str, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "edition.txt"
    if content is not None:
        file.write_bytes(content)

    result = run("drift", file)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"handbok: {file} cannot be read: {reason}\n"


def test_an_unknown_organisation_is_told_with_those_that_are_known(run: Run, edition: Callable[[str], Path]) -> None:
    result = run("drift", edition(TAGS), "--org", "lund")

    assert (result.exit_code, result.stderr) == (
        2, "handbok: “lund” is no organisation here; there are oslomet, malmo\n",
    )  # fmt: skip
