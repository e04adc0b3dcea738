"""Outcomes as messages, in the reply's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from bot.answering import Answered, Clarify, Escalate, Greeting, Reply
from bot.knowledge import Entry, EntryId, Handoff, KnowledgeBase, Organisation, OrganisationId, SectionId
from bot.language import Language
from bot.messages import AnswerCard, Block, CaseCard, Choice, Findings, FoundLine, Options, StatusCard, Text
from bot.review import Finding, Review
from bot.wording import Wording


def show(reply: Reply, knowledge: KnowledgeBase, who: Organisation, say: Wording) -> Text | AnswerCard | Options:
    """What someone at ``who`` sees of a reply."""
    language = reply.language
    match reply.outcome:
        case Answered() as answered:
            return answer_card(answered, knowledge, who, language, say)
        case Clarify(options=options, understood=understood):
            chosen = choices((option.entry for option in options), knowledge, language)
            asked = "ask.did-you-mean" if any(option.probability for option in options) else "ask.more-about"
            prompt = say("ask.understood", language, title=chosen[0].label) if understood else say(asked, language)
            return Options(prompt, chosen, say("ask.none-of-these", language))
        case Escalate(reason="handoff", text=text, urgent=urgent):
            return Text(text, urgent)
        case Escalate(reason=reason):
            return Text(say(f"ask.{reason}", language, department=who.fact("department", language)))
        case Greeting(text=text):
            return Text(text)
        case _:
            assert_never(reply.outcome)


def answer_card(
    answered: Answered, knowledge: KnowledgeBase, who: Organisation, language: Language, say: Wording
) -> AnswerCard:
    """An answer with its source named; another handbook's answer says whose it is."""
    owner = knowledge.organisation[answered.whose]
    preface, body = "", answered.text
    if answered.taught:
        source = say("teach.source", language, organisation=owner.name)
        preface = _of_a_person(answered, owner, who, language, say)
    else:
        source = _source(answered.whose, answered.sections[0], knowledge, language, say)
        if answered.elsewhere:
            body = _told_of(answered, knowledge, who, language, say)
        elif owner.id != who.id:
            entry = knowledge.topic[answered.entry]
            silent = isinstance(entry, Entry) and knowledge.is_silent(entry, who.id)
            key = "ask.other-handbook" if silent else "ask.from-other-handbook"
            preface = say(key, language, organisation=owner.name, department=who.fact("department", language))
    if answered.beside:
        more = answered.beside
        body = (
            f"{body}\n\n{say('ask.beside', language, organisation=knowledge.organisation[more.whose].name)} {more.text}"
        )
        source = f"{source} · {_source(more.whose, more.sections[0], knowledge, language, say)}"
    return AnswerCard(
        entry=answered.entry,
        body=body,
        source=source,
        sections=answered.sections,
        preface=preface,
        related=choices(answered.related, knowledge, language),
        related_label=say("ask.related", language),
    )


def _source(
    whose: OrganisationId, section: SectionId, knowledge: KnowledgeBase, language: Language, say: Wording
) -> str:
    name, title = knowledge.organisation[whose].name, knowledge.section[section].title[language]
    return say("ask.source", language, organisation=name, section=title)


def _told_of(answered: Answered, knowledge: KnowledgeBase, who: Organisation, language: Language, say: Wording) -> str:
    """That another handbook has an answer which holds there alone; and whom to ask instead."""
    entry = knowledge.topic[answered.entry]
    title = entry.title[language] if isinstance(entry, Entry) else ""
    return say(
        "ask.elsewhere",
        language,
        title=title,
        organisation=knowledge.organisation[answered.whose].name,
        department=who.fact("department", language),
    )


def _of_a_person(answered: Answered, owner: Organisation, who: Organisation, language: Language, say: Wording) -> str:
    """That the answer is another organisation's, or in another language, where it is."""
    lines = []
    if owner.id != who.id:
        department = who.fact("department", language)
        lines.append(say("teach.other", language, organisation=owner.name, department=department))
    if answered.taught and answered.taught is not language:
        lines.append(say(f"teach.in.{answered.taught.value}", language))
    return " ".join(lines)


def choices(entries: Iterable[EntryId], knowledge: KnowledgeBase, language: Language) -> tuple[Choice, ...]:
    topics = (knowledge.topic[entry] for entry in entries)
    return tuple(Choice(topic.id, topic.title[language]) for topic in topics if isinstance(topic, Entry | Handoff))


def findings(draft: str, seen: Review, knowledge: KnowledgeBase, language: Language, say: Wording) -> Findings:
    """A review as it is shown. ``language``: the one that the review is written in. A draft in which nothing was mended
    is not shown once more."""
    return Findings(
        verdict=seen.verdict,
        headline=say(f"check.{seen.verdict}", language),
        advice=seen.summary,
        found=tuple(_line(found, knowledge, language, say) for found in seen.findings),
        more=say("check.more", language, count=seen.hidden) if seen.hidden else "",
        questions_label=say("check.questions", language),
        questions=tuple(asking.text for asking in seen.questions),
        improved_label=say("check.improved", language),
        improved=seen.improved if seen.improved != draft else "",
        notes=seen.notes,
    )


def _line(found: Finding, knowledge: KnowledgeBase, language: Language, say: Wording) -> FoundLine:
    section = knowledge.section[found.sections[0]]
    owner = next(each for each in knowledge.organisations if section in each.sections)
    return FoundLine(
        rule=found.rule,
        severity=found.severity.value,
        label=say(f"check.{found.severity.value}-label", language),
        start=found.start,
        end=found.end,
        match=found.match,
        message=found.message,
        why=say("ask.source", language, organisation=owner.name, section=section.title[language]),
        suggestion=found.suggestion,
    )


def plain(block: Block) -> str:
    """A block as plain text, for pipes, logs and notifications."""
    match block:
        case Text(body=body):
            return body
        case AnswerCard() as card:
            return "\n\n".join(part for part in (card.preface, card.body, card.source) if part)
        case Options() as options:
            numbered = (f"{number}. {choice.label}" for number, choice in enumerate(options.choices, start=1))
            return "\n".join((options.prompt, *numbered))
        case Findings() as seen:
            told = (f"{line.label}: “{line.match}” {line.message} {line.suggestion}" for line in seen.found)
            return "\n".join(part for part in (seen.headline, seen.advice, *told, seen.more) if part)
        case CaseCard() as card:
            return "\n".join(part for part in (card.title, card.state_label, card.text, card.answer) if part)
        case StatusCard() as card:
            return "\n".join(part for part in (card.title, card.body, card.answer) if part)
        case _:
            assert_never(block)
