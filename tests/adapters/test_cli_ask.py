"""`handbok ask` and `handbok chat`, on the shipped knowledge."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from adapters.cli.app import app
from adapters.cli.shared import parts, settings
from adapters.settings import ROOT
from bot.knowledge import KnowledgeBase
from bot.matching.matcher import Matcher

Run = Callable[..., Result]
KEYS = {"outcome", "entry", "sections", "confidence", "language", "text", "options", "topic"}
QUESTION = "Hvilken emneknagg skal jeg bruke når jeg poster fra OsloMet?"


@pytest.fixture(scope="module")
def run(matcher: Matcher, model_cache: Path) -> Iterator[Run]:
    """Runs `handbok …` here; ``stdin`` as bytes."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("HANDBOK_")]:
            patch.delenv(name)
        patch.setenv("HANDBOK_CACHE", str(model_cache))
        for cached in (settings, parts):
            cached.cache_clear()
        yield lambda *words, stdin=b"": CliRunner().invoke(app, words, input=stdin)
    for cached in (settings, parts):
        cached.cache_clear()


def lines(*items: object) -> bytes:
    """JSON lines; what is bytes already stands as it is."""
    return b"".join(i + b"\n" if isinstance(i, bytes) else json.dumps(i).encode() + b"\n" for i in items)


def answers(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout_bytes.decode("utf-8", "strict").splitlines()]


# ── one question ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_question_is_answered_for_people(run: Run) -> None:
    result = run("ask", QUESTION)
    assert result.exit_code == 0, result.output
    assert "#oslomet" in result.stdout
    assert "OsloMets håndbok" in result.stdout
    assert result.stderr == ""
    assert "\x1b" not in result.stdout


def test_words_without_quotes_are_one_question(run: Run) -> None:
    assert run("ask", "--json", *QUESTION.split()).stdout == run("ask", "--json", QUESTION).stdout


def test_json_is_one_object_and_nothing_else(run: Run) -> None:
    result = run("ask", "--json", QUESTION)
    (found,) = answers(result)
    assert set(found) == KEYS
    assert (found["outcome"], found["entry"], found["language"]) == ("answer", "hashtag", "nb")
    assert found["sections"] == ["oslomet/hashtag"]
    assert 0 < found["confidence"] <= 1
    assert result.stderr == ""


def test_a_language_asked_for_is_the_one_spoken(run: Run) -> None:
    (found,) = answers(run("ask", "--json", "--lang", "sv", QUESTION))
    assert found["language"] == "sv"
    assert "handbok" in found["text"]


def test_the_other_organisation_has_its_own_answer(run: Run) -> None:
    text = "Jag har lagt upp något som blev fel, hur rättar jag till det?"
    (own,), (other,) = (answers(run("ask", "--json", "--org", org, text)) for org in ("malmo", "oslomet"))
    assert own["entry"] == other["entry"]
    assert own["sections"][0].startswith("malmo/")  # what the other handbook adds comes after
    assert other["sections"][0].startswith("oslomet/")


def test_the_reasons_can_be_asked_for(run: Run) -> None:
    told = run("ask", "--explain", "Hvilken emnknagg skal jeg bruke?").stdout
    assert "“emnknagg” was read as “emneknagg”" in told
    assert "%  hashtag" in told
    assert "[hashtag] +" in told
    assert "% sure that it is what was asked" in told
    assert "answered at once, as from" in told


def test_it_is_told_why_something_was_not_answered(run: Run) -> None:
    told = run("ask", "--explain", "I made a mistake in my tax return").stdout
    assert "not answered at once" in told


LESSONS = """\
- id: popcorn
  title: {nb: Popcornmaskina}
  questions:
    nb: [kan vi låne popcornmaskina, hvem har popcornmaskina]
  answers:
    oslomet: {nb: Ring resepsjonen.}
"""


