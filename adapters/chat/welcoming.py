"""The first word to somebody: that this is a program, what it does, and that a person is one press away."""

from __future__ import annotations

from adapters.chat.commands import PROMPTS
from adapters.chat.hub import Office
from adapters.chat.replying import Blocks
from bot.messages import Button, Text
from bot.prompts import prompts
from bot.service.desk import Sender


async def welcome(hub: Office, who: Sender, *, private: bool) -> Blocks:
    """In a conversation of somebody's own with questions to begin with; else for all who read there."""
    knowledge, say = hub.desk.mind.now.knowledge, hub.desk.say
    organisation = knowledge.organisation[who.organisation]
    if not private:
        said = say("teams.welcome-team", organisation.language, organisation=organisation.name)
        return Blocks((Text(said),), organisation.language)
    language = await hub.spoken(who)
    person = Button("person", "", say("talk.ask-person", language))
    said = say("talk.welcome", language, organisation=organisation.name)
    offered = prompts(knowledge, who.organisation, language, PROMPTS)
    return Blocks((Text(said, buttons=(person,)),), language, prompts=offered)
