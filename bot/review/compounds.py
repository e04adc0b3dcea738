"""Takes long words apart: Norwegian and Swedish join words freely, and no dictionary holds all that they join."""

from __future__ import annotations

from collections.abc import Callable, Sequence

MIN_WORD = 9  # letters; shorter words are more often misspelt than joined
MIN_FIRST = 3
MIN_LAST = 4
MAX_PARTS = 4
MAX_WORD = 60  # longer ones are no words


def is_compound(word: str, knows: Callable[[str], bool], joints: Sequence[str]) -> bool:
    """Whether ``word`` (lower case) is two to four known words, with a joint (``s``, ``e``, ``-``) between or none."""
    return MIN_WORD <= len(word) <= MAX_WORD and _splits(word, knows, joints, MAX_PARTS, {})


def _splits(word: str, knows: Callable[[str], bool], joints: Sequence[str], parts: int, seen: dict[str, bool]) -> bool:
    if parts == 1 or len(word) < MIN_FIRST + MIN_LAST:
        return False
    key = f"{parts}{word}"
    if key not in seen:
        seen[key] = any(
            _rest_is_known(word[cut:], knows, joints, parts, seen)
            for cut in range(len(word) - MIN_LAST, MIN_FIRST - 1, -1)
            if knows(word[:cut])
        )
    return seen[key]


def _rest_is_known(
    rest: str, knows: Callable[[str], bool], joints: Sequence[str], parts: int, seen: dict[str, bool]
) -> bool:
    for joint in ("", *joints):
        if rest.startswith(joint):
            last = rest[len(joint) :]
            if len(last) >= MIN_LAST and (knows(last) or _splits(last, knows, joints, parts - 1, seen)):
                return True
    return False
