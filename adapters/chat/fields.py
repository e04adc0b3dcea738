"""Forms as data: what a window, a dialog or a page asks for. Each platform draws every kind of field, and nothing of a
form is known to it by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal


@dataclass(frozen=True)
class Field:
    """Something to fill in. ``given``: what stands there at first; ``choices``: value and label."""

    name: str
    label: str
    kind: Literal["lines", "line", "choice", "day"] = "lines"
    given: str = ""
    needed: bool = True
    hint: str = ""
    choices: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Form:
    """``do`` and ``value``: what comes back with what was filled in; ``notes``: words above the fields.

    ``about``: the heading of a case and what its asker wrote, for where the form hides them.
    ``begin``: what the form can be filled with anew; the form that is asked for then is the same, begun with that.
    """

    do: str
    value: str
    title: str
    send: str
    fields: Sequence[Field]
    notes: Sequence[str] = ()
    begin: Field | None = None
    keep: Mapping[str, str] = field(default_factory=dict)
    about: tuple[str, str] | None = None

    def stood(self, given: Mapping[str, str]) -> Form:
        """The same with what was written in it."""
        return replace(self, fields=[replace(each, given=given.get(each.name, each.given)) for each in self.fields])
