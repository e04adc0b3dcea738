"""`handbok person`: what is kept about somebody, and its erasure. ID is ours, Slack's or Teams', or a name."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapters.cli.envfile import EnvFile, load
from adapters.cli.shared import complain, settings, told, write, write_text

if TYPE_CHECKING:
    from adapters.database.personal import Erased, Personal

person = typer.Typer(help="What is kept about somebody: shown, or erased.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(metavar="ID", help="Ours (p-…), the user's id in Slack or Teams, or a whole name.")]


@person.command("export")
@told
def export(
    who: Id,
    out: Annotated[Path | None, typer.Option("--out", help="A file to write to, instead of the screen.")] = None,
    env_file: EnvFile = None,
) -> None:
    """Everything that is kept about a person, as JSON, also what they asked confidentially."""
    load(env_file)
    found = asyncio.run(_export(who))
    text = json.dumps(found, ensure_ascii=False, indent=1)
    if out:
        write_text(out, text + "\n")
        complain(f"written to {out}")
    else:
        write(text)


@person.command("erase")
@told
def erase(
    who: Id,
    why: Annotated[str, typer.Option("--why", help="For the record of deletions; no name.")] = "asked for",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    env_file: EnvFile = None,
) -> None:
    """Take away who a person is, everywhere: account, questions, and their name in every text. It cannot be undone;
    backups made before still hold it until they are thrown away."""
    load(env_file)
    if not yes:
        typer.confirm(f"Erase everything about {who}? It cannot be undone", abort=True, err=True)
    done = asyncio.run(_erase(who, why))
    complain(f"erased; {done.rows} rows changed")
    if done.held:
        numbers = ", ".join(map(str, done.held))
        complain(f"held, and left as they are: case {numbers}; who they are about is kept as long")


@asynccontextmanager
async def open_personal() -> AsyncIterator[Personal]:
    from adapters.app.starting import kept_secret  # noqa: PLC0415
    from adapters.database import opened  # noqa: PLC0415

    found = settings()
    secret = found.secret or kept_secret(found.database)
    async with opened(found.database, secret, shared=True) as database, database.personal() as work:
        yield work


async def _export(who: str) -> dict[str, Any]:
    async with open_personal() as work:
        this = await work.found(who)
        kept = await work.everything(this)
    return {"format": "handbok-person-1", "person": this, "made": datetime.now(UTC).isoformat(), "kept": kept}


async def _erase(who: str, why: str) -> Erased:
    async with open_personal() as work:
        return await work.erase(await work.found(who), why)
