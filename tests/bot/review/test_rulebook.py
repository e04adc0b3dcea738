"""Everything wrong in the rules is told with path and line, and nothing is loaded by half."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.errors import InputError, KnowledgeError
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.review import Rulebook, explain, failing_examples, listing, load_rules, review
from tests.bot.review.conftest import KNOWLEDGE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the rules, to spoil."""
    shutil.copytree(KNOWLEDGE / "rules", tmp_path / "rules")
    for name in ("platforms.yaml", "handbooks.yaml"):
        shutil.copy(KNOWLEDGE / name, tmp_path / name)
    return tmp_path


LENGTH = "rules/length.yaml"
FAULTS = {
    "unknown key": (LENGTH, "  kind: metric", "  kind: metric\n  colour: red", "is no key here"),
    "missing language": (LENGTH, '    nn: "Byrj', '    xx: "Byrj', "is missing; add it"),
    "no examples": (LENGTH, "  examples:\n", "  exempel:\n", "is missing; add it"),
    "section": (LENGTH, "oslomet/know-platforms", "oslomet/nowhere", "“oslomet/nowhere” is unknown"),
    "severity": (LENGTH, "severity: warn", "severity: loud", "severity"),
    "field": (LENGTH, "{platform} tar {limit} tegn", "{platfrom} tar {limit} tegn", "{platfrom} cannot be filled in"),
    "brace": (LENGTH, "{platform} tar {limit} tegn", "{platform tar {limit} tegn", "lone brace"),
    "kind without code": (LENGTH, "- id: length", "- id: width", "has no code"),
    "platform": (LENGTH, "platform: x", "platform: y", "“y” is unknown"),
    "pattern": ("rules/conduct.yaml", "'det ryktes'", "'det (ryktes'", "is no regular expression"),
    "capital": ("rules/conduct.yaml", "'det ryktes'", "'Det ryktes'", "has a capital"),
    "empty pattern": ("rules/conduct.yaml", "'det ryktes'", "'(?:det)?'", "matches nothing at all"),
    "double id": ("rules/craft.yaml", "- id: accessible", "- id: hashtag", "stands at craft.yaml"),
    "detector's cue": ("rules/craft.yaml", "    invitation:", "    invitations:", "cues.invitation is missing"),
    "context": ("rules/personal.yaml", "contexts: [research", "contexts: [weather", "“weather” is unknown"),
    "question's rule": ("rules/material/questions.yaml", "rules: [role]", "rules: [roll]", "“roll” is unknown"),
    "phrase": ("rules/material/phrases.yaml", "- id: ready", "- id: steady", "“ready” is missing"),
    "allowed words": ("rules/material/allow.txt", "\nappen\n", "\nappen min\n", "more than one word"),
    "setting": (
        "handbooks.yaml",
        "  public:\n    domains: [oslomet.no]",
        "  rules:\n    shouting: warn\n  public:\n    domains: [oslomet.no]",
        "“shouting” is no rule",
    ),
}


@pytest.mark.parametrize(("name", "old", "new", "told"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_told_at_its_line(
    name: str, old: str, new: str, told: str, folder: Path, knowledge: KnowledgeBase
) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    if name == "handbooks.yaml":
        settings = {"rules": {"shouting": "warn"}}
        organisations = tuple(
            each.model_copy(update=settings) if each.id == "oslomet" else each for each in knowledge.organisations
        )
        knowledge = knowledge.model_copy(update={"organisations": organisations})
    with pytest.raises(KnowledgeError) as error:
        load_rules(folder, knowledge)
    told_of = [fault for fault in error.value.faults if told in fault.message and fault.path == path]
    assert told_of, str(error.value)
    line = text[: text.index(old)].count("\n") + 1
    assert any(fault.line in range(line - 20, line + 20) or fault.line == 0 for fault in told_of), told_of


def test_a_missing_folder_is_a_fault(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    with pytest.raises(KnowledgeError, match="put the rules there"):
        load_rules(tmp_path, knowledge)


def test_an_example_that_does_not_hold_is_found(folder: Path, knowledge: KnowledgeBase, rules: Rulebook) -> None:
    path = folder / LENGTH
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("    good:\n      nb:\n", '    good:\n      nb:\n        - "' + "ja " * 200 + '"\n', 1)
    )
    failing = failing_examples(load_rules(folder, knowledge, lambda _lessons: rules.opinion), None)
    assert "length-nb-good-1" in {example.name for example in failing}


def test_the_contract_of_ids_and_severities(rules: Rulebook) -> None:
    severities = {rule.id: rule.severity.value for rule in rules.rules}
    assert severities == {
        "personal-data": "stop",
        "confidential": "stop",
        "disrespect": "stop",
        "safety": "stop",
        "link": "tip",
        "placeholder": "tip",
        "made-by-ai": "tip",
        "plain-language": "tip",
        "inclusive": "tip",
        "consent": "warn",
        "endorsement": "warn",
        "politics": "warn",
        "anger": "warn",
        "speculation": "warn",
        "false-privacy": "warn",
        "copyright": "warn",
        "length": "warn",
        "spam": "warn",
        "role": "tip",
        "hashtag": "tip",
        "bureaucratic": "tip",
        "invite": "tip",
        "spelling": "tip",
        "accessible": "tip",
        "picture": "tip",
    }


@pytest.mark.parametrize(("setting", "verdict"), [("off", "ready"), ("tip", "ready"), ("stop", "stop")])
def test_an_organisation_may_weigh_a_rule_otherwise(
    setting: str, verdict: str, rules: Rulebook, knowledge: KnowledgeBase
) -> None:
    organisation = knowledge.organisation["oslomet"].model_copy(update={"rules": {"speculation": setting}})
    result = review("Jeg har hørt rykter om kutt. Har du? #oslomet", organisation=organisation, rules=rules)
    assert result.verdict == verdict


def test_every_rule_is_explained_in_every_language(rules: Rulebook, knowledge: KnowledgeBase) -> None:
    for language in Language:
        explained = listing(language, rules=rules, knowledge=knowledge)
        assert [each.severity.rank for each in explained] == sorted(each.severity.rank for each in explained)
        assert all(each.why and each.bad and each.good and each.sections[0][1] for each in explained)


def test_an_unknown_rule_is_told_with_those_that_there_are(rules: Rulebook, knowledge: KnowledgeBase) -> None:
    with pytest.raises(InputError, match="personal-data"):
        explain("shouting", Language.NB, rules=rules, knowledge=knowledge)
