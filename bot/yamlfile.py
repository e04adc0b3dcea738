"""Typed YAML: a file becomes a frozen pydantic model, or every fault in it is told as ``path:line``.

Scalars follow YAML 1.2's core schema, so that ``no`` and ``on`` stay words and dates stay text until a type says
otherwise. Duplicate keys, unknown keys and anchors that would hide a repetition are faults.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from bot.errors import Fault, KnowledgeError

T = TypeVar("T")
Loc = tuple[int | str, ...]


class _Loader(yaml.CSafeLoader):
    """libyaml's parser with the core schema's scalars."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
    ("bool", r"^(?:true|false)$", list("tf")),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", list("-+0123456789")),
    ("float", r"^[-+]?[0-9]+\.[0-9]+(?:[eE][-+]?[0-9]+)?$", list("-+0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)


def read(path: Path, kind: type[T]) -> T:
    """The file at ``path`` as a ``kind``.

    Raises KnowledgeError with every fault of the file: unreadable, no YAML, duplicate or unknown keys, wrong types.
    """
    root = _compose(path)
    faults: list[Fault] = []
    data = _plain(root, path, faults)
    if faults:
        raise KnowledgeError(faults)
    try:
        return TypeAdapter(kind).validate_json(json.dumps(data))
    except ValidationError as error:
        raise KnowledgeError([_fault(path, root, problem) for problem in error.errors()]) from error


def line_of(path: Path, loc: Loc) -> int:
    """The 1-based line at which the value at ``loc`` (keys and indices from the root) stands in the file."""
    return _line(_compose(path), loc)


def _compose(path: Path) -> yaml.Node | None:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise KnowledgeError([Fault(path, 0, f"cannot be read ({error.strerror}); put the file there")]) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise KnowledgeError([Fault(path, line, "is not UTF-8; save the file as UTF-8")]) from error
    try:
        return yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise KnowledgeError([Fault(path, mark.line + 1 if mark else 0, f"is not YAML: {error.problem}")]) from error
    except yaml.YAMLError as error:
        raise KnowledgeError([Fault(path, 0, f"is not YAML: {str(error).splitlines()[0]}")]) from error


_SCALARS = yaml.constructor.SafeConstructor()


def _plain(node: yaml.Node | None, path: Path, faults: list[Fault]) -> Any:
    match node:
        case yaml.MappingNode():
            data: dict[str, Any] = {}
            for key, value in node.value:
                name = str(key.value)
                if name in data:
                    faults.append(Fault(path, key.start_mark.line + 1, f"“{name}” stands twice; keep one of them"))
                data[name] = _plain(value, path, faults)
            return data
        case yaml.SequenceNode():
            return [_plain(item, path, faults) for item in node.value]
        case yaml.ScalarNode() if node.tag == "tag:yaml.org,2002:str":
            return node.value
        case yaml.ScalarNode():
            return _SCALARS.construct_object(node)
        case _:
            return None


def _line(node: yaml.Node | None, loc: Loc) -> int:
    line = node.start_mark.line + 1 if node else 1
    for step in loc:
        key_line = None
        match node:
            case yaml.MappingNode():
                pairs = [(key, value) for key, value in node.value if str(key.value) == step]
                if not pairs:
                    return line
                key_line, node = pairs[0][0].start_mark.line + 1, pairs[0][1]
            case yaml.SequenceNode() if isinstance(step, int) and step < len(node.value):
                node = node.value[step]
            case _:
                return line
        line = key_line or (node.start_mark.line + 1)
    return line


_REMEDIES = {
    "extra_forbidden": "is no key here; see the neighbouring files for the keys that there are",
    "missing": "is missing; add it",
    "string_too_short": "is empty; write something",
    "string_type": "must be text; put it in quotes",
}


def _fault(path: Path, root: yaml.Node | None, problem: Any) -> Fault:
    loc: Loc = tuple(problem["loc"])
    where = ".".join(str(step) for step in loc) or "the file"
    what = _REMEDIES.get(problem["type"]) or problem["msg"].removeprefix("Value error, ")
    return Fault(path, _line(root, loc), f"{where}: {what}")
