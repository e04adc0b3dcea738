"""Findings set aside: an author or comms says that a rule was mistaken, or that a draft is fine all the same, and why.

Kept without the draft. Comms sees on later drafts how often a rule was set aside, and `handbok checkpost rules` tells
how often it was right, of the findings that somebody judged.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.cleaning import masked_text
from bot.errors import InputError
from bot.knowledge import OrganisationId
from bot.language import Language
from bot.messages import Button, Findings, Text
from bot.ports import SetAside
from bot.service.asking import Told
from bot.service.desk import Desk, Sender, sender
from bot.service.teaching import not_comms, spoken

REASON = 500  # characters that are kept
BACK = timedelta(days=56)  # how far comms looks back
SHOWN, REASONS = 5, 2  # rules, and reasons of each, in the gap queue
VERDICTS = ("wrong", "accepted")


@dataclass
class Use:
    """How often a rule's findings were judged."""

    wrong: int = 0
    accepted: int = 0

    @property
    def precision(self) -> float:
        """The share of the judged findings that were right, 0–1."""
        return self.accepted / (self.wrong + self.accepted)


def by_rule(made: Iterable[SetAside]) -> dict[str, Use]:
    """Rules by name, with how often theirs were set aside."""
    found: dict[str, Use] = defaultdict(Use)
    for each in made:
        use = found[each.rule]
        if each.verdict == "wrong":
            use.wrong += 1
        else:
            use.accepted += 1
    return dict(sorted(found.items()))


def offer(desk: Desk, shown: Findings, language: Language) -> tuple[Button, ...]:
    """The button under findings, with the rules that it may be about; none where nothing was found."""
    rules = dict.fromkeys(line.rule for line in shown.found)
    if not rules:
        return ()
    return (Button("set-aside", f"{language.value}:{','.join(rules)}", desk.say("check.aside", language), asks=True),)


def choices(desk: Desk, value: str) -> tuple[Language, tuple[tuple[str, str], ...]]:
    """What a form to set aside offers, from its button's ``value``: the language, and the rules with their names.

    InputError for a value that no button has.
    """
    spoken, _, named = value.partition(":")
    known = desk.mind.rules.compiled
    rules = [rule for rule in named.split(",") if rule in known]
    if spoken not in set(Language) or not rules:
        raise InputError("there is no such finding")
    language = Language(spoken)
    return language, tuple((rule, known[rule].rule.name[language]) for rule in rules)


async def set_aside(desk: Desk, who: Sender, language: Language, rule: str, verdict: str, reason: str) -> Told | None:
    """Keeps that a finding was set aside, people taken out of the reason; a Told without cases says what became of it.

    None for a repeated event. InputError for a rule or a verdict that there is not.
    """
    if rule not in desk.mind.rules.compiled or verdict not in VERDICTS:
        raise InputError("there is no such finding")
    organisation = desk.mind.now.knowledge.organisation[who.organisation]
    clean = await asyncio.to_thread(masked_text, reason.strip()[:REASON], organisation, desk.mind.rules)
    async with desk.store.work() as work:
        if not await work.first_time(who.event):
            return None
        person = await sender(desk, work, who)
        if not clean:
            return Told((Text(desk.say("refused.empty", language)),), language)
        made = SetAside(
            organisation=who.organisation,
            rule=rule,
            verdict="wrong" if verdict == "wrong" else "accepted",
            reason=clean,
            language=language,
            by_comms=await desk.membership.in_comms(person.id, who.organisation),
            person=person.id,
            at=desk.clock(),
        )
        await work.add_set_aside(made)
    return Told((Text(desk.say("check.aside-kept", language)),), language)


@dataclass(frozen=True)
class Doubted:
    """A rule whose findings people call mistaken, as the gap queue shows it: nobody's name or draft in it."""

    rule: str
    title: str
    use: Use
    reasons: tuple[str, ...]  # the latest first


async def doubted(desk: Desk, organisation: OrganisationId, language: Language) -> list[Doubted]:
    """The rules that were called mistaken lately, and that comms is not through with; most often first."""
    since, known = desk.clock() - BACK, desk.mind.rules.compiled
    async with desk.store.look() as work:
        made = [each for each in await work.set_aside(organisation) if each.settled is None and each.at > since]
    found = []
    for rule, use in by_rule(made).items():
        if use.wrong and rule in known:
            said = [each.reason for each in reversed(made) if each.rule == rule and each.reason]
            found.append(Doubted(rule, known[rule].rule.name[language], use, tuple(dict.fromkeys(said))[:REASONS]))
    return sorted(found, key=lambda each: -each.use.wrong)[:SHOWN]


async def settle(desk: Desk, who: Sender, rule: str) -> Text | None:
    """Comms is through with what was set aside of a rule so far. None for a repeated event."""
    async with desk.store.work() as work:
        person = await sender(desk, work, who)
        if refusal := await not_comms(desk, person, who.organisation):
            return refusal
        if not await work.first_time(who.event):
            return None
        await work.settle_set_aside(who.organisation, rule, desk.clock())
    return Text(desk.say("gap.settled", spoken(desk, person, who.organisation)))


async def used(desk: Desk, organisation: OrganisationId) -> Mapping[str, Use]:
    """How often each rule was set aside in the organisation."""
    async with desk.store.look() as work:
        return by_rule(await work.set_aside(organisation))


def told(use: Use | None, desk: Desk, language: Language) -> str:
    """A word for comms behind a finding; empty where nobody set its rule aside."""
    if use is None:
        return ""
    return " · " + desk.say("check.aside-count", language, wrong=use.wrong, accepted=use.accepted)
