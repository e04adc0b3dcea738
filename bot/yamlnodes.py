"""YAML as libyaml's nodes, and as plain values with everything wrong that holds whatever the types.

Scalars follow YAML 1.2's core schema, so that ``no`` and ``on`` stay words and dates stay text until a type says
otherwise. Duplicate keys, tags, and aliases that would hide a repetition are faults.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import yaml

from bot.errors import Fault, KnowledgeError

Loc = tuple[int | str, ...]
DEEPEST = 40  # levels that a file may nest; ours have six


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


def compose(path: Path) -> yaml.Node | None:
    """The file's root node; None where it is empty. KnowledgeError where it cannot be read or is no YAML."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise KnowledgeError([Fault(path, 0, f"cannot be read ({error.strerror}); put the file there")]) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise KnowledgeError([Fault(path, line, "is not UTF-8; save the file as UTF-8")]) from error
    return compose_text(text, path)


def compose_text(text: str, path: Path) -> yaml.Node | None:
    """As ``compose``, of a file's text; ``path`` is what faults name."""
    if _nesting(text) > 1000:  # libyaml would overflow the stack
        raise KnowledgeError([Fault(path, 0, "nests brackets too deeply; close them")])
    try:
        return yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        problem = str(error.problem)
        remedy = next((remedy for known, remedy in _SYNTAX if known in problem), "look at the line above it, too")
        raise KnowledgeError([Fault(path, line, f"is not YAML: {problem}; {remedy}")]) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, max(text.find(chr(error.character)), 0)) + 1
        message = f"holds the control character U+{error.character:04X}; delete it"
        raise KnowledgeError([Fault(path, line, message)]) from error
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise KnowledgeError([Fault(path, line, "holds half a character; write it anew")]) from error


_SYNTAX = (
    ("mapping values are not allowed", "put a text that holds “: ” in quotes"),
    ("tab character", "indent with spaces"),
    ("cannot start any token", "indent with spaces, and put a text that begins with a sign in quotes"),
    ("unexpected end of stream", "close the quotes or brackets above"),
    ("another document", "take the line with “---” away"),
    ("undefined alias", "put a text that begins with “*” in quotes"),
)


def _nesting(text: str) -> int:
    """How deep brackets and dashes may nest at most; those inside quotes count, too."""
    brackets = accumulate(1 if bracket in "[{" else -1 for bracket in re.findall(r"[\[\]{}]", text))
    dashes = max((len(run) // 2 for run in re.findall(r"(?:[-?:]\s){100,}", text)), default=0)
    return max(max(brackets, default=0), dashes)


_SCALARS = yaml.constructor.SafeConstructor()
_PLAIN = {f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float", "str", "seq", "map")}


@dataclass(frozen=True)
class Plain:
    """Makes plain values of nodes, and keeps the faults."""

    path: Path
    faults: list[Fault]
    seen: set[int]  # nodes; an alias is a node met twice

    def value(self, node: yaml.Node | None, line: int, depth: int = 0) -> Any:
        """``line``: where the value's key stands; an alias has no place of its own."""
        if node is None:
            return None
        if id(node) in self.seen:
            return self._fault(line, "repeats another place by an alias (*); write it out")
        self.seen.add(id(node))
        here = node.start_mark.line + 1
        if node.tag not in _PLAIN:
            return self._fault(here, f"has the tag {node.tag}; leave it out")
        if depth > DEEPEST:
            return self._fault(here, "nests too deeply; see the neighbouring files for how it goes")
        match node:
            case yaml.MappingNode():
                return dict(self._pairs(node, depth))
            case yaml.SequenceNode():
                return [self.value(item, here, depth + 1) for item in node.value]
            case yaml.ScalarNode():
                return self._scalar(node)
            case _:
                raise TypeError(node)

    def _pairs(self, node: yaml.MappingNode, depth: int) -> Iterator[tuple[str, Any]]:
        names: set[str] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self._fault(line, "has a key that is no plain text; write a word and a colon")
                continue
            if key.value in names:
                self._fault(line, f"“{shown(key.value)}” stands twice; keep one of them")
            names.add(key.value)
            yield key.value, self.value(value, line, depth + 1)

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        if node.tag.endswith(":str"):
            return node.value
        try:
            found = _SCALARS.construct_object(node)
        except (ValueError, KeyError):  # a tag that the text belies, such as !!int abc, or a number of 5,000 digits
            found = math.inf
        if isinstance(found, float) and not math.isfinite(found):
            return self._fault(node.start_mark.line + 1, f"“{shown(node.value)}” is no number; put it in quotes")
        return found

    def _fault(self, line: int, message: str) -> Any:
        """Keeps a fault; its value is None, which whatever is wanted there is not."""
        self.faults.append(Fault(self.path, line, message))


def line_in(node: yaml.Node | None, loc: Loc) -> int:
    """The 1-based line at which the value at ``loc`` stands; where it is missing, that of what should hold it."""
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


def shown(text: str) -> str:
    """Short and on one line, whatever it holds."""
    return "".join(letter if letter.isprintable() else "�" for letter in text[:40])
