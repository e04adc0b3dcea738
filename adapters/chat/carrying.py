"""A draft is kept nowhere but in the buttons below what was seen in it, until its author sends it."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from adapters.chat.forms import missing_for_picture
from bot.language import Language
from bot.messages import Block, Findings, FoundLine, Text
from bot.service import checking
from bot.service.asking import Told
from bot.service.desk import Desk, Sender

UNPACKED = 40_000  # characters that a packed draft may unfold to


async def look_over(desk: Desk, who: Sender, given: Mapping[str, str], most: int) -> Told:
    """What is seen in a draft, with buttons that carry it. ``given``: what its form holds, the draft at least.

    ``most``: characters that a button's value holds. What came along with the draft goes where it goes.
    """
    draft, reply, platform = given.get("draft", ""), given.get("reply", ""), given.get("platform", "")
    wanted = Language(reply) if reply in set(Language) else None
    on = platform if platform not in ("", "any") else None
    told = await checking.check(desk, who, draft, platform=on, reply=wanted)
    ticked = [box for box in given.get("picture", "").split(",") if box]
    word = missing_for_picture(ticked, desk.say, told.language)
    blocks = (*told.blocks, Text(word)) if word else told.blocks
    return replace(told, blocks=carrying(blocks, draft + who.beside, told.language, most))


def carrying(blocks: Sequence[Block], draft: str, language: Language, most: int) -> tuple[Block, ...]:
    """The blocks with the draft in the buttons of its findings that hold nothing of their own, without personal data
    that was recognised.

    ``most``: characters that a button's value holds.
    """
    return tuple(_carrying(block, draft, language, most) for block in blocks)


def _carrying(block: Block, draft: str, language: Language, most: int) -> Block:
    if not isinstance(block, Findings):
        return block
    value = pack(masked(draft, block.found), language, most)
    kept = (button if button.value else replace(button, value=value) for button in block.buttons)
    return replace(block, buttons=tuple(kept))


def pack(draft: str, language: Language, most: int) -> str:
    """A draft as a button's value; without it where it is too long for one."""
    for packed in (f"{language}|={draft}", f"{language}|~{_squeezed(draft)}"):
        if len(packed) <= most and len(packed.encode("utf-16-le", "replace")) <= 2 * most:
            return packed
    return f"{language}|"


def unpack(value: str) -> tuple[str, Language | None]:
    """The draft, empty where the button could not hold it, and the language that it was looked at in."""
    name, _, packed = value.partition("|")
    language = Language(name) if name in set(Language) else None
    if packed.startswith("="):
        return packed[1:], language
    try:
        opened = zlib.decompressobj().decompress(base64.urlsafe_b64decode(packed[1:]), 4 * UNPACKED)
        return opened.decode("utf-8")[:UNPACKED], language
    except (binascii.Error, zlib.error, ValueError):
        return "", language


def _squeezed(draft: str) -> str:
    return base64.urlsafe_b64encode(zlib.compress(draft.encode("utf-8", "replace"), 9)).decode()


def masked(draft: str, found: Sequence[FoundLine]) -> str:
    """The draft without the personal data that was recognised."""
    for line in sorted(found, key=lambda line: -line.start):
        if "•" in line.match and len(line.match) == line.end - line.start:
            draft = draft[: line.start] + line.match + draft[line.end :]
    return draft
