"""When somebody should look at a case again: by the working hours of the organisation whose case it is."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.cases import Case, State
from bot.knowledge import Organisation
from bot.ports import Reminder
from bot.workhours import after_working_hours

CLAIM_WITHIN = 2.0  # working hours until comms is told that nobody has claimed it
ANSWER_WITHIN = 4.0  # working hours from the last change until whoever claimed it is reminded
LATE_AFTER = 8.0  # working hours from its opening until the asker gets a word
URGENT = timedelta(minutes=15)  # by the clock, at any hour


def reminders(case: Case, organisation: Organisation, now: datetime) -> tuple[Reminder, ...]:
    """What is due for ``case`` as it stands ``now``, if nothing happens until then; nothing for a case that rests."""
    if case.state not in (State.WAITING, State.CLAIMED) or case.asked_back:
        return ()
    claimed = case.state is State.CLAIMED
    if case.urgent:
        nudge = now + URGENT
    else:
        nudge = after_working_hours(organisation, now, ANSWER_WITHIN if claimed else CLAIM_WITHIN)
    found = [Reminder(case.number, "answer" if claimed else "claim", nudge, case.version)]
    late = after_working_hours(organisation, case.opened_at, LATE_AFTER)
    if late > now:
        found.append(Reminder(case.number, "late", late, case.version))
    return tuple(found)
