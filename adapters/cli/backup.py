"""`handbok backup` and `handbok restore`: everything that is kept, in one file, beside a running server."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.envfile import EnvFile, load
from adapters.cli.shared import complain, settings, told, write
from adapters.settings import Settings, needs_key
from bot.errors import InputError, SettingsError

if TYPE_CHECKING:
    from adapters.database.backup import Meta
    from adapters.database.restoring import Restored

File = Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")]


@told
def backup(file: File, env_file: EnvFile = None) -> None:
    """Everything that is kept, into FILE, also while the server runs. It is read back before it counts."""
    load(env_file)
    from adapters.app.starting import kept_secret  # noqa: PLC0415  # SQLAlchemy takes half a second
    from adapters.database.backup import back_up  # noqa: PLC0415

    found = settings()
    if file.is_dir():
        raise InputError(f"{file} is a folder; name a file in it")
    meta = back_up(found.database, file, found.secret or kept_secret(found.database), found.passphrase)
    rows = sum(content.rows for content in meta.tables.values())
    complain(f"{file}: {rows} rows of {len(meta.tables)} tables, read back and the same")
    if meta.has_key:
        complain("the secret key is in it, sealed by HANDBOK_BACKUP_PASSPHRASE; keep that elsewhere")
    else:
        complain(
            "the secret key is NOT in it; keep it elsewhere, or set HANDBOK_BACKUP_PASSPHRASE. Without the key nobody "
            "can be told the answer to what they asked confidentially"
        )


@told
def restore(
    file: File,
    env_file: EnvFile = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before what is there is replaced.")] = False,
    show_key: Annotated[bool, typer.Option("--show-key", help="Only print the key that the backup holds.")] = False,
) -> None:
    """FILE in place of what is kept now. Case numbers that were given out are never given out again."""
    load(env_file)
    from adapters.database.backup import key_in, verified  # noqa: PLC0415

    found, meta = settings(), verified(file)
    if show_key:
        key = key_in(meta, found.passphrase)
        if not key:
            raise InputError(f"{file} holds no key; it was made without HANDBOK_BACKUP_PASSPHRASE")
        write(key)
        return
    needs_key(found)
    secret = _secret(found, meta)
    if not yes and sys.stdin.isatty() and _anything(found.database):
        typer.confirm("What is kept now is replaced by the backup. Go on?", abort=True, err=True)
    done = asyncio.run(_restore(found, secret, file))
    complain(f"restored {done.rows} rows, {done.cases} cases; the next case gets number {done.next_case}")


def _anything(database: str) -> bool:
    from adapters.database import tables_version  # noqa: PLC0415

    return tables_version(database) is not None


def _secret(found: Settings, meta: Meta) -> str:
    """The key that opens what is restored, put beside a SQLite database where it is not there. SettingsError."""
    from adapters.app.starting import keep_secret, kept_secret, own_secret  # noqa: PLC0415
    from adapters.database.backup import key_in  # noqa: PLC0415
    from adapters.database.sealing import fingerprint, keys_of  # noqa: PLC0415

    secret = found.secret or kept_secret(found.database)
    lacking = set(meta.key.get("fingerprints", ())) - {fingerprint(key) for key in keys_of(secret)}
    if not lacking:
        return secret or own_secret(found.database)
    if found.secret:
        raise SettingsError(
            "HANDBOK_SECRET_KEY is not the key of this backup; put that one behind it after a comma "
            "(`handbok restore FILE --show-key` tells it, where the backup holds it)"
        )
    if not meta.has_key:
        raise SettingsError("the backup holds no key; set HANDBOK_SECRET_KEY to the one that it was made with")
    secret = key_in(meta, found.passphrase)
    keep_secret(found.database, secret)
    return secret


async def _restore(found: Settings, secret: str, file: Path) -> Restored:
    from adapters.database import opened  # noqa: PLC0415
    from adapters.delivery import outbox  # noqa: PLC0415

    async with opened(found.database, secret, shared=True, trusting=True) as database, outbox(database.url) as box:
        return await database.restore(file, box.clear, box)
