"""The figures behind the link: outcomes over time, votes, waits, and by language, platform and organisation; and the
link itself, which opens once."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from bot.charts import Bars
from bot.digest import last_weeks, monday_of
from bot.insights import length
from bot.knowledge import Organisation, OrganisationId
from bot.language import Language
from bot.ports import Happened, Tally
from bot.service import gaps
from bot.service.desk import Desk, Sender, sender
from bot.workhours import working_time

WEEKS = 12
OPENS_FOR = timedelta(minutes=10)  # that a link waits to be opened
GAPS = 10


@dataclass(frozen=True)
class Table:
    """Figures as they are shown, and as CSV. ``bars``: the same as a picture, where its first two columns are a whole
    and a part of it."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    bars: Bars | None = None


async def link(desk: Desk, who: Sender) -> str:
    """The path of a way in for somebody in comms, that opens once within minutes. Whoever calls has made sure of it."""
    secret = secrets.token_urlsafe(32)
    async with desk.store.work() as work:
        person = await sender(desk, work, who)
        await work.add_link(secret, who.organisation, person.id, desk.clock() + OPENS_FOR)
    return f"/insights/{secret}"


async def opened(desk: Desk, secret: str) -> OrganisationId | None:
    """Whose figures a link opens; None where it was used, is too old, or is none."""
    async with desk.store.work() as work:
        found = await work.use_link(secret, desk.clock())
    return found[0] if found and found[0] in desk.mind.now.knowledge.organisation else None


async def report(desk: Desk, organisation: OrganisationId, language: Language) -> list[Table]:
    """Of the last twelve weeks that are over and the one that has begun."""
    whose = desk.mind.now.knowledge.organisation[organisation]
    monday = monday_of(whose, desk.clock()) + timedelta(days=7)
    spans = last_weeks(monday, WEEKS + 1)
    since, until = spans[0][0], spans[-1][1]
    async with desk.store.look() as work:
        tallied = [await work.tallies(organisation, *span) for span in spans]
        happened = [await work.happened(organisation, *span) for span in spans]
        others = {
            each.name: await work.tallies(each.id, since, until) for each in desk.mind.now.knowledge.organisations
        }
    say = _Say(desk, language)
    labels = [say("digest.week", number=start.isocalendar().week) for start, _ in spans]
    whole = [each for week in tallied for each in week]
    return [
        _outcomes(labels, tallied, say),
        _votes(labels, happened, say),
        _waits(labels, happened, whose, say),
        _by("insights.by-language", _grouped(whole, lambda each: say(f"insights.in.{each.language.value}")), say),
        _by("insights.by-platform", _grouped(whole, lambda each: say.platform(each.platform)), say),
        _by("insights.by-organisation", {name: _counts(found) for name, found in others.items()}, say),
        await _gaps(desk, organisation, language, say),
    ]


class _Say:
    """In one language."""

    def __init__(self, desk: Desk, language: Language) -> None:
        self._say, self.language, self.wording = desk.say, language, desk.say

    def __call__(self, key: str, **values: object) -> str:
        return self._say(key, self.language, **values)

    def platform(self, name: str) -> str:
        known = {"slack": "Slack", "teams": "Teams", "console": "Terminal"}
        return known.get(name) or self("insights.web" if name == "web" else "insights.unknown")


Counts = tuple[int, int]  # asked, and of those answered without a person


def _outcomes(labels: Sequence[str], tallied: Sequence[Sequence[Tally]], say: _Say) -> Table:
    rows, counts = [], []
    for label, week in zip(labels, tallied, strict=True):
        by = Counter[str]()
        for each in week:
            by[each.outcome] += each.times
        asked = by.total()
        counts.append((asked, by["answer"]))
        rows.append(
            (label, str(asked), str(by["answer"]), str(by["clarify"]), str(by["escalate"]), _share(by["answer"], asked))
        )
    head = (
        "insights.week",
        "talk.week-asked",
        "talk.week-answered",
        "insights.clarified",
        "insights.handed",
        "insights.share",
    )
    return Table(
        say("insights.outcomes"), tuple(map(say, head)), tuple(rows), _bars("insights.outcomes", labels, counts, say)
    )


