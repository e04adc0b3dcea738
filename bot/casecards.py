"""A case as blocks: the card that comms works with, and what its asker is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from bot.cases import HANDBOK, Case, Event, PersonId, State
from bot.folding import plain_words
from bot.knowledge import Handoff, KnowledgeBase, Smalltalk
from bot.language import Language
from bot.loading import fill
from bot.messages import ActionName, Block, Button, CaseCard, HistoryLine, StatusCard, Text
from bot.notices import NoticeKind
from bot.ports import Message
from bot.precedents import decidable
from bot.safety import watch
from bot.wording import Wording

TO_ASKER = frozenset({"answer", "back", "closed"})  # what comms says to the asker
NAMED = 80  # characters of a question that an answer is told by
LEAST_GUESS = 0.3  # a guess less likely than this misleads more often than it helps
ASKS: frozenset[ActionName] = frozenset({"answer", "ask-back", "note", "close", "later", "hand-over", "save", "move"})


@dataclass(frozen=True)
class CaseFile:
    """A case with all that is needed to draw it. ``names``: of those whom comms may know."""

    case: Case
    history: tuple[Event, ...]
    messages: tuple[Message, ...]
    names: Mapping[PersonId, str]
    repeats: tuple[str, ...] = ()  # what its asker asked besides, which was folded into it; newest last
    joined: tuple[Case, ...] = ()  # those whose answer is this one's
    alike: Case | None = None  # an open case that may be the same need
    live: bool = False  # its answer was saved to the handbook: the bot gives it by itself now


def draw(  # noqa: PLR0911, PLR0912  # one for each kind
    kind: NoticeKind, file: CaseFile, event: int, knowledge: KnowledgeBase, say: Wording, now: datetime
) -> Block:
    """What a message of ``kind`` shows, as things stand now. ``event``: the place in the history that it tells of."""
    case = file.case
    comms = knowledge.organisation[case.organisation].language
    told = file.history[event - 1]
    match kind:
        case "card":
            return case_card(file, knowledge, say, comms, now)
        case "status":
            return status_card(file, say)
        case "thread":
            return Text(say(f"case.thread.{told.kind}", comms, number=case.number, text=told.text), case.urgent)
        case "answer":
            return Text(_told(_about(case, "answered-to", say), told.text), buttons=judging(case, say))
        case "back":
            add = Button("add", str(case.number), say("case.do.add", case.language), "primary", asks=True)
            return Text(_told(_about(case, "asked-back-on", say), told.text), buttons=(add,))
        case "closed":
            return Text(_told(say("case.asker.closed-word", case.language), told.text))
        case "late":
            return Text(say("case.asker.late", case.language))
        case "care":
            return _care(case, told, knowledge)
        case "remind-asker":
            add = Button("add", str(case.number), say("case.do.add", case.language), "primary", asks=True)
            return Text(say("case.asker.remind", case.language, number=case.number), buttons=(add,))
        case "unheard":
            reopen = Button("reopen", str(case.number), say("case.do.reopen", case.language), "primary", asks=True)
            return Text(say("case.asker.unheard", case.language, number=case.number), buttons=(reopen,))
        case "later":
            return _later(file, told, knowledge, say)
        case "handed":
            by = file.names.get(told.who, "–")
            whole = Button("more", str(case.number), say("talk.whole", comms))
            said = say("case.handed", comms, number=case.number, who=by, question=_short(case.text))
            return Text(said, case.urgent, buttons=(whole,))
        case "followed":
            line = _line(told, file, say, comms, ZoneInfo(knowledge.organisation[case.organisation].time_zone))
            said = f"{line.who} {line.what}" + (f": {_short(line.text)}" if line.text else "")
            whole = Button("more", str(case.number), say("talk.whole", comms))
            return Text(say("case.followed", comms, number=case.number, what=said), buttons=(whole,))
        case "remind-claim" | "remind-answer":
            return Text(say(f"case.{kind.replace('-', '.', 1)}", comms, number=case.number), case.urgent)
        case "called":
            return _called(file, knowledge, say, comms)
        case "unreachable":
            organisation = knowledge.organisation[case.organisation]
            return Text(say("case.unreachable", comms, number=case.number, organisation=organisation.name), urgent=True)
        case "call-group" | "call-deputy" | "second-channel":
            return _call(kind, file, knowledge, say, comms)


def _later(file: CaseFile, told: Event, knowledge: KnowledgeBase, say: Wording) -> Text:
    """When the answer will come, by the clock of the asker's workplace."""
    case = file.case
    zone = ZoneInfo(knowledge.organisation[case.organisation].time_zone)
    when = clock(datetime.fromisoformat(told.text), zone)
    return Text(say("case.asker.later", case.language, number=case.number, when=when))


