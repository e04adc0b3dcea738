"""What comms does with a case, the same on every platform: its buttons, its forms, and what comes of those.

act(hub, who, do, value)           a button that asks for nothing
form(hub, who, do, value, begin)   the form of one that does, as data
sent(hub, who, do, value, given)   that form, filled in
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from adapters.chat.fields import Field, Form
from adapters.chat.forms import REASONS
from adapters.chat.hub import NoChatError, Office, to_number
from bot.casecards import clock
from bot.cases import Action, Answer, Case, CaseNumber, HandOver, Later, Move, Part
from bot.errors import InputError
from bot.knowledge import Organisation
from bot.language import Language
from bot.messages import Text
from bot.ports import Address, Person
from bot.saved import FIELDS
from bot.service import casework, drafting
from bot.service.desk import Sender, find_case, may_handle
from bot.workhours import next_working_moment

PRESSES = frozenset(
    {"claim", "release", "take-over", "reopen", "withdraw", "follow", "unfollow", "reply-drop", "join", "part"}
)
FORMS = frozenset({"answer", "ask-back", "note", "close", "later", "hand-over", "reply-new", "reply-edit", "move"})
MAIN = "-"  # comms' own channel, in a form
_WRITTEN = frozenset({"answer", "ask-back", "note", "close"})
FARTHEST = timedelta(days=92)  # that an answer can be put off
Given = Mapping[str, str]


# ── buttons ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def act(hub: Office, who: Sender, do: str, value: str) -> Text | None:
    """What is told to whoever pressed; None where the case itself shows what has changed.

    InputError where there is no such case or button; DeliveryError or UndeliverableError where the platform does not
    say who is in comms.
    """
    number = to_number(value)
    if do == "reply-drop":
        person = await hub.may_act(who)
        return await drafting.drop_reply(hub.desk, who, hub.language(person, who.organisation), number)
    if do in ("join", "part"):
        await hub.may_act(who)
        joined = await (_join(hub, who, number) if do == "join" else _part(hub, who, number))
        return joined.refused if joined else None
    if do in ("follow", "unfollow"):
        person = await hub.may_act(who)
        own = await hub.own_place(who, who.user) if do == "follow" else None
        return await casework.follow(hub.desk, who, number, hub.language(person, who.organisation), own)
    action = casework.named(do)
    await hub.may_do(who, number, action)
    done = await casework.do(hub.desk, who, number, action)
    return done.refused if done else None


async def _join(hub: Office, who: Sender, number: CaseNumber) -> casework.Done | None:
    """To the case that it was offered for."""
    async with hub.desk.store.look() as work:
        case = await find_case(work, number)
    if case.alike is None:
        language = await hub.spoken(who)
        return casework.Done(case, Text(hub.desk.say("refused.no-such-case", language, number="…")))
    return await casework.same_as(hub.desk, who, number, case.alike)


async def _part(hub: Office, who: Sender, number: CaseNumber) -> casework.Done | None:
    """A joined case stands by itself again; of one that others are joined to, all of those."""
    async with hub.desk.store.look() as work:
        case = await find_case(work, number)
    return await (casework.do(hub.desk, who, number, Part()) if case.joined else casework.part(hub.desk, who, number))


# ── forms ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def form(hub: Office, who: Sender, do: str, value: str, begin: str = "") -> Form | Text:
    """The form, or why there is none. ``begin``: what an answer is to begin with. InputError for no case of theirs."""
    number = to_number(value)
    person = await hub.may_act(who)
    language = hub.language(person, who.organisation)
    if do in ("reply-new", "reply-edit"):
        return await _reply(hub, who, person, number)
    async with hub.desk.store.look() as work:
        case = await find_case(work, number)
    if not await may_handle(hub.desk, person.id, case):
        return Text(hub.desk.say("refused.not-comms", language))
    found = await _form(hub, who, case, person, do, begin)
    return replace(found, about=_about(hub, case, language)) if isinstance(found, Form) else found


def _about(hub: Office, case: Case, language: Language) -> tuple[str, str]:
    say, organisation = hub.desk.say, hub.desk.mind.now.knowledge.organisation[case.organisation]
    kind = say(f"case.kind.{case.kind}", language)
    return say("case.card.title", language, number=case.number, kind=kind, organisation=organisation.name), case.text


async def _form(hub: Office, who: Sender, case: Case, person: Person, do: str, begin: str) -> Form | Text:
    language = hub.language(person, who.organisation)
    match do:
        case "answer":
            return await _answer(hub, case.number, person, language, begin)
        case "hand-over":
            return await _hand_over(hub, who, case, language)
        case "later":
            return _later(hub, case, language)
        case "close":
            return _close(hub, case, language)
        case "move":
            return _move(hub, case, language)
        case "ask-back" | "note":
            fields = [Field("text", hub.desk.say(f"web.text-{do}", language))]
            title, send = _title(hub, do, language), _send(hub, do, language)
            return Form(do, str(case.number), title, send, fields, _notes(hub, do, case))
        case _:
            raise InputError("that button opens nothing")


async def _reply(hub: Office, who: Sender, person: Person, number: int) -> Form | Text:
    """A saved reply, new or to be changed."""
    say, language = hub.desk.say, hub.language(person, who.organisation)
    if not await hub.desk.membership.in_comms(person.id, who.organisation):
        return Text(say("refused.not-comms", language))
    kept = next((each for each in await drafting.saved(hub.desk, who.organisation) if each.id == number), None)
    if number and kept is None:
        return Text(say("saved.gone", language))
    fields = [
        Field("name", say("saved.name", language), "line", kept.name if kept else ""),
        Field("text", say("saved.text", language), given=kept.text if kept else ""),
    ]
    do = "reply-edit" if number else "reply-new"
    known = ", ".join(f"{{{each}}}" for each in FIELDS)
    notes = [say("saved.fields", language, known=known)]
    return Form(do, str(number), _title(hub, do, language), say("web.save", language), fields, notes)


def _title(hub: Office, do: str, language: Language) -> str:
    return hub.desk.say(f"case.do.{do}", language)


def _send(hub: Office, do: str, language: Language) -> str:
    return hub.desk.say("web.save" if do == "note" else "web.send", language)


def _notes(hub: Office, do: str, case: Case, language: Language | None = None) -> list[str]:
    """What the asker reads, and that nobody translates what is written to them."""
    spoken = language or hub.desk.mind.now.knowledge.organisation[case.organisation].language
    return [] if do == "note" else [hub.desk.say(f"case.untranslated-{case.language.value}", spoken)]


async def _answer(hub: Office, number: CaseNumber, person: Person, language: Language, begin: str) -> Form:
    """With the best guess in the field, or what was chosen instead."""
    say, draft = hub.desk.say, await drafting.draft(hub.desk, number, person.id, language, begin)
    notes = _notes(hub, "answer", draft.case, language)
    async with hub.desk.store.look() as work:
        if others := await work.joined_to(number):
            notes.insert(0, say("case.answers-all", language, count=len(others) + 1))
    if draft.text:
        label = next(each.label for each in draft.beginnings if each.id == draft.chosen)
        notes.append(say("case.begun", language, title=label))
    offered = [(each.id, each.label) for each in draft.beginnings]
    chooses = Field("begin", say("case.begin", language), "choice", draft.chosen, choices=offered)
    fields = [Field("text", say("web.text-answer", language), given=draft.text)]
    keep = {"entry": draft.entry} if draft.entry else {}
    return Form(
        "answer", str(number), _title(hub, "answer", language), _send(hub, "answer", language), fields, notes,
        chooses if len(offered) > 1 else None, keep,
    )  # fmt: skip


async def _hand_over(hub: Office, who: Sender, case: Case, language: Language) -> Form | Text:
    say, colleagues = hub.desk.say, await hub.colleagues(who, case.organisation)
    if not colleagues:
        return Text(say("case.no-colleague", language))
    fields = [Field("to", say("case.hand-over-to", language), "choice", choices=colleagues)]
    return Form("hand-over", str(case.number), _title(hub, "hand-over", language), say("web.send", language), fields)


def _close(hub: Office, case: Case, language: Language) -> Form:
    say = hub.desk.say
    reasons = [(each, say(f"web.reason-{each}", language)) for each in REASONS]
    fields = [
        Field("reason", say("web.reason", language), "choice", choices=reasons),
        Field("text", say("web.text-close", language), needed=False),
        Field("of", say("case.same-as", language), "line", str(case.alike or ""), needed=False),
    ]
    title = _title(hub, "close", language)
    return Form("close", str(case.number), title, title, fields, _notes(hub, "close", case, language))


def _move(hub: Office, case: Case, language: Language) -> Form | Text:
    """Everywhere that the organisation names, but for where the case is."""
    say = hub.desk.say
    offered = [(name, title) for name, title in _places(hub, case, language).items() if name != (case.route or MAIN)]
    if not offered:
        return Text(say("case.no-route", language))
    fields = [Field("to", say("case.move-to", language), "choice", choices=offered)]
    return Form("move", str(case.number), _title(hub, "move", language), say("web.send", language), fields)


def _places(hub: Office, case: Case, language: Language) -> dict[str, str]:
    routes = hub.desk.mind.now.knowledge.organisation[case.organisation].routes
    named = {name: route.title[language] for name, route in routes.items()}
    return {MAIN: hub.desk.say("case.route-main", language), **named} if named else {}


def _later(hub: Office, case: Case, language: Language) -> Form:
    say, organisation = hub.desk.say, hub.desk.mind.now.knowledge.organisation[case.organisation]
    fields = [
        Field("when", say("case.later-when", language), "choice", choices=times(hub, organisation, language)),
        Field("day", say("case.later-day", language), "day", needed=False),
    ]
    notes = [say("case.later-told", language)]
    return Form("later", str(case.number), _title(hub, "later", language), say("web.send", language), fields, notes)


def times(hub: Office, organisation: Organisation, language: Language) -> list[tuple[str, str]]:
    """When an answer may come: in a while, on the next working day, next week; as ISO, and in words."""
    now, zone, say = hub.desk.clock(), ZoneInfo(organisation.time_zone), hub.desk.say
    today = now.astimezone(zone).date()
    found = [(now + timedelta(hours=hours), say("case.later-hours", language, count=hours)) for hours in (1, 3)]
    tomorrow = _opening(organisation, today + timedelta(days=1))
    found.append((tomorrow, say("case.later-tomorrow", language)))
    week = _opening(organisation, today + timedelta(days=7 - today.weekday()))
    if week > tomorrow:
        found.append((week, say("case.later-week", language)))
    return [(at.isoformat(timespec="minutes"), f"{label} ({clock(at, zone)})") for at, label in found]


def _opening(organisation: Organisation, day: date) -> datetime:
    return next_working_moment(organisation, datetime.combine(day, time(), ZoneInfo(organisation.time_zone)))


def bare(hub: Office, given: Given, language: Language) -> Form:
    """A form that was sent, from what was filled in alone: where nothing can be looked up, nothing written is lost."""
    do, say = given["do"], hub.desk.say
    reasons = [(each, say(f"web.reason-{each}", language)) for each in REASONS]
    known = {
        "name": Field("name", say("saved.name", language), "line"),
        "text": Field("text", say(f"web.text-{do}" if do in _WRITTEN else "saved.text", language)),
        "reason": Field("reason", say("web.reason", language), "choice", choices=reasons),
        "to": Field("to", say("case.hand-over-to", language), "choice", choices=[(given.get("to", ""), "✓")]),
        "when": Field("when", say("case.later-when", language), "choice", choices=[(given.get("when", ""), "✓")]),
        "day": Field("day", say("case.later-day", language), "day", needed=False),
    }
    fields = [each for name, each in known.items() if name in given]
    keep = {"entry": given["entry"]} if given.get("entry") else {}
    made = Form(do, given.get("value", ""), _title(hub, do, language), _send(hub, do, language), fields, keep=keep)
    return made.stood(given)


# ── filled in ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def sent(hub: Office, who: Sender, do: str, value: str, given: Given) -> Text | None:
    """What stands against it; None where it is done. InputError where there is no such case or form."""
    number = to_number(value)
    if do in ("reply-new", "reply-edit"):
        person = await hub.may_act(who)
        language = hub.language(person, who.organisation)
        name, text = given.get("name", ""), given.get("text", "")
        kept = await drafting.keep_reply(hub.desk, who, language, name, text, number)
        return kept[0] if kept and not kept[1] else None
    own: Address | None = None
    match do:
        case "hand-over":
            colleague = await _colleague(hub, who, number, given.get("to", ""))
            if isinstance(colleague, Text):
                return colleague
            action, own = colleague
        case "later":
            action = await _when(hub, number, given)
        case "answer":
            action = await _answered(hub, number, given)
        case "move":
            action = await _moving(hub, number, given.get("to", ""))
        case "close" if given.get("reason") == "duplicate" and given.get("of", "").strip():
            await hub.may_act(who)
            same = await casework.same_as(hub.desk, who, number, to_number(given["of"].strip().lstrip("#")))
            return same.refused if same else None
        case _:
            action = casework.named(do, given.get("text", ""), given.get("reason", ""))
    await hub.may_do(who, number, action)
    done = await casework.do(hub.desk, who, number, action, own)
    return done.refused if done else None


async def _answered(hub: Office, number: CaseNumber, given: Given) -> Action:
    """The entry is noted only where its words were sent as they stand."""
    text, entry = given.get("text", ""), given.get("entry", "")
    if not entry:
        return Answer(text)
    async with hub.desk.store.look() as work:
        case = await find_case(work, number)
    same = " ".join(drafting.words_of(hub.desk, case, entry).split()) == " ".join(text.split())
    return Answer(text, entry if same else None)


async def _moving(hub: Office, number: CaseNumber, to: str) -> Action:
    """InputError for a place that the organisation does not name."""
    async with hub.desk.store.look() as work:
        case = await find_case(work, number)
    named = _places(hub, case, hub.desk.mind.now.knowledge.organisation[case.organisation].language)
    if to not in named:
        raise InputError("there is no such place")
    return Move("" if to == MAIN else to, named[to])


async def _colleague(hub: Office, who: Sender, number: CaseNumber, user: str) -> tuple[Action, Address | None] | Text:
    """Whom the case goes to, and where they are told; a word where they are not in comms any more."""
    person = await hub.may_act(who)
    async with hub.desk.store.look() as work:
        case = await find_case(work, number)
    name = dict(await hub.colleagues(who, case.organisation)).get(user)
    if name is None:
        return Text(hub.desk.say("refused.colleague-left", hub.language(person, who.organisation)))
    there = await hub.person(Sender("", who.address, user, name, case.organisation))
    try:
        own = await hub.own_place(who, user)
    except NoChatError:  # the card says so, and reminds them
        own = None
    return HandOver(there.id, name), own


async def _when(hub: Office, number: CaseNumber, given: Given) -> Action:
    """InputError where it is no time, or farther away than anybody waits."""
    now = hub.desk.clock()
    try:
        if given.get("day"):
            async with hub.desk.store.look() as work:
                case = await find_case(work, number)
            organisation = hub.desk.mind.now.knowledge.organisation[case.organisation]
            at = _opening(organisation, date.fromisoformat(given["day"]))
        else:
            at = datetime.fromisoformat(given.get("when", ""))
    except ValueError as error:
        raise InputError("that is no time") from error
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return Later(min(at, now + FARTHEST))
