"""`handbok checkpost`: a draft before it is published."""

from __future__ import annotations

import sys
from functools import cache
from typing import Annotated, Any

import typer

from adapters.app.modelcache import load_opinion
from adapters.app.parts import language, organisation
from adapters.cli import ruleuse
from adapters.cli.shared import FOUND, MISUSE, complain, settings, stdin_lines, told, write, write_json
from adapters.console.lines import parse
from bot.errors import InputError
from bot.knowledge import KnowledgeBase, Organisation
from bot.language import Language
from bot.loading import load
from bot.messages import Block, Text
from bot.review import Review, Rulebook, Speller, explain, find_platform, find_speller, listing, load_rules, review
from bot.showing import findings
from bot.wording import wording

STATUS = {"ready": 0, "consider": FOUND, "stop": FOUND}


@told
def checkpost(  # noqa: PLR0913, PLR0917  # one for each option
    text: Annotated[list[str] | None, typer.Argument(help="The draft, or - for stdin.", show_default=False)] = None,
    org: Annotated[str | None, typer.Option("--org", help="Whose staff writes: oslomet or malmo.")] = None,
    platform: Annotated[str | None, typer.Option("--platform", help="Where it is to be published.")] = None,
    lang: Annotated[str | None, typer.Option("--lang", help="Tell it in nb, nn, sv or en.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object and nothing else.")] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help='Lines of {"text","org","platform"} from stdin.')] = False,
    list_: Annotated[bool, typer.Option("--list", help="The rules.")] = False,
) -> None:
    """Look at a draft before it is published. `checkpost explain RULE` tells what a rule sees and why;
    `checkpost rules`, how often people set its findings aside."""
    reply = language(lang)
    if list_:
        return _list(reply or Language.EN)
    if jsonl:
        raise typer.Exit(_check_lines(reply))
    if text == ["rules"]:
        return _rules_in_use(org, json)
    if text and text[0] == "explain":
        return _explain(" ".join(text[1:]), reply or Language.EN)
    who = organisation(_knowledge(), org or settings().organisation)
    draft = sys.stdin.buffer.read().decode("utf-8", "replace") if text == ["-"] else " ".join(text or ())
    if not draft.strip():
        raise InputError(wording()("check.how", reply or who.language))
    seen = _review(draft, who, platform, reply)
    if json:
        write_json(as_json(seen))
    else:
        _draw(draft, seen, reply or seen.language or who.language)
    raise typer.Exit(STATUS[seen.verdict])


def as_json(seen: Review) -> dict[str, Any]:
    """A review as the command line gives it. Places are code points of the draft, half-open."""
    return {
        "verdict": seen.verdict,
        "language": seen.language.value if seen.language else None,
        "findings": [
            {
                "rule": found.rule,
                "severity": found.severity.value,
                "sections": list(found.sections),
                "start": found.start,
                "end": found.end,
                "match": found.match,
                "message": found.message,
                "suggestion": found.suggestion,
                "replacement": found.replacement,
            }
            for found in seen.findings
        ],
        "improved": seen.improved,
        "questions": [{"rule": asking.rule, "text": asking.text} for asking in seen.questions],
        "hidden": seen.hidden,
        "notes": list(seen.notes),
    }


@cache
def _knowledge() -> KnowledgeBase:
    return load(settings().knowledge)


@cache
def _rules() -> Rulebook:
    return load_rules(settings().knowledge, _knowledge(), load_opinion(settings().cache))


@cache
def _speller() -> Speller | None:
    return find_speller()


def _review(draft: str, who: Organisation, platform: str | None, reply: Language | None) -> Review:
    on = find_platform(platform, _rules().platforms) if platform else None
    return review(draft, organisation=who, platform=on, rules=_rules(), speller=_speller(), reply=reply)


def shown(draft: str, who: Organisation, spoken: Language) -> list[Block]:
    """A review as blocks, for a conversation; without a draft, how to use it."""
    if not draft.strip():
        return [Text(wording()("check.how", spoken))]
    seen = _review(draft, who, None, None)
    return [findings(draft, seen, _knowledge(), seen.language or spoken, wording())]


def _check_lines(reply: Language | None) -> int:
    status = 0
    for number, item in parse(stdin_lines()):
        try:
            if isinstance(item, InputError):
                raise item
            who = organisation(_knowledge(), item.get("org") or settings().organisation)
            write_json(as_json(_review(item["text"], who, item.get("platform"), reply)))
        except InputError as error:
            said = str(error) if str(error).startswith("line ") else f"line {number}: {error}"
            complain(said)
            write_json({"error": said})
            status = MISUSE
    return status


def _draw(draft: str, seen: Review, spoken: Language) -> None:
    from adapters.console.render import console, draw, marked  # noqa: PLC0415  # rich, which --json need not pay for

    drawn = findings(draft, seen, _knowledge(), spoken, wording())
    screen = console()
    if screen.is_terminal:
        screen.print(marked(draft, drawn))
        screen.print()
    screen.print(draw(drawn))


def _list(spoken: Language) -> None:
    for rule in listing(spoken, rules=_rules(), knowledge=_knowledge()):
        sections = ", ".join(section for section, _ in rule.sections)
        write(f"{rule.rule:16} {rule.severity.value:5} {rule.name}  ({sections})")


def _rules_in_use(org: str | None, json: bool) -> None:
    whose = organisation(_knowledge(), org).id if org else None
    made = ruleuse.kept(whose)
    if json:
        write_json(ruleuse.as_json(made))
    else:
        for line in ruleuse.lines(made):
            write(line)


def _explain(rule: str, spoken: Language) -> None:
    found = explain(rule, spoken, rules=_rules(), knowledge=_knowledge())
    write(f"{found.rule} ({found.severity.value}): {found.name}\n\n{found.why}\n→ {found.suggestion}\n")
    for section, title in found.sections:
        write(f"{section}: {title}")
    for whose, setting in found.settings:
        write(f"{whose}: {setting}")
    for mark, examples in (("✗", found.bad), ("✓", found.good)):
        write("")
        for example in examples:
            write(f"{mark} {example}")
