"""Checking a draft, and sending one to comms. A draft is not kept unless its author sends it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from bot.cases import MAX_TEXT, Case, Kind
from bot.errors import InputError, StorageError
from bot.knowledge import Organisation
from bot.language import Language
from bot.messages import Button, Findings, Text
from bot.review import Platform, Review, find_platform, review
from bot.service.asking import Told
from bot.service.deciding import told_to_author
from bot.service.desk import Desk, Opening, Sender, open_case, sender
from bot.service.guarding import care, emergency, in_draft
from bot.service.setting_aside import offer, told, used
from bot.showing import findings

SHORT = 5000  # code points; what is longer is read beside the others, so that nobody waits for it

# One after the other: a pattern lets go of the interpreter at every search, and threads that want it back at once take
# three times as long together as in turn.
_short = ThreadPoolExecutor(1, thread_name_prefix="reviews")


async def check(
    desk: Desk, who: Sender, draft: str, *, platform: str | None = None, reply: Language | None = None
) -> Told:
    """What the rules see in ``draft``; off the event loop, since dictionaries take their time. Nothing is kept.

    What comms decided on drafts like it follows the findings as Texts, unless the store does not answer. Without a
    draft: how to use it. InputError for an unknown platform, naming the nearest.
    """
    organisation = desk.mind.now.knowledge.organisation[who.organisation]
    if not draft.strip():
        language = reply or organisation.language
        return Told((Text(desk.say("check.how", language)),), language)
    on = find_platform(platform, desk.mind.rules.platforms) if platform else None
    try:
        seen = await _read(desk, draft, organisation, on, reply)
    except InputError:  # text that no letter of can be seen
        language = reply or organisation.language
        return Told((Text(desk.say("check.how", language)),), language)
    language = reply or seen.language or organisation.language
    shown = _with_care(desk, draft, who, language, findings(draft, seen, desk.mind.now.knowledge, language, desk.say))
    try:
        decided = await told_to_author(desk, organisation.id, draft, language)
    except StorageError:  # the rules need no store, and an author no precedents
        decided = ()
    return Told((replace(shown, buttons=_buttons(desk, language, shown)), *decided), language)


def _with_care(desk: Desk, draft: str, who: Sender, language: Language, shown: Findings) -> Findings:
    """Before all findings stands what matters more, where somebody tells of an emergency instead of a post."""
    knowledge = desk.mind.now.knowledge
    topic = in_draft(draft, knowledge)
    if topic is None:
        return shown
    first = care(topic, knowledge, who.organisation, language).body
    return replace(shown, headline=topic.title[language], advice=f"{first}\n\n{shown.headline} {shown.advice}")


async def remarks(desk: Desk, case: Case, language: Language) -> tuple[str, ...]:
    """What the rules see in a draft that was sent to comms, a line each; nothing for a question."""
    if case.kind is Kind.QUESTION:
        return ()
    try:
        seen = await _read(desk, case.text, desk.mind.now.knowledge.organisation[case.organisation], None, language)
    except InputError:
        return ()
    shown = findings(case.text, seen, desk.mind.now.knowledge, language, desk.say)
    aside = await used(desk, case.organisation)
    return tuple(f"{line.label}: {line.message}{told(aside.get(line.rule), desk, language)}" for line in shown.found)


async def _read(
    desk: Desk, draft: str, organisation: Organisation, platform: Platform | None, reply: Language | None
) -> Review:
    """Off the event loop. InputError for text that no letter of can be seen."""
    rules, speller = desk.mind.rules, desk.mind.speller
    look = partial(
        review, draft, organisation=organisation, platform=platform, rules=rules, speller=speller, reply=reply
    )
    return await asyncio.get_running_loop().run_in_executor(_short if len(draft) <= SHORT else None, look)


async def send_draft(
    desk: Desk, who: Sender, draft: str, language: Language, *, kind: Kind = Kind.DRAFT, confidential: bool = False
) -> Told | None:
    """Opens a case for a second opinion, or with ``Kind.SHARE`` offers a finished post to the main accounts."""
    if not draft.strip():
        return Told((Text(desk.say("refused.empty", language)),), language)
    if len(draft) > MAX_TEXT:
        return Told((Text(desk.say("refused.too-long", language)),), language)
    async with desk.store.work() as work:
        if not await work.first_time(who.event):
            return None
        person = await sender(desk, work, who)
        asks = kind is Kind.QUESTION  # about what they send, in their own words
        told_of = emergency(desk, draft, who.organisation) if asks else None
        topic = told_of or in_draft(draft, desk.mind.now.knowledge)
        opening = Opening(kind, draft, language, confidential, topic.id if topic else None, topic is not None)
        case = await open_case(desk, work, who, person, opening)
    said = desk.say("check.share-sent" if kind is Kind.SHARE else "check.sent", language, number=case.number)
    first = (care(topic, desk.mind.now.knowledge, who.organisation, language),) if topic else ()
    return Told((*first, Text(said)), language, cases=(case.number,))


def _buttons(desk: Desk, language: Language, shown: Findings) -> tuple[Button, ...]:
    send = Button("send-draft", "", desk.say("check.send", language), asks=True)
    share = Button("share-post", "", desk.say("check.share", language), asks=True)
    return (send, share) if shown.verdict == "ready" else (send, *offer(desk, shown, language))