def _care(case: Case, told: Event, knowledge: KnowledgeBase) -> Text:
    """What an asker is told at once whose words were an emergency."""
    alarm = watch(knowledge).look(told.text).alarm
    topic = knowledge.topic.get(alarm.topic if alarm else case.topic or "")
    reply = topic.reply[case.language] if isinstance(topic, Handoff) else ""
    return Text(fill(reply, knowledge.organisation[case.organisation], case.language), urgent=True)


def _call(kind: NoticeKind, file: CaseFile, knowledge: KnowledgeBase, say: Wording, language: Language) -> Text:
    """Who is called, or what another channel is told: the case's number and age, and never who asks."""
    case = file.case
    organisation = knowledge.organisation[case.organisation]
    ladder = organisation.ladder
    named = {"call-group": ladder.group, "call-deputy": ladder.deputy}.get(kind, {})
    body = say(f"case.{kind}", language, number=case.number, organisation=organisation.name)
    platform = next((message.to.platform for message in file.messages if message.kind == kind), "web")
    return Text(body, case.urgent, calls=tuple(who for on, who in named.items() if on == platform))


def _called(file: CaseFile, knowledge: KnowledgeBase, say: Wording, language: Language) -> Text:
    """The group of the place that a case came to, mentioned."""
    case = file.case
    route = knowledge.organisation[case.organisation].routes.get(case.route)
    platform = next((message.to.platform for message in file.messages if message.kind == "called"), "web")
    groups = tuple(group for on, group in route.group.items() if on == platform) if route else ()
    return Text(say("case.call-group", language, number=case.number), case.urgent, calls=groups)


def case_card(
    file: CaseFile,
    knowledge: KnowledgeBase,
    say: Wording,
    language: Language,
    now: datetime,
    viewer: PersonId | None = None,
) -> CaseCard:
    """The card in the comms channel. It never shows who a confidential asker is.

    ``viewer``: the member of comms whom it is drawn for; None: for all of them.
    """
    case = file.case
    organisation = knowledge.organisation[case.organisation]
    zone = ZoneInfo(organisation.time_zone)
    kind = say(f"case.kind.{case.kind.value}", language)
    asker = say("case.card.confidential", language) if case.confidential else file.names.get(case.asker, "–")
    topic = knowledge.topic.get(case.topic) if case.topic else None
    offered = comms_buttons(case, say, language, viewer, routes=bool(organisation.routes))
    return CaseCard(
        number=case.number,
        version=case.version,
        language=case.language,
        language_label=say(f"case.card.writes-{case.language.value}", language),
        title=say("case.card.title", language, number=case.number, kind=kind, organisation=organisation.name),
        state=case.state,
        state_label=_state(file, say, language, zone),
        asker=asker,
        age=age(case.opened_at, now, say, language),
        urgent=say("case.card.urgent", language) if case.urgent else "",
        topic=topic.title[language] if topic and not isinstance(topic, Smalltalk) else "",
        text=case.text,
        repeats_label=_more_like_this(file, say, language),
        repeats=_different((*(each.text for each in file.joined), *file.repeats), case.text),
        guesses_label=say("case.card.guesses", language),
        guesses=tuple(
            say("case.card.guess", language, title=title, percent=round(confidence * 100))
            for _, title, confidence in guesses(case, knowledge, language)
        ),
        answer_label=say("case.card.answer", language),
        answer=case.answer or "",
        findings=(),
        history=tuple(_line(event, file, say, language, zone) for event in file.history),
        buttons=offered.buttons,
        menu=offered.menu,
        further=offered.further,
    )


