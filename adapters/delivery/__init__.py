"""Durable delivery: what was saved is sent at least once, over kill -9, outages and 429.

    outbox(url)                        enqueues, in the transaction that saves; give it to Database.store
    running(outbox, store, handlers)   delivers, reminds and does the nightly work, until it is left

Workflows of DBOS carry ids only and are short; what is sent is loaded when it is sent. The row of the message is what
counts: a message whose post is stored is not posted again, whatever the workflow's own records say.

    posting.py    one message: draw, look, post, note; again later where the outside did not answer
    outbox.py     queues, ids and partitions
    lease.py      who may deliver: the holder of the SQLite file; on PostgreSQL whoever holds an advisory lock
    takeover.py   the work of those who died
    worker.py     DBOS itself: start, stop, start anew after the lease was lost
"""

from adapters.delivery.outbox import DbosOutbox, outbox
from adapters.delivery.posting import Handlers, Looks
from adapters.delivery.worker import Deliveries, Pace, running
from adapters.delivery.workflows import Job

__all__ = ["DbosOutbox", "Deliveries", "Handlers", "Job", "Looks", "Pace", "outbox", "running"]
