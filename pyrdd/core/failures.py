"""What a failed job raises in the driver: the scheduler's `JobFailure` as one of PySpark's exceptions."""

from __future__ import annotations

from pyrdd.errors import task_error
from pyrdd.executor.loop import Job
from pyrdd.rdd.base import BaseRDD
from pyrdd.scheduler.messages import JobFailure


def job_exception(job: Job, failure: JobFailure) -> BaseException:
    """The exception for ``failure``: the user's own error first when there is one."""
    if isinstance(failure.error, BaseException):
        return failure.error
    rdd = _stage_rdd(job.rdd, failure)
    where = {
        "partition": failure.partition if failure.partition is not None else -1,
        "stage_id": failure.stage_id if failure.stage_id is not None else -1,
        "attempt": failure.attempt or 0,
    }
    if failure.kind == "task" and failure.error:
        return task_error.job_error(
            task_error.restore(failure.error),
            rdd_call_site=rdd.call_site,
            rdd_name=rdd.rdd_name,
            job_call_site=job.call_site,
            **where,
        )
    if failure.kind == "executor_lost":
        return task_error.executor_lost_error(
            str(failure.executor_id or ""),
            failure.message,
            rdd_call_site=rdd.call_site,
            rdd_name=rdd.rdd_name,
            job_call_site=job.call_site,
            **where,
        )
    if failure.kind == "cancelled":
        return task_error.cancelled_error(job.job_id, failure.message)
    return task_error.job_failed_error(failure.message, job.call_site)


def _stage_rdd(rdd: BaseRDD, failure: JobFailure) -> BaseRDD:
    """The RDD whose partition failed: that of the failing stage, found by its id in the job's lineage."""
    if failure.rdd_id is None:
        return rdd
    stack, seen = [rdd], {rdd.rdd_id}
    while stack:
        node = stack.pop()
        if node.rdd_id == failure.rdd_id:
            return node
        parents = [d.rdd for d in node.dependencies if d.rdd.rdd_id not in seen]
        seen.update(parent.rdd_id for parent in parents)
        stack.extend(parents)
    return rdd


