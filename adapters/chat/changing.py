"""What somebody changed or took back after they had sent it."""

from __future__ import annotations

from datetime import timedelta

from adapters.chat.acts import Deleted, Edited
from adapters.chat.hub import Office
from adapters.chat.replying import Blocks, Nothing, Reply, Saved
from bot.service import asking, remembering

AT_ONCE = timedelta(minutes=1)  # that a correction is taken for the question itself


async def edited(hub: Office, act: Edited) -> Reply:
    """A correction goes to the case that the question became; within a minute a question without one is asked anew."""
    asked = await remembering.asked_by(hub.desk, act.who)
    if not asked or not act.text.strip():
        return Nothing("no-question")
    if number := next((each.case for each in asked if each.case), None):
        said = hub.desk.say("talk.edited", asked[0].language, text=act.text)
        told = await remembering.add(hub.desk, act.who, number, said, private=act.private, asks=False)
        return Blocks((told,), asked[0].language, personal=True) if told else Nothing("repeated")
    if hub.desk.clock() - asked[0].at > AT_ONCE:
        return Nothing("edited-late")
    again = await asking.ask(hub.desk, act.who, act.text, before=hub.before(act.who))
    return Saved(act.who, again) if again else Nothing("repeated")


async def deleted(hub: Office, act: Deleted) -> Reply:
    """What was taken back is kept no longer; a case that somebody works on already is told of it."""
    if not await remembering.asked_by(hub.desk, act.who):
        return Nothing("no-question")
    done = await remembering.taken_back(hub.desk, act.who)
    return Nothing("shown-elsewhere" if done else "no-question")
