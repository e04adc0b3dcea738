"""Runs every rule's own examples: each bad one must be found by its rule, each good one must not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.knowledge import Organisation
from bot.language import Language
from bot.review.engine import review
from bot.review.findings import RuleId
from bot.review.rulebook import Rulebook
from bot.review.rules import Platform, Rule
from bot.review.spelling import Speller


@dataclass(frozen=True)
class Example:
    """One example of a rule, with what it is reviewed as."""

    rule: RuleId
    language: Language
    bad: bool
    number: int  # from 1, among the rule's bad or good ones in that language
    text: str
    organisation: Organisation
    platform: Platform | None

    @property
    def name(self) -> str:
        """``anger-nb-bad-1``."""
        return f"{self.rule}-{self.language}-{'bad' if self.bad else 'good'}-{self.number}"


def examples(rules: Rulebook) -> Iterator[Example]:
    """Every example of every rule."""
    for rule in rules.rules:
        for language in Language:
            organisation, platform = _place(rule, language, rules)
            for bad, texts in ((True, rule.examples.bad[language]), (False, rule.examples.good[language])):
                for number, text in enumerate(texts, start=1):
                    yield Example(rule.id, language, bad, number, text, organisation, platform)


def holds(example: Example, rules: Rulebook, speller: Speller | None) -> bool:
    """Whether the rule finds the bad example, or leaves the good one alone."""
    result = review(
        example.text, organisation=example.organisation, platform=example.platform, rules=rules, speller=speller
    )
    return example.bad == any(finding.rule == example.rule for finding in result.findings)


def failing_examples(rules: Rulebook, speller: Speller | None) -> tuple[Example, ...]:
    """The examples that do not hold; spelling's are tried with a speller only."""
    return tuple(
        example
        for example in examples(rules)
        if not (example.rule == "spelling" and speller is None) and not holds(example, rules, speller)
    )


def _place(rule: Rule, language: Language, rules: Rulebook) -> tuple[Organisation, Platform | None]:
    """Whose draft it is: the named organisation's, else that of the one which writes in the language."""
    named = rule.examples.organisation or next(iter(rule.organisations), None)
    fitting = [each for each in rules.organisations if named is None or each.id == named]
    organisation = next((each for each in fitting if each.language is language), fitting[0])
    return organisation, next((each for each in rules.platforms if each.id == rule.examples.platform), None)
