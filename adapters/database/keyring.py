"""Whether the secret key that is set is the one that this database is sealed with.

The fingerprint of each key that seals something stands in the database. A key that is lost, or another's, is so told at
the start, before anything is sealed that the others cannot open.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, MetaData, Table, delete, insert, inspect, select

from adapters.database.sealing import Seal
from adapters.database.tables import arrivals, cases, keys, messages, pseudonyms
from bot.errors import SettingsError

INSTALLATIONS = ("handbok_slack_bots", "handbok_slack_installations")
TOKENS = ("bot_token", "user_token", "bot_refresh_token", "user_refresh_token", "incoming_webhook_url")
NOWHERE = '{"platform":"console","workspace":"","conversation":""}'  # an address that has been removed


def check(connection: Connection, seal: Seal) -> None:
    """Notes the first key. SettingsError where one is missing that something is sealed with."""
    if not seal.fingerprints:
        return
    if seal.fingerprints[0] not in all_known(connection, seal):
        connection.execute(insert(keys).values(fingerprint=seal.fingerprints[0], at=datetime.now(UTC)))


def all_known(connection: Connection, seal: Seal) -> set[str]:
    """The fingerprints of all keys that seal something. SettingsError where ``seal`` lacks one of them."""
    known = set(connection.scalars(select(keys.c.fingerprint)))
    if not known:
        for token in _sealed(connection)[:1]:  # of a time when no fingerprints were kept
            seal.open(token)
    if lacking := known - set(seal.fingerprints):
        raise SettingsError(
            f"the secret key is not the one that seals this database ({', '.join(sorted(lacking))} is missing, "
            f"{seal.fingerprints[0]} is set); put that key back, alone or behind yours after a comma, from where "
            "HANDBOK_SECRET_KEY or the .key beside the database is kept. If it is lost for good: `handbok key lost`"
        )
    return known


def abandon(connection: Connection, seal: Seal) -> int:
    """Lets go of what no key that is set opens: who asked confidentially can no longer be reached. How many pieces."""
    gone = 0
    for row in connection.execute(select(pseudonyms)).all():
        if not _opens(seal, row.sealed):
            gone += connection.execute(delete(pseudonyms).where(pseudonyms.c.id == row.id)).rowcount
    for table, key, column in (
        (cases, cases.c.number, cases.c.asked_at),
        (messages, messages.c.id, messages.c.address),
    ):
        for row in connection.execute(
            select(key.label("key"), column.label("text")).where(~column.startswith("{"))
        ).all():
            if not _opens(seal, row.text):
                gone += connection.execute(table.update().where(key == row.key).values({column: NOWHERE})).rowcount
    for row in connection.execute(select(arrivals).where(~arrivals.c.body.startswith("{"))).all():
        if not _opens(seal, row.body):
            gone += connection.execute(delete(arrivals).where(arrivals.c.event == row.event)).rowcount
    for table in _foreign(connection):
        for row in connection.execute(select(table)).all():
            if not _opens(seal, row.bot_token):
                gone += connection.execute(delete(table).where(table.c.id == row.id)).rowcount
    connection.execute(delete(keys))
    check(connection, seal)
    return gone


def reseal(connection: Connection, seal: Seal) -> int:
    """Slack's installations under the first key, which alone is known from then on; how many tokens."""
    count = 0
    for table in _foreign(connection):
        for row in connection.execute(select(table)).mappings().all():
            renewed = {name: seal.renew(row[name]) for name in TOKENS if row.get(name)}
            connection.execute(table.update().where(table.c.id == row["id"]).values(renewed))
            count += len(renewed)
    connection.execute(delete(keys).where(keys.c.fingerprint != seal.fingerprints[0]))
    return count


def _sealed(connection: Connection) -> list[str]:
    found = list(connection.scalars(select(pseudonyms.c.sealed)))
    for column in (cases.c.asked_at, messages.c.address):
        found += connection.scalars(select(column).where(~column.startswith("{")))
    for table in _foreign(connection):
        found += connection.scalars(select(table.c.bot_token))
    return found


def _foreign(connection: Connection) -> list[Table]:
    """Slack's installations, where there are any: slack_sdk made the tables, and adapters/slack seals their tokens."""
    there = inspect(connection)
    return [Table(name, MetaData(), autoload_with=connection) for name in INSTALLATIONS if there.has_table(name)]


def _opens(seal: Seal, token: str) -> bool:
    try:
        seal.open(token)
    except SettingsError:
        return False
    return True
