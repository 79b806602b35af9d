"""Stand-in RDDs and a small cluster for the scheduler's tests: it runs nothing, it answers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from pyrdd.dependency import OneToOneDependency, ShuffleDependency, ShuffleSpec
from pyrdd.events import model
from pyrdd.scheduler import messages as m
from pyrdd.scheduler.dag_scheduler import DAGScheduler
from pyrdd.scheduler.policy import SchedulerPolicy
from pyrdd.shuffle.status import MapStatus

_ids = count()


class FakeRDD:
    """What the scheduler sees of an RDD, and no more."""

    def __init__(
        self,
        partitions: int,
        dependencies: Sequence[Any] = (),
        places: dict[int, Sequence[str]] | None = None,
        is_barrier: bool = False,
        lane: str = "python",
    ) -> None:
        self.rdd_id = next(_ids)
        self.num_partitions, self.dependencies, self.places = partitions, list(dependencies), places or {}
        self.is_barrier, self.lane, self.storage_level = is_barrier, lane, "NONE"
        self.rdd_name, self.call_site, self.partitioner = None, "fake at test.py:1", None

    def preferred_locations(self, index: int) -> Sequence[str]:
        return self.places.get(index, ())

    def map(self, **options: Any) -> FakeRDD:
        return FakeRDD(self.num_partitions, [OneToOneDependency(self)], **options)

    def shuffle(self, partitions: int, **options: Any) -> FakeRDD:
        return shuffled([self], partitions, **options)


def shuffled(parents: Sequence[FakeRDD], partitions: int, **options: Any) -> FakeRDD:
    specs = [(p, ShuffleSpec(next(_ids), p.num_partitions, None)) for p in parents]
    return FakeRDD(partitions, [ShuffleDependency(p, spec) for p, spec in specs], **options)


class Cluster:
    """Drives a scheduler and remembers what it decided. Checks that every decision is allowed."""

    def __init__(self, executors: int = 2, slots: int = 1, validate: bool = True, **policy: Any) -> None:
        policy.setdefault("locality_wait", 0.0)
        self.scheduler = DAGScheduler(SchedulerPolicy(**policy), validate=validate)
        self.now, self.job_ids = 0.0, count()
        self.running: dict[int, m.LaunchTask] = {}
        self.launched: list[m.LaunchTask] = []
        self.stages: dict[tuple[int, int], m.SubmitStage] = {}
        self.actions: list[m.Action] = []
        self.results: dict[int, dict[int, Any]] = {}
        self.ended: dict[int, m.JobFailure | None] = {}
        self.killed: dict[int, m.KillTask] = {}
        self.counted: list[tuple[int, int]] = []
        self.finished: list[tuple[int, int]] = []
        self.slots: dict[str, int] = {}
        self.by_task: dict[int, m.LaunchTask] = {}
        self.wakes: list[float] = []
        for i in range(executors):
            self.add(f"e{i}", slots)

    # --- events

    def send(self, event: m.SchedulerEvent) -> list[m.Action]:
        actions = self.scheduler.handle(event)
        self.actions += actions
        for action in actions:
            self._carry_out(action)
        return actions

    def add(
        self, name: str, slots: int = 1, host: str | None = None, lanes: Sequence[str] = ("python",)
    ) -> None:
        self.slots[name] = slots
        self.send(m.ExecutorAdded(self.now, name, slots, host or f"host-{name}", frozenset(lanes)))

    def lose(self, name: str, storage_lost: bool = True) -> list[m.Action]:
        self.slots.pop(name, None)
        self.running = {t: launch for t, launch in self.running.items() if launch.executor_id != name}
        return self.send(m.ExecutorLost(self.now, name, "killed by the test", storage_lost))

    def run(self, rdd: FakeRDD, partitions: Sequence[int] | None = None, **properties: str) -> int:
        job_id = next(self.job_ids)
        self.results[job_id] = {}
        wanted = range(rdd.num_partitions) if partitions is None else partitions
        named = {key.replace("_", "."): value for key, value in properties.items()}
        self.send(m.JobSubmitted(self.now, job_id, rdd, wanted, "action at test.py:9", named))
        return job_id

    def end(self, task_id: int, outcome: m.Outcome) -> list[m.Action]:
        del self.running[task_id]
        return self.send(m.TaskEnded(self.now, task_id, outcome))

    def succeed(self, launch: m.LaunchTask) -> list[m.Action]:
        stage = self.stages[launch.stage_id, launch.stage_attempt]
        if stage.shuffle is None:
            return self.end(launch.task_id, m.Succeeded(result=("result", launch.partition)))
        sizes = [launch.partition + 1, 1]
        status = MapStatus(stage.shuffle.shuffle_id, launch.partition, launch.executor_id, "/f", sizes, [1, 1])
        return self.end(launch.task_id, m.Succeeded(status))

    def fail(self, launch: m.LaunchTask, fatal: bool = False) -> list[m.Action]:
        return self.end(launch.task_id, m.Failed("ValueError: no", error=b"pickled", fatal=fatal))

    def lose_block(self, launch: m.LaunchTask, status: MapStatus) -> list[m.Action]:
        lost = m.LostBlock(status.shuffle_id, status.map_index, status.executor_id, "gone")
        return self.end(launch.task_id, lost)

    def succeed_all(self, limit: int = 100_000) -> None:
        for _ in range(limit):
            if not self.running:
                return
            task_id = next(iter(self.running))
            if task_id in self.killed:
                self.end(task_id, m.Killed("as asked"))
            else:
                self.succeed(self.running[task_id])
        raise AssertionError("the jobs do not end")

    def tick(self, now: float) -> list[m.Action]:
        self.now = now
        return self.send(m.Tick(now))

    # --- what was decided

    def stage_of(self, task: m.LaunchTask) -> m.SubmitStage:
        return self.stages[task.stage_id, task.stage_attempt]

    def partitions_running(self, stage_id: int | None = None) -> list[int]:
        return [t.partition for t in self.running.values() if stage_id is None or t.stage_id == stage_id]

    def events(self, kind: type[model.Event]) -> list[Any]:
        emitted = (action.event for action in self.actions if isinstance(action, m.Emit))
        return [event for event in emitted if isinstance(event, kind)]

    def _carry_out(self, action: m.Action) -> None:
        match action:
            case m.LaunchTask():
                self._launch(action)
            case m.SubmitStage():
                self.stages[action.stage_id, action.stage_attempt] = action
            case m.KillTask():
                assert action.task_id not in self.killed
                self.killed[action.task_id] = action
            case m.TaskResult():
                assert action.output_index not in self.results[action.job_id], "a result was given twice"
                self.results[action.job_id][action.output_index] = action.result
            case m.JobEnded():
                assert action.job_id not in self.ended
                self.ended[action.job_id] = action.failure
            case m.CountAccumulators():
                launch = self.by_task[action.task_id]
                self.counted.append((launch.stage_id, launch.partition))
            case m.StageFinished():
                assert (action.stage_id, action.stage_attempt) not in self.finished
                self.finished.append((action.stage_id, action.stage_attempt))
            case m.WakeAt():
                self.wakes.append(action.time)

    def _launch(self, launch: m.LaunchTask) -> None:
        assert launch.executor_id in self.slots, "launched on a lost executor"
        busy = sum(t.executor_id == launch.executor_id for t in self.running.values())
        assert busy < self.slots[launch.executor_id], "launched beyond the slots"
        assert (launch.stage_id, launch.stage_attempt) in self.stages, "launched before its stage"
        assert (launch.stage_id, launch.stage_attempt) not in self.finished, "launched after its stage"
        assert launch.job_id not in self.ended, "launched for a job that is over"
        self.running[launch.task_id] = self.by_task[launch.task_id] = launch
        self.launched.append(launch)
