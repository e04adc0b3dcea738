"""Messages as Adaptive Cards: pure functions, no SDK.

to_activity(blocks, more)   what is posted; ``more``: the label of the button that shows what was cut
to_card(blocks, more)       its card alone, as an answer to a press or a refresh takes it
to_notification(blocks)     the same as plain text, for notifications
whole_case(card)            a case with nothing cut, for a dialog
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from adapters.teams import kit
from adapters.teams.kit import Element
from adapters.teams.text import cut, harmless, weight
from bot.messages import FOLDED, VISIBLE, AnswerCard, Button, CaseCard, Findings, FoundLine, Options, StatusCard, Text
from bot.messages import Block as Shown
from bot.showing import plain

MESSAGE = 20 * 1024  # bytes of a message; Teams once refused from 28 KB on, and says today that it takes 100
SUMMARY = 4 * 1024  # bytes of it beside the card
REFRESH = 6 * 1024  # bytes more, for the list of those whose card is drawn anew
DIALOG = 78 * 1024  # bytes of a card in a dialog, whose frame takes some more
SHARES = (1.0, 0.7, 0.5, 0.35, 0.25, 0.15, 0.1, 0.05)  # of its usual length that a text keeps, until a message fits
HISTORY = 6  # events on a card, the latest
CITATIONS = 2  # of a message that answers several questions, so that it stays small
CITED, ABSTRACT = 80, 160  # characters of a citation's name, and of what it says; Microsoft's
FINDINGS = 12  # on a card
REFRESHED = 60  # people for whom Teams draws a card anew by itself
MARKS = {"stop": "🛑", "consider": "⚠️", "ready": "✅", "warn": "⚠️", "tip": "💡"}
STATES = {"waiting": "🟡", "claimed": "🔵", "answered": "🟢", "closed": "⚪"}
_VERDICTS: dict[str, kit.Colour] = {"stop": "attention", "consider": "warning", "ready": "good"}


@dataclass(frozen=True)
class Pen:
    """How a card is drawn. ``share``: of a text's usual length; ``dialogs``: whether a button may open one."""

    more: str
    dialogs: bool = True
    share: float = 1.0

    def most(self, usual: int) -> int:
        return max(30, int(usual * self.share))

    def buttons(self, wanted: Sequence[Button], *further: Element) -> list[Element]:
        drawn = [kit.button(each, dialogs=self.dialogs) for each in wanted[: kit.BUTTONS - len(further)]]
        return kit.actions([*drawn, *further])


def to_card(
    blocks: Sequence[Shown],
    more: str,
    *,
    refresh: Sequence[str] | None = None,
    dialogs: bool = True,
) -> Element:
    """One card for several blocks.

    ``refresh``: the people for whom Teams asks for their own view of a case by itself (“look”); with none of them the
    card can be refreshed by hand; None: not at all. ``dialogs``: False where no button can open one, as in the
    Agents Playground.
    """
    pen = Pen(more, dialogs)
    drawn = _fitting(lambda share: _body(blocks, replace(pen, share=share)), MESSAGE - SUMMARY)
    if not dialogs:
        del drawn["msteams"]  # whoever opens no dialog knows no full width either, and says so below each card
    case = next((block for block in blocks if isinstance(block, CaseCard)), None)
    if case and refresh is not None:
        drawn["refresh"] = _refresh(case, more, refresh)
    return drawn


def _refresh(case: CaseCard, more: str, people: Sequence[str]) -> Element:
    """As many people as Teams takes, and a message holds."""
    kept, room = [], REFRESH - 1024
    for person in people[:REFRESHED]:
        room -= weight(person) + 4
        if room >= 0:
            kept.append(person)
    return {"action": kit.execute("look", more, str(case.number), case=case.number), "userIds": kept}


def to_activity(
    blocks: Sequence[Shown], more: str, *, refresh: Sequence[str] | None = None, dialogs: bool = True
) -> Element:
    """A message as it is posted: plain text where that shows the same, else a card."""
    summary = to_notification(blocks)
    match list(blocks):
        case [Text(body=body, urgent=False, buttons=(), calls=(), picture=None, link=None)] if (
            body.strip() and len(body) <= 1000 and harmless(body)
        ):
            return {"type": "message", "text": body, "textFormat": "plain", "summary": summary}
    drawn = to_card(blocks, more, refresh=refresh, dialogs=dialogs)
    message: Element = {"type": "message", "summary": summary, "attachments": [kit.attachment(drawn)]}
    answers = [block for block in blocks if isinstance(block, AnswerCard)]
    if answers:
        message["entities"] = [_citing(answers)]
    if any(_question(answer) for answer in answers):
        message["channelData"] = {"feedbackLoopEnabled": True}
    return message


