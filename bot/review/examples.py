"""Runs the examples in the YAML: a bad draft must be found by its rule, a good one must not; so with questions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.knowledge import Organisation
from bot.language import Language
from bot.review.engine import is_cued, review, set_scene
from bot.review.rulebook import CompiledQuestion, Rulebook
from bot.review.rules import Examples, Platform, Rule
from bot.review.spelling import Speller


@dataclass(frozen=True)
class Example:
    """One example of a rule or a question, with what it is reviewed as."""

    of: Rule | CompiledQuestion
    language: Language
    bad: bool  # the rule must find it, or the question be asked
    number: int  # from 1, among the bad or good ones in that language
    text: str
    organisation: Organisation
    platform: Platform | None = None

    @property
    def id(self) -> str:
        return self.of.id if isinstance(self.of, Rule) else self.of.question.id

    @property
    def name(self) -> str:
        """``anger-nb-bad-1``."""
        return f"{self.id}-{self.language}-{'bad' if self.bad else 'good'}-{self.number}"


def examples(rules: Rulebook) -> Iterator[Example]:
    """Every example of every rule and question."""
    for rule in rules.rules:
        for language in Language:
            organisation, platform = _place(rule, language, rules)
            for bad, texts in _sides(rule.examples.bad, rule.examples.good, language):
                for number, text in enumerate(texts, start=1):
                    yield Example(rule, language, bad, number, text, organisation, platform)
    for question in rules.questions:
        asked = question.question.examples
        for language in Language:
            for bad, texts in _sides(asked.asked, asked.not_asked, language):
                for number, text in enumerate(texts, start=1):
                    yield Example(question, language, bad, number, text, _home(language, rules.organisations))


def holds(example: Example, rules: Rulebook, speller: Speller | None) -> bool:
    """Whether the example does what it stands for."""
    match example.of:
        case Rule(id=rule):
            seen = review(
                example.text, organisation=example.organisation, platform=example.platform, rules=rules, speller=speller
            )
            return example.bad == any(finding.rule == rule for finding in seen.findings)
        case CompiledQuestion() as question:
            scene = set_scene(example.text, example.organisation, example.platform, rules, speller)
            return example.bad == is_cued(question, scene)


def failing_examples(rules: Rulebook, speller: Speller | None) -> tuple[Example, ...]:
    """The examples that do not hold; spelling's are tried with a speller only."""
    return tuple(
        example
        for example in examples(rules)
        if not (example.id == "spelling" and speller is None) and not holds(example, rules, speller)
    )


def _sides(bad: Examples, good: Examples, language: Language) -> tuple[tuple[bool, tuple[str, ...]], ...]:
    return (True, bad[language]), (False, good[language])


def _place(rule: Rule, language: Language, rules: Rulebook) -> tuple[Organisation, Platform | None]:
    """Whose draft it is: the named organisation's, else that of the one which writes in the language."""
    named = rule.examples.organisation or next(iter(rule.organisations), None)
    fitting = tuple(each for each in rules.organisations if named is None or each.id == named)
    return _home(language, fitting), next((each for each in rules.platforms if each.id == rule.examples.platform), None)


def _home(language: Language, organisations: tuple[Organisation, ...]) -> Organisation:
    return next((each for each in organisations if each.language is language), organisations[0])
