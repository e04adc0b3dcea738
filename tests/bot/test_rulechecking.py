"""The check tells faults of the bot's sentences and of the rules for drafts at their lines, too."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from bot.knowledge import KnowledgeBase
from bot.remarks import Kind
from bot.rulechecking import example_faults, rule_faults, wording_faults


@pytest.fixture
def rules(knowledge_folder: Path, tmp_path: Path) -> Path:
    """A folder with a copy of the shipped rules, to be broken."""
    shutil.copytree(knowledge_folder / "rules", tmp_path / "rules")
    shutil.copy(knowledge_folder / "platforms.yaml", tmp_path)
    return tmp_path


def test_what_is_shipped_has_no_fault(knowledge: KnowledgeBase, knowledge_folder: Path) -> None:
    assert [str(placed.fault) for placed in wording_faults()] == []
    assert [str(placed.fault) for placed in rule_faults(knowledge_folder, knowledge)] == []


def test_a_sentence_with_a_fault_is_told_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "wording.yaml"
    path.write_text('hello:\n  nb: "{name}"\n  nn: "{name}"\n  sv: "{namn}"\n  en: "{name}"\n', encoding="utf-8")

    told = [(placed.kind, placed.fault.line) for placed in wording_faults(path)]

    assert told == [(Kind.UNREADABLE, 4)]


def test_missing_rules_are_told(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    told = [str(placed.fault) for placed in rule_faults(tmp_path, knowledge)]

    assert f"{tmp_path}/rules:0: holds no *.yaml; put the rules there" in told


def test_an_example_that_does_not_hold_is_told_at_its_line(rules: Path, knowledge: KnowledgeBase) -> None:
    path = rules / "rules" / "personal.yaml"
    text = path.read_text(encoding="utf-8")
    bad = re.search(r"(?ms)^  examples:\n    bad:\n      nb:\n        - ([^\n]+)\n", text)
    assert bad, "the rules' files look different now; this test looks for the first bad example"
    path.write_text(text[: bad.start(1)] + "Velkommen til oss" + text[bad.end(1) :], encoding="utf-8")

    told = {(placed.fault.path, placed.fault.line): placed for placed in example_faults(rules, knowledge, None)}

    line = text.count("\n", 0, bad.start(1)) + 1
    assert told[path, line].kind is Kind.EXAMPLE
    assert told[path, line].fault.message == (
        "personal-data does not see what it must, in its example “Velkommen til oss”; mend the patterns, or the example"
    )
