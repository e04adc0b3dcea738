"""Typed YAML: a file becomes a frozen pydantic model, or every fault in it is told as ``path:line``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from bot.errors import Fault, KnowledgeError
from bot.yamlnodes import Loc, Plain, compose, compose_text, line_in, shown

T = TypeVar("T")


def read(path: Path, kind: type[T]) -> T:
    """The file at ``path`` as a ``kind``.

    Raises KnowledgeError with every fault of the file: unreadable, no YAML, duplicate or unknown keys, wrong types.
    """
    document = Document.read(path)
    found, faults = document.typed(kind)
    if found is None or faults:
        raise KnowledgeError(faults)
    return found


def line_of(path: Path, loc: Loc) -> int:
    """The 1-based line at which the value at ``loc`` stands in the file. For many of them, keep a ``Document``."""
    return Document.read(path).line(loc)


@dataclass(frozen=True)
class Document:
    """A YAML file, parsed once. ``faults`` are those that hold whatever the types: duplicate keys, aliases, tags."""

    path: Path
    data: Any  # plain values, as JSON has them
    root: yaml.Node | None
    faults: tuple[Fault, ...]

    @classmethod
    def read(cls, path: Path) -> Document:
        """KnowledgeError where the file cannot be read or is no YAML."""
        return cls._of(compose(path), path)

    @classmethod
    def parse(cls, text: str, path: Path) -> Document:
        """A file's text; ``path`` is what faults name. KnowledgeError where it is no YAML."""
        return cls._of(compose_text(text, path), path)

    @classmethod
    def _of(cls, root: yaml.Node | None, path: Path) -> Document:
        faults: list[Fault] = []
        data = Plain(path, faults, set()).value(root, 1)
        return cls(path, data, root, tuple(faults))

    def line(self, loc: Loc) -> int:
        """The 1-based line at which the value at ``loc`` (keys and indices from the root) stands."""
        return line_in(self.root, loc)

    def typed(self, kind: type[T]) -> tuple[T | None, tuple[Fault, ...]]:
        """The whole as a ``kind``, None where it is none; and every fault."""
        return self._typed(TypeAdapter(kind), self.data, (), self.faults)

    def items(self, kind: type[T]) -> tuple[list[tuple[int, T]], tuple[Fault, ...]]:
        """The good ones of a list of ``kind``, each with its index; and every fault, those of ``faults`` too."""
        if not isinstance(self.data, list):
            return [], (*self.faults, Fault(self.path, 1, f"the file: {_LIST}"))
        adapter: TypeAdapter[T] = TypeAdapter(kind)
        faults = self.faults
        good: list[tuple[int, T]] = []
        for index, data in enumerate(self.data):
            found = self._typed(adapter, data, (index,), faults)
            item, faults = found
            good += [(index, item)] if item is not None else []
        return good, faults

    def _typed(
        self, adapter: TypeAdapter[T], data: Any, at: Loc, faults: tuple[Fault, ...]
    ) -> tuple[T | None, tuple[Fault, ...]]:
        try:
            return adapter.validate_json(json.dumps(data)), faults
        except ValidationError as error:
            found = dict.fromkeys(self._fault(at, problem) for problem in error.errors(include_url=False))
            return None, (*faults, *found)

    def _fault(self, at: Loc, problem: Any) -> Fault:
        loc: Loc = (*at, *problem["loc"])
        steps = loc
        if loc and isinstance(loc[0], int) and isinstance(self.data, list) and isinstance(self.data[loc[0]], dict):
            steps = (self.data[loc[0]].get("id", loc[0]), *loc[1:])
        where = ".".join(shown(str(step)) for step in steps) or "the file"
        return Fault(self.path, self.line(loc), f"{where}: {_remedy(problem)}")


_LIST = "must be a list; begin each item with “- ”"
_KEYS = "must hold keys; see the neighbouring files for which"
_REMEDIES = {
    "extra_forbidden": "is no key here; see the neighbouring files for the keys that there are",
    "missing": "is missing; add it",
    "string_too_short": "is empty; write something",
    "string_type": "must be text; put it in quotes",
    "too_short": "is empty; add at least one",
    "tuple_type": _LIST,
    "list_type": _LIST,
    "model_type": _KEYS,
    "model_attributes_type": _KEYS,
    "dict_type": _KEYS,
    "mapping_type": _KEYS,
    "bool_type": "must be true or false, without quotes",
}


def _remedy(problem: Any) -> str:
    kind, given = problem["type"], shown(str(problem["input"]))
    if kind == "string_pattern_mismatch":
        return f"“{given}” does not fit; write it as {problem['ctx']['pattern']}"
    said = problem["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return _REMEDIES.get(kind) or f"{said}; it is “{given}”"
