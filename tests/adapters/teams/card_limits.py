"""Teams' limits on cards and dialogs: Microsoft's schema, and by hand what it leaves open."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import adaptive_cards
from jsonschema import Draft7Validator

MESSAGE, REFRESHED = 20 * 1024, 26 * 1024  # bytes in UTF-16; Teams refuses from 28 KB on where it is oldest
DIALOG = 80 * 1024


def check_message(activity: dict[str, Any]) -> None:
    """AssertionError for whatever Teams would refuse, or show otherwise than it was written."""
    assert activity["type"] == "message"
    assert 0 < len(activity["summary"]) <= 300
    most = REFRESHED if any("userIds" in part for part in parts(activity)) else MESSAGE
    assert size(activity) <= most, f"{size(activity)} bytes"
    if "text" in activity:
        assert activity["textFormat"] == "plain"
        assert "attachments" not in activity
        return
    (attachment,) = activity["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    check_card(attachment["content"])


def check_dialog(reply: dict[str, Any]) -> None:
    """AssertionError for a reply to task/fetch or task/submit that opens no dialog."""
    assert set(reply) == {"task"}
    assert reply["task"]["type"] == "continue"
    value = reply["task"]["value"]
    assert 0 < len(value["title"]) <= 64
    assert value["height"] in ("small", "medium", "large")
    assert value["width"] in ("small", "medium", "large")
    assert size(reply) <= DIALOG, f"{size(reply)} bytes"
    check_card(value["card"]["content"])
    inputs = [part for part in parts(value["card"]["content"]) if str(part.get("type")).startswith("Input.")]
    submits = [part for part in parts(value["card"]["content"]) if part.get("type") == "Action.Submit"]
    assert not inputs or any("form" in part["data"] for part in submits), "fields, and no button to send them"


def check_card(card: dict[str, Any]) -> None:
    assert card["version"] == "1.5"
    assert card["body"], "an empty card"
    bare = {key: value for key, value in card.items() if key != "msteams"}
    faults = [f"{'/'.join(map(str, fault.path))}: {fault.message[:200]}" for fault in _schema().iter_errors(bare)]
    assert not faults, faults[:3]
    ids = [part["id"] for part in _in_one_form(card) if "id" in part]
    assert len(ids) == len(set(ids)), "two fields with one id"
    for part in parts(card):
        _check_part(part)


def _check_part(part: dict[str, Any]) -> None:
    match part.get("type"):
        case "TextBlock" | "FactSet":
            raise AssertionError("reads Markdown and mentions")
        case "RichTextBlock":
            assert part["inlines"]
        case "TextRun":
            assert part["text"].strip(), "an empty text"
            assert "{{DATE(" not in part["text"]
            assert "{{TIME(" not in part["text"]
        case "ActionSet":
            shown = [each for each in part["actions"] if each.get("mode") != "secondary"]
            assert 1 <= len(shown) <= 6, f"{len(shown)} buttons in a row"
            assert len(part["actions"]) - len(shown) <= 6, "too much behind “…”"
        case "Action.Execute" | "Action.Submit" | "Action.ShowCard":
            assert 0 < len(part["title"].strip()) <= 60
            assert len(str(part.get("data", {}).get("value", ""))) <= 2000
        case "Input.Text":
            assert part["label"].strip()
            assert len(part.get("value", "")) <= part["maxLength"]
            assert "errorMessage" in part or not part.get("isRequired")
        case "Input.ChoiceSet":
            values = [each["value"] for each in part["choices"]]
            assert len(values) == len(set(values)), "two choices with one value"
            assert set(filter(None, part.get("value", "").split(","))) <= set(values)


@cache
def _schema() -> Draft7Validator:
    path = Path(adaptive_cards.__file__).parent / "schemas" / "schema-1.5.json"
    return Draft7Validator(json.loads(path.read_text(encoding="utf-8")))


def parts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from parts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from parts(inner)


def _in_one_form(value: Any) -> Iterator[dict[str, Any]]:
    """Parts whose fields are sent together: a card below a button is a form of its own."""
    if isinstance(value, dict):
        if value.get("type") == "Action.ShowCard":
            return
        yield value
        for inner in value.values():
            yield from _in_one_form(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _in_one_form(inner)


def texts(card: dict[str, Any]) -> str:
    return "\n".join(part["text"] for part in parts(card) if part.get("type") == "TextRun")


def size(drawn: Any) -> int:
    return len(json.dumps(drawn, ensure_ascii=False).encode("utf-16-le", "surrogatepass"))
