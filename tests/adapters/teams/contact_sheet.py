"""docs/teams.png: what Teams shows, in Microsoft's renderer. ``python tests/adapters/teams/contact_sheet.py``

Where no font of the system draws emoji, npm's @fontsource/noto-color-emoji does.
"""

from __future__ import annotations

import base64
import html
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
sys.path += [str(ROOT), str(ROOT / "tests" / "adapters")]

from npm import EMOJI  # noqa: E402
from official import draw, renderer  # noqa: E402
from samples import say  # noqa: E402

from adapters.teams import forms  # noqa: E402
from adapters.teams.render import to_card, whole_case  # noqa: E402
from bot.cases import State  # noqa: E402
from bot.language import Language  # noqa: E402
from bot.loading import load  # noqa: E402
from bot.messages import (  # noqa: E402
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
from bot.review import load_rules  # noqa: E402

NB, NN, SV, EN = Language
NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
DRAFT = "Ring Kari Olsen på 912 34 567 om sykemeldingen hennes! Dette er en SKANDALE!!!"


def button(action: Any, key: str, language: Language, style: Any = "plain", **said: str) -> Button:
    asks = action not in ("helpful", "claim", "release", "withdraw")
    return Button(action, "12", say(key, language, **said), style, asks)


def findings() -> Findings:
    def line(severity: Any, match: str, message: str, section: str, mend: str) -> FoundLine:
        why = say("ask.source", NB, organisation="OsloMet", section=section)
        return FoundLine("x", severity, say(f"check.{severity}-label", NB), 0, 1, match, message, why, mend)

    return Findings(
        "stop", say("check.stop", NB), "Vent litt: her er det noe som ikke bør ut.",
        (
            line("stop", "912 •• •••", "Her står det et telefonnummer som ser privat ut.", "Lov og taushet",
                 "Bytt det ut med sentralbordet, eller be folk om å sende en melding."),
            line("warn", "!!!", "«!!!» kan høres sint ut.", "Tenk før du publiserer", "Ett tegn er nok."),
            line("tip", "", "Innlegget nevner OsloMet uten #oslomet.", "Emneknaggen", "Legg til #oslomet."),
        ),
        "", say("check.questions", NB), ("Hvordan har du det akkurat nå? Vil du stå for dette i morgen også?",),
        say("check.improved", NB), "Ring sentralbordet om saken. Dette er en skandale!", (),
        (button("send-draft", "check.send", NB),),
    )  # fmt: skip


def case(language: Language, state: State, buttons: tuple[Button, ...], answer: str = "") -> CaseCard:
    history = (HistoryLine(NOON, "Alva Berg", say("case.event.opened", language)),
               HistoryLine(NOON, "Cleo Dahl", say("case.event.claimed", language)),
               HistoryLine(NOON, "Cleo Dahl", say("case.event.noted", language), "Spør fotografen."))  # fmt: skip
    kind = say("case.kind.question", language)
    title = say("case.card.title", language, number=12, kind=kind, organisation="OsloMet")
    return CaseCard(
        12, 2, language, say("case.card.writes-sv", language), title, state,
        say(f"case.state.{state.value}", language) if state is not State.CLAIMED
        else say("case.card.held", language, who="Cleo Dahl"), "Alva Berg",
        say("case.age.minutes", language, count=5), say("case.card.urgent", language), "Pressen",
        "Kan vi dele bildet av gravemaskinen fra åpen dag?\nTo av studentene er med på det.",
        say("case.card.repeats", language, count=2), ("Og videoen?",),
        say("case.card.guesses", language), ("Rett opp feil · 62 %", "Bilder av folk · 31 %"),
        say("case.card.answer", language), answer, (), history if state is not State.WAITING else history[:1], buttons,
        folded(language),
    )  # fmt: skip


def held(language: Language) -> tuple[Button, ...]:
    names = ("release", "ask-back")
    rest = [button(name, f"case.do.{name}", language) for name in names]
    return (button("answer", "case.do.answer", language, "primary"), *rest)


def folded(language: Language) -> tuple[Button, ...]:
    return tuple(button(name, f"case.do.{name}", language) for name in ("note", "later", "hand-over", "close"))


def status(language: Language) -> StatusCard:
    steps = tuple((say(f"case.step.{step}", language), step != "seen") for step in ("queued", "delivered", "seen"))
    return StatusCard(
        12, 2, language, say("case.title", language, number=12), State.ANSWERED, say("case.asker.answered", language),
        "Får vi dela bilden från öppet hus?", "Ja, om alla på bilden har sagt ja. Skriv gärna vem som tog den.", steps,
        (button("add", "case.do.add", language), button("reopen", "case.do.reopen", language)),
    )  # fmt: skip


def messages() -> list[tuple[str, list[Block]]]:
    related = (Choice("a", "Få hovedkontoene til å dele noe"), Choice("b", "Deler hovedkontoene det jeg legger ut?"))
    source = say("ask.source", NB, organisation="OsloMet", section="Emneknaggen")
    answer = AnswerCard(
        "hashtag", "Bruk #oslomet. Med den emneknaggen er det lett for kommunikasjon å få øye på det du har laget, "
        "og så kan de dele det videre.", source, (), "", related, say("ask.related", NB),
        (button("helpful", "ask.helpful", NB), button("not-helpful", "ask.not-helpful", NB),
         button("ask-comms", "ask.ask-comms", NB)),
    )  # fmt: skip
    options = Options(say("ask.did-you-mean", NB), related, say("ask.none-of-these", NB), 7)
    urgent = "Er noen i fare nå? Ring 113. Jeg har sagt fra til kommunikasjonsavdelingen, som sak 12."
    waiting = (button("claim", "case.do.claim", NB, "primary"), button("answer", "case.do.answer", NB))
    return [
        ("Answer · nb", [answer]),
        ("Options · nb", [options]),
        ("Urgent · nb", [Text(urgent, urgent=True)]),
        ("Help · nn", [Text(say("talk.help", NN))]),
        ("Where a case stands · sv", [status(SV)]),
        ("checkpost · nb", [findings()]),
        ("Case in comms' channel · nb", [case(NB, State.WAITING, waiting)]),
        ("The same, claimed · en", [case(EN, State.CLAIMED, held(EN))]),
    ]


def dialogs() -> list[tuple[str, dict[str, Any]]]:
    folder = ROOT / "knowledge"
    platforms = tuple(load_rules(folder, load(folder)).platforms)
    answered = case(NB, State.ANSWERED, (), "Ja, hvis begge studentene sier ja.")
    return [
        ("Draft · en", forms.draft_form(say, EN, "OsloMet", platforms, given={"draft": "What a day at Kjeller!"})),
        ("Answer, refused · nb", forms.refused(forms.write_form("answer", say, NB, given="Ja!"), "Cleo har saken.")),
        ("Ask comms · nn", forms.write_form("ask-comms", say, NN)),
        ("Close · nb", forms.write_form("close", say, NB)),
        ("Save · nb", forms.save_form(say, NB, "Bilder av studenter", ["Kan vi dele det?"], "Ja, med samtykke.", {})),
        ("The whole case · nb", forms.shown("Sak 12", whole_case(answered))),
        ("A word · nb", forms.told("Sak 12", say("talk.sent", NB, number=12))),
    ]  # fmt: skip


def main(out: Path) -> None:
    shown = [(name, "", to_card(blocks, say("talk.whole", Language(name[-2:])))) for name, blocks in messages()]
    for name, reply in dialogs():
        value = reply["task"]["value"]
        shown.append((f"Dialog: {name}", value["title"], value["card"]["content"]))
    parts = []
    with renderer() as page:
        for name, title, card in shown:
            told, _, markup, _ = draw(page, card)
            if told:
                raise SystemExit(f"{name}: {told}")
            head = f"<h2>{html.escape(title)}</h2>" if title else ""
            parts.append(f"<figure><figcaption>{html.escape(name)}</figcaption><div>{head}{markup}</div></figure>")
    style = (ROOT / "tests/adapters/teams/contact_sheet.css").read_text(encoding="utf-8")
    if EMOJI.exists():
        font = base64.b64encode(EMOJI.read_bytes()).decode()
        style += f"@font-face {{ font-family: 'Noto Color Emoji'; src: url(data:font/woff2;base64,{font}) }}"
    with renderer(1560) as page:  # another one: Chromium remembers shapes that it had no font for
        page.set_content(f"<!doctype html><style>{style}</style><main></main>")
        page.evaluate("document.fonts.load(\"16px 'Noto Color Emoji'\", '🛑').then(() => true)")
        page.evaluate("markup => document.querySelector('main').innerHTML = markup", "".join(parts))
        page.locator("main").screenshot(path=out)


if __name__ == "__main__":
    main(ROOT / "docs" / "teams.png")
