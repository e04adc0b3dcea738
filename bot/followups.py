"""How a message stands to the talk before it, and how many questions it holds, by its form alone."""

from __future__ import annotations

import re

from bot.matching.text import tokens

TOO_LONG = 2000  # characters of a question; a draft belongs in /checkpost, a story in a case

# A follow-up refers to the last answer; what that does not hold, nobody guesses. A bare one has no need of its own in
# it; one that turns to something else ("and on Instagram?") may be a question that the handbook answers.
_OPENING = r"^(?:(?:og|och|and|men|but|ok|okay)\s+)?"
_BARE = re.compile(
    _OPENING + r"(?:hvorfor|kvifor|varfor|why|hvordan da|korleis da|hvordan|korleis|hur da|hur|how so|how come|how|"
    r"hva mener du|kva meiner du|vad menar du|what do you mean|hva sa|kva sa|vad sa|what then|"
    r"fortell mer|fortel meir|beratta mer|tell me more|mer|meir|more)"
    r"(?:\s+(?:da|det|ikke|ikkje|inte|not|that|so|is that|om det|about it))*$"
)
_TURNED = re.compile(
    _OPENING + r"(?:(?:hva|kva|ka) med|hur ar det med|what about|how about|pa|on|i|in|for)\s+\w+(?:\s+da)?$"
)


def is_bare(message: str) -> bool:
    return bool(_BARE.match(" ".join(tokens(message[:200]))))


def is_turned(message: str) -> bool:
    return bool(_TURNED.match(" ".join(tokens(message[:200]))))


def questions(message: str) -> list[str]:
    """The questions of a message that asks several: what ends with a question mark, with what leads to it."""
    parts: list[str] = []
    told = ""
    for piece in re.split(r"(?<=[?!.])\s+|\n+", message.strip()[:TOO_LONG]):
        told = f"{told} {piece}".strip()
        if piece.rstrip().endswith("?"):
            parts.append(told)
            told = ""
    return parts if len(parts) > 1 else []
