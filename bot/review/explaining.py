"""A rule as data, for ``explain RULE`` and the list of rules."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import InputError
from bot.knowledge import KnowledgeBase, SectionId
from bot.language import Language
from bot.review.findings import RuleId, Severity
from bot.review.rulebook import Rulebook
from bot.review.rules import Rule


@dataclass(frozen=True)
class Explanation:
    """What a rule does and why, in one language."""

    rule: RuleId
    name: str
    severity: Severity
    kind: str
    why: str  # the handbook's reason, in our words
    sections: tuple[tuple[SectionId, str], ...]  # with their titles
    organisations: tuple[str, ...]  # that it is for; () for all
    settings: tuple[tuple[str, str], ...]  # organisations that have it otherwise: ("malmo", "off")
    suggestion: str
    bad: tuple[str, ...]
    good: tuple[str, ...]


def explain(rule: RuleId, language: Language, *, rules: Rulebook, knowledge: KnowledgeBase) -> Explanation:
    """The rule explained. Raises InputError for an unknown id, with those that there are."""
    if rule not in rules.compiled:
        raise InputError(f"“{rule}” is no rule. There are: {', '.join(rules.compiled)}.")
    return _explanation(rules.compiled[rule].rule, language, rules, knowledge)


def listing(language: Language, *, rules: Rulebook, knowledge: KnowledgeBase) -> tuple[Explanation, ...]:
    """All rules explained, the gravest first."""
    ordered = sorted(rules.rules, key=lambda rule: rule.severity.rank)
    return tuple(_explanation(rule, language, rules, knowledge) for rule in ordered)


def _explanation(rule: Rule, language: Language, rules: Rulebook, knowledge: KnowledgeBase) -> Explanation:
    settings = ((org.id, org.rules[rule.id]) for org in rules.organisations if rule.id in org.rules)
    return Explanation(
        rule=rule.id,
        name=rule.name[language],
        severity=rule.severity,
        kind=rule.kind,
        why=rule.why[language],
        sections=tuple((section, knowledge.section[section].title[language]) for section in rule.sections),
        organisations=rule.organisations,
        settings=tuple(settings),
        suggestion=rule.suggestion[language],
        bad=rule.examples.bad[language],
        good=rule.examples.good[language],
    )
