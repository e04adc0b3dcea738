"""A finding is set aside: its form as data, and what comes of it; the same on every platform."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.chat.fields import Field, Form
from adapters.chat.hub import Office
from bot.messages import Text
from bot.service import setting_aside
from bot.service.desk import Sender

DO = "set-aside"


def form(hub: Office, value: str) -> Form:
    """Which finding, whether it is mistaken or fine, and why. InputError for a value that no button has."""
    language, rules = setting_aside.choices(hub.desk, value)
    say = hub.desk.say
    verdicts = [(each, say(f"check.aside-{each}", language)) for each in setting_aside.VERDICTS]
    fields = [
        Field("rule", say("check.aside-which", language), "choice", choices=rules),
        Field("verdict", say("check.aside-verdict", language), "choice", choices=verdicts),
        Field("text", say("check.aside-why", language)),
    ]
    return Form(DO, value, say("check.aside", language), say("web.send", language), fields)


async def sent(hub: Office, who: Sender, value: str, given: Mapping[str, str]) -> Text | None:
    """What became of it; None for a repeated event. InputError for a finding that there is not."""
    language, _ = setting_aside.choices(hub.desk, value)
    rule, verdict, reason = (given.get(name, "") for name in ("rule", "verdict", "text"))
    told = await setting_aside.set_aside(hub.desk, who, language, rule, verdict, reason)
    return next((block for block in told.blocks if isinstance(block, Text)), None) if told else None
