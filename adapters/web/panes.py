"""What each pane shows, from the use cases; where the store does not answer, what can be shown without it."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Literal
from zoneinfo import ZoneInfo

from jinja2 import Environment

from adapters.chat import handling
from adapters.chat.fields import Form
from adapters.chat.hub import Office
from adapters.web.drawing import draw
from adapters.web.live import Live
from adapters.web.marks import Stretch
from adapters.web.place import SHOWN, View
from adapters.web.visitor import Cookies, Visitor
from bot.cases import Kind, State
from bot.commands import PILES
from bot.errors import InputError, StorageError
from bot.insights import figures
from bot.knowledge import Entry, Handoff, KnowledgeBase, Organisation
from bot.language import Language
from bot.messages import Block, CaseCard, Choice, Findings, StatusCard, Text
from bot.ports import Piles
from bot.proposing import Proposal
from bot.review import cover
from bot.reviewing import Kept as LookedAfter
from bot.reviewing import kept
from bot.service import asking, casework, curating, deciding, drafting, gaps, setting_aside, teaching
from bot.service.asking import Exchange
from bot.service.desk import Desk, Sender
from bot.service.figures import weeks
from bot.service.overview import pile

TALK = 8  # exchanges shown
MINE = 8  # own cases shown
SPOKEN = {Language.NB: "Bokmål", Language.NN: "Nynorsk", Language.SV: "Svenska", Language.EN: "English"}


@dataclass(frozen=True)
class Site:
    """What every request needs. The two desks differ in who may act for comms: nobody on the left, all on the right."""

    staff: Desk
    comms: Desk
    cookies: Cookies
    live: Live
    engine: Environment

    @property
    def knowledge(self) -> KnowledgeBase:
        return self.staff.mind.now.knowledge


@dataclass(frozen=True)
class Here:
    """Who looks at the page, at what, in which language. ``event``: the id of what they do, if they do something."""

    visitor: Visitor
    view: View
    language: Language
    event: str = ""

    @property
    def asker(self) -> Sender:
        return self.visitor.as_staff(self.event, self.language)


@dataclass(frozen=True)
class Notice:
    """What is told above a pane."""

    pane: Literal["staff", "comms"]
    text: str
    detail: str = ""  # in English: for whoever set this up
    status: int = 409
    lang: str = ""  # where it is not the page's
    instead: tuple[Choice, ...] = ()  # entries that what was to be saved could be added to
    at: str = ""  # the path that adds to them


@dataclass(frozen=True)
class Kept:
    """What someone typed into a form that could not be taken, so that it stands there still."""

    form: str  # its path, a colon, and the question that it is about
    fields: dict[str, str]


@dataclass(frozen=True)
class Checked:
    """A draft with what was seen in it."""

    draft: str
    platform: str
    findings: Findings
    language: Language
    stretches: list[Stretch]
    masked: str
    decided: tuple[Text, ...]  # what comms decided on drafts like it


@dataclass(frozen=True)
class Extra:
    """What only this one answer shows."""

    notice: Notice | None = None
    kept: Kept | None = None
    checked: Checked | None = None
    shown: tuple[Block, ...] = ()  # by a command
    spoken: Language | None = None  # that it is in


NOTHING = Extra()
ALWAYS = ("/ask", "/check", "/send-draft")  # forms that are there whatever the store says
NO_STAFF: dict[str, Any] = {"talk": [], "mine": [], "acts": []}
NO_COMMS: dict[str, Any] = {
    "forms_of": {}, "cards": [], "more": False, "items": [], "opened": 0, "acts": [], "proposal": None, "offer": None,
    "decided": (), "figures": (), "kept_answers": (), "piles": None, "gaps": (), "doubted": (), "replies": (),
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A question as it stands on the page."""

    exchange: Exchange
    status: StatusCard | None  # of the case that it became
    covered: str  # the question without personal data, for sending on


def comms_sender(site: Site, here: Here) -> Sender:
    name = site.staff.say("web.comms-person", here.language, name=here.visitor.comms_name)
    return here.visitor.as_comms(here.event, name)