def _more_like_this(file: CaseFile, say: Wording, language: Language) -> str:
    people = "case.card.people-urgent" if file.case.urgent else "case.card.people"
    said = [say(people, language, count=len(file.joined) + 1)] if file.joined else []
    said += [say("case.card.repeats", language, count=len(file.repeats))] if file.repeats else []
    if file.alike and file.alike.state is not State.CLOSED and not file.case.joined:
        said.append(say("case.card.alike", language, number=file.alike.number, question=_short(file.alike.text)))
    return " · ".join(said)


def _different(repeats: Sequence[str], text: str) -> tuple[str, ...]:
    """Those that say something else, once each, newest first."""
    found = {plain_words(each): each for each in repeats}  # of several that read the same, the latest
    return tuple(reversed([each for words, each in found.items() if words and words != plain_words(text)]))


def _state(file: CaseFile, say: Wording, language: Language, zone: ZoneInfo) -> str:
    """How a case stands, and who has it; and whether what comms said cannot reach its asker."""
    case = file.case
    state = say(f"case.state.{case.state.value}", language)
    if case.joined:
        return say("case.card.joined", language, number=case.joined)
    if case.state is State.CLAIMED and (holder := file.names.get(case.claimed_by or "")):
        state = say("case.card.held", language, who=holder)
    if case.asked_back:
        state = f"{state} · {say('case.card.asked-back', language)}"
    if case.later_at and case.state is State.CLAIMED:
        state = f"{state} · {say('case.card.later', language, when=clock(case.later_at, zone))}"
    lost = any(message.kind in TO_ASKER and message.state == "failed" for message in file.messages)
    return f"{state} · {say('case.card.not-reached', language)}" if lost else state


@dataclass(frozen=True)
class Offered:
    """What comms may do with a case: at once, behind “…”, and in the whole case alone."""

    buttons: tuple[Button, ...]
    menu: tuple[Button, ...]
    further: tuple[Button, ...] = ()


def comms_buttons(
    case: Case, say: Wording, language: Language, viewer: PersonId | None = None, *, routes: bool = False
) -> Offered:
    """What comms may do with a case as it stands; ``viewer``: what this member may, else what any of them may.

    Nothing here sends anything to the asker by one press: *Answer* opens what would be sent.
    """
    number = str(case.number)

    def button(action: ActionName, style: Literal["plain", "primary"] = "plain") -> Button:
        return Button(action, number, say(f"case.do.{action}", language), style, asks=action in ASKS)

    decide = (Button("decide", number, say("teach.decide", language), asks=True),) if decidable(case) else ()
    follow = (button("follow"), button("unfollow"))
    if case.joined and case.state in (State.WAITING, State.CLAIMED):
        return Offered((button("part"), button("note")), ())
    join = (button("join"),) if case.alike else ()
    move = (button("move"),) if routes else ()
    match case.state:
        case State.CLAIMED if viewer and viewer != case.claimed_by:
            return Offered((button("take-over"), button("note")), (), follow)
        case State.WAITING | State.CLAIMED:
            first = button("claim") if case.state is State.WAITING else button("release")
            over = () if case.state is State.WAITING or viewer else (button("take-over"),)
            menu = (button("note"), button("later"), button("hand-over"), button("close"))
            return Offered(
                (button("answer", "primary"), first, button("ask-back"), *join),
                menu,
                (*over, *move, button("part"), *follow),
            )
        case State.ANSWERED:
            return Offered((button("save", "primary"), button("reopen")), (*decide, button("note"), button("close")))
        case State.CLOSED:
            return Offered((button("reopen"), *decide), (button("note"),))


def status_card(file: CaseFile, say: Wording) -> StatusCard:
    """Where a case stands, for its asker, with proof of what was delivered."""
    case, language = file.case, file.case.language
    if case.state is State.CLOSED:
        body = say("case.asker.withdrawn" if case.closed_as == "withdrawn" else "case.asker.closed", language)
    elif case.state is State.ANSWERED:
        body = say("case.asker.answered", language)
    else:
        body = say(f"case.asker.{case.state.value}", language)
    return StatusCard(
        number=case.number,
        version=case.version,
        language=language,
        title=say("case.title", language, number=case.number),
        state=case.state,
        body=body,
        quote=case.text,
        answer=case.answer or "" if case.state is State.ANSWERED else "",
        steps=tuple((say(f"case.step.{step}", language), reached) for step, reached in steps(file)),
        buttons=asker_buttons(case, say),
    )


