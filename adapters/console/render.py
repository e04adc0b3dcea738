"""Messages in a terminal, by rich. Bodies are printed as they are: square brackets mean nothing here."""

from __future__ import annotations

from typing import assert_never

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text as Styled

from bot.messages import AnswerCard, Block, CaseCard, Findings, Options, StatusCard, Text

COLOURS = {"stop": "red", "consider": "yellow", "warn": "yellow", "ready": "green", "tip": "cyan"}


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
        case Findings() as seen:
            return _findings(seen)
        case CaseCard() as card:
            lines = (card.state_label, card.asker, card.age, card.text, *card.guesses, card.answer)
            return Panel(
                Styled("\n".join(line for line in lines if line)), title=Styled(card.title), title_align="left"
            )
        case StatusCard() as card:
            lines = (card.body, card.answer, " → ".join(label for label, reached in card.steps if reached))
            return Panel(
                Styled("\n".join(line for line in lines if line)), title=Styled(card.title), title_align="left"
            )
        case _:
            assert_never(block)


def _findings(seen: Findings) -> RenderableType:
    parts: list[RenderableType] = [Styled(seen.headline, style=f"bold {COLOURS[seen.verdict]}")]
    for line in seen.found:
        parts.append(Styled(""))
        head = Styled(f"{line.label}  ", style=COLOURS[line.severity])
        parts.append(head.append(line.match, style="default bold").append(f"  {line.rule}", style="dim"))
        parts.append(Padding(Styled(f"{line.message}\n→ {line.suggestion}"), (0, 2)))
        parts.append(Padding(Styled(line.why, style="dim italic"), (0, 2)))
    if seen.more:
        parts.append(Styled(seen.more, style="dim"))
    if seen.questions:
        parts += [Styled(f"\n{seen.questions_label}:"), *(Styled(f"  ? {question}") for question in seen.questions)]
    if seen.improved:
        parts += [Styled(f"\n{seen.improved_label}:"), Panel(Styled(seen.improved), border_style="green")]
    parts += [Styled(note, style="dim") for note in seen.notes]
    return Group(*parts, Styled(f"\n{seen.advice}", style="dim"))


def marked(draft: str, seen: Findings) -> Styled:
    """The draft with the words concerned coloured by severity; the gravest wins where they overlap."""
    shown = Styled(draft)
    for line in reversed(seen.found):
        shown.stylize(f"underline {COLOURS[line.severity]}", line.start, line.end)
    return shown


def console(stderr: bool = False) -> Console:
    """Width of the terminal, 100 at most; no colour where the output is no terminal or NO_COLOR is set."""
    found = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    found.width = min(found.width, 100)
    return found
