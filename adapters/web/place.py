"""Where on the page someone is, as it stands in the address: every link and form keeps the rest of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args
from urllib.parse import urlencode

from bot.cases import Kind, State
from bot.commands import PILES, Pile
from bot.knowledge import OrganisationId
from bot.ports import CaseFilter

SHOWN = 30  # cases in the list
DeskName = Literal["cases", "learned", "figures", "entries", "gaps"]
DESKS: tuple[DeskName, ...] = get_args(DeskName)
Said = Literal["", "thanks-helpful", "thanks-missing", "what-was-missing"]
_SAID: dict[str, Said] = {each: each for each in get_args(Said) if each}


@dataclass(frozen=True)
class View:
    """``case``: the one that is open on the right, 0 for none. ``said``: what is answered below question ``about``, or,
    below zero, below a case."""

    tab: Literal["ask", "check"] = "ask"
    desk: DeskName = "cases"
    case: int = 0
    state: str = ""
    kind: str = ""
    org: str = ""
    words: str = ""
    pile: Pile = "open"
    said: Said = ""
    about: int = 0

    @property
    def query(self) -> str:
        """The address' query with a question mark; empty where all is as at first."""
        first = asdict(View())
        told = {name: value for name, value in asdict(self).items() if value != first[name]}
        return f"?{urlencode(told)}" if told else ""

    def wanted(self) -> CaseFilter:
        return CaseFilter(
            organisation=self.org or None,
            states=(State(self.state),) if self.state else (),
            kinds=(self.kind,) if self.kind else (),
            words=self.words,
            most=SHOWN + 1,
        )

    @property
    def filtered(self) -> bool:
        return bool(self.state or self.kind or self.org or self.words or self.pile != "open")


def to_view(query: Mapping[str, Any], organisations: Mapping[OrganisationId, object]) -> View:
    """What is unknown in an address is as at first."""
    return View(
        tab="check" if query.get("tab") == "check" else "ask",
        desk=next((each for each in DESKS if each == query.get("desk")), "cases"),
        case=_signed(query.get("case", "")),
        state=_one_of(query.get("state", ""), {state.value for state in State}),
        kind=_one_of(query.get("kind", ""), {kind.value for kind in Kind}),
        org=_one_of(query.get("org", ""), organisations),
        words=str(query.get("words", "")).strip()[:200],
        pile=next((each for each in PILES if each == query.get("pile")), "open"),
        said=_SAID.get(str(query.get("said", "")), ""),
        about=_signed(query.get("about", "")),
    )


def _one_of(value: object, known: Any) -> str:
    return str(value) if value in known else ""


def _signed(value: object) -> int:
    return _number(value) or -_number(str(value).removeprefix("-"))


def _number(value: object) -> int:
    """0 for what is no number that a store gives."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
