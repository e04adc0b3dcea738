"""What a person can do, as a closed union: each platform decodes what came into one of these, and nothing else of a
platform goes further.

Said, Command      what somebody wrote, or a slash command
Pressed, Submitted a button, and a form that was filled in
Opened             a page, a chat or a form that somebody wants to see
Edited, Deleted    what somebody wrote before
Joined, Left       who is where
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from bot.service.desk import Sender

AttachmentKind = Literal["picture", "file", "sound", "video", "card"]


@dataclass(frozen=True)
class Attached:
    """What came along with a message and is no text. ``link``: where people find it; ``source``: where the platform
    gives it out to Handbok; either is empty where nobody says."""

    kind: AttachmentKind
    name: str
    link: str = ""
    source: str = ""


@dataclass(frozen=True)
class Quoted:
    """What a message quotes, or what it was written below. ``post``: the platform's own id of it, or empty."""

    text: str
    post: str = ""


@dataclass(frozen=True, kw_only=True)
class Did:
    """Who did something, and where. ``private``: nobody else reads there."""

    who: Sender
    private: bool


@dataclass(frozen=True, kw_only=True)
class Said(Did):
    """Somebody wrote to Handbok. ``text`` is what people read: no ids, no markup, no quotes, no mention of Handbok.

    ``post``: the platform's own id of the message; ``below``: that of the post which its thread hangs on, or empty.
    """

    text: str
    post: str = ""
    below: str = ""
    quotes: tuple[Quoted, ...] = ()
    attached: tuple[Attached, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Command(Did):
    """A slash command, whose reply only its author sees."""

    name: Literal["checkpost", "handbok"]
    text: str


@dataclass(frozen=True, kw_only=True)
class Pressed(Did):
    """A button, by what it does and its value. ``post``: what it stands on."""

    do: str
    value: str
    post: str = ""


@dataclass(frozen=True, kw_only=True)
class Submitted(Did):
    """A form that was filled in: what it is for, and its fields. ``value``: what it was opened with."""

    do: str
    value: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Opened(Did):
    """Somebody wants to see something."""

    what: Literal["chat", "home", "draft", "about"]


@dataclass(frozen=True, kw_only=True)
class Edited(Did):
    """Somebody changed what they wrote."""

    post: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Deleted(Did):
    """Somebody took back what they wrote."""

    post: str


@dataclass(frozen=True, kw_only=True)
class Joined(Did):
    """Handbok, or a person, came to a conversation."""

    itself: bool


@dataclass(frozen=True, kw_only=True)
class Left(Did):
    """Handbok, or a person, left a conversation."""

    itself: bool


Act: TypeAlias = Said | Command | Pressed | Submitted | Opened | Edited | Deleted | Joined | Left
