"""Messages as Block Kit: pure functions, no SDK.

to_blocks(block, more)   what is posted; ``more``: the label of the button that shows what was cut
to_notification(blocks)  the same as plain text, for notifications and screen readers
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import assert_never

from adapters.slack.kit import (
    LONGEST,
    MESSAGE_BLOCKS,
    Block,
    actions,
    bold,
    button,
    buttons,
    called,
    context,
    copyable,
    divider,
    feedback,
    header,
    linked,
    menu,
    option,
    quote,
    room,
    section,
    sections,
)
from adapters.slack.text import cut, escape, size
from bot.messages import VISIBLE, AnswerCard, Button, CaseCard, Findings, FoundLine, Options, StatusCard, Text
from bot.messages import Block as Shown
from bot.showing import plain

QUOTED = 2200  # characters of a case's text, and of its answer, on a card
HISTORY = 6  # events on a card, the latest
HISTORY_IN_ALL = 600  # characters of them
FINDINGS_IN_ALL = 5500  # characters of findings in one message
MARKS = {"stop": "🛑", "consider": "⚠️", "ready": "✅", "warn": "⚠️", "tip": "💡"}
STATES = {"waiting": "🟡", "claimed": "🔵", "answered": "🟢", "closed": "⚪"}


def to_blocks(block: Shown, more: str, most: int = LONGEST) -> list[Block]:
    """``most``: characters of a text."""
    match block:
        case Text(body=body, urgent=urgent, buttons=wanted, calls=calls):
            said = sections(f"🚨 {body}" if urgent else body, most)
            return [*called(calls), *said, *linked(block.link), *feedback(wanted), *buttons(_others(wanted))]
        case AnswerCard():
            return _answer(block)
        case Options():
            return _options(block)
        case Findings():
            return _findings(block)
        case CaseCard():
            return _case(block, more)
        case StatusCard():
            return _status(block)
        case _:
            assert_never(block)


def to_message(blocks: Iterable[Shown], more: str) -> list[Block]:
    """Several in one message, as many as Slack takes; a text is cut to what those before it leave."""
    drawn: list[Block] = []
    for block in blocks:
        drawn += to_blocks(block, more, min(LONGEST, room(drawn)))
    return drawn[:MESSAGE_BLOCKS]


def to_notification(blocks: Sequence[Shown]) -> str:
    """Escaped, like everything that goes out."""
    return escape(cut("\n\n".join(plain(block) for block in blocks), 3000)) or "–"


def _answer(card: AnswerCard) -> list[Block]:
    question = next((each.value for each in card.buttons if each.action == "helpful"), "")
    drawn = [*context(card.preface), *sections(card.body, 5000), *context(f"📖 {card.source}")]
    if card.related and question:
        drawn += context(f"{card.related_label}:")
        drawn += actions(
            [button(f"choose:{n}", each.label, f"{question}:{each.entry}") for n, each in enumerate(card.related[:5])]
        )
    elif card.related:
        drawn += context(f"{card.related_label}: {' · '.join(choice.label for choice in card.related)}")
    return [*drawn, *feedback(card.buttons), *buttons(_others(card.buttons))]


def _others(given: Sequence[Button]) -> list[Button]:
    """All buttons where there are not both of those that ``feedback`` draws; else the rest."""
    judged = {"helpful", "not-helpful"}
    return [each for each in given if each.action not in judged or not judged <= {other.action for other in given}]


def _options(options: Options) -> list[Block]:
    if not options.question:
        lines = "\n".join(f"{n}. {choice.label}" for n, choice in enumerate(options.choices, start=1))
        return [section(f"{options.prompt}\n{lines}")]
    value = str(options.question)
    chosen = [button(f"choose:{n}", each.label, f"{value}:{each.entry}") for n, each in enumerate(options.choices[:23])]
    return [section(options.prompt), *actions([*chosen, button("none-of-these:0", options.none_label, value)])]


def _findings(seen: Findings) -> list[Block]:
    drawn = [header(f"{MARKS[seen.verdict]} {seen.headline}")]
    room, told = FINDINGS_IN_ALL, 0
    for line in seen.found:
        blocks, took = _found(line)
        if took > room:
            break
        drawn, room, told = [*drawn, *blocks], room - took, told + 1
    hidden = f"… + {len(seen.found) - told}" if told < len(seen.found) else ""
    drawn += context(hidden, seen.more)
    if seen.questions:
        asked = "\n".join(f"• {question}" for question in seen.questions)
        drawn.append(bold(seen.questions_label, cut(asked, 1200)))
    if seen.improved:
        drawn += [bold(seen.improved_label), *copyable(seen.improved, 3300)]
    return [*drawn, *context(*(cut(note, 200) for note in seen.notes), cut(seen.advice, 400)), *buttons(seen.buttons)]


def _found(line: FoundLine) -> tuple[list[Block], int]:
    """A finding, and how many characters it takes."""
    match = f" · {cut(line.match, 250)}" if line.match else ""
    said = "\n".join(part for part in (cut(line.message, 500), f"→ {cut(line.suggestion, 500)}") if part != "→ ")
    why = cut(line.why, 250)
    blocks = [bold(f"{MARKS[line.severity]} {line.label}{match}", said), *context(why)]
    return blocks, size(line.label + match + said + why) + 10


def _case(card: CaseCard, more: str) -> list[Block]:
    urgent = f"🚨 {card.urgent}" if card.urgent else ""
    facts = (
        f"{STATES[card.state]} {card.state_label}", card.asker, card.language_label, card.age, urgent, card.topic,
    )  # fmt: skip
    drawn = [header(card.title), *context(*(cut(fact, 200) for fact in facts)), *quote(card.text, QUOTED)]
    if card.repeats_label:
        drawn += context("\n".join([f"➕ {card.repeats_label}", *(f"• {cut(each, 120)}" for each in card.repeats[:3])]))
    if card.guesses:
        listed = "\n".join(f"• {cut(guess, 150)}" for guess in card.guesses[:5])
        drawn.append(bold(card.guesses_label, listed))
    drawn += context(*(cut(finding, 150) for finding in card.findings[:5]))
    if card.answer:
        drawn += [bold(card.answer_label), *quote(card.answer, QUOTED)]
    drawn += context("\n".join(_history(card)))
    row = buttons(card.buttons[:VISIBLE])
    rest = menu(card.menu, option(more, f"more|{card.number}"))
    return [*drawn, *actions([*(row[0]["elements"] if row else ()), rest])]


def _history(card: CaseCard) -> list[str]:
    """The latest events that were not the first, a line each, oldest first, as far as there is room: the newest is
    always there, with why a draft was decided as it was. An answer stands above, not once more."""
    told = [replace(line, text="") if line.text == card.answer else line for line in card.history[1:][-HISTORY:]]
    lines: list[str] = []
    left = HISTORY_IN_ALL
    for line in reversed(told):
        head = cut(" ".join(f"{line.at:%d.%m. %H:%M} {line.who} {line.what}".split()), 120)
        said = cut(" ".join(line.text.split()), 200)
        lines.append(f"{head}: {said}" if said else head)
        left -= size(lines[-1]) + 1
        if left < 0:
            lines.pop()
            break
    return lines[::-1]


def whole_case(card: CaseCard, decided: Sequence[Text] = ()) -> list[Block]:
    """A case with nothing left out, for a window: 100 blocks hold it. ``decided``: on drafts like it."""
    facts = (card.state_label, card.asker, card.language_label, card.age, card.urgent, card.topic)
    drawn = [header(card.title), *context(*facts)]
    drawn += sections(card.text, 60_000)
    if card.repeats_label:
        drawn += [bold(f"➕ {card.repeats_label}"), *sections("\n".join(f"• {each}" for each in card.repeats), 60_000)]
    if card.answer:
        drawn += [divider(), bold(card.answer_label), *sections(card.answer, 60_000)]
    for each in decided:
        drawn += [divider(), *sections(each.body)]
    lines = [f"{line.at:%d.%m. %H:%M}  {line.who} {line.what}" for line in card.history]
    told = [(head, line.text) for head, line in zip(lines, card.history, strict=True)]
    everything = [*card.buttons, *card.menu, *card.further]
    drawn += [*buttons(everything), divider()]
    for head, text in told:
        drawn += [*context(head), *sections(text, 60_000)]
    return drawn[:100]


def _status(card: StatusCard) -> list[Block]:
    drawn = [bold(f"{STATES[card.state]} {card.title}", card.body), *quote(card.quote, 600)]
    if card.answer:
        drawn += sections(card.answer, 5000)
    steps = "  →  ".join(f"{'✓' if reached else '○'} {name}" for name, reached in card.steps)
    return [*drawn, *context(steps), *buttons(card.buttons)]
