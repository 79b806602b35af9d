"""Assertions about how a job runs: its stages, its shuffles, their bytes and skew, what it computes again.

    with recorded_jobs() as run: ...     the events of the jobs inside     ->     stages, bytes, computations

A *job* here is an RDD or DataFrame, which is computed whole in Spark's partitions, or a function that runs jobs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from statistics import mean
from typing import Any

from pyrdd.core.context import SparkContext
from pyrdd.dependency import ShuffleDependency
from pyrdd.events import model
from pyrdd.events.state import AppState
from pyrdd.events.views import CachedRDDView
from pyrdd.metrics import TaskMetrics
from pyrdd.rdd.base import BaseRDD, ancestors_first
from pyrdd.rdd.facade import RDD
from pyrdd.sql import DataFrame

Job = RDD[Any] | DataFrame | Callable[[], object]


@dataclass
class RecordedJobs:
    """What the events of some jobs tell. Complete once the recording has ended."""

    events: list[model.Event] = field(default_factory=list)
    cached: dict[int, CachedRDDView] = field(default_factory=dict)
    """What was cached before."""

    @property
    def stages(self) -> list[model.StageInfo]:
        """The stages that ran, in the order in which they began; those skipped because their output was there are not
        among them. One that ran again is there again."""
        known = {stage.stage_id: stage for job in self._of(model.JobStart) for stage in job.stages}
        return [known[event.stage_id] for event in self._of(model.StageSubmitted)]

    @property
    def shuffle_bytes(self) -> int:
        """The bytes that map tasks wrote for reduce tasks."""
        return sum(TaskMetrics.from_list(list(e.metrics)).shuffle_write_bytes for e in self._ended() if e.metrics)

    def partition_sizes(self) -> dict[int, list[int]]:
        """For each stage that wrote a shuffle, the bytes of each of its reduce partitions."""
        found: dict[int, list[int]] = {}
        for event in self._ended():
            if event.bytes_by_reduce:
                known = found.get(event.stage_id, [0] * len(event.bytes_by_reduce))
                found[event.stage_id] = [a + b for a, b in zip(known, event.bytes_by_reduce, strict=True)]
        return found

    def computations(self, rdd_id: int) -> int:
        """How many stages computed an RDD: ran with it in their lineage, and found it neither cached nor behind what was
        cached whole."""
        stages = {stage.stage_id: stage for job in self._of(model.JobStart) for stage in job.stages}
        state, count = AppState(cached=deepcopy(self.cached)), 0
        for event in self.events:
            state.apply(event)
            if isinstance(event, model.StageSubmitted):
                count += _reaches(stages[event.stage_id], rdd_id, state.cached)
        return count

    def _of(self, kind: type[Any]) -> Iterator[Any]:
        return (event for event in self.events if isinstance(event, kind))

    def _ended(self) -> Iterator[model.TaskEnd]:
        return (event for event in self._of(model.TaskEnd) if event.status == "success")


def _reaches(stage: model.StageInfo, rdd_id: int, cached: dict[int, CachedRDDView]) -> bool:
    """Whether the tasks of a stage compute an RDD, given what is cached."""
    by_id = {rdd.rdd_id: rdd for rdd in stage.rdds}
    waiting = [stage.rdds[0].rdd_id]
    while waiting:
        current = by_id.get(waiting.pop())
        if current is None or _is_whole(cached.get(current.rdd_id), current.num_partitions):
            continue
        if current.rdd_id == rdd_id:
            return True
        waiting.extend(current.parent_ids)
    return False


def _is_whole(cached: CachedRDDView | None, partitions: int) -> bool:
    return cached is not None and cached.num_cached_partitions == partitions


@contextmanager
def recorded_jobs() -> Iterator[RecordedJobs]:
    """The jobs that run inside, on the active context. Raises AssertionError where there is none.

    >>> with recorded_jobs() as run:
    ...     _ = sc.parallelize([1, 2, 2], 2).map(lambda n: (n, 1)).reduceByKey(lambda a, b: a + b).collect()
    >>> len(run.stages), run.shuffle_bytes > 0
    (2, True)
    """
    context = SparkContext._active_spark_context
    assert context is not None, "no SparkContext is active"
    bus, state = context._engine.bus, context._engine.observers.state
    run = RecordedJobs()
    listener = run.events.append
    bus.add_listener(listener)
    try:
        bus.wait_until_empty()
        # what happens from here on may be in both of these, never in none
        run.events.clear()
        with state.lock:
            run.cached = deepcopy(state.cached)
        yield run
    finally:
        bus.wait_until_empty()
        bus.remove_listener(listener)


def _run(job: Job) -> None:
    if isinstance(job, DataFrame):
        job = job._execution.arrow_rdd()
    if isinstance(job, RDD):
        job.foreachPartition(_nothing)
    else:
        job()


def _nothing(records: Iterable[Any]) -> None:
    for _ in records:
        pass


def _shuffles(node: BaseRDD) -> list[BaseRDD]:
    """What reads the shuffles in a lineage, each shuffle once."""
    found: dict[int, BaseRDD] = {}
    for ancestor in ancestors_first(node, lambda each: [dependency.rdd for dependency in each.dependencies]):
        for dependency in ancestor.dependencies:
            if isinstance(dependency, ShuffleDependency):
                found.setdefault(dependency.spec.shuffle_id, ancestor)
    return list(found.values())


def _why(job: Job) -> tuple[int, str]:
    """The number of stages of a job, and a line for each of its shuffles. Runs the job if it is a function."""
    if isinstance(job, DataFrame):
        job = job._execution.arrow_rdd(lazy=True)
    if isinstance(job, RDD):
        shuffles = _shuffles(job._node)
        return len(shuffles) + 1, "".join(f"\n  shuffle of {reader.call_site}" for reader in shuffles)
    with recorded_jobs() as run:
        job()
    stages = run.stages
    return len(stages), "".join(f"\n  stage {s.stage_id}: {s.name}" for s in stages)


def assert_stages(job: Job, stages: int) -> None:
    """Passes if a job has so many stages. Of an RDD or DataFrame the lineage is asked, and nothing is run but what building
    a DataFrame's plan needs (broadcast sides); of a function the stages that it runs are counted.

    >>> assert_stages(sc.parallelize([3, 1, 2]).map(str).filter(len), 1)
    >>> assert_stages(sc.parallelize([3, 1, 2]).keyBy(str).groupByKey(), 2)
    """
    __tracebackhide__ = True
    found, why = _why(job)
    if found != stages:
        raise AssertionError(f"expected {_counted(stages, 'stage')}, found {found}{why}")


def assert_no_shuffle(job: Job) -> None:
    """Passes if a job is one stage for each of its actions: no row goes to another partition.

    >>> assert_no_shuffle(sc.parallelize(range(4)).map(str))
    """
    __tracebackhide__ = True
    if isinstance(job, RDD | DataFrame):
        found, why = _why(job)
        shuffled = found > 1
    else:
        with recorded_jobs() as run:
            job()
        writing = [stage for stage in run.stages if stage.shuffle_id is not None]
        shuffled, why = bool(writing), "".join(f"\n  stage {s.stage_id}: {s.name}" for s in writing)
    if shuffled:
        raise AssertionError(f"expected no shuffle, found{why}")


def assert_shuffle_bytes(job: Job, at_most: int | None = None, at_least: int | None = None) -> None:
    """Runs a job; passes if the bytes that it shuffles are within the bounds.

    >>> assert_shuffle_bytes(sc.parallelize([(1, 2)] * 100).reduceByKey(lambda a, b: a + b), at_most=1000)
    """
    __tracebackhide__ = True
    with recorded_jobs() as run:
        _run(job)
    if at_most is not None and run.shuffle_bytes > at_most:
        raise AssertionError(f"expected at most {at_most} bytes shuffled, found {run.shuffle_bytes}")
    if at_least is not None and run.shuffle_bytes < at_least:
        raise AssertionError(f"expected at least {at_least} bytes shuffled, found {run.shuffle_bytes}")


def assert_max_skew(job: Job, ratio: float) -> None:
    """Runs a job; passes if in each of its shuffles no reduce partition gets more than ``ratio`` times the bytes of the
    average one.

    >>> assert_max_skew(sc.parallelize([(n, 1) for n in range(100)]).groupByKey(4), 1.5)
    """
    __tracebackhide__ = True
    with recorded_jobs() as run:
        _run(job)
    names = {stage.stage_id: stage.name for stage in run.stages}
    for stage_id, sizes in run.partition_sizes().items():
        if max(sizes) > ratio * mean(sizes):
            found = max(sizes) / mean(sizes)
            raise AssertionError(
                f"expected no partition of more than {ratio:g} times the average, found {found:.2f} times in stage "
                f"{stage_id} ({names[stage_id]}): bytes by partition {sizes}"
            )


def assert_recomputed(rdd: RDD[Any], times: int, job: Callable[[], object]) -> None:
    """Runs a job; passes if it computes an RDD in so many stages, beyond the first.

    >>> numbers = sc.parallelize(range(4)).map(str)
    >>> assert_recomputed(numbers, 1, lambda: (numbers.count(), numbers.collect()))
    >>> assert_recomputed(numbers.cache(), 0, lambda: (numbers.count(), numbers.collect()))
    """
    __tracebackhide__ = True
    with recorded_jobs() as run:
        job()
    found = max(0, run.computations(rdd.id()) - 1)
    if found != times:
        raise AssertionError(f"expected {rdd} to be recomputed {_counted(times, 'time')}, found {found}")


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
