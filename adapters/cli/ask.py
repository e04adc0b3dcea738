"""`handbok ask` and `handbok chat`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from adapters.app.parts import Parts, language
from adapters.cli.checkpost import shown
from adapters.cli.explaining import explained
from adapters.cli.shared import MISUSE, complain, fail, parts, read_text, stdin_lines, told, write, write_json
from adapters.console.lines import as_json, parse
from bot.answering import Asker, Reply, respond
from bot.errors import InputError
from bot.knowledge import Organisation
from bot.language import Language

Org = Annotated[str | None, typer.Option("--org", help="Whose staff asks: oslomet or malmo.", show_default=False)]
Lang = Annotated[str | None, typer.Option("--lang", help="Answer in nb, nn, sv or en.", show_default=False)]


@told
def ask(  # noqa: PLR0913, PLR0917  # an option of the command each
    text: Annotated[list[str] | None, typer.Argument(help="The question.", show_default=False)] = None,
    org: Org = None,
    lang: Lang = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object and nothing else.")] = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='Lines of {"text","org"} from stdin, a line back for each.')
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="What carried the match, and what spoke against it.")
    ] = False,
    lessons: Annotated[
        Path | None,
        typer.Option(
            "--lessons",
            help="As if these had been saved: YAML of `handbok knowledge export --learned`.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Answer one question, or many as JSON lines."""
    wanted = language(lang)
    if jsonl:
        raise typer.Exit(_ask_lines(_knowing(lessons), wanted))
    if not text:
        fail("ask what? Try: handbok ask “Jeg har lagt ut noe feil, hva gjør jeg?”")
    question = " ".join(text)
    found = _knowing(lessons)
    who = found.organisation(org)
    replies = respond(question, found.knowledge, found.matcher, Asker(who.id, wanted))
    if json:
        write_json(as_json(replies, found.knowledge, who, found.say))
        return
    _draw(found, who, replies)
    if explain:
        for reply in replies:
            _explain(found, reply)


def _ask_lines(found: Parts, wanted: Language | None) -> int:
    status = 0
    for number, item in parse(stdin_lines()):
        try:
            if isinstance(item, InputError):
                raise item
            who = found.organisation(item.get("org"))
            spoken = language(item["lang"]) if item.get("lang") else wanted
            replies = respond(item["text"], found.knowledge, found.matcher, Asker(who.id, spoken))
            write_json(as_json(replies, found.knowledge, who, found.say))
        except InputError as error:
            said = str(error) if str(error).startswith("line ") else f"line {number}: {error}"
            complain(said)
            write_json({"error": said})
            status = MISUSE
    return status


def _draw(found: Parts, who: Organisation, replies: tuple[Reply, ...]) -> None:
    from adapters.console.render import console, draw  # noqa: PLC0415  # rich costs 0.1 s that --json need not pay
    from bot.showing import show  # noqa: PLC0415

    screen = console()
    for number, reply in enumerate(replies):
        if number:
            screen.print()
        screen.print(draw(show(reply, found.knowledge, who, found.say)))


def _knowing(lessons: Path | None) -> Parts:
    """The parts, taught what stands in a file. KnowledgeError with every fault of it."""
    found = parts()
    if lessons is None:
        return found
    from bot.lessons import read_lessons, teach  # noqa: PLC0415  # who teaches nothing need not wait for it
    from bot.matching.grafting import basis, graft  # noqa: PLC0415

    taught = teach(found.knowledge, read_lessons(read_text(lessons), lessons))
    matcher = graft(basis(found.knowledge, found.matcher), taught)
    return replace(found, knowledge=taught, matcher=matcher)


def _explain(found: Parts, reply: Reply) -> None:
    write("")
    for line in explained(reply, found.knowledge, found.matcher):
        write(line)


@told
def chat(org: Org = None, lang: Lang = None) -> None:
    """Talk with the bot in the terminal."""
    from adapters.console.chat import LEAVE, Chat  # noqa: PLC0415
    from adapters.console.render import console, draw  # noqa: PLC0415

    found = parts()
    wanted = language(lang)
    who = found.organisation(org)
    talk = Chat(found.knowledge, found.matcher, found.say, who, wanted, fixed=wanted is not None, review=shown)
    screen = console()
    screen.print(draw(talk.welcome()))
    while True:
        try:
            line = screen.input("\n› ") if sys.stdin.isatty() else next(iter(stdin_lines()), "/quit").rstrip("\n")
        except (EOFError, KeyboardInterrupt):
            line = "/quit"
        if line.strip() in LEAVE:
            screen.print(found.say("chat.goodbye", talk.speaks))
            return
        if line.strip():
            screen.print()
        for block in talk.say_to(line) if line.strip() else ():
            screen.print(draw(block))
