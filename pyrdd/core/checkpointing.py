"""Checkpoints after a job: writes what the user marked and cuts its lineage (Spark's `doCheckpoint`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pyrdd.rdd.actions import count_records
from pyrdd.rdd.base import BaseRDD
from pyrdd.rdd.checkpoint_rdd import LocalCheckpointRDD, ReliableCheckpointRDD
from pyrdd.rdd.persistence import cut_lineage
from pyrdd.storage import checkpoint
from pyrdd.taskcontext import TaskContext
from pyrdd.util.frozen import frozen

if TYPE_CHECKING:
    from pyrdd.core.context_core import ContextCore


def run_checkpoints(ctx: ContextCore, rdd: BaseRDD) -> None:
    """Checkpoints the marked RDDs of a lineage whose job has just ended; ancestors of a checkpoint are left out."""
    if not ctx._to_checkpoint:
        return
    for node in _marked(rdd):
        ctx._to_checkpoint.discard(node)
        if node.checkpoint_mark == "local":
            _local(ctx, node)
        else:
            _reliable(ctx, node)


def _marked(rdd: BaseRDD) -> list[BaseRDD]:
    found: list[BaseRDD] = []
    stack, seen = [rdd], {rdd.rdd_id}
    while stack:
        node = stack.pop()
        if node.checkpoint_rdd is not None:
            continue
        if node.checkpoint_mark is not None:
            found.append(node)
            continue
        for dependency in node.dependencies:
            if dependency.rdd.rdd_id not in seen:
                seen.add(dependency.rdd.rdd_id)
                stack.append(dependency.rdd)
    return found


def _local(ctx: ContextCore, node: BaseRDD) -> None:
    # computes the partitions that the job did not need, so that every block is there before the lineage goes
    ctx._run_job(node, count_records)
    cut_lineage(node, LocalCheckpointRDD(ctx._new_rdd_id(), node.rdd_id, node.num_partitions, node.call_site))


def _reliable(ctx: ContextCore, node: BaseRDD) -> None:
    path = f"{ctx._checkpoint_dir}/rdd-{node.rdd_id}"
    ctx._run_job(node, WriteCheckpoint(path))
    checkpoint.commit(path, node.num_partitions)
    cut_lineage(node, ReliableCheckpointRDD(ctx._new_rdd_id(), path, node.num_partitions, node.call_site))


@frozen
class WriteCheckpoint:
    """Writes one partition."""

    path: str

    def __call__(self, records: Iterator[Any]) -> None:
        task = TaskContext.get()
        assert task is not None
        checkpoint.write_partition(self.path, task.partitionId() or 0, records, f"{task.taskAttemptId()}")
