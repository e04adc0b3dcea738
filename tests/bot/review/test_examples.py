"""Every rule's own examples, and every question's."""

from __future__ import annotations

from typing import cast

import pytest

from bot.review import Rulebook, Speller, load_rules
from bot.review.examples import Example, examples, holds
from bot.review.opinion import Opinion
from tests.bot.review.conftest import KNOWLEDGE, read_knowledge

# Of the rules alone: no second opinion is learnt for them, in each process that collects these tests.
EXAMPLES = tuple(examples(load_rules(KNOWLEDGE, read_knowledge(), lambda _lessons: cast("Opinion", None))))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_a_bad_example_is_found_and_a_good_one_is_left_alone(
    example: Example, rules: Rulebook, speller: Speller
) -> None:
    assert holds(example, rules, speller), example.text


def test_every_rule_has_examples_in_every_language() -> None:
    rules = {example.id for example in EXAMPLES}
    sides = {(example.id, example.language, example.bad) for example in EXAMPLES}
    assert len(sides) == len(rules) * 4 * 2
