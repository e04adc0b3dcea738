"""`handbok setup`: asks what must be set, one thing at a time, each checked as it is given; writes it to a file, makes
the manifests, and then looks at everything as `handbok doctor` does."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
import yaml

from adapters.cli.doctor import examine, shown
from adapters.cli.manifest import reached, slack_manifest
from adapters.cli.shared import FOUND, complain, told, write, write_bytes, write_text
from adapters.cli.teamspackage import package, zipped
from adapters.settings import read_settings
from adapters.settings.table import TABLE
from bot.errors import InputError, SettingsError
from bot.wording import wording

SAYS = {setting.name: setting.says for group in TABLE.values() for setting in group}
SECRET = ("TOKEN", "SECRET", "PASSWORD", "KEY")


@dataclass(frozen=True)
class Asked:
    """``make``: what is typed → what is set."""

    name: str
    may_be_empty: bool = False
    make: Callable[[str, Mapping[str, str]], str] = lambda given, _: given


def _owned(given: str, known: Mapping[str, str]) -> str:
    return f"{given}={known['HANDBOK_ORGANISATION']}" if given and "=" not in given else given


def _comms(given: str, known: Mapping[str, str]) -> str:
    named = given.partition("=")[0] in ("oslomet", "malmo")
    return f"{known['HANDBOK_ORGANISATION']}={given}" if given and not named else given


FIRST = (
    Asked("HANDBOK_ORGANISATION"),
    Asked("HANDBOK_URL", may_be_empty=True),
    Asked("HANDBOK_CONTACT", may_be_empty=True),
)
SLACK = (
    Asked("SLACK_BOT_TOKEN"),
    Asked("SLACK_APP_TOKEN", may_be_empty=True),
    Asked("SLACK_SIGNING_SECRET", may_be_empty=True),
    Asked("HANDBOK_SLACK_ORGANISATIONS", make=_owned),
    Asked("HANDBOK_SLACK_COMMS", make=_comms),
)
TEAMS = (
    Asked("TEAMS_APP_ID"),
    Asked("TEAMS_APP_TENANT_ID"),
    Asked("TEAMS_APP_PASSWORD"),
    Asked("HANDBOK_TEAMS_SECRET_EXPIRES", may_be_empty=True),
    Asked("HANDBOK_TEAMS_ORGANISATIONS", make=_owned),
    Asked("HANDBOK_TEAMS_COMMS", make=_comms),
)


@told
def setup(
    file: Annotated[Path, typer.Option("--file", help="Where the settings are written.")] = Path(".env"),
    check: Annotated[bool, typer.Option(help="Look at everything afterwards, as `handbok doctor` does.")] = True,
) -> None:
    """Ask what must be set, write it to a file, make the manifests, and look whether all of it works."""
    if file.exists():
        raise InputError(f"{file} is there already; name another with --file, or move it away")
    found: dict[str, str] = {}
    _ask(FIRST, found)
    for name, group in (("Slack", SLACK), ("Microsoft Teams", TEAMS)):
        if typer.confirm(f"Set up {name}?", default=False, err=True):
            _platform(group, found)
    _key(found)
    read_settings(found)
    _write(file, found)
    for made in _manifests(file.parent, found):
        complain(f"written to {made}")
    if check:
        remarks = list(examine(read_settings(found)))
        for remark in remarks:
            write(shown(remark))
        complain(f"start it with: handbok run --env-file {shlex.quote(str(file))}")
        raise typer.Exit(0 if all(remark.well for remark in remarks) else FOUND)


def _ask(group: tuple[Asked, ...], found: dict[str, str]) -> None:
    for asked in group:
        while True:
            value = _answer(asked, found)
            tried = {**found, **({asked.name: value} if value else {})}
            try:
                if group is FIRST:
                    read_settings(tried)
            except SettingsError as error:
                complain(str(error))
                continue
            found.clear()
            found.update(tried)
            break


def _platform(group: tuple[Asked, ...], found: dict[str, str]) -> None:
    """All of a platform, and again where together they cannot hold."""
    while True:
        tried = dict(found)
        _ask(group, tried)
        try:
            read_settings(tried)
        except SettingsError as error:
            complain(f"{error}; once more")
            continue
        found.update(tried)
        return


def _answer(asked: Asked, found: Mapping[str, str]) -> str:
    complain(f"{asked.name}: {SAYS[asked.name]}{' (may be left empty)' if asked.may_be_empty else ''}")
    hidden = any(part in asked.name for part in SECRET)
    default = "oslomet" if asked.name == "HANDBOK_ORGANISATION" else ("" if asked.may_be_empty else None)
    given = typer.prompt(asked.name, default=default, hide_input=hidden, show_default=bool(default), err=True)
    return asked.make(str(given).strip(), found)


def _key(found: dict[str, str]) -> None:
    from adapters.database import new_key  # noqa: PLC0415  # SQLAlchemy takes half a second

    found["HANDBOK_SECRET_KEY"] = new_key()
    complain("HANDBOK_SECRET_KEY: made; keep a copy of it apart from the backups")


def _write(file: Path, found: Mapping[str, str]) -> None:
    try:
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as written:
            written.writelines(f"{name}={value}\n" for name, value in found.items())
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}") from error
    complain(f"written to {file}, for you alone to read")


def _manifests(folder: Path, found: Mapping[str, str]) -> Iterator[Path]:
    url = found.get("HANDBOK_URL")
    if "SLACK_BOT_TOKEN" in found:
        over_http = url if "SLACK_SIGNING_SECRET" in found and "SLACK_APP_TOKEN" not in found else None
        made = folder / "slack-manifest.yaml"
        write_text(made, yaml.safe_dump(slack_manifest(over_http), sort_keys=False, allow_unicode=True, width=100))
        yield made
    if "TEAMS_APP_ID" in found and url:
        made = folder / "handbok-teams.zip"
        write_bytes(made, zipped(package(found["TEAMS_APP_ID"].lower(), reached(url, "Teams"), wording())))
        yield made
