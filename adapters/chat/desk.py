"""Comms' desk wherever they work: the queue, a search, the week, what was taught, and who looks after what.

Each view stands by itself and leads to the others by its buttons; ``of_value`` of bot/commands.py reads those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never
from zoneinfo import ZoneInfo

from adapters.chat.hub import Office
from adapters.chat.learned import GAP, RULE, TAUGHT
from bot.cases import State
from bot.commands import PILES, CommsHelp, Entries, Figures, ForComms, Gaps, Pile, Queue, Replies, Search, Taught
from bot.insights import figures
from bot.language import Language
from bot.messages import Block, Button, CaseCard, Text
from bot.ports import CaseFilter, Piles
from bot.reviewing import kept
from bot.service import casework, curating, drafting, gaps, insighting, setting_aside
from bot.service.curating import Item
from bot.service.desk import Sender
from bot.service.figures import weeks
from bot.service.gaps import Shown
from bot.service.overview import pile
from bot.service.searching import search
from bot.service.setting_aside import Doubted
from bot.wording import Wording

ITEMS, FOUND, ANSWERS, GAPS, SAVED = 10, 6, 20, 8, 20  # shown at most
QUOTED = 200  # characters of a case in a list
VIEWS = ("open", "gaps", "figures", "taught", "entries", "replies")


async def view(  # noqa: PLR0911  # one for each view
    hub: Office, who: Sender, command: ForComms, language: Language
) -> Sequence[Block]:
    """For members of comms alone."""
    match command:
        case CommsHelp():
            return [Text(hub.desk.say("talk.help-comms", language), buttons=elsewhere(hub.desk.say, language, ""))]
        case Queue(pile=name):
            return await queue(hub, who, language, name)
        case Search(words=words):
            return await searched(hub, who, words, language)
        case Figures():
            return [await week(hub, who, language)]
        case Taught():
            return await taught(hub, who, language)
        case Entries():
            return entries(hub, who, language)
        case Replies():
            return await replies(hub, who, language)
        case Gaps():
            return await lacking(hub, who, language)
        case _:
            assert_never(command)


# ── the queue ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def queue(hub: Office, who: Sender, language: Language, name: Pile = "open") -> list[Block]:
    """What waits, urgent first, a line each; and the way to each pile."""
    say = hub.desk.say
    piles, cards = await pile(hub.desk, who, name, language)
    head = Text(say(f"desk.pile-{name}", language), buttons=pile_buttons(piles, say, language, name))
    empty = "slack.home-empty" if name == "open" else "desk.none-here"
    listed = _lines(cards, say, language) if cards else [Text(say(empty, language))]
    return [head, *listed, _more(say, language, "open")]


def pile_buttons(piles: Piles, say: Wording, language: Language, now: Pile) -> tuple[Button, ...]:
    counts = vars(piles)
    return tuple(
        Button("desk", name, say(f"desk.do-{name}", language, count=counts.get(name, "")).strip())
        for name in PILES
        if name != now
    )


def _lines(cards: Sequence[CaseCard], say: Wording, language: Language) -> list[Block]:
    whole = say("talk.whole", language)
    return [Text(_line(card), bool(card.urgent), (Button("more", str(card.number), whole),)) for card in cards]


def _line(card: CaseCard) -> str:
    return f"{card.title} · {card.state_label} · {card.age}\n{short(card.text)}"


def short(text: str, most: int = QUOTED) -> str:
    return text if len(text) <= most else text[:most].rstrip() + "…"


async def searched(hub: Office, who: Sender, words: str, language: Language) -> list[Block]:
    """Cases with the words in them, open ones first, and the answers that are nearest to them."""
    say = hub.desk.say
    wanted = CaseFilter(who.organisation, words=words, most=FOUND)
    open_ones = await casework.queue(hub.desk, replace(wanted, states=(State.WAITING, State.CLAIMED)), language)
    over = await casework.queue(hub.desk, replace(wanted, states=(State.ANSWERED, State.CLOSED)), language)
    cards = [*open_ones, *over][:FOUND]
    told = [Text(say("desk.found-cases" if cards else "desk.found-no-cases", language, words=short(words, 60)))]
    answers = search(hub.desk, who.organisation, words, language, 3)
    said = [Text(f"📖 {found.title}\n{short(found.card.body)}") for found in answers]
    return [*told, *_lines(cards, say, language), *said, _more(say, language, "")]


# ── the week, what was taught, and what was shipped ──────────────────────────────────────────────────────────────────


async def week(hub: Office, who: Sender, language: Language) -> Text:
    say = hub.desk.say
    now, before = await weeks(hub.desk, who.organisation)
    shown = [f"{each.label}: {each.now} ({each.before})" for each in figures(now, before, say, language)]
    body = "\n".join([say("talk.week", language), *shown, say("talk.week-before", language)])
    link = None
    if hub.desk.url:
        link = (say("insights.link", language), hub.desk.url + await insighting.link(hub.desk, who))
    return Text(body, buttons=elsewhere(say, language, "figures"), link=link)


async def taught(hub: Office, who: Sender, language: Language) -> list[Block]:
    """What was learned and suggested, with what comms may do about each."""
    items = await curating.listing(hub.desk, who)
    if isinstance(items, Text):
        return [items]
    say = hub.desk.say
    listed: list[Block] = [_item(each, say, language) for each in items[:ITEMS]]
    return [*(listed or [Text(say("web.learned-none", language))]), _more(say, language, "taught")]


def _item(item: Item, say: Wording, language: Language) -> Text:
    until = say("web.until", language, date=item.expires.date().isoformat()) if item.expires else ""
    about = " · ".join(filter(None, (item.owner, until)))
    lines = [f"{item.state_label} · {item.title}", about, *item.variants[:3], item.answer]
    edit = (Button("save", f"{TAUGHT}{item.id}", say("teach.do.edit", language), asks=True),) if item.text else ()
    buttons = (*edit, *(Button(name, item.id, label) for name, label in item.actions))
    return Text("\n".join(filter(None, lines)), buttons=buttons)


async def replies(hub: Office, who: Sender, language: Language) -> list[Block]:
    """The replies that comms uses again, each to be changed or removed, and a button for a new one."""
    say = hub.desk.say
    new = Button("reply-new", "0", say("case.do.reply-new", language), "primary", asks=True)
    listed: list[Block] = [Text(say("saved.what", language), buttons=(new,))]
    for each in (await drafting.saved(hub.desk, who.organisation))[:SAVED]:
        change = Button("reply-edit", str(each.id), say("case.do.reply-edit", language), asks=True)
        drop = Button("reply-drop", str(each.id), say("case.do.reply-drop", language), "danger")
        listed.append(Text(f"💬 {each.name}\n{short(each.text)}", buttons=(change, drop)))
    return [*listed, _more(say, language, "replies")]


def entries(hub: Office, who: Sender, language: Language) -> list[Block]:
    """The answers of their own handbook, those to be looked over first before the others."""
    desk = hub.desk
    organisation = desk.mind.now.knowledge.organisation[who.organisation]
    today = desk.clock().astimezone(ZoneInfo(organisation.time_zone)).date()
    found = kept(desk.mind.now.knowledge, organisation, language, today)
    late = sum(each.late for each in found)
    lines = [desk.say("desk.entries", language, count=len(found), late=late)]
    for each in found[:ANSWERS]:
        key = "desk.entry-late" if each.late else "desk.entry"
        lines.append("• " + desk.say(key, language, title=each.title, owner=each.owner, date=each.due.isoformat()))
    if len(found) > ANSWERS:
        lines.append(desk.say("desk.entries-more", language, count=len(found) - ANSWERS))
    return [Text("\n".join(lines), buttons=elsewhere(desk.say, language, "entries"))]


async def lacking(hub: Office, who: Sender, language: Language) -> list[Block]:
    """What the handbook lacks, with the way to an answer."""
    say = hub.desk.say
    found = await gaps.listing(hub.desk, who.organisation, language, GAPS)
    doubted = await setting_aside.doubted(hub.desk, who.organisation, language)
    if not found and not doubted:
        return [Text(say("gap.none", language), buttons=elsewhere(say, language, "gaps"))]
    return [
        *([Text(say("gap.head", language))] if found else []),
        *(_gap(each, say, language) for each in found),
        *(_doubted(each, say, language) for each in doubted),
        _more(say, language, "gaps"),
    ]


def _doubted(found: Doubted, say: Wording, language: Language) -> Text:
    counts = {"title": found.title, "wrong": found.use.wrong, "accepted": found.use.accepted}
    lines = [say("gap.rule", language, **counts), *(f"• {each}" for each in found.reasons)]
    settle = Button("settle-gap", f"{RULE}{found.rule}", say("gap.settle", language))
    return Text("\n".join(lines), buttons=(settle,))


def _gap(gap: Shown, say: Wording, language: Language) -> Text:
    counts = say("gap.counts", language, times=gap.times, people=gap.people, recent=gap.recent, before=gap.before)
    lines = [f"{gap.title}", f"{counts} · {gap.whys}", *(f"• {each}" for each in gap.examples[1:])]
    lines += [say("gap.missing", language, text=each) for each in gap.missing]
    if gap.answer:
        lines.append(say("gap.of-answer", language, title=gap.answer, owner=gap.owner))
    write = Button("save", f"{GAP}{gap.key}", say("gap.write", language), "primary", asks=True)
    settle = Button("settle-gap", str(gap.key), say("gap.settle", language))
    return Text("\n".join(lines), buttons=(write, settle))


def _more(say: Wording, language: Language, now: str) -> Text:
    return Text(say("desk.more", language), buttons=elsewhere(say, language, now))


def elsewhere(say: Wording, language: Language, now: str) -> tuple[Button, ...]:
    return tuple(Button("desk", name, say(f"desk.to-{name}", language)) for name in VIEWS if name != now)
