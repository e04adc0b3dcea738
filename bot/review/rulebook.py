"""Everything that a review knows, compiled once at start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import regex

from bot.knowledge import Organisation, OrganisationId
from bot.language import Language
from bot.review.compiled import CompiledRule
from bot.review.findings import RuleId, Severity
from bot.review.lexicon import Lexicon
from bot.review.opinion import Opinion
from bot.review.patterns import Compiled, compile_patterns, compile_tokens
from bot.review.rules import Phrases, Platform, Question, Rule
from bot.review.words import Words

NEGATION = "negation"  # the context whose patterns stand right before what they deny


@dataclass(frozen=True)
class CompiledQuestion:
    """A question, ready to be asked."""

    question: Question
    cues: Compiled
    exceptions: Compiled


@dataclass(frozen=True, repr=False)  # megabytes of patterns say nothing in a log
class Rulebook:
    """The rules of ``/checkpost`` with all that they need. Frozen, and safe to share between threads."""

    compiled: Mapping[RuleId, CompiledRule]
    platforms: tuple[Platform, ...]
    questions: tuple[CompiledQuestion, ...]
    phrases: Mapping[str, Phrases]
    words: Words
    lexicon: Lexicon
    negations: Compiled
    opinion: Opinion  # what is asked about where no rule has words for it
    own: Mapping[OrganisationId, regex.Pattern[str]]  # each organisation's public names, addresses and numbers
    organisations: tuple[Organisation, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(compiled.rule for compiled in self.compiled.values())

    def severity(self, rule: Rule, organisation: Organisation) -> Severity | None:
        """How much the rule weighs in the organisation; None where it is switched off."""
        setting = organisation.rules.get(rule.id, rule.severity.value)
        return None if setting == "off" else Severity(setting)

    def phrase(self, name: str, language: Language) -> str:
        return self.phrases[name].text[language]


def compile_rule(rule: Rule, contexts: Mapping[str, Compiled]) -> CompiledRule:
    """``rule`` with its patterns compiled. Raises regex.error; bot/review/checking.py says where."""
    return CompiledRule(
        rule=rule,
        tokens=compile_tokens(rule.tokens),
        swaps={
            language: compile_patterns(tuple(swap.of for swap in rule.swaps[language]))
            for language in Language
            if rule.swaps[language]
        },
        exceptions=(compile_tokens(rule.exceptions), *(contexts[name] for name in rule.contexts)),
        cues={name: compile_tokens(tokens) for name, tokens in rule.cues.items()},
    )


def own_pattern(organisation: Organisation) -> regex.Pattern[str]:
    """What the organisation has made public of itself, in lower case."""
    public = organisation.public
    facts = (*public.names, *public.addresses, *public.emails, *public.domains, organisation.name)
    texts = sorted({fact.lower() for fact in facts}, key=len, reverse=True)
    return regex.compile(r"(?<!\w)(?:" + "|".join(map(regex.escape, texts)) + r")(?:s)?(?!\w)")
