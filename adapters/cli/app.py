"""Joins the sub-commands."""

from __future__ import annotations

from typing import Annotated

import typer

from adapters.cli.ask import ask, chat
from adapters.cli.backup import backup, restore
from adapters.cli.case import case
from adapters.cli.checkpost import checkpost
from adapters.cli.doctor import doctor
from adapters.cli.evaluate import evaluate
from adapters.cli.hold import hold, release
from adapters.cli.key import key
from adapters.cli.knowledge import knowledge
from adapters.cli.manifest import manifest
from adapters.cli.person import person
from adapters.cli.run import run
from adapters.cli.setup import setup
from adapters.cli.shared import write
from adapters.version import VERSION

app = typer.Typer(
    help="Handbok: answers from the handbook, a look at your draft, and a person for the rest.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        write(f"handbok {VERSION}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Which Handbok this is.")
    ] = False,
) -> None:
    """Handbok: answers from the handbook, a look at your draft, and a person for the rest."""


app.command("ask")(ask)
app.command("chat")(chat)
app.command("run")(run)
app.command("backup")(backup)
app.command("restore")(restore)
app.command("hold")(hold)
app.command("release")(release)
app.command("setup")(setup)
app.command("checkpost")(checkpost)
app.command("doctor")(doctor)
app.command("evaluate")(evaluate)
app.add_typer(case, name="case")
app.add_typer(key, name="key")
app.add_typer(person, name="person")
app.add_typer(knowledge, name="knowledge")
app.add_typer(manifest, name="manifest")
