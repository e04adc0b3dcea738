"""Every kind of message, small, and as long as people can make it, in each language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

from bot.cases import MAX_TEXT, State
from bot.language import Language
from bot.messages import (
    AnswerCard,
    Block,
    Button,
    CaseCard,
    Choice,
    Findings,
    FoundLine,
    HistoryLine,
    Options,
    StatusCard,
    Text,
)
from bot.ports import Precedent
from bot.precedents import MOST, Decision, for_comms
from bot.service.deciding import Offer
from bot.wording import wording

HOSTILE = "<!channel> <@U1> <#C1> & <https://x.no|y> *fet* _kursiv_ ~strøket~ `kode` ```mer``` @here"
NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
say = wording()


def small(language: Language) -> dict[str, Block]:
    """One of each kind, as they mostly are; what people wrote is hostile."""

    def button(action: str, key: str, value: str = "7") -> Button:
        return Button(action, value, say(key, language), asks=action == "answer")  # type: ignore[arg-type]

    found = FoundLine(
        "personal-data", "stop", say("check.stop-label", language), 0, 5, "•••", "Et telefonnummer.",
        "Fra håndboken", "Ta det bort.",
    )  # fmt: skip
    return {
        "text": Text(f"Hei! {HOSTILE}"),
        "urgent": Text("Ring 113.", urgent=True, buttons=(button("ask-comms", "ask.ask-comms"),)),
        "answer": AnswerCard(
            "hashtag",
            "Bruk #oslomet.",
            say("ask.source", language, organisation="OsloMet", section="Emneknaggen"),
            ("oslomet/hashtag",),
            "",
            (Choice("made-a-mistake", "Når noe er feil"),),
            say("ask.related", language),
            (button("helpful", "ask.helpful"), button("not-helpful", "ask.not-helpful")),
        ),
        "options": Options(
            say("ask.did-you-mean", language),
            (Choice("hashtag", "Emneknagg"), Choice("made-a-mistake", HOSTILE)),
            say("ask.none-of-these", language),
            7,
        ),
        "findings": Findings(
            "stop", say("check.stop", language), "Et råd.", (found,), "", say("check.questions", language),
            ("Har du lov til å bruke bildet?",), say("check.improved", language), HOSTILE, (),
            (button("send-draft", "check.send", ""),),
        ),
        "case": CaseCard(
            12, 2, language, say(f"case.card.writes-{language.value}", language), "Sak 12 · spørsmål · OsloMet",
            State.CLAIMED, say("case.state.claimed", language),
            "Alva <!here>", "5 min siden", say("case.card.urgent", language), "Pressen", HOSTILE, "", (),
            say("case.card.guesses", language),
            ("Rett opp feil · 62 %",), say("case.card.answer", language), "", (),
            (HistoryLine(NOON, "Alva", "sendte saken"), HistoryLine(NOON, "Cleo", "tok saken", HOSTILE)),
            (button("answer", "case.do.answer", "12"), button("release", "case.do.release", "12")),
            (button("note", "case.do.note", "12"), button("close", "case.do.close", "12")),
        ),
        "status": StatusCard(
            12, 2, language, say("case.title", language, number=12), State.ANSWERED,
            say("case.asker.answered", language), HOSTILE, "Ja, gjør det.",
            ((say("case.step.queued", language), True), (say("case.step.seen", language), False)),
            (button("add", "case.do.add", "12"),),
        ),
    }  # fmt: skip


def longest(language: Language, text: str) -> dict[str, Block]:
    """One of each kind, with ``text``, however long, wherever people or authors write."""
    many = tuple(Button("answer", "9:" + "x" * 60, text) for _ in range(30))
    made = small(language)
    line = FoundLine("anger", "warn", text, 0, 5, text, text, text, text)
    answer, options, seen, case, status = (made[kind] for kind in ("answer", "options", "findings", "case", "status"))
    assert isinstance(answer, AnswerCard)
    assert isinstance(options, Options)
    assert isinstance(seen, Findings)
    assert isinstance(case, CaseCard)
    assert isinstance(status, StatusCard)
    choices = tuple(Choice(f"entry-{n}", text) for n in range(40))
    return {
        "text": Text(text, urgent=True, buttons=many),
        "answer": replace(
            answer, body=text[:3000], source=text, preface=text, related=choices, buttons=answer.buttons * 3
        ),
        "options": replace(options, prompt=text, choices=choices, none_label=text),
        "findings": replace(
            seen, headline=text, advice=text, found=(line,) * 40, more=text, questions=(text,) * 8,
            improved=text, notes=(text,) * 12,
        ),
        "case": replace(
            case, title=text, state_label=text, asker=text, urgent=text, topic=text, text=text, guesses=(text,) * 9,
            answer=text, findings=(text,) * 40, history=(HistoryLine(NOON, text, text, text),) * 40, buttons=many,
            language_label=text, repeats_label=text, repeats=(text,) * 40, menu=many, further=many,
        ),
        "status": replace(
            status, title=text, body=text, quote=text, answer=text, steps=((text, True),) * 5, buttons=many
        ),
    }  # fmt: skip


def decided(language: Language, text: str) -> tuple[Text, ...]:
    """As many decisions as stand below a draft's card, with ``text`` wherever people write."""
    one = Precedent("oslomet", language, text, "do-not-publish", text, "cleo", NOON, None, 12)
    return for_comms([(one, 1.0)] * MOST, {"cleo": text}, say, language)


def offered(language: Language) -> Offer:
    """What a form to keep a decision shows."""
    choices: tuple[Decision, ...] = get_args(Decision)
    labels = tuple((choice, say(f"teach.decide.{choice}", language)) for choice in choices)
    return Offer(say("teach.decide", language), labels, NOON)


TEXTS = {
    "words": "Dette er en setning som noen har skrevet. " * (MAX_TEXT // 42),
    "ampersands": "&" * MAX_TEXT,
    "angles": "<!channel>" * (MAX_TEXT // 10),
    "emoji": "👩‍👩‍👧 " * (MAX_TEXT // 6),
    "one word": "å" * MAX_TEXT,
    "lines": "a\n" * (MAX_TEXT // 2),
    "ticks": "```*_~" * (MAX_TEXT // 6),
    "right to left": "\u202eשלום " * (MAX_TEXT // 6),
    "space": " ",
}