async def page(site: Site, here: Here, extra: Extra, *, whole: bool) -> str:
    """Both panes, within the page or by themselves.

    StorageError where the store does not answer, save for a whole page, which then says so.
    """
    unread = False
    try:
        pulse = await site.live.read()  # before anything is read: what changes meanwhile is looked at again
        staff, comms = await _staff(site, here), await _comms(site, here)
    except StorageError:
        if not whole:
            raise
        pulse, unread, staff, comms = "", True, NO_STAFF, NO_COMMS
    values: dict[str, Any] = {
        "here": here, "view": here.view, "language": here.language, "visitor": here.visitor,
        "say": lambda key, **values: site.staff.say(key, here.language, **values),
        "asides": lambda value: setting_aside.choices(site.staff, value)[1],
        "at": lambda **changes: f"/{replace(here.view, **changes).query}",
        "nonce": secrets.token_urlsafe(9), "languages": SPOKEN, "organisations": site.knowledge.organisations,
        "titles": questions_of, "knowledge": site.knowledge, "pulse": pulse, "unread": unread,
        "notice": extra.notice, "kept": extra.kept, "checked": extra.checked,
        "answered": extra.shown, "spoken": extra.spoken or here.language,
        "homeless": _homeless(extra.kept, {*ALWAYS, *staff["acts"], *comms["acts"]}),
    }  # fmt: skip
    everything = values | _around(site, here) | staff | comms
    return draw(site.engine, "page.html" if whole else "panes.html", everything)


def _homeless(kept: Kept | None, acts: set[str]) -> str:
    """What was typed into a form that is not there any more."""
    return kept.fields.get("text", "") if kept and kept.form.rpartition(":")[0] not in acts else ""


def _around(site: Site, here: Here) -> dict[str, Any]:
    """What stands on the page whatever the store says."""
    organisation = site.knowledge.organisation[here.visitor.organisation]
    return {
        "organisation": organisation,
        "offers": offers(site.knowledge, organisation, here.language),
        "platforms": tuple(site.staff.mind.rules.platforms) if here.view.tab == "check" else (),
        "states": list(State), "kinds": list(Kind), "shown": SHOWN, "pile_names": PILES,
    }  # fmt: skip


async def _staff(site: Site, here: Here) -> dict[str, Any]:
    organisation = site.knowledge.organisation[here.visitor.organisation]
    talk = await asking.conversation(site.staff, here.asker, TALK) if here.view.tab == "ask" else []
    mine = await casework.my_cases(site.staff, here.asker, MINE, also=here.visitor.hidden)
    status = {card.number: card for card in mine}
    shown = []
    for exchange in talk:
        card = status.pop(exchange.asked.case, None) if exchange.asked.case else None
        shown.append(Shown(exchange, card, _cover(site, organisation, exchange.asked.text)))
    acts = [f"/mine/{card.number}/{button.action}" for card in mine for button in card.buttons]
    return {"talk": shown, "mine": list(status.values()), "acts": [*acts, "/ask-comms", "/feedback"]}


def _cover(site: Site, organisation: Organisation, text: str) -> str:
    return cover(text, organisation=organisation, rules=site.staff.mind.rules)


async def _comms(site: Site, here: Here) -> dict[str, Any]:
    view = here.view
    if view.desk == "learned":
        items = await curating.listing(site.comms, comms_sender(site, here))
        kept = await drafting.saved(site.comms, here.visitor.organisation)
        taught = items if isinstance(items, list) else []
        acts = [f"/learned/{each.id}/save" for each in taught if each.text]
        return NO_COMMS | {"items": taught, "replies": kept, "acts": acts}
    who = comms_sender(site, here)
    if view.desk == "figures":
        now, before = await weeks(site.comms, who.organisation)
        return NO_COMMS | {"figures": figures(now, before, site.comms.say, here.language)}
    if view.desk == "entries":
        return NO_COMMS | {"kept_answers": _kept(site, here)}
    if view.desk == "gaps":
        return NO_COMMS | await _gaps(site, here, who)
    piles, cards = await _listed(site, here, who)
    opened = await _opened(site, here) if view.case else None
    more, cards = len(cards) > SHOWN, cards[:SHOWN]
    if opened is None:
        return NO_COMMS | {"cards": cards, "more": more, "piles": piles}
    listed = [opened if card.number == opened.number else card for card in cards]
    return NO_COMMS | {
        "cards": listed if opened in listed else [opened, *listed],
        "more": more,
        "piles": piles,
        "opened": opened.number,
        "acts": [f"/comms/{opened.number}/{each.action}" for each in (*opened.buttons, *opened.menu, *opened.further)],
        **(await _beside(site, here, opened)),
    }


