"""Messages in a terminal, by rich. Bodies are printed as they are: square brackets mean nothing here."""

from __future__ import annotations

from typing import assert_never

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text as Styled

from bot.messages import AnswerCard, Block, Options, Text


def draw(block: Block) -> RenderableType:
    match block:
        case Text(body=body, urgent=urgent):
            return Panel(Styled(body), border_style="red", padding=(0, 1)) if urgent else Styled(body)
        case AnswerCard() as card:
            parts: list[RenderableType] = [Styled(card.preface, style="yellow")] if card.preface else []
            parts += [Styled(card.body), Styled(card.source, style="dim italic")]
            if card.related:
                titles = " · ".join(choice.label for choice in card.related)
                parts.append(Styled(f"{card.related_label}: {titles}", style="dim"))
            return Group(*parts)
        case Options() as options:
            rows = [Styled(f"{number}  {choice.label}") for number, choice in enumerate(options.choices, start=1)]
            rows.append(Styled(f"0  {options.none_label}", style="dim"))
            return Group(Styled(options.prompt), Padding(Group(*rows), (0, 2)))
        case _:
            assert_never(block)


def console(stderr: bool = False) -> Console:
    """Width of the terminal, 100 at most; no colour where the output is no terminal or NO_COLOR is set."""
    found = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    found.width = min(found.width, 100)
    return found
