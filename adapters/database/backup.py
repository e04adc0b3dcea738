"""A backup: one zip file with every row, made while the server runs, and proven by reading it back.

    meta.json           version of the tables, counts and checksums, the highest numbers given out, the key
    tables/NAME.jsonl   a row a line, as an array in the order of the columns that meta.json names

It is the same for both databases, so that what was kept in SQLite can be restored into PostgreSQL. The key is in it
only where a passphrase seals it; without one its absence is said, since a backup without its key cannot tell who asked
confidentially.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import secrets
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from sqlalchemy import Connection, DateTime, MetaData, Table, func, inspect, select

from adapters.database.engine import parse, sqlite_file
from adapters.database.failing import as_storage_errors
from adapters.database.migrating import version
from adapters.database.migrations import VERSION_TABLE
from adapters.database.reading import looking
from adapters.database.sealing import fingerprint, keys_of
from adapters.database.tables import PREFIX
from bot.errors import InputError, SettingsError

FORMAT = 1
META = "meta.json"
EMPTY = "there is nothing to back up yet; the tables are made at the first start"
PART = 1000  # rows that are read at a time
WORK = 2**15  # of scrypt: a tenth of a second, 32 MB


@dataclass(frozen=True)
class Content:
    """One table. ``moments``: its columns that hold times; ``highest``: the last number given out, if it does."""

    columns: list[str]
    moments: list[str]
    rows: int
    sha256: str
    highest: int | None = None


@dataclass(frozen=True)
class Meta:
    tables_version: str
    made: str
    tables: dict[str, Content]
    key: dict[str, Any] = field(default_factory=dict)  # fingerprints; sealed and salt where it is in it
    format: int = FORMAT

    @property
    def has_key(self) -> bool:
        return "sealed" in self.key


def back_up(url: str, to: Path, secret: str, passphrase: str) -> Meta:
    """Writes a backup beside ``to``, reads it back, and puts it in its place.

    StorageError where the database does not answer, InputError where the file cannot be written or does not hold what
    was read.
    """
    file_of_it = sqlite_file(parse(url))
    if file_of_it is not None and not file_of_it.exists():
        raise InputError(EMPTY)
    part = to.with_name(f"{to.name}.part")
    try:
        handle = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "wb") as file:
            with as_storage_errors("nothing was backed up"), looking(url) as connection:
                meta = _write(connection, file, _key(secret, passphrase))
            file.flush()
            os.fsync(file.fileno())
        verified(part)
        part.replace(to)
    except OSError as error:
        raise InputError(f"{to} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return meta


def _key(secret: str, passphrase: str) -> dict[str, Any]:
    found: dict[str, Any] = {"fingerprints": [fingerprint(key) for key in keys_of(secret)]}
    if secret and passphrase:
        salt = secrets.token_bytes(16)
        found |= {"salt": salt.hex(), "sealed": _lock(passphrase, salt).encrypt(secret.encode()).decode()}
    return found


def key_in(meta: Meta, passphrase: str) -> str:
    """The key that the backup holds; empty where it holds none. SettingsError where the passphrase does not open it."""
    if not meta.has_key:
        return ""
    if not passphrase:
        raise SettingsError("the backup's key is sealed; set HANDBOK_BACKUP_PASSPHRASE to what sealed it")
    try:
        lock = _lock(passphrase, bytes.fromhex(meta.key["salt"]))
        return lock.decrypt(meta.key["sealed"].encode()).decode()
    except InvalidToken as error:
        raise SettingsError("HANDBOK_BACKUP_PASSPHRASE does not open the backup's key; set what sealed it") from error


def _lock(passphrase: str, salt: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(Scrypt(salt=salt, length=32, n=WORK, r=8, p=1).derive(passphrase.encode())))


def _write(connection: Connection, file: IO[bytes], key: dict[str, Any]) -> Meta:
    found = version(connection)
    if found is None:
        raise InputError(EMPTY)
    contents = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(inspect(connection).get_table_names()):
            if name.startswith(PREFIX) and name != VERSION_TABLE:
                contents[name] = _put(connection, archive, Table(name, MetaData(), autoload_with=connection))
        meta = Meta(found, datetime.now(UTC).isoformat(timespec="seconds"), contents, key)
        archive.writestr(META, json.dumps(asdict(meta), indent=1))
    return meta


def _put(connection: Connection, archive: zipfile.ZipFile, table: Table) -> Content:
    moments = [column.name for column in table.columns if isinstance(column.type, DateTime)]
    rows, digest = 0, hashlib.sha256()
    order = [*table.primary_key.columns] or [*table.columns]
    found = connection.execution_options(stream_results=True, yield_per=PART).execute(select(table).order_by(*order))
    with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as entry:
        for row in found:
            line = json.dumps([_plain(value) for value in row], ensure_ascii=False).encode("utf-8", "replace") + b"\n"
            entry.write(line)
            digest.update(line)
            rows += 1
    return Content(list(table.columns.keys()), moments, rows, digest.hexdigest(), highest(connection, table))


def highest(connection: Connection, table: Table) -> int | None:
    """The last number that a table has given out, also where that row is gone; None where it gives none."""
    keys = list(table.primary_key.columns)
    if len(keys) != 1 or table.name == f"{PREFIX}holds":
        return None
    if connection.dialect.name == "sqlite":
        if not inspect(connection).has_table("sqlite_sequence"):
            return None
        query = "SELECT seq FROM sqlite_sequence WHERE name = ?"
        row = connection.exec_driver_sql(query, (table.name,)).first()
        return int(row[0]) if row else (0 if _counts(connection, table.name) else None)
    name = connection.scalar(select(func.pg_get_serial_sequence(table.name, keys[0].name)))
    if name is None:
        return None
    last, called = connection.exec_driver_sql(f"SELECT last_value, is_called FROM {name}").one()  # noqa: S608  # its own
    return int(last) if called else int(last) - 1


def _counts(connection: Connection, name: str) -> bool:
    made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).scalar()
    return "AUTOINCREMENT" in str(made)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    return value


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def verified(file: Path) -> Meta:
    """What is in a backup, every row of it read and compared. InputError where it is none, or damaged."""
    try:
        with zipfile.ZipFile(file) as archive:
            meta = _meta(archive)
            for name, content in meta.tables.items():
                rows, digest = 0, hashlib.sha256()
                with archive.open(f"tables/{name}.jsonl") as entry:
                    for line in entry:
                        digest.update(line)
                        rows += 1
                if (rows, digest.hexdigest()) != (content.rows, content.sha256):
                    raise InputError(f"{file} is damaged: {name} holds other rows than it should; take another backup")
            return meta
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}") from error
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError) as error:
        raise InputError(f"{file} is no backup of Handbok's, or damaged; take another") from error


def _meta(archive: zipfile.ZipFile) -> Meta:
    found = json.loads(archive.read(META))
    if found.get("format") != FORMAT:
        raise InputError("the backup is of a newer Handbok; restore it with that one")
    tables = {name: Content(**content) for name, content in found.pop("tables").items()}
    return Meta(tables=tables, **found)


def rows_of(file: Path, meta: Meta, table: str) -> Iterator[dict[str, Any]]:
    """The rows of a table, by column."""
    content = meta.tables[table]
    with zipfile.ZipFile(file) as archive, archive.open(f"tables/{table}.jsonl") as entry:
        for line in io.TextIOWrapper(entry, "utf-8"):
            row = dict(zip(content.columns, json.loads(line), strict=True))
            for name in content.moments:
                row[name] = datetime.fromisoformat(row[name]) if row[name] else None
            yield row
