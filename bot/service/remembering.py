"""What Handbok last asked somebody, and which case a message is about: so that a reply is no new question."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.cases import Add, Case, CaseNumber, Note, State, Withdraw
from bot.errors import InputError
from bot.messages import Button, Text
from bot.ports import Asked, Expectation, ExpectationKind, Person, Work
from bot.service import casework
from bot.service.asking import Unless
from bot.service.desk import ASKED_BACK_FOR, Desk, Sender, change_case, find_case, known, post_key, sender

WAITS: dict[ExpectationKind, timedelta] = {
    "ask-back": ASKED_BACK_FOR, "choice": timedelta(hours=1), "language": timedelta(minutes=15),
    "draft": timedelta(hours=1), "person": timedelta(hours=1), "vague": timedelta(hours=1),
}  # fmt: skip


@dataclass(frozen=True)
class Context:
    """What a message may be about: ``case``, the asker's own and not closed, by its thread or a quote; ``expected``,
    what Handbok asked there last; ``last``, the latest question."""

    case: Case | None = None
    expected: Expectation | None = None
    last: Asked | None = None


async def context(desk: Desk, who: Sender, posts: Collection[str], *, private: bool) -> Context:
    """``posts``: those that the message hangs on or quotes."""
    async with desk.store.look() as work:
        person = await known(desk, work, who)
        if person is None:
            return Context()
        around = await _around(desk, work, who, person, posts, private=private)
        last = next(iter(await work.questions_of(person.id, 1)), None)
    return replace(around, last=last)


async def _around(
    desk: Desk, work: Work, who: Sender, person: Person, posts: Collection[str], *, private: bool
) -> Context:
    expected = await work.expected(who.address, person.id, desk.clock(), anywhere=private)
    number = await work.told_of(who.address, posts)
    case = await _open_case_of(work, person, number) if number else None
    if expected and expected.kind == "ask-back" and await _open_case_of(work, person, expected.about) is None:
        expected = None
    return Context(case, expected)


def nothing_waits(desk: Desk, who: Sender, posts: Collection[str], *, private: bool) -> Unless:
    """For a message that can only be a question, unless it is about what ``context`` would give: whether it is, asked
    in the very transaction that would save the question."""

    async def unless(work: Work, person: Person) -> bool:
        around = await _around(desk, work, who, person, posts, private=private)
        return bool(around.case or around.expected)

    return unless


async def _open_case_of(work: Work, person: Person, number: CaseNumber) -> Case | None:
    case = await work.case(number)
    if case is None or case.state is State.CLOSED or await work.reveal(case.asker) != person.id:
        return None
    return case


async def wait_for(desk: Desk, who: Sender, kind: ExpectationKind, about: int = 0) -> None:
    """What the person writes next may be the reply to what Handbok just asked."""
    async with desk.store.work() as work:
        person = await sender(desk, work, who)
        await work.expect(who.address, person.id, Expectation(kind, desk.clock() + WAITS[kind], about))


async def met(desk: Desk, who: Sender, *, private: bool) -> None:
    """Whatever Handbok asked there was replied to."""
    async with desk.store.work() as work:
        person = await sender(desk, work, who)
        await work.met(who.address, person.id, anywhere=private)


async def add(
    desk: Desk, who: Sender, number: CaseNumber, text: str, *, private: bool, asks: bool = True
) -> Text | None:
    """What somebody wrote goes to their case. None for a repeated event. StorageError where it could not be saved.

    ``asks``: whether it may have been a question of its own.
    """
    done = await casework.do(desk, who, number, Add(text))
    if done is None or done.refused or done.case is None:
        return done.refused if done else None
    await met(desk, who, private=private)
    case = done.case
    new = Button("new-question", f"{number}:{case.version}", desk.say("talk.new-question", case.language))
    return Text(desk.say("talk.added", case.language, number=number), buttons=(new,) if asks else ())


async def was_new(desk: Desk, who: Sender, number: CaseNumber, event: int) -> str | None:
    """What was added to a case was a question of its own: comms is told there. The question; None for a repeated event.

    InputError where that is not theirs.
    """
    async with desk.store.work() as work:
        if not await work.first_time(who.event):
            return None
        person = await sender(desk, work, who)
        case = await find_case(work, number)
        history = await work.history(number)
        if await work.reveal(case.asker) != person.id or not 1 <= event <= len(history):
            raise InputError(f"nothing of theirs was added to case {number}")
        if not await work.first_time(f"new-question:{number}:{event}"):
            return None
        comms = desk.mind.now.knowledge.organisation[case.organisation].language
        await change_case(desk, work, case, Note(desk.say("talk.was-new", comms)), case.asker)
    return history[event - 1].text


async def asked_by(desk: Desk, who: Sender) -> list[Asked]:
    """The questions that the sender's message holds, as they were when it was sent."""
    async with desk.store.look() as work:
        person = await known(desk, work, who)
        return await work.asked_by(post_key(who), person.id) if person else []


async def taken_back(desk: Desk, who: Sender) -> bool:
    """Somebody deleted their message: its words are kept no longer, and a case that nobody works on is withdrawn.

    Whoever works on it is told. False where it held no question, or for a repeated event.
    """
    async with desk.store.work() as work:
        if not await work.first_time(who.event):
            return False
        person = await sender(desk, work, who)
        asked = await work.asked_by(post_key(who), person.id)
        for each in asked:
            await work.wipe_question(each.id)
            if each.case:
                await _case_taken_back(desk, work, await find_case(work, each.case))
    return bool(asked)


async def _case_taken_back(desk: Desk, work: Work, case: Case) -> None:
    said = desk.say("talk.deleted", desk.mind.now.knowledge.organisation[case.organisation].language)
    match case.state:
        case State.WAITING:
            await change_case(desk, work, case, Withdraw(), case.asker)
            await work.wipe_case(case.number, said)
        case State.CLAIMED:
            await change_case(desk, work, case, Add(said), case.asker)
        case State.ANSWERED:
            await change_case(desk, work, case, Note(said), case.asker)
        case State.CLOSED:
            await work.wipe_case(case.number, said)
