"""The work that a dead process had begun goes back to its queue, and what is done is cleared away."""

from __future__ import annotations

from datetime import datetime

from dbos import DBOSClient, WorkflowStatus

from adapters.delivery.lease import Lease
from adapters.delivery.outbox import APPLICATION, LATER
from adapters.delivery.trying import as_storage_errors

BEGUN = "PENDING"
DONE = ["SUCCESS", "ERROR", "CANCELLED"]
BATCH = 500  # removed at a time


async def take_over(client: DBOSClient, lease: Lease) -> int:
    """Gives back to the queues what processes that are gone for good had begun; how many.

    The queue is named, so that the limit of its channel holds for what is taken over too.
    StorageError where the database does not answer.
    """
    with as_storage_errors():
        begun = await client.list_workflows_async(
            status=BEGUN, application_name=APPLICATION, load_input=False, load_output=False
        )
    left: dict[str, list[WorkflowStatus]] = {}
    for workflow in begun:
        left.setdefault(workflow.executor_id or "", []).append(workflow)
    gone = [workflow for executor, own in left.items() if await lease.abandoned(executor) for workflow in own]
    for queue in {workflow.queue_name for workflow in gone}:
        ids = [workflow.workflow_id for workflow in gone if workflow.queue_name == queue]
        with as_storage_errors():
            await client.resume_workflows_async(ids, queue_name=queue or LATER)
    return len(gone)


async def clear(client: DBOSClient, before: datetime) -> int:
    """Removes the records of workflows that were done before; how many."""
    count = 0
    with as_storage_errors():
        while done := await client.list_workflows_async(
            status=DONE, completed_before=before.isoformat(), application_name=APPLICATION, limit=BATCH,
            load_input=False, load_output=False,
        ):  # fmt: skip
            await client.delete_workflows_async([workflow.workflow_id for workflow in done])
            count += len(done)
    return count
