"""Stage: the tasks between two shuffles, and StageGraph: how jobs share them.

A *map stage* writes the outputs of one shuffle and is shared by all jobs that read it. A *result stage*
computes the partitions one job asked for. Both are computed by a sequence of attempts
(`pyrdd.scheduler.task_set.TaskSet`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pyrdd.dependency import ShuffleDependency, ShuffleSpec
from pyrdd.scheduler.jobs import Job
from pyrdd.scheduler.lineage import StageCut, cut_stage
from pyrdd.scheduler.map_outputs import MapOutputTracker

if TYPE_CHECKING:
    from pyrdd.rdd.base import BaseRDD
    from pyrdd.scheduler.task_set import TaskAttempt, TaskSet


class Stage:
    """A stage and what its attempts have in common.

    Tasks are numbered by ``index``: the map partition, or the place in the job's ``partitions``.
    ``task_set`` is the attempt that may still launch tasks; ``running`` are the copies of each task, of
    any attempt.
    """

    def __init__(
        self,
        stage_id: int,
        cut: StageCut,
        parents: tuple[Stage, ...],
        result_of: Job | None = None,
        shuffle: ShuffleSpec | None = None,
    ) -> None:
        self.stage_id, self.parents, self.result_of, self.shuffle = stage_id, parents, result_of, shuffle
        self.shuffle_id = shuffle.shuffle_id if shuffle else None
        self.rdd: BaseRDD = cut.rdds[0]
        self.rdds: Sequence[BaseRDD] = cut.rdds
        self.num_tasks = len(result_of.partitions) if result_of else self.rdd.num_partitions
        self.is_barrier = any(rdd.is_barrier for rdd in cut.rdds)
        self.jobs: dict[int, Job] = {}
        self.attempt = -1
        self.task_set: TaskSet | None = None
        self.running: dict[int, list[TaskAttempt]] = {}
        self.counted = bytearray(self.num_tasks)
        self.losses: dict[int, int] = {}
        self.failed_attempts = 0
        self.unfetched: set[int] = set()
        self.failed_fetches_from: dict[str, int] = {}

    def partition(self, index: int) -> int:
        """The partition of the RDD that a task computes."""
        return self.result_of.partitions[index] if self.result_of else index

    @property
    def job(self) -> Job:
        """The job with the highest priority among those that need this stage: the one submitted first."""
        return self.jobs[min(self.jobs)] if len(self.jobs) > 1 else next(iter(self.jobs.values()))


class StageGraph:
    """Builds the stages of jobs. A map stage exists once for each shuffle as long as a job needs it."""

    def __init__(self, stage_ids: Iterator[int], tracker: MapOutputTracker) -> None:
        self._ids, self._tracker = stage_ids, tracker
        self.by_shuffle: dict[int, Stage] = {}
        self.by_id: dict[int, Stage] = {}

    def add_job(self, job: Job) -> Stage:
        """The job's result stage; all stages it depends on exist after this and know the job. Parents
        get lower ids."""
        cut = cut_stage(job.rdd)
        self._add_map_stages(cut.shuffles)
        final = Stage(next(self._ids), cut, self._parents(cut), result_of=job)
        self.by_id[final.stage_id] = final
        job.stages = sorted(_with_ancestors(final), key=lambda stage: stage.stage_id)
        for stage in job.stages:
            stage.jobs[job.job_id] = job
        return final

    def remove(self, stage: Stage) -> None:
        """Forgets a stage that no job needs; its map outputs stay with the tracker."""
        del self.by_id[stage.stage_id]
        if stage.shuffle_id is not None:
            del self.by_shuffle[stage.shuffle_id]

    def _parents(self, cut: StageCut) -> tuple[Stage, ...]:
        return tuple(self.by_shuffle[dependency.shuffle_id] for dependency in cut.shuffles)

    def _add_map_stages(self, shuffles: Sequence[ShuffleDependency]) -> None:
        cuts: dict[int, StageCut] = {}
        stack = list(reversed(shuffles))
        while stack:
            shuffle_id = stack[-1].shuffle_id
            if shuffle_id in self.by_shuffle:
                stack.pop()
            elif shuffle_id in cuts:
                self._add_map_stage(stack.pop(), cuts.pop(shuffle_id))
            else:
                cut = cuts[shuffle_id] = cut_stage(stack[-1].rdd)
                stack.extend(d for d in reversed(cut.shuffles) if d.shuffle_id not in self.by_shuffle)

    def _add_map_stage(self, dependency: ShuffleDependency, cut: StageCut) -> None:
        shuffle_id = dependency.shuffle_id
        stage = Stage(next(self._ids), cut, self._parents(cut), shuffle=dependency.spec)
        self.by_shuffle[shuffle_id] = self.by_id[stage.stage_id] = stage
        self._tracker.register_shuffle(shuffle_id, stage.num_tasks)


def _with_ancestors(final: Stage) -> list[Stage]:
    seen = {final: None}
    stack = [final]
    while stack:
        for parent in stack.pop().parents:
            if parent not in seen:
                seen[parent] = None
                stack.append(parent)
    return list(seen)
