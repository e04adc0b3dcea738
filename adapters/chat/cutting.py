"""Where a text may end, and how a long one becomes several messages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.messages import Block, Text

_SENTENCE = re.compile(r"[.!?…]['\"”»)]*(?=\s)|\n")


def good_end(text: str, most: int) -> int:
    """Where to end within ``most`` code points: after a sentence, else after a word, else anywhere."""
    ends = [found.end() for found in _SENTENCE.finditer(text, 0, most)]
    if ends and ends[-1] > most // 3:
        return ends[-1]
    space = text.rfind(" ", most // 3, most)
    return space if space > 0 else most


def parts(blocks: Sequence[Block], most: int) -> list[tuple[Block, ...]]:
    """What is said as messages that hold ``most`` characters of a text each, in their order; nothing is left out.

    Buttons stand below the last part of their text. Cards, which show their whole elsewhere, are not divided.
    """
    made: list[list[Block]] = [[]]
    for block in blocks:
        if not isinstance(block, Text) or len(block.body) <= most:
            made[-1].append(block)
            continue
        left = block.body
        while len(left) > most:
            end = good_end(left, most)
            made[-1].append(replace(block, body=left[:end].rstrip(), buttons=()))
            made.append([])
            left = left[end:].lstrip()
        made[-1].append(replace(block, body=left))
    return [tuple(part) for part in made if part]
