"""The questions that the matcher is measured on, and the noise of hurried fingers."""

from __future__ import annotations

import json
import random
import string
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from bot.knowledge import Golden, KnowledgeBase
from bot.language import Language
from bot.matching.building import same_section
from bot.measuring import NONE

DATA = Path(__file__).parent / "data"
NOISE = 0.2  # of the words


def staff_questions() -> list[Golden]:
    """400 questions by an author who saw neither the variants nor the golden questions.

    No variant was written by them; of the second round's, some that spoilt one of these were withdrawn.
    """
    return [_golden(line) for line in _lines("staff_questions.jsonl")]


def second_questions(part: Literal["A", "B"]) -> list[Golden]:
    """316 questions by another such author, in halves drawn at random from each language and kind.

    ``A`` showed which needs and ways of asking lacked variants; ``B`` was asked once those were written, so that only
    ``B`` tests them. A line's ``way``: plain, chatty, short, typo, indirect, a situation, a story of some sentences.
    """
    return [_golden(line) for line in _lines("staff_questions_2.jsonl") if line["part"] == part]


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def _golden(line: dict[str, Any]) -> Golden:
    language = Language(line["language"])
    return Golden(text=line["text"], org=line["org"], language=language, expect=tuple(line["expect"]))


def noisy(questions: Sequence[Golden], share: float = NOISE, seed: int = 1) -> list[Golden]:
    """The same questions with about ``share`` of their words mistyped, the same way in every run."""
    fingers = rng(seed)
    return [item.model_copy(update={"text": mistyped(item.text, share, fingers)}) for item in questions]


def rng(seed: int = 1) -> random.Random:
    """Fingers that slip the same way in every run."""
    return random.Random(seed)


def mistyped(text: str, share: float, fingers: random.Random) -> str:
    """Words of more than two letters lose, double, replace or swap one."""
    return " ".join(
        _slip(word, fingers) if len(word) > 2 and fingers.random() < share else word for word in text.split(" ")
    )


def _slip(word: str, fingers: random.Random) -> str:
    at = fingers.randrange(len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    return fingers.choice(
        (
            before + after[0] + letter + after[1:],
            before + after,
            before + fingers.choice(string.ascii_lowercase) + after,
            before + letter + letter + after,
        )
    )


def answerable(questions: Sequence[Golden]) -> list[Golden]:
    """Those for which some entry, hand-off topic or small talk is right."""
    return [item for item in questions if NONE not in item.expect]


def right(question: Golden, knowledge: KnowledgeBase) -> set[str]:
    """What would be right: what is expected, or an answer to this asker from the same section."""
    return {*question.expect, *same_section(knowledge, question.expect, question.org)}
