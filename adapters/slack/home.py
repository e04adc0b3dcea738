"""App Home as a pure function: ask, what is often asked, my cases; for comms the queue and the week's figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.chat.desk import elsewhere, pile_buttons
from adapters.slack.kit import (
    VIEW_BLOCKS,
    Block,
    actions,
    bold,
    button,
    buttons,
    context,
    divider,
    fields,
    header,
    plain,
    quote,
    section,
)
from adapters.slack.render import STATES, to_blocks
from adapters.slack.text import cut
from bot.insights import Figure
from bot.language import Language
from bot.messages import CaseCard, StatusCard
from bot.ports import Piles
from bot.wording import Wording

CASES, QUEUE = 5, 10  # shown at most


@dataclass(frozen=True)
class Queue:
    """What comms sees besides. ``figures``: of the week."""

    cards: Sequence[CaseCard]
    piles: Piles
    figures: Sequence[Figure]


@dataclass(frozen=True)
class Home:
    """What a Home shows. ``queue``: of those who are in comms."""

    organisation: str
    language: Language
    prompts: Sequence[str]
    cases: Sequence[StatusCard]
    queue: Queue | None = None


def home_view(home: Home, say: Wording) -> Block:
    language = home.language
    drawn = [header(say("slack.home", language)), _search(home, say)]
    drawn.append(bold(say("slack.home-popular", language)))
    drawn += actions([button(f"prompt:{n}", prompt, cut(prompt, 500)) for n, prompt in enumerate(home.prompts)])
    drawn += actions([button("open-draft:0", say("web.tab-check", language), "", "primary")])
    if home.queue:
        drawn += [divider(), *_queue(home.queue, say, language)]
    drawn += [divider(), bold(say("web.my-cases", language))]
    for card in home.cases[:CASES]:
        drawn += to_blocks(card, say("talk.whole", language))
    if not home.cases:
        drawn += context(say("talk.no-cases", language))
    return {"type": "home", "blocks": drawn[:VIEW_BLOCKS]}


def _search(home: Home, say: Wording) -> Block:
    label = say("slack.home-search", home.language, organisation=home.organisation)
    return {
        "type": "input",
        "block_id": "search",
        "dispatch_action": True,
        "label": plain(label, 2000),
        "hint": plain(say("slack.home-hint", home.language), 2000),
        "element": {
            "type": "plain_text_input",
            "action_id": "search:0",
            "max_length": 1000,
            "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
        },
    }


def _queue(queue: Queue, say: Wording, language: Language) -> list[Block]:
    drawn = [bold(say("slack.home-queue", language)), *context(say("desk.counts", language, **vars(queue.piles)))]
    drawn += buttons(pile_buttons(queue.piles, say, language, "open"))
    if not queue.cards:
        drawn.append(section(say("slack.home-empty", language)))
    for card in queue.cards[:QUEUE]:
        urgent = f"🚨 {card.urgent}" if card.urgent else ""
        drawn += [bold(f"{STATES[card.state]} {card.title}"), *quote(cut(card.text, 300), 320)]
        drawn += context(card.state_label, card.asker, card.age, urgent)
        drawn += actions([button("more:0", say("talk.whole", language), str(card.number))])
    return [
        *drawn,
        *_week(queue.figures, say, language),
        *buttons(elsewhere(say, language, "figures")),
        _find(say, language),
    ]


def _find(say: Wording, language: Language) -> Block:
    """A search of the desk's own: cases and answers."""
    return {
        "type": "input",
        "block_id": "desk-search",
        "dispatch_action": True,
        "label": plain(say("desk.search", language), 2000),
        "element": {
            "type": "plain_text_input",
            "action_id": "desk-search:0",
            "max_length": 200,
            "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
        },
    }


def _week(figures: Sequence[Figure], say: Wording, language: Language) -> list[Block]:
    shown = fields((f"{figure.now}  ({figure.before})", figure.label) for figure in figures)
    return [divider(), bold(say("talk.week", language)), shown, *context(say("talk.week-before", language))]