def asker_buttons(case: Case, say: Wording) -> tuple[Button, ...]:
    """What the asker may do with a case as it stands."""
    number, language = str(case.number), case.language
    if case.state is State.CLOSED:
        return (Button("reopen", number, say("case.do.reopen", language), asks=True),)
    add = Button("add", number, say("case.do.add", language), asks=True)
    if case.state is State.ANSWERED:
        return (Button("reopen", number, say("case.do.reopen", language), asks=True), add)
    return (add, Button("withdraw", number, say("case.do.withdraw", language), "danger"))


def judging(case: Case, say: Wording) -> tuple[Button, ...]:
    """Whether a person's answer helped, by one tap: the case's number stands below zero, where a question's would."""
    value = str(-case.number)
    return (
        Button("helpful", value, say("ask.helpful", case.language)),
        Button("not-helpful", value, say("ask.not-helpful", case.language), asks=True),
    )


def steps(file: CaseFile) -> tuple[tuple[str, bool], ...]:
    """How far a case has come: queued, delivered to comms, seen there, answered; live where it was saved."""
    cards = [message for message in file.messages if message.kind == "card"]
    delivered = any(message.state in ("delivered", "seen") for message in cards)
    touched = {"claimed", "answered", "asked-back", "noted", "closed"}
    seen = any(event.kind in touched for event in file.history) or any(m.state == "seen" for m in cards)
    return (
        ("queued", True),
        ("delivered", delivered or seen),
        ("seen", seen),
        ("answered", file.case.answer is not None),
        *((("live", True),) if file.live else ()),
    )


def age(since: datetime, now: datetime, say: Wording, language: Language) -> str:
    minutes = max(0, int((now - since).total_seconds() // 60))
    for unit, size in (("days", 1440), ("hours", 60)):
        if minutes >= size:
            return say(f"case.age.{unit}", language, count=minutes // size)
    return say("case.age.minutes", language, count=minutes) if minutes else say("case.age.now", language)


def clock(at: datetime, zone: ZoneInfo) -> str:
    """A time as it is written everywhere here: “30.11. 09:00”, by the organisation's clock."""
    return f"{at.astimezone(zone):%d.%m. %H:%M}"


def guesses(case: Case, knowledge: KnowledgeBase, language: Language) -> Sequence[tuple[str, str, float]]:
    """Entry, title and confidence of each guess that is likely enough to be shown, and still has a title."""
    found: list[tuple[str, str, float]] = []
    if case.urgent:  # a person answers that, in words of their own
        return found
    for guess in case.guesses:
        if guess.confidence < LEAST_GUESS:
            continue
        topic = knowledge.topic.get(guess.entry)
        if topic and not isinstance(topic, Smalltalk):
            found.append((guess.entry, topic.title[language], guess.confidence))
    return found


def _line(event: Event, file: CaseFile, say: Wording, language: Language, zone: ZoneInfo) -> HistoryLine:
    by_asker = event.who == file.case.asker
    who = say("case.card.asker", language) if by_asker else file.names.get(event.who, "–")
    if event.who == HANDBOK:
        who = say("case.card.bot", language)
    text = "" if event.kind in ("opened", "joined") else event.text
    if event.kind == "deferred":
        text = clock(datetime.fromisoformat(event.text), zone)
    return HistoryLine(event.at.astimezone(zone), who, say(f"case.event.{event.kind}", language), text)


def _about(case: Case, key: str, say: Wording) -> str:
    """A sentence that names the question, so that nobody with several open ones has to guess."""
    return say(f"case.asker.{key}", case.language, number=case.number, question=_short(case.text))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= NAMED else line[:NAMED].rstrip() + "…"


def _told(lead: str, text: str) -> str:
    return f"{lead}\n\n{text}"
