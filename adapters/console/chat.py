"""A conversation in the terminal: the same bot that Slack and Teams show."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import assert_never

from bot.answering import Answered, Asker, Clarify, answer, hand_off, respond
from bot.commands import (
    CheckDraft,
    Command,
    CommsHelp,
    Entries,
    Figures,
    ForgetMe,
    Gaps,
    Help,
    MyCases,
    Queue,
    Replies,
    Search,
    SpeakIn,
    Taught,
    WhatYouHold,
    typed,
)
from bot.errors import InputError
from bot.knowledge import Entry, EntryId, Handoff, KnowledgeBase, Organisation
from bot.language import Language
from bot.matching.matcher import Matcher
from bot.messages import Block, Choice, Options, Text
from bot.showing import answer_card, show
from bot.talk import CheckThis, Meant, No, NoneOfThese, Person, Pick, Speak, Talk, WhoSees, Wrong, Yes, understand
from bot.wording import Wording

LEAVE = frozenset({"/slutt", "/slut", "/quit", "/exit", "/q"})
ORGANISATION = frozenset({"/org"})

Review = Callable[[str, Organisation, Language], Iterable[Block]]


@dataclass
class Chat:
    """One person's conversation. ``say_to`` takes a line and gives what is shown; nothing is printed here."""

    knowledge: KnowledgeBase
    matcher: Matcher
    wording: Wording
    who: Organisation
    language: Language | None = None  # fixed by the person, else that of their last question
    fixed: bool = False
    review: Review | None = None
    _last: EntryId | None = None
    _choices: tuple[Choice, ...] = field(default=())

    @property
    def speaks(self) -> Language:
        return self.language or self.who.language

    def welcome(self) -> Block:
        return Text(self.wording("chat.welcome", self.speaks, organisation=self.who.name))

    def say_to(self, line: str) -> list[Block]:
        """What the bot says to a line: a command, the number of an option, or a question."""
        if command := typed(line):
            return self._command(command)
        if line.startswith("/"):
            return self._slash(line)
        if line.strip().isdecimal() and self._choices:
            return self._pick(int(line.strip()[:4]))
        if (talk := understand(line)) and (told := self._talk(talk)):
            return told
        wanted = self.language if self.fixed else None
        asker = Asker(self.who.id, wanted, self.language, self._last)
        replies = respond(line, self.knowledge, self.matcher, asker)
        self.language = replies[-1].language
        self._choices = ()
        shown: list[Block] = []
        for reply in replies:
            block = show(reply, self.knowledge, self.who, self.wording)
            shown.append(block)
            if isinstance(reply.outcome, Answered):
                self._last = reply.outcome.entry
            if isinstance(reply.outcome, Clarify) and isinstance(block, Options):
                self._choices = block.choices
        return shown

    def _pick(self, number: int) -> list[Block]:
        if not 1 <= number <= len(self._choices):
            self._choices = ()
            department = self.who.fact("department", self.speaks)
            return [Text(self.wording("ask.unsure", self.speaks, department=department))]
        chosen = self.knowledge.topic[self._choices[number - 1].entry]
        match chosen:
            case Entry():
                self._last = chosen.id
                said = answer(chosen, self.knowledge, self.who, self.speaks)
                return [answer_card(said, self.knowledge, self.who, self.speaks, self.wording)]
            case Handoff():
                outcome = hand_off(chosen, self.who, self.speaks)
                return [Text(outcome.text, outcome.urgent)]
            case _:
                return []

    def _slash(self, line: str) -> list[Block]:
        """What only the terminal has: whose staff asks; and a word on what nobody knows."""
        name, _, rest = line.partition(" ")
        rest = rest.strip()
        if name in ORGANISATION and rest in self.knowledge.organisation:
            self.who = self.knowledge.organisation[rest]
            return [Text(self.wording("chat.now-at", self.speaks, organisation=self.who.name))]
        return [Text(self.wording("chat.unknown-command", self.speaks, help=self._help()))]

    def _command(self, command: Command) -> list[Block]:
        """The same as everywhere, but for what is kept somewhere: here nothing is."""
        say = self.wording
        match command:
            case CheckDraft(draft=draft):
                return self._check(draft)
            case SpeakIn(language=None):
                return [Text(say("talk.which-language", self.speaks))]
            case SpeakIn(language=language):
                self.language, self.fixed = language, True
                return [Text(say("chat.language-set", self.speaks))]
            case Help():
                return [Text(say("talk.help", self.speaks)), Text(self._help())]
            case (
                MyCases()
                | ForgetMe()
                | WhatYouHold()
                | Queue()
                | Figures()
                | Taught()
                | Replies()
                | CommsHelp()
                | Search()
                | Entries()
                | Gaps()
            ):
                return [Text(say("chat.nothing-kept", self.speaks))]
            case _:
                assert_never(command)

    def _talk(self, talk: Talk) -> list[Block]:  # noqa: PLR0911  # one for each act
        """What is said about the talk itself; nothing where it asks something after all."""
        say, department = self.wording, self.who.fact("department", self.speaks)
        match talk:
            case Pick(number=number) if self._choices:
                return self._pick(number if number > 0 else len(self._choices))
            case NoneOfThese() | No() if self._choices:
                return self._pick(0)
            case Yes() | No() | Pick() | NoneOfThese():
                return [Text(say("talk.nothing-asked", self.speaks))]
            case Wrong():
                return [Text(say("talk.wrong", self.speaks, department=department))]
            case Meant(question=question):
                return self.say_to(question)
            case Person():  # nobody of comms reads the terminal
                return [Text(say("ask.unsure", self.speaks, department=department))]
            case WhoSees():
                return [Text(say("chat.nothing-kept", self.speaks))]
            case CheckThis(draft=draft):
                return self._check(draft)
            case Speak(language=language, question=question):
                self.language, self.fixed = language, True
                return self.say_to(question) if question else [Text(say("chat.language-set", language))]
            case _:
                assert_never(talk)

    def _check(self, draft: str) -> list[Block]:
        try:
            return list(self.review(draft, self.who, self.speaks)) if self.review else []
        except InputError as error:
            return [Text(str(error))]

    def _help(self) -> str:
        return self.wording("chat.help", self.speaks, organisations="|".join(self.knowledge.organisation))
