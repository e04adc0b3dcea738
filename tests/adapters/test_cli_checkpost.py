"""`handbok checkpost`: what it prints, and the status that it ends with."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator

import pytest
from click.testing import Result
from typer.testing import CliRunner

from adapters.cli import checkpost
from adapters.cli.app import app
from adapters.cli.shared import settings
from bot.knowledge import KnowledgeBase

Run = Callable[..., Result]
CACHED = (settings, checkpost._knowledge, checkpost._rules, checkpost._speller)
READY = "Vi møttes på biblioteket i går. Hva tenker du?"
NUMBER = "412 34 567"
STOP = f"Ring meg på {NUMBER} i kveld, er du snill. Hva tenker du?"
KEYS = {"verdict", "language", "findings", "improved"}
FINDING = {"rule", "severity", "sections", "start", "end", "match", "message", "suggestion", "replacement"}


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """Runs `handbok checkpost …` here; ``stdin`` as bytes."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("HANDBOK_")]:
            patch.delenv(name)
        for cached in CACHED:
            cached.cache_clear()
        yield lambda *words, stdin=b"": CliRunner().invoke(app, ["checkpost", *words], input=stdin)
    for cached in CACHED:
        cached.cache_clear()


def lines(*items: object) -> bytes:
    return b"".join(i + b"\n" if isinstance(i, bytes) else json.dumps(i).encode() + b"\n" for i in items)


def test_a_draft_without_fault_is_ready_and_status_0(run: Run) -> None:
    result = run(READY, "--org", "malmo")
    assert result.exit_code == 0, result.output
    assert result.stdout
    assert result.stderr == ""


def test_a_finding_is_status_1_with_a_way_to_mend_it(run: Run) -> None:
    result = run(STOP)
    assert result.exit_code == 1
    assert "personal-data" in result.stdout
    assert "→" in result.stdout
    assert NUMBER not in result.stdout.partition("personal-data")[0]


def test_json_is_one_object_and_places_are_code_points_of_the_draft(run: Run) -> None:
    draft = f"😀 {STOP}"
    result = run("--json", draft)
    found = json.loads(result.stdout)
    assert (result.exit_code, result.stdout.count("\n"), result.stderr) == (1, 1, "")
    assert set(found) >= KEYS
    assert (found["verdict"], found["language"]) == ("stop", "nb")
    finding = next(finding for finding in found["findings"] if finding["rule"] == "personal-data")
    assert set(finding) == FINDING
    assert draft[finding["start"] : finding["end"]] == NUMBER
    assert NUMBER not in json.dumps(finding)
    assert finding["sections"] == ["oslomet/law-and-confidentiality"]


def test_a_draft_can_come_by_stdin(run: Run) -> None:
    by_word, by_pipe = run("--json", STOP), run("--json", "-", stdin=STOP.encode())
    assert by_pipe.stdout == by_word.stdout


def test_stdin_that_is_no_utf8_is_read_as_well_as_can_be(run: Run) -> None:
    result = run("--json", "-", stdin=STOP.encode("latin-1"))
    assert json.loads(result.stdout)["verdict"] == "stop"


def test_the_platform_counts_its_own_way(run: Run) -> None:
    draft = "Vi ses på biblioteket i morgen. " * 12 + "Hva tenker du?"
    rules = [
        {finding["rule"] for finding in json.loads(run("--json", "--platform", platform, draft).stdout)["findings"]}
        for platform in ("x", "facebook")
    ]
    assert "length" in rules[0]
    assert "length" not in rules[1]


def test_a_rule_for_one_organisation_is_that_ones_alone(run: Run) -> None:
    draft = "OsloMet inviterer til åpen dag på fredag. Hva lurer du på?"
    rules = [
        {finding["rule"] for finding in json.loads(run("--json", "--org", org, draft).stdout)["findings"]}
        for org in ("oslomet", "malmo")
    ]
    assert "hashtag" in rules[0]
    assert "hashtag" not in rules[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "/checkpost"),
        (["  "], "/checkpost"),
        (["--org", "lund", "hei"], "“lund” is no organisation here; there are oslomet, malmo"),
        (["--lang", "fi", "hei"], "“fi” is no language here; there are nb, nn, sv, en"),
        (["--platform", "myspace", "hei"], "“myspace” is no platform"),
        (["explain", "nonsense"], "“nonsense” is no rule"),
    ],
    ids=["nothing", "blank", "organisation", "language", "platform", "rule"],
)
def test_misuse_is_one_line_with_the_remedy(words: list[str], said: str, run: Run) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("handbok: ")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("language", ["nb", "nn", "sv", "en"])
def test_every_rule_is_listed_and_explained(language: str, run: Run, knowledge: KnowledgeBase) -> None:
    listed = [line.split()[:2] for line in run("--list", "--lang", language).stdout.splitlines()]
    assert len(listed) >= 16
    for rule, severity in listed:
        result = run("explain", rule, "--lang", language)
        assert result.exit_code == 0, rule
        assert result.stdout.startswith(f"{rule} ({severity}): ")
        assert any(f"\n{section}: " in result.stdout for section in knowledge.section)


def test_lines_are_answered_in_order_and_a_bad_one_ends_nothing(run: Run) -> None:
    good, stop = {"text": READY, "org": "malmo"}, {"text": STOP, "platform": "x"}
    bad: list[object] = [b"{", {"org": "malmo"}, {"text": "hei", "platform": "myspace"}, {"text": " "}]
    result = run("--jsonl", stdin=lines(good, *bad, b"", stop, good))
    found = [json.loads(line) for line in result.stdout_bytes.decode("utf-8", "strict").splitlines()]
    assert result.exit_code == 2
    assert [line.get("verdict") for line in found] == ["ready", None, None, None, None, "stop", "ready"]
    assert [line["error"].split(":")[0] for line in found[1:5]] == ["line 2", "line 3", "line 4", "line 5"]
    assert result.stderr.splitlines() == [f"handbok: {line['error']}" for line in found[1:5]]


def test_findings_in_lines_are_no_failure(run: Run) -> None:
    assert run("--jsonl", stdin=lines({"text": STOP})).exit_code == 0


@pytest.mark.parametrize(
    ("key", "value"), [("org", 5), ("org", ["malmo"]), ("platform", 5), ("platform", ["x"])], ids=str
)
def test_a_value_of_the_wrong_kind_is_a_bad_line_too(key: str, value: object, run: Run) -> None:
    result = run("--jsonl", stdin=lines({"text": READY, key: value}, {"text": READY}))
    assert result.exit_code == 2
    assert result.stdout_bytes.count(b"\n") == 2
