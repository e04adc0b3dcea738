"""Slack's limits, checked by its own models, and by hand where those look away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

BLOCKS = frozenset(
    {
        "actions",
        "context",
        "divider",
        "header",
        "image",
        "input",
        "section",
        "rich_text",
        "markdown",
        "file",
        "video",
        "context_actions",
    }
)
ALIVE = re.compile(r"<(?:!|@|#|https?:|mailto:|tel:)")
IN_ALL = 13_200  # characters of a message's blocks, beyond which Slack refuses
LONGEST = {"header": 150, "section": 3000, "context": 3000}


def check_message(blocks: list[dict[str, Any]], text: str) -> None:
    """AssertionError for whatever Slack would refuse in a message."""
    assert 1 <= len(blocks) <= 50, f"{len(blocks)} blocks"
    assert 0 < len(text) <= 4000, f"text of {len(text)}"
    assert not ALIVE.search(text), "the notification pings or links"
    assert sum(_units(found) for found in _texts(blocks)) <= IN_ALL, "more text than a message holds"
    _check(blocks)


def check_view(view: dict[str, Any]) -> None:
    """AssertionError for whatever Slack would refuse in a window or a Home."""
    assert 1 <= len(view["blocks"]) <= 100, f"{len(view['blocks'])} blocks"
    View(**view).validate_json()
    assert len(view.get("private_metadata", "")) <= 3000
    assert len(view.get("callback_id", "")) <= 255
    if view["type"] == "modal":
        for part in ("title", "submit", "close"):
            assert part not in view or 0 < _units(view[part]["text"]) <= 24, f"{part}: {view[part]}"
        if any(block["type"] == "input" for block in view["blocks"]):
            assert "submit" in view, "an input without submit"
    _check(view["blocks"])


def _check(blocks: list[dict[str, Any]]) -> None:
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    assert len(ids) == len(set(ids)), "two blocks with one id"
    for block in blocks:
        assert block["type"] in BLOCKS, f"no block is called {block['type']}"
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.to_dict()  # raises for parts that are too long
        _check_parts(block)


def _check_parts(block: dict[str, Any]) -> None:
    elements = block.get("elements", [])
    if block["type"] == "context":
        assert 1 <= len(elements) <= 10
    if block["type"] == "actions":
        assert 1 <= len(elements) <= 25
        ids = [element["action_id"] for element in elements]
        assert len(ids) == len(set(ids)), "two buttons with one id"
    for part in _dicts(block):
        match part.get("type"):
            case "mrkdwn":
                assert 0 < _units(part["text"]) <= LONGEST.get(block["type"], 3000), block["type"]
                assert not ALIVE.search(part["text"]), f"comes alive: {part['text']}"
                assert "<" not in part["text"]
            case "plain_text":
                assert part["text"].strip(), "an empty text"
                assert not ALIVE.search(part["text"]), f"comes alive: {part['text']}"
            case "button":
                assert _units(part["text"]["text"]) <= 75
                assert _units(part.get("value", "")) <= 2000
                assert len(part["action_id"]) <= 255
            case "static_select" | "checkboxes":
                most = 100 if part["type"] == "static_select" else 10
                assert 1 <= len(part["options"]) <= most
                for option in part["options"]:
                    assert _units(option["text"]["text"]) <= 75, option
                    assert _units(option["value"]) <= 75
            case "plain_text_input":
                assert _units(part.get("initial_value", "")) <= part.get("max_length", 3000) <= 3000
            case "text":
                assert part["text"], "an empty text"


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _dicts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _dicts(inner)


def _texts(blocks: list[dict[str, Any]]) -> Iterator[str]:
    for part in _dicts(blocks):
        if isinstance(part.get("text"), str):
            yield part["text"]
        if isinstance(part.get("value"), str):
            yield part["value"]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