def test_lessons_are_as_if_they_had_been_saved(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "lessons.yaml"
    file.write_text(LESSONS, encoding="utf-8")
    line = lines({"text": "hvem har popcornmaskina", "org": "oslomet"})
    (taught,) = answers(run("ask", "--jsonl", "--lessons", str(file), stdin=line))
    (before,) = answers(run("ask", "--jsonl", stdin=line))
    assert (taught["outcome"], taught["entry"]) == ("answer", "popcorn")
    assert before["entry"] is None


def test_a_fault_in_a_lesson_is_told_by_its_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "lessons.yaml"
    file.write_text("- id: popcorn\n  title: {nb: Popcorn}\n", encoding="utf-8")
    found = run("ask", "--lessons", str(file), "hei")
    assert found.exit_code == 1
    assert "lessons.yaml:1: popcorn.questions: is missing" in found.stderr


def test_square_brackets_are_no_markup(run: Run) -> None:
    assert run("ask", "[red]hei[/red] [/nonsense]").exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ask"], "ask what?"),
        (["ask", "--org", "lund", "hei"], "“lund” is no organisation here; there are oslomet, malmo"),
        (["ask", "--lang", "fi", "hei"], "“fi” is no language here; there are nb, nn, sv, en"),
        (["chat", "--org", "lund"], "“lund” is no organisation here; there are oslomet, malmo"),
    ],
    ids=["nothing", "organisation", "language", "chat"],
)
def test_misuse_is_one_line_with_the_remedy(words: list[str], said: str, run: Run) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"handbok: {said}")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("words", [["ask", "--nonsense", "hei"], ["nonsense"]], ids=["option", "command"])
def test_what_is_no_option_or_command_is_misuse(words: list[str], run: Run) -> None:
    assert run(*words).exit_code == 2


@pytest.mark.parametrize(
    "text",
    ["😀", "?", "\u202eabc", "<script>alert(1)</script>", "\udce5", "a" * 100_000, "'; DROP TABLE entries; --"],
    ids=["emoji", "mark", "right-to-left", "html", "surrogate", "long", "sql"],
)
def test_nonsense_is_never_answered_and_never_an_error(text: str, run: Run) -> None:
    result = run("ask", "--json", text)
    assert result.exit_code == 0
    (found,) = answers(result)
    assert found["outcome"] in {"escalate", "clarify"}
    assert found["entry"] is None


# ── many ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_every_line_is_answered_in_order(run: Run) -> None:
    result = run(
        "ask",
        "--jsonl",
        stdin=lines({"text": QUESTION, "org": "oslomet"}, {"text": "hej", "org": "malmo"}, {"text": "asdf qwer"}),
    )
    found = answers(result)
    assert result.exit_code == 0
    assert [line["outcome"] for line in found] == ["answer", "greeting", "escalate"]
    assert all(set(line) == KEYS for line in found)


def test_a_bad_line_gets_an_error_in_its_place(run: Run) -> None:
    good = {"text": QUESTION}
    bad: list[object] = [
        b"{",
        b"not json",
        {"org": "malmo"},
        {"text": "hei", "org": "lund"},
        {"text": "hei", "lang": "fi"},
    ]
    result = run("ask", "--jsonl", stdin=lines(good, *bad, b"", good))
    found = answers(result)
    assert result.exit_code == 2
    assert [sorted(line) == ["error"] for line in found] == [False, True, True, True, True, True, False]
    assert [line["error"].split(":")[0] for line in found[1:6]] == [f"line {number}" for number in range(2, 7)]
    assert result.stderr.splitlines() == [f"handbok: {line['error']}" for line in found[1:6]]
    assert found[0] == found[6]


@pytest.mark.parametrize(
    ("key", "value"), [("org", 5), ("org", ["oslomet"]), ("lang", 5), ("lang", {"nb": 1})], ids=str
)
def test_a_value_of_the_wrong_kind_is_a_bad_line_too(key: str, value: object, run: Run) -> None:
    result = run("ask", "--jsonl", stdin=lines({"text": "hei", key: value}, {"text": "hei"}))
    assert result.exit_code == 2
    assert len(answers(result)) == 2


