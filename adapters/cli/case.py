"""`handbok case`: a case with its journal, as a record for archives or for whoever asks to see it."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.app.parts import language as named
from adapters.cli.envfile import EnvFile, load
from adapters.cli.shared import complain, settings, told, write, write_text
from bot.errors import InputError
from bot.loading import load as load_knowledge
from bot.wording import wording

if TYPE_CHECKING:
    from adapters.app.records import Record

case = typer.Typer(help="A case with its journal, as a record.", no_args_is_help=True)


@case.command("export")
@told
def export(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="Of the case.", min=1)],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the files are written.")],
    public: Annotated[
        bool, typer.Option("--public", help="An extract to show to anybody, without what is confidential.")
    ] = False,
    lang: Annotated[str | None, typer.Option("--lang", help="Of the page: nb, nn, sv or en.")] = None,
    env_file: EnvFile = None,
) -> None:
    """Write the case as JSON and as a page of HTML, with the JSON's schema beside them. The case is only read."""
    load(env_file)
    from adapters.app.records import extract, page, schema  # noqa: PLC0415

    found = asyncio.run(_record(number))
    record = extract(found) if public else found
    knowledge = load_knowledge(settings().knowledge)
    organisation = knowledge.organisation.get(record.organisation)
    if organisation is None:
        raise InputError(f"case {number} is of {record.organisation}, which the knowledge no longer has")
    language = named(lang) or organisation.language
    name = f"case-{number}-public" if public else f"case-{number}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder} cannot be made: {error.strerror}") from error
    write_text(folder / f"{name}.json", record.model_dump_json(indent=1) + "\n")
    write_text(folder / f"{name}.html", page(record, organisation, wording(), language))
    write_text(folder / "case-record.schema.json", json.dumps(schema(), ensure_ascii=False, indent=1) + "\n")
    complain(f"written to {folder}: {name}.json, {name}.html, case-record.schema.json")


@case.command("schema")
@told
def show_schema() -> None:
    """The JSON Schema of a record."""
    from adapters.app.records import schema  # noqa: PLC0415

    write(json.dumps(schema(), ensure_ascii=False, indent=1))


async def _record(number: int) -> Record:
    from adapters.app.records import record  # noqa: PLC0415
    from adapters.app.starting import kept_secret  # noqa: PLC0415
    from adapters.database import opened  # noqa: PLC0415

    found = settings()
    secret = found.secret or kept_secret(found.database)
    async with opened(found.database, secret, shared=True) as database, database.store().look() as work:
        case = await work.case(number)
        if case is None:
            raise InputError(f"there is no case {number}")
        history, messages = await work.history(number), await work.messages(number)
        people = [await work.find_person(who) for who in {event.who for event in history} | {case.asker}]
        known = {person.id: person for person in people if person}
        return record(case, history, messages, known, held=await work.is_held(number), made=datetime.now(UTC))