def _citing(answers: Sequence[AnswerCard]) -> Element:
    """Where each answer comes from, in Teams' own terms; the card says it, too, for clients that do not show it."""
    claims = [
        {
            "@type": "Claim",
            "position": position,
            "appearance": {
                "@type": "DigitalDocument",
                "name": cut(answer.source, CITED),
                "abstract": cut(" ".join(answer.body.split()), ABSTRACT),
            },
        }
        for position, answer in enumerate(answers[:CITATIONS], start=1)
    ]
    known = {"type": "https://schema.org/Message", "@type": "Message", "@context": "https://schema.org", "@id": ""}
    return {**known, "citation": claims}


def _question(answer: AnswerCard) -> str:
    """The question that was answered; empty where none is kept."""
    return next((each.value for each in answer.buttons if each.action == "helpful"), "")


def _short(body: str) -> bool:
    return bool(body.strip()) and len(body) <= 1000 and harmless(body)


def to_notification(blocks: Sequence[Shown]) -> str:
    return cut(" ".join(" ".join(plain(block).split()) for block in blocks), 300) or "–"


def whole_case(card: CaseCard, decided: Sequence[Text] = ()) -> Element:
    """A case with nothing left out that a dialog can hold. ``decided``: on drafts like it."""
    return _fitting(lambda share: _whole(card, decided, share), DIALOG)


def _fitting(draw: Callable[[float], list[Element]], most: int) -> Element:
    """The card whose texts are cut as little as its bytes allow."""
    for share in SHARES:
        drawn = kit.card(draw(share))
        if weight(drawn) <= most:
            return drawn
    while weight(drawn) > most and len(drawn["body"]) > 1:
        del drawn["body"][-1]
    return drawn


def _body(blocks: Sequence[Shown], pen: Pen) -> list[Element]:
    drawn: list[Element] = []
    for block in blocks:
        part = to_elements(block, pen)
        if drawn and part:
            part[0] = part[0] | {"separator": True, "spacing": "medium"}
        drawn += part
    return drawn or kit.paragraph("–", 10)


def to_elements(block: Shown, pen: Pen) -> list[Element]:
    match block:
        case Text(body=body, urgent=urgent, buttons=wanted, picture=picture):
            said = kit.paragraph(f"🚨 {body}" if urgent else body, pen.most(6000))
            seen = [kit.image(picture.png, picture.alt)] if picture else []
            leads = [kit.link(*block.link)] if block.link else []
            return [*(kit.box(said, "attention") if urgent else said), *seen, *pen.buttons(wanted, *leads)]
        case AnswerCard():
            return _answer(block, pen)
        case Options():
            return _options(block, pen)
        case Findings():
            return _findings(block, pen)
        case CaseCard():
            return _case(block, pen)
        case StatusCard():
            return _status(block, pen)
        case _:
            assert_never(block)


def _answer(card: AnswerCard, pen: Pen) -> list[Element]:
    question = _question(card)
    drawn = [*kit.small(card.preface), *kit.paragraph(card.body, pen.most(4000)), *kit.small(f"📖 {card.source}")]
    drawn += pen.buttons(card.buttons)
    if card.related and question:
        related = card.related[:5]
        drawn += kit.small(f"{card.related_label}:")
        drawn += kit.actions([kit.execute("choose", each.label, f"{question}:{each.entry}") for each in related])
    elif card.related:
        drawn += kit.small(f"{card.related_label}: {' · '.join(choice.label for choice in card.related)}")
    return drawn


def _options(options: Options, pen: Pen) -> list[Element]:
    drawn = kit.paragraph(options.prompt, pen.most(1500))
    if not options.question:
        lines = "\n".join(f"{n}. {choice.label}" for n, choice in enumerate(options.choices, start=1))
        return [*drawn, *kit.paragraph(lines, pen.most(1500))]
    value = str(options.question)
    chosen = [kit.execute("choose", each.label, f"{value}:{each.entry}") for each in options.choices[:11]]
    chosen.append(kit.execute("none-of-these", options.none_label, value))
    # one below the other: a title is a line to read, not a word to press
    rows = [{"type": "ActionSet", "actions": [each], "spacing": "small"} for each in chosen]
    return [*drawn, rows[0] | {"spacing": "default"}, *rows[1:]]


def _findings(seen: Findings, pen: Pen) -> list[Element]:
    drawn = kit.heading(f"{MARKS[seen.verdict]} {seen.headline}", _VERDICTS[seen.verdict])
    told = seen.found[: max(3, int(FINDINGS * pen.share))]
    for line in told:
        drawn += kit.box(_found(line, pen))
    hidden = f"… + {len(seen.found) - len(told)}" if len(told) < len(seen.found) else ""
    drawn += kit.small(hidden, seen.more)
    if seen.questions:
        asked = "\n".join(f"• {question}" for question in seen.questions)
        drawn += [*kit.bold(seen.questions_label), *kit.paragraph(asked, pen.most(1000))]
    if seen.improved:
        drawn += [*kit.bold(seen.improved_label), *kit.quote(seen.improved, pen.most(3000))]
    drawn += kit.small(*(cut(note, 200) for note in seen.notes[:5]), most=pen.most(200))
    return [*drawn, *kit.small(seen.advice, most=pen.most(400)), *pen.buttons(seen.buttons)]


