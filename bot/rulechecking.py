"""What `handbok knowledge check` finds in the bot's own sentences and in the rules of `/checkpost`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.errors import Fault, KnowledgeError
from bot.knowledge import KnowledgeBase
from bot.remarks import Kind, Placed
from bot.review import Speller, failing_examples, load_rules
from bot.review.examples import Example
from bot.review.loading import RULES, Learn
from bot.review.opinion import learn
from bot.wording import FILE, wording
from bot.yamlfile import Document


def wording_faults(path: Path = FILE) -> Iterator[Placed]:
    """Faults of the sentences in ``path``."""
    try:
        wording(path)
    except KnowledgeError as error:
        yield from (Placed(Kind.UNREADABLE, fault) for fault in error.faults)


def rule_faults(folder: Path, knowledge: KnowledgeBase, form: Learn = learn) -> Iterator[Placed]:
    """Faults of the rules in the knowledge folder ``folder``. ``form``: as ``load_rules`` has it."""
    try:
        load_rules(folder, knowledge, form)
    except KnowledgeError as error:
        yield from (Placed(Kind.UNREADABLE, fault) for fault in error.faults)


def example_faults(
    folder: Path, knowledge: KnowledgeBase, speller: Speller | None, form: Learn = learn
) -> Iterator[Placed]:
    """The rules' examples that do not hold. Without a speller, spelling's are left out.

    Raises KnowledgeError where the rules do not load.
    """
    failing = failing_examples(load_rules(folder, knowledge, form), speller)
    documents = [Document.read(path) for path in sorted((folder / RULES).rglob("*.yaml"))] if failing else []
    for example in failing:
        yield Placed(Kind.EXAMPLE, next(fault for document in documents for fault in _at(example, document)))


def _at(example: Example, document: Document) -> Iterator[Fault]:
    """The fault of ``example``, where its rule or question stands in ``document``."""
    what = "does not see what it must" if example.bad else "sees something where nothing is"
    message = f"{example.id} {what}, in its example “{example.text}”; mend the patterns, or the example"
    for index, item in enumerate(document.data if isinstance(document.data, list) else ()):
        if item.get("id") != example.id or "examples" not in item:
            continue
        side = next(
            side for side in (("bad", "asked") if example.bad else ("good", "not_asked")) if side in item["examples"]
        )
        line = document.line((index, "examples", side, example.language.value, example.number - 1))
        yield Fault(document.path, line, " ".join(message.split()))
