"""What must hold between two events. Checked after each when the scheduler validates itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrdd.scheduler.stage import Stage

if TYPE_CHECKING:
    from pyrdd.scheduler.dag_scheduler import DAGScheduler
    from pyrdd.scheduler.task_set import TaskSet


def check_invariants(scheduler: DAGScheduler) -> None:
    """Raises `AssertionError` when the scheduler's state contradicts itself."""
    _check_executors(scheduler)
    for task_set in scheduler.tasks.live:
        _check_task_set(task_set)
    for stage in scheduler.graph.by_id.values():
        assert stage.jobs, f"stage {stage.stage_id} is kept for no job"
        assert stage.task_set is None or stage.task_set in scheduler.tasks.live
    _check_jobs_move(scheduler)


def _check_executors(scheduler: DAGScheduler) -> None:
    executors = scheduler.tasks.executors.alive
    for executor in executors.values():
        assert 0 <= executor.free <= executor.slots, f"{executor.executor_id} is overbooked"
        assert len(executor.running) == executor.slots - executor.free
    attempts = scheduler.tasks.attempts
    assert sum(len(executor.running) for executor in executors.values()) == len(attempts)
    for attempt in attempts.values():
        assert executors.get(attempt.executor.executor_id) is attempt.executor, (
            "a task runs on a lost executor"
        )
        assert attempt in attempt.task_set.stage.running[attempt.index]


def _check_task_set(task_set: TaskSet) -> None:
    assert not task_set.is_zombie and task_set.stage.task_set is task_set
    assert task_set.remaining == sum(task_set.todo)
    assert task_set.is_queued == task_set.has_work
    pending = [index for index in range(task_set.stage.num_tasks) if index in task_set.pending]
    assert len(pending) == task_set.pending.count
    for index, todo in enumerate(task_set.todo):
        waits, runs = index in task_set.pending, bool(task_set.copies(index))
        assert not (waits and runs), f"task {index} both waits and runs"
        assert not todo or waits or runs, f"task {index} is forgotten"
        assert todo or not waits, f"task {index} waits though it is done"


def _check_jobs_move(scheduler: DAGScheduler) -> None:
    waiting = scheduler.stages.waiting
    moving: set[Stage] = {task_set.stage for task_set in scheduler.tasks.live}
    for job in scheduler.jobs.values():
        final = job.stages[-1]
        assert final in moving or final in waiting, f"job {job.job_id} stands still"
    for stage, parents in waiting.items():
        assert parents and stage not in moving
        assert all(parent in moving or parent in waiting for parent in parents), (
            "a stage waits for one that is not run"
        )