def _found(line: FoundLine, pen: Pen) -> list[Element]:
    head = kit.run(f"{MARKS[line.severity]} {cut(line.label, 60)}", weight="bolder")
    words = kit.run(f" · {cut(line.match, pen.most(250))}" if line.match else "")
    mend = kit.paragraph(f"→ {line.suggestion}", pen.most(400)) if line.suggestion.strip() else []
    drawn = [*kit.rich(head, words), *kit.paragraph(line.message, pen.most(400)), *mend]
    return [*drawn[:1], *(each | {"spacing": "small"} for each in drawn[1:]), *kit.small(line.why, most=pen.most(200))]


def _case(card: CaseCard, pen: Pen) -> list[Element]:
    urgent = f"🚨 {card.urgent}" if card.urgent else ""
    drawn = kit.heading(card.title, "attention" if urgent else "default")
    facts = (
        f"{STATES[card.state]} {card.state_label}", card.asker, card.language_label, card.age, urgent, card.topic,
    )  # fmt: skip
    drawn += [*kit.small(*facts, most=100), *kit.quote(card.text, pen.most(2200))]
    drawn += kit.small(f"➕ {card.repeats_label}" if card.repeats_label else "")
    for each in card.repeats[:3]:
        drawn += kit.small(f"• {cut(each, pen.most(120))}")
    if card.guesses:
        listed = "\n".join(f"• {cut(guess, 120)}" for guess in card.guesses[:5])
        drawn += [*kit.bold(card.guesses_label), *kit.paragraph(listed, pen.most(700))]
    drawn += kit.paragraph("\n".join(cut(finding, 150) for finding in card.findings[:5]), pen.most(800))
    if card.answer:
        drawn += [*kit.bold(card.answer_label), *kit.quote(card.answer, pen.most(2200))]
    for line in _history(card, pen):
        drawn += kit.small(line)
    whole = kit.opens("more", pen.more, str(card.number))
    if not pen.dialogs:
        whole = kit.execute("more", pen.more, str(card.number))
    menu = [kit.folded(kit.button(each, dialogs=pen.dialogs)) for each in card.menu[:FOLDED]]
    return [*drawn, *pen.buttons(card.buttons[:VISIBLE], kit.folded(whole), *menu)]


def _history(card: CaseCard, pen: Pen) -> list[str]:
    """The latest events that were not the first, oldest first. The answer stands above, and not here once more."""
    told = [replace(line, text="") if line.text == card.answer else line for line in card.history[1:][-HISTORY:]]
    heads = [f"{line.at:%d.%m. %H:%M}  {line.who} {line.what}" for line in told]
    lines = [head + (f": {cut(line.text, 200)}" if line.text else "") for head, line in zip(heads, told, strict=True)]
    return [cut(line, pen.most(300)) for line in lines]


def _whole(card: CaseCard, decided: Sequence[Text], share: float) -> list[Element]:
    most = int(40_000 * share)
    facts = (card.state_label, card.asker, card.language_label, card.age, card.urgent, card.topic)
    drawn = [*kit.heading(card.title), *kit.small(*facts), *kit.quote(card.text, most)]
    if card.repeats_label:
        drawn += kit.bold(f"➕ {card.repeats_label}")
        drawn += kit.paragraph("\n".join(f"• {each}" for each in card.repeats), most)
    for finding in card.findings[:20]:
        drawn += kit.small(finding)
    if card.answer:
        drawn += [*kit.bold(card.answer_label), *kit.quote(card.answer, most)]
    for each in decided:
        drawn += [part | {"separator": True, "spacing": "medium"} for part in kit.paragraph(each.body, most)]
    everything = (*card.buttons, *card.menu, *card.further)
    drawn += kit.in_dialog(kit.actions([kit.button(each, dialogs=True) for each in everything]))
    for line in card.history[-60:]:
        drawn += kit.small(f"{line.at:%d.%m. %H:%M}  {cut(line.who, 100)} {cut(line.what, 200)}")
        drawn += kit.paragraph("" if line.text == card.answer else line.text, most)
    return drawn


def _status(card: StatusCard, pen: Pen) -> list[Element]:
    drawn = [*kit.heading(f"{STATES[card.state]} {card.title}"), *kit.quote(card.quote, pen.most(600))]
    drawn += kit.paragraph(card.body, pen.most(1500))
    if card.answer:
        drawn += kit.box(kit.paragraph(card.answer, pen.most(5000)), "good")
    steps = "  →  ".join(f"{'✓' if reached else '○'} {cut(name, 30)}" for name, reached in card.steps)
    return [*drawn, *kit.small(steps), *pen.buttons(card.buttons)]
