"""What no type can say of the rules: ids that resolve, patterns that compile, texts that can be filled in."""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import regex

from bot import yamlfile
from bot.errors import Fault
from bot.knowledge import KnowledgeBase, Texts
from bot.language import Language
from bot.review.detectors import DETECTORS
from bot.review.patterns import CASED, bounded, compile_tokens
from bot.review.phrasing import FIELDS
from bot.review.pictures import PICTURE_PHRASES
from bot.review.rulebook import NEGATION
from bot.review.rules import BUILT_IN, Context, Frame, Phrases, Platform, Question, Rule, Tokens, WordClass

HANDBOOKS = "handbooks.yaml"
PHRASES = (
    "stop",
    "consider",
    "ready",
    "other-language",
    "no-speller",
    "no-dictionary",
    "long-draft",
    "not-judged",
    *(f"picture-{name}" for name in PICTURE_PHRASES),
)
_ESCAPES = regex.compile(r"\\[pP]\{[^}]*\}|\\.|\(\?P?<\w+>")
_GROUPS = ("any", *(language.value for language in Language))
Loc = tuple[str | int, ...]


@dataclass(frozen=True)
class Where:
    """An item's file and its index in the file's list."""

    path: Path
    index: int

    def fault(self, loc: Loc, message: str) -> Fault:
        return Fault(self.path, yamlfile.line_of(self.path, (self.index, *loc)), message)


@dataclass(frozen=True)
class Material:
    """Everything read, each item with where it stands."""

    rules: Sequence[tuple[Where, Rule]]
    classes: Sequence[tuple[Where, WordClass]]
    contexts: Sequence[tuple[Where, Context]]
    questions: Sequence[tuple[Where, Question]]
    phrases: Sequence[tuple[Where, Phrases]]
    platforms: Sequence[tuple[Where, Platform]]
    knowledge: KnowledgeBase
    folder: Path


def faults(material: Material) -> Iterator[Fault]:
    """Everything wrong in and between the files."""
    for items in (
        material.rules,
        material.classes,
        material.contexts,
        material.questions,
        material.phrases,
        material.platforms,
    ):
        yield from _doubles([(where, item.id) for where, item in items])
    for where, rule in material.rules:
        yield from _rule_faults(where, rule, material)
    for where, each in material.classes:
        yield from _phrase_faults(where, each)
    classes = BUILT_IN | {each.id for _, each in material.classes}
    framing: Iterator[tuple[Where, Rule | Question]] = chain(material.rules, material.questions)
    for where, framed in framing:
        yield from _frame_faults(where, framed.frames, classes)
        yield from _unknown(where, "settled", framed.settled, classes)
    for where, context in material.contexts:
        yield from _pattern_faults(where, ("patterns",), context.patterns)
    for where, question in material.questions:
        yield from _pattern_faults(where, ("cues",), question.cues)
        yield from _pattern_faults(where, ("exceptions",), question.exceptions)
        yield from _unknown(where, "sections", question.sections, material.knowledge.section)
        known = {rule.id for _, rule in material.rules}
        yield from _unknown(where, "rules", question.rules, known)
        yield from _unknown(where, "about", (question.about,), known)
    yield from _lacking(material)
    yield from _setting_faults(material)


def _doubles(items: Sequence[tuple[Where, str]]) -> Iterator[Fault]:
    first: dict[str, Where] = {}
    for where, name in items:
        if name in first:
            line = yamlfile.line_of(first[name].path, (first[name].index,))
            yield where.fault((), f"“{name}” stands at {first[name].path.name}:{line} already; rename one of them")
        first.setdefault(name, where)


def _rule_faults(where: Where, rule: Rule, material: Material) -> Iterator[Fault]:
    platforms = {platform.id for _, platform in material.platforms}
    yield from _unknown(where, "sections", rule.sections, material.knowledge.section)
    yield from _unknown(where, "organisations", rule.organisations, material.knowledge.organisation)
    yield from _unknown(where, "platforms", rule.platforms, platforms)
    yield from _unknown(where, "unless", rule.unless, {each.id for _, each in material.classes})
    yield from _unknown(where, "contexts", rule.contexts, {context.id for _, context in material.contexts})
    for key, name, there in (
        ("organisation", rule.examples.organisation, material.knowledge.organisation),
        ("platform", rule.examples.platform, platforms),
    ):
        if name is not None and name not in there:
            yield where.fault(("examples", key), f"“{name}” is unknown; name one of {_some(there)}")
    yield from _unknown(where, "yields_to", rule.yields_to, {other.id for _, other in material.rules})
    yield from _pattern_faults(where, ("tokens",), rule.tokens)
    yield from _pattern_faults(where, ("exceptions",), rule.exceptions)
    for name, tokens in rule.cues.items():
        yield from _pattern_faults(where, ("cues", name), tokens)
    for index, together in enumerate(rule.together):
        for key in ("of", "before", "not_after", "unless", "settled"):
            for name in getattr(together, key):
                if name not in rule.cues:
                    known = ", ".join(sorted(rule.cues))
                    yield where.fault(("together", index, key), f"“{name}” is no cue of the rule; name one of {known}")
    for language in Language:
        if not _all_compile(Tokens(any=tuple(swap.of for swap in rule.swaps[language]))):
            for index, swap in enumerate(rule.swaps[language]):
                yield from _pattern(where, ("swaps", language.value, index, "of"), swap.of)
    yield from _text_faults(where, (), rule.message, rule.suggestion)
    for name, part in rule.parts.items():
        yield from _text_faults(where, ("parts", name), part.message, part.suggestion)
    yield from _kind_faults(where, rule)


