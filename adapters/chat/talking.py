"""Talk about the talk: what somebody says that asks nothing of a handbook."""

from __future__ import annotations

from typing import assert_never

from adapters.chat import commands
from adapters.chat.acts import Said
from adapters.chat.beside import above, looked_at
from adapters.chat.hub import Office
from adapters.chat.replying import Blocks, Nothing, Reply, Saved
from bot.commands import CheckDraft, SpeakIn
from bot.knowledge import EntryId
from bot.language import Language
from bot.messages import Button, Text
from bot.ports import Asked
from bot.service import asking, remembering
from bot.service.desk import Sender, choose_language
from bot.service.remembering import Context
from bot.talk import CheckThis, Meant, No, NoneOfThese, Person, Pick, Speak, Talk, WhoSees, Wrong, Yes


async def talk(hub: Office, act: Said, talk: Talk, around: Context) -> Reply:  # noqa: PLR0911  # one for each act
    """What is said to it. StorageError where something was to be saved and was not."""
    if not isinstance(talk, Meant | Speak) and not await _first_time(hub, act.who):
        return Nothing("repeated")
    language = await hub.spoken(act.who)
    match talk:
        case Yes() | No() | Pick() | NoneOfThese():
            return _word(hub, "talk.nothing-asked", language)
        case Wrong():
            return _word(hub, "talk.wrong", language, act.who, around.last)
        case Meant(question=question):
            return await _ask(hub, act.who, question)
        case Person():
            return await to_a_person(hub, act.who, language, around.last)
        case WhoSees():
            return _word(hub, "talk.who-sees", language)
        case CheckThis(draft=draft):
            return await _check(hub, act, draft, language)
        case Speak(language=chosen, question=question):
            return await _speak(hub, act.who, chosen, question, around)
        case _:
            assert_never(talk)


async def choice(hub: Office, act: Said, talk: Talk, question: int) -> Reply | None:
    """What somebody chose in words; None where it is no choice, or there is no such option."""
    options = await _options(hub, question)
    entry: EntryId | None = None
    match talk:
        case Pick(number=number) if options and -len(options) <= number <= len(options):
            entry = options[number - 1 if number > 0 else number]
        case NoneOfThese() | No():
            entry = None
        case _:
            return None
    told = await asking.choose(hub.desk, act.who, question, entry)
    await remembering.met(hub.desk, act.who, private=act.private)
    return Saved(act.who, told) if told else Nothing("repeated")


async def to_a_person(hub: Office, who: Sender, language: Language, last: Asked | None = None) -> Blocks:
    """Somebody wants a person: what they write next goes to comms. ``last``: what it may be about."""
    await remembering.wait_for(hub.desk, who, "person")
    return _word(hub, "talk.person", language, who, last)


async def handed_over(hub: Office, act: Said) -> Reply:
    """What somebody wants a person to read goes to comms whatever the handbook says."""
    told = await asking.to_comms(hub.desk, act.who, act.text)
    await remembering.met(hub.desk, act.who, private=act.private)
    return Saved(act.who, told) if told else Nothing("repeated")


async def _first_time(hub: Office, who: Sender) -> bool:
    async with hub.desk.store.work() as work:
        return await work.first_time(who.event)


async def _options(hub: Office, question: int) -> tuple[EntryId, ...]:
    async with hub.desk.store.look() as work:
        asked = await work.question(question)
    return asked.options if asked else ()


async def _ask(hub: Office, who: Sender, text: str) -> Reply:
    told = await asking.ask(hub.desk, who, text, before=hub.before(who))
    return Saved(who, told) if told else Nothing("repeated")


async def _check(hub: Office, act: Said, draft: str, language: Language) -> Reply:
    """The draft that came along, else the post that it was written below, else the next message."""
    if draft.strip():
        return await commands.do(hub, act.who, CheckDraft(draft))
    if post := await above(hub, act):
        return await looked_at(hub, act, post)
    await remembering.wait_for(hub.desk, act.who, "draft")
    return _word(hub, "talk.send-draft", language)


async def _speak(hub: Office, who: Sender, chosen: Language, question: str, around: Context) -> Reply:
    """From now on in that language; the question that came along, or the last one, is answered in it."""
    again = question or (around.last.text if around.last else "")
    if not again:
        return await commands.speak(hub, who, SpeakIn(chosen))
    await choose_language(hub.desk, who, chosen)
    return await _ask(hub, who, again)


def _word(hub: Office, key: str, language: Language, who: Sender | None = None, last: Asked | None = None) -> Blocks:
    """A sentence; with the way to a person where there is a question that it could be about."""
    say = hub.desk.say
    values = {}
    if who:
        organisation = hub.desk.mind.now.knowledge.organisation[who.organisation]
        values = {"department": organisation.fact("department", language)}
    asks = Button("ask-comms", str(last.id), say("ask.ask-comms", language), asks=True) if last else None
    return Blocks((Text(say(key, language, **values), buttons=(asks,) if asks else ()),), language)
