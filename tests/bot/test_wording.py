"""Every sentence that the bot says stands in four languages, with the same placeholders."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import bot
from bot.errors import KnowledgeError
from bot.language import Language
from bot.wording import placeholders, wording

HELLO = """\
hello:
  nb: "Hei, {name}!"
  nn: "Hei, {name}!"
  sv: "Hej, {name}!"
  en: "Hello, {name}!"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "wording.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(path: Path) -> list[str]:
    with pytest.raises(KnowledgeError) as caught:
        wording(path)
    return [f"{fault.line}: {fault.message}" for fault in caught.value.faults]


def test_a_sentence_is_said_in_the_language_with_its_values(tmp_path: Path) -> None:
    say = wording(written(tmp_path, HELLO))

    assert say("hello", Language.SV, name="Åsa {x}") == "Hej, Åsa {x}!"
    assert "hello" in say
    assert say.keys() == ("hello",)


def test_an_unknown_sentence_or_a_missing_value_is_a_bug_and_no_empty_text(tmp_path: Path) -> None:
    say = wording(written(tmp_path, HELLO))

    with pytest.raises(KeyError):
        say("goodbye", Language.EN)
    with pytest.raises(KeyError):
        say("hello", Language.EN)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("Hej, {name}!", "Hej, {namn}!", "4: hello: has other {placeholders} than nb; use the same"),
        ("Hej, {name}!", "Hej!", "4: hello: has other {placeholders} than nb; use the same"),
        ("Hej, {name}!", "Hej, {name!", "4: hello: has a brace by itself"),
        ("Hej, {name}!", "Hej, }{name}!", "4: hello: has a brace by itself"),
        ("Hej, {name}!", "Hej, {}!", "4: hello: has a {placeholder} that is no word"),
        ("Hej, {name}!", "Hej, {name.real}!", "4: hello: has a {placeholder} that is no word"),
        ('  sv: "Hej, {name}!"\n', "", "1: hello.sv: is missing; add it"),
        ('  sv: "Hej, {name}!"\n', "  sv: [Hej]\n", "4: hello.sv: must be text"),
        ('  sv: "Hej, {name}!"\n', '  sv: ""\n', "4: hello.sv: is empty"),
        ("hello:", "hello: x\ngoodbye:", "1: hello: must hold keys"),
    ],
)
def test_a_sentence_that_would_fail_when_it_is_said_fails_at_start(
    old: str, new: str, fault: str, tmp_path: Path
) -> None:
    told = faults(written(tmp_path, HELLO.replace(old, new)))

    assert len(told) == 1
    assert told[0].startswith(fault)


def test_no_sentence_at_all_is_told(tmp_path: Path) -> None:
    assert faults(written(tmp_path, "{}\n")) == ["1: holds no sentence; write those that the bot says"]


def asked_for() -> set[str]:
    """The keys that the source says outright: ``say("ask.source", …)``."""
    found: set[str] = set()
    for path in [*Path(bot.__file__).parent.rglob("*.py"), *Path(bot.__file__).parent.parent.glob("adapters/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name(id="say") | ast.Attribute(attr="say"),
                    args=[ast.Constant(value=str(key)), *_],
                ):
                    found.add(key)
    return found


def test_every_sentence_that_the_source_says_is_written() -> None:
    say = wording()

    assert asked_for(), "the source says nothing outright any more; this test looks for the wrong thing"
    assert asked_for() <= set(say.keys())


@pytest.mark.parametrize("language", Language)
def test_every_sentence_reads_whole_in_every_language(language: Language) -> None:
    say = wording()
    for key in say.keys():  # noqa: SIM118  # a Wording is no mapping
        names = placeholders(say._sentences[key][language])
        said = say(key, language, **dict.fromkeys(names, "X"))
        assert said.strip() == said
        assert "{" not in said
        assert "  " not in said
