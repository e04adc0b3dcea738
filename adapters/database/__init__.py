"""Where everything is kept: SQLite in one file by default, PostgreSQL by URL.

    opened(url, secret)      locks, migrates and connects; gives a Database
    Database.store(outbox)   the Store of bot/ports.py
    Database.purge(…)        what is kept no longer than needed
    learned_in(url)          what was learned, read beside a running server

One transaction holds all that belongs together. A message is enqueued by the ``Outbox`` in the very transaction that
saves it, so that neither can be lost without the other. Of a confidential asker nothing is kept that leads to the
person without the secret key (sealing.py).

On SQLite all works of a process share one connection and are committed in groups, and those that only look have a few
of their own (turns.py); on PostgreSQL each has its own. Errors of the drivers become StorageError at this edge, and
never carry what people wrote.
"""

from adapters.database.opening import Database, opened
from adapters.database.outbox import NoOutbox, Outbox
from adapters.database.reading import key_fits, learned_in, sealed_with_a_key, tables_version
from adapters.database.sealing import new_key
from adapters.database.store import SqlStore

__all__ = [
    "Database",
    "NoOutbox",
    "Outbox",
    "SqlStore",
    "key_fits",
    "learned_in",
    "new_key",
    "opened",
    "sealed_with_a_key",
    "tables_version",
]