def _votes(labels: Sequence[str], happened: Sequence[Happened], say: _Say) -> Table:
    counts = [(each.helped + each.not_helped, each.helped) for each in happened]
    rows = [
        (label, str(all_), str(helped), str(all_ - helped), _share(helped, all_))
        for label, (all_, helped) in zip(labels, counts, strict=True)
    ]
    head = ("insights.week", "insights.votes-all", "insights.helped", "insights.missed", "insights.helped-share")
    words = (say("insights.votes-all"), say("insights.helped"))
    bars = Bars(say("insights.votes"), tuple(labels), _rows(words, counts))
    return Table(say("insights.votes"), tuple(map(say, head)), tuple(rows), bars)


def _waits(labels: Sequence[str], happened: Sequence[Happened], whose: Organisation, say: _Say) -> Table:
    waits = [sorted(working_time(whose, *each) for each in week.first_answers) for week in happened]
    rows = [_wait(label, week, say) for label, week in zip(labels, waits, strict=True)]
    rows.append(_wait(say("insights.all-weeks"), sorted(wait for week in waits for wait in week), say))
    head = ("insights.week", "insights.first-answers", "insights.median", "insights.p90")
    return Table(say("insights.waits"), tuple(map(say, head)), tuple(rows))


def _wait(label: str, waits: Sequence[timedelta], say: _Say) -> tuple[str, ...]:
    """The 90th percentile by nearest rank."""
    middle = timedelta(seconds=median(each.total_seconds() for each in waits)) if waits else None
    high = waits[-(-9 * len(waits) // 10) - 1] if waits else None
    return (label, str(len(waits)), length(middle, say.wording, say.language), length(high, say.wording, say.language))


def _by(key: str, counts: dict[str, Counts], say: _Say) -> Table:
    ordered = sorted(counts.items(), key=lambda each: (-each[1][0], each[0]))
    rows = [(name, str(asked), str(answered), _share(answered, asked)) for name, (asked, answered) in ordered]
    head = (say(f"{key}-head"), say("talk.week-asked"), say("talk.week-answered"), say("insights.share"))
    bars = _bars(key, [name for name, _ in ordered], [each for _, each in ordered], say) if ordered else None
    return Table(say(key), head, tuple(rows), bars)


def _grouped(found: Iterable[Tally], named: Callable[[Tally], str]) -> dict[str, Counts]:
    groups: dict[str, list[Tally]] = {}
    for each in found:
        groups.setdefault(named(each), []).append(each)
    return {name: _counts(those) for name, those in groups.items()}


def _counts(found: Iterable[Tally]) -> Counts:
    by = [(each.times, each.outcome) for each in found]
    return sum(times for times, _ in by), sum(times for times, outcome in by if outcome == "answer")


async def _gaps(desk: Desk, organisation: OrganisationId, language: Language, say: _Say) -> Table:
    found = await gaps.listing(desk, organisation, language, GAPS)
    head = ("insights.gap", "talk.week-asked", "insights.people", "insights.recent", "insights.before")
    rows = [(gap.title, str(gap.times), str(gap.people), str(gap.recent), str(gap.before)) for gap in found]
    return Table(say("insights.gaps"), tuple(map(say, head)), tuple(rows))


def _bars(key: str, labels: Sequence[str], counts: Sequence[Counts], say: _Say) -> Bars:
    return Bars(say(key), tuple(labels), _rows((say("talk.week-asked"), say("talk.week-answered")), counts))


def _rows(words: tuple[str, str], counts: Sequence[Counts]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    return ((words[0], tuple(whole for whole, _ in counts)), (words[1], tuple(part for _, part in counts)))


def _share(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)} %" if whole else "–"
