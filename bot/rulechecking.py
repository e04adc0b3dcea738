"""What `handbok knowledge check` finds in the bot's own sentences and in the rules of `/checkpost`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.errors import Fault, KnowledgeError
from bot.knowledge import KnowledgeBase
from bot.remarks import Kind, Placed
from bot.review import Speller, failing_examples, load_rules
from bot.review.examples import Example
from bot.review.loading import RULES
from bot.wording import FILE, wording
from bot.yamlfile import Document


def wording_faults(path: Path = FILE) -> Iterator[Placed]:
    """Faults of the sentences in ``path``."""
    try:
        wording(path)
    except KnowledgeError as error:
        yield from (Placed(Kind.UNREADABLE, fault) for fault in error.faults)


def rule_faults(folder: Path, knowledge: KnowledgeBase) -> Iterator[Placed]:
    """Faults of the rules in the knowledge folder ``folder``."""
    try:
        load_rules(folder, knowledge)
    except KnowledgeError as error:
        yield from (Placed(Kind.UNREADABLE, fault) for fault in error.faults)


def example_faults(folder: Path, knowledge: KnowledgeBase, speller: Speller | None) -> Iterator[Placed]:
    """The rules' examples that do not hold. Without a speller, spelling's are left out.

    Raises KnowledgeError where the rules do not load.
    """
    failing = failing_examples(load_rules(folder, knowledge), speller)
    documents = [Document.read(path) for path in sorted((folder / RULES).glob("*.yaml"))] if failing else []
    for example in failing:
        yield Placed(Kind.EXAMPLE, next(fault for document in documents for fault in _at(example, document)))


def _at(example: Example, document: Document) -> Iterator[Fault]:
    """The fault of ``example``, where its rule stands in ``document``."""
    kind, what = ("bad", "does not see") if example.bad else ("good", "sees something in")
    for index, rule in enumerate(document.data):
        if rule["id"] == example.rule:
            line = document.line((index, "examples", kind, example.language.value, example.number - 1))
            message = (
                f"the rule {example.rule} {what} its {kind} example “{example.text}”; mend the rule, or the example"
            )
            yield Fault(document.path, line, " ".join(message.split()))