def test_what_is_not_utf8_is_read_as_well_as_can_be(run: Run) -> None:
    latin = '{"text": "Hva gjør jeg når en journalist ringer?"}'.encode("latin-1")
    result = run("ask", "--jsonl", stdin=lines(latin, {"text": "hei"}))
    assert result.exit_code == 0
    assert [line["outcome"] for line in answers(result)] == ["escalate", "greeting"]
    assert answers(result)[0]["topic"] == "handoff/press"


@pytest.mark.parametrize("stdin", [b"", b"\n \n"], ids=["nothing", "blank"])
def test_no_lines_are_no_answers(stdin: bytes, run: Run) -> None:
    result = run("ask", "--jsonl", stdin=stdin)
    assert (result.exit_code, result.stdout_bytes, result.stderr) == (0, b"", "")


@pytest.mark.timing
def test_a_thousand_lines_take_less_than_three_seconds(run: Run, knowledge: KnowledgeBase) -> None:
    texts = [variant.text for variant in knowledge.variants()][::17][:1000]
    started = time.perf_counter()
    result = run("ask", "--jsonl", stdin=lines(*({"text": text} for text in texts)))
    assert len(answers(result)) == 1000
    assert time.perf_counter() - started < 3


# ── a process of its own ─────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def command(run: Run, model_cache: Path) -> tuple[list[str], dict[str, str]]:
    """How `handbok` is started, in a terminal that speaks no UTF-8."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HANDBOK_")}
    environment |= {"HANDBOK_CACHE": str(model_cache), "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    return [sys.executable, "-m", "adapters.main"], environment


def test_json_is_utf8_whatever_the_terminal_speaks(command: tuple[list[str], dict[str, str]]) -> None:
    words, environment = command
    asked = [*words, "ask", "--json", "--lang", "nb", "Hvor finner jeg bilder jeg kan bruke?"]
    done = subprocess.run(asked, cwd=ROOT, env=environment, capture_output=True, check=True, timeout=60)
    found = json.loads(done.stdout.decode("utf-8", "strict"))
    assert (found["outcome"], found["entry"]) == ("answer", "find-pictures")
    assert "å" in found["text"] or "ø" in found["text"]
    assert (done.stdout.count(b"\n"), done.stdout[-1:], done.stderr) == (1, b"\n", b"")


def test_broken_lines_end_nothing_and_go_to_stderr_too(command: tuple[list[str], dict[str, str]]) -> None:
    words, environment = command
    done = subprocess.run(
        [*words, "ask", "--jsonl"],
        cwd=ROOT, env=environment, capture_output=True, check=False, timeout=60,
        input=b'{"text": "hei"}\n{broken\xff\n\n{"text": "hei", "org": "\xc3\xa5s"}\n{"text": "hei"}',
    )  # fmt: skip
    found = [json.loads(line) for line in done.stdout.decode("utf-8", "strict").splitlines()]
    assert done.returncode == 2
    assert [next(iter(line)) for line in found] == ["outcome", "error", "error", "outcome"]
    assert done.stderr.count(b"\n") == 2
    assert b"Traceback" not in done.stderr


def test_whoever_stops_reading_gets_no_complaint(command: tuple[list[str], dict[str, str]]) -> None:
    words, environment = command
    with subprocess.Popen(
        [*words, "ask", "--jsonl"],
        cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(lines({"text": "hei"}))
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["outcome"] == "greeting"
        process.stdout.close()
        process.stdin.write(lines({"text": "hei"}, {"text": "hei"}))
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


# ── a conversation ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_conversation_goes_on_until_it_is_left(run: Run) -> None:
    result = run("chat", stdin=f"hei\n\n/lang en\n{QUESTION}\n/quit\nhei\n".encode())
    assert result.exit_code == 0, result.output
    assert "I'll answer in English." in result.stdout
    assert "#oslomet" in result.stdout
    assert result.stdout.rstrip().endswith("Goodbye, and good luck!")


def test_a_conversation_ends_where_its_input_ends(run: Run) -> None:
    result = run("chat", "--org", "malmo", stdin=b"hej\n")
    assert result.exit_code == 0
    assert result.stdout.startswith("Hej! Jag är Handbok.")
    assert result.stdout.rstrip().endswith("Hej då, och lycka till!")
