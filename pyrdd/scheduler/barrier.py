"""Barrier stages: tasks that talk to each other, so all run at the same time or none does (project
Hydrogen)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrdd.dependency import ShuffleDependency
from pyrdd.scheduler.executors import Executor, Lane

if TYPE_CHECKING:
    from pyrdd.scheduler.stage import Stage
    from pyrdd.scheduler.task_set import TaskSet


def unsupported_shape(stage: Stage) -> str | None:
    """Why a barrier stage cannot run as one gang (it computes only some partitions, or merges
    several), or ``None``."""
    if not stage.is_barrier:
        return None
    for rdd in stage.rdds:
        barriers = sum(d.rdd.is_barrier for d in rdd.dependencies if not isinstance(d, ShuffleDependency))
        if rdd.num_partitions != stage.num_tasks or barriers > 1:
            return (
                "[SPARK-24820][SPARK-24821]: a barrier stage must run all partitions of its RDDs one to one: "
                "no union, coalesce, zip of barrier RDDs, first() or take() in it"
            )
    return None


def place_all(task_set: TaskSet, lane: Lane) -> list[tuple[int, Executor]] | None:
    """An executor for every task of a barrier attempt, spread evenly; ``None`` when there are too few
    free slots."""
    free = {
        executor: executor.free for executor in lane if not task_set.refuses_executor(executor.executor_id)
    }
    indices = [index for index in range(task_set.stage.num_tasks) if index in task_set.pending]
    if sum(free.values()) < len(indices):
        return None
    placed: list[tuple[int, Executor]] = []
    while len(placed) < len(indices):
        for executor in list(free):
            if len(placed) < len(indices):
                placed.append((indices[len(placed)], executor))
            free[executor] -= 1
            if not free[executor]:
                del free[executor]
    return placed
