"""A conversation in the terminal: the same bot that Slack and Teams show."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bot.answering import Answered, Asker, Clarify, answer, hand_off, respond
from bot.errors import InputError
from bot.knowledge import Entry, EntryId, Handoff, KnowledgeBase, Organisation
from bot.language import Language
from bot.matching.matcher import Matcher
from bot.messages import Block, Choice, Options, Text
from bot.showing import answer_card, show
from bot.wording import Wording

LEAVE = frozenset({"/slutt", "/slut", "/quit", "/exit", "/q"})
ORGANISATION = frozenset({"/org"})
LANGUAGE = frozenset({"/språk", "/sprak", "/lang", "/language"})

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
        if line.startswith("/"):
            return self._command(line)
        if line.strip().isdecimal() and self._choices:
            return self._pick(int(line.strip()[:4]))
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

    def _command(self, line: str) -> list[Block]:
        name, _, rest = line.partition(" ")
        rest = rest.strip()
        if name in ORGANISATION and rest in self.knowledge.organisation:
            self.who = self.knowledge.organisation[rest]
            return [Text(self.wording("chat.now-at", self.speaks, organisation=self.who.name))]
        if name in LANGUAGE and rest in set(Language):
            self.language, self.fixed = Language(rest), True
            return [Text(self.wording("chat.language-set", self.language))]
        if name == "/checkpost" and self.review:
            try:
                return list(self.review(rest, self.who, self.speaks))
            except InputError as error:
                return [Text(str(error))]
        told = self.wording("chat.help", self.speaks, organisations="|".join(self.knowledge.organisation))
        known = name in {"/help", "/hjelp", "/hjälp"}
        return [Text(told if known else self.wording("chat.unknown-command", self.speaks, help=told))]
