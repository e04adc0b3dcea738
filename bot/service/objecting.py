"""What was missing in an answer reaches whoever gave it or taught it: a word below the case that it came from."""

from __future__ import annotations

from bot.cases import Case
from bot.knowledge import EntryId
from bot.lessons import read_lessons
from bot.messages import Text
from bot.ports import Message, Work
from bot.service.desk import Desk, find_case

UNHELPFUL = "unhelpful"  # the kind of message
TOLD = 3  # reasons, the latest


async def tell(desk: Desk, work: Work, case: Case) -> None:
    """Below the card, once each time that somebody says what was missing."""
    if comms := desk.comms.get(case.organisation):
        event = len(await work.history(case.number))
        await work.add_message(Message(UNHELPFUL, "comms", case.number, event, comms))


async def tell_the_teacher(desk: Desk, work: Work, entry: EntryId) -> None:
    """Of an answer that somebody taught. Those that were shipped have no case; they stand among the gaps."""
    for each in await work.learned():
        if each.from_case and not each.withdrawn and each.version > 0:
            lesson = read_lessons(each.yaml)[0]
            if entry in (lesson.id, each.id) and (case := await work.case(each.from_case)):
                await tell(desk, work, case)


async def told(desk: Desk, work: Work, message: Message) -> Text:
    """What such a message says as things stand now: the latest reasons, and whose answer it is."""
    case = await find_case(work, message.case)
    language = desk.mind.now.knowledge.organisation[case.organisation].language
    taught = [each for each in await work.learned() if each.from_case == case.number and each.version > 0]
    entries = [name for each in taught for name in (each.id, read_lessons(each.yaml)[0].id)]
    reasons = await work.reasons(case.number, entries, TOLD)
    whose = await work.find_person(taught[0].owner if taught else case.answered_by or "")
    said = "\n".join(f"• {reason}" for reason in reasons) or "–"
    who = whose.name if whose else "–"
    return Text(desk.say("case.unhelpful", language, number=case.number, who=who, reasons=said))