async def _listed(site: Site, here: Here, who: Sender) -> tuple[Piles, list[CaseCard]]:
    """How much waits where, and the cases that the address asks for."""
    view = here.view
    whose = replace(who, organisation=view.org or who.organisation)
    piles, cards = await pile(site.comms, whose, view.pile, here.language)
    if view.pile == "open":
        cards = await casework.queue(site.comms, view.wanted(), here.language)
    return piles, cards


async def _gaps(site: Site, here: Here, who: Sender) -> dict[str, Any]:
    """What the handbook lacks; the one that is open, by its number as ``case``, with the form for its answer."""
    found = await gaps.listing(site.comms, who.organisation, here.language)
    opened = here.view.case
    proposal = await gaps.prepare(site.comms, who, opened) if opened else None
    doubted = await setting_aside.doubted(site.comms, who.organisation, here.language)
    prepared = proposal if isinstance(proposal, Proposal) else None
    return {"gaps": found, "doubted": doubted, "opened": opened, "proposal": prepared}


def _kept(site: Site, here: Here) -> list[LookedAfter]:
    organisation = site.knowledge.organisation[here.visitor.organisation]
    today = site.comms.clock().astimezone(ZoneInfo(organisation.time_zone)).date()
    return kept(site.knowledge, organisation, here.language, today)


async def _opened(site: Site, here: Here) -> CaseCard | None:
    """The case that is open, now seen by someone in comms; None where there is no such."""
    with suppress(StorageError):  # it can be read, although it is not noted that it was
        await casework.see(site.comms, comms_sender(site, here), here.view.case)
    try:
        return await casework.card(site.comms, here.view.case, here.language)
    except InputError:
        return None


async def _beside(site: Site, here: Here, card: CaseCard) -> dict[str, Any]:
    """What may be learned from an open case, and what was decided on drafts like it."""
    proposal: Proposal | Text | None = None
    if any(button.action == "save" for button in card.buttons):
        proposal = await teaching.prepare(site.comms, comms_sender(site, here), card.number)
    office, who = Office(desk=site.comms), comms_sender(site, here)
    everything = [*card.buttons, *card.menu, *card.further]
    names = [button.action for button in everything if button.action in handling.FORMS]
    found = {name: await handling.form(office, who, name, str(card.number)) for name in names}
    return {
        "forms_of": {name: each for name, each in found.items() if isinstance(each, Form)},
        "proposal": proposal if isinstance(proposal, Proposal) else None,
        "offer": await deciding.offer(site.comms, card.number, here.language),
        "decided": await deciding.told_to_comms(site.comms, card.number, here.language),
    }


def questions_of(knowledge: KnowledgeBase, topic: str, language: Language) -> str:
    """A way of asking for ``topic``, as a whole question where there is one."""
    found = knowledge.topic[topic].questions[language]
    return next((text for text in found if text.endswith("?")), found[0])


def offers(knowledge: KnowledgeBase, organisation: Organisation, language: Language) -> tuple[str, ...]:
    """A few questions to try: from the organisation's own handbook, and one that goes to a person."""
    own = [entry for entry in knowledge.entries if organisation.id in entry.answers]
    topics: list[Entry | Handoff] = [*own[:: max(1, len(own) // 3)][:3], *knowledge.handoffs[:1]]
    short = ([text for text in topic.questions[language] if 15 <= len(text) <= 70] for topic in topics)
    return tuple(next((text for text in found if text.endswith("?")), found[0]) for found in short if found)