def _kind_faults(where: Where, rule: Rule) -> Iterator[Fault]:
    """Whether the rule has what its kind and its detector need."""
    detector = DETECTORS.get(rule.id)
    if rule.kind in {"existence", "occurrence"} and rule.tokens.empty and not rule.frames:
        yield where.fault(("kind",), f"{rule.kind} needs tokens or frames; add them")
    if rule.kind == "substitution" and not any(rule.swaps[language] for language in Language):
        yield where.fault(("kind",), "substitution needs swaps; add them")
    if rule.kind in {"detector", "metric", "checklist"} and detector is None:
        known = ", ".join(DETECTORS)
        yield where.fault(("kind",), f"“{rule.id}” has no code; {rule.kind} is for {known}")
    if detector is not None:
        for key, needed, there in (
            ("parts", detector.parts, rule.parts),
            ("cues", detector.cues, rule.cues),
            ("limits", detector.limits, rule.limits),
        ):
            for name in sorted(needed - set(there)):
                yield where.fault((key,), f"{key}.{name} is missing; add it")


def _phrase_faults(where: Where, each: WordClass) -> Iterator[Fault]:
    for language in _GROUPS:
        for index, phrase in enumerate(getattr(each.words, language)):
            loc: Loc = ("words", language, index)
            if phrase.split()[:1] in ([], ["_"], ["…"]) or phrase.endswith("…"):
                yield where.fault(loc, f"“{phrase}” must begin and end with a word")
            if phrase != phrase.lower():
                yield where.fault(loc, f"“{phrase}” has a capital; write small letters, drafts are compared so")


def _frame_faults(where: Where, frames: Sequence[Frame], classes: frozenset[str]) -> Iterator[Fault]:
    for index, frame in enumerate(frames):
        for key, name in frame.classes():
            if name not in classes:
                yield where.fault(("frames", index, key), f"“{name}” is no class; name one of {_some(classes)}")


def _unknown(where: Where, key: str, names: Sequence[str], known: object) -> Iterator[Fault]:
    for index, name in enumerate(names):
        if name not in known:  # type: ignore[operator]  # any container of names
            yield where.fault((key, index), f"“{name}” is unknown; name one of {_some(known)}")


def _some(known: object) -> str:
    return ", ".join(sorted(known)[:40])  # type: ignore[call-overload]  # any container of names


def _pattern_faults(where: Where, loc: Loc, tokens: Tokens) -> Iterator[Fault]:
    if _all_compile(tokens):
        return
    for name in _GROUPS:
        for index, pattern in enumerate(getattr(tokens, name)):
            yield from _pattern(where, (*loc, name, index), pattern)


def _all_compile(tokens: Tokens) -> bool:
    """Whether nothing is wrong with any of them: tried together, since that is many times faster than one by one."""
    if any(_capital(pattern) for name in _GROUPS for pattern in getattr(tokens, name)):
        return False
    try:
        compiled = compile_tokens(tokens)
    except regex.error:
        return False
    forms = (form for pattern in compiled.values() for form in (*pattern.plain, *pattern.cased))
    return not any(form.fullmatch("") for form in forms)


def _capital(pattern: str) -> bool:
    return CASED not in pattern and regex.search(r"\p{Lu}", _ESCAPES.sub("", pattern)) is not None


def _pattern(where: Where, loc: Loc, pattern: str) -> Iterator[Fault]:
    try:
        compiled = regex.compile(bounded(pattern))
    except regex.error as error:
        yield where.fault(loc, f"“{pattern}” is no regular expression ({error}); mend it")
        return
    if compiled.fullmatch(""):
        yield where.fault(loc, f"“{pattern}” matches nothing at all; make it match at least one character")
    if _capital(pattern):
        yield where.fault(loc, f"“{pattern}” has a capital; write small letters, drafts are compared so")


def _text_faults(where: Where, loc: Loc, message: Texts, suggestion: Texts) -> Iterator[Fault]:
    for key, texts in (("message", message), ("suggestion", suggestion)):
        for language in Language:
            try:
                names = {name for _, name, _, _ in string.Formatter().parse(texts[language]) if name is not None}
            except ValueError:
                yield where.fault((*loc, key, language.value), "has a lone brace; write {match} or none")
                continue
            for name in sorted(names - FIELDS):
                message_ = f"{{{name}}} cannot be filled in; there are {', '.join(sorted(FIELDS))}"
                yield where.fault((*loc, key, language.value), message_)


def _lacking(material: Material) -> Iterator[Fault]:
    for name, known, there in (
        ("phrases.yaml", PHRASES, {phrase.id for _, phrase in material.phrases}),
        ("contexts.yaml", (NEGATION,), {context.id for _, context in material.contexts}),
    ):
        path = material.folder / "rules" / "material" / name
        yield from (Fault(path, 0, f"“{lacking}” is missing; add it") for lacking in known if lacking not in there)


def _setting_faults(material: Material) -> Iterator[Fault]:
    """Settings of organisations that name no rule."""
    known = {rule.id for _, rule in material.rules}
    path = material.folder / HANDBOOKS
    for index, organisation in enumerate(material.knowledge.organisations):
        for name in organisation.rules:
            if name not in known:
                line = yamlfile.line_of(path, (index, "rules", name))
                yield Fault(path, line, f"“{name}” is no rule; there are {', '.join(sorted(known))}")
