"""How many tasks a second the scheduler alone launches and ends.

    python tests/benchmarks/bench_scheduler.py [tasks ...]

Fake executors answer every launch with a success, in the same process; every task is launched, ended and
announced.
Seconds are of processor time, so that other programs on the machine do not count.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Sequence
from typing import Any

from pyrdd.dependency import ShuffleDependency, ShuffleSpec
from pyrdd.scheduler.dag_scheduler import DAGScheduler
from pyrdd.scheduler.messages import ExecutorAdded, JobEnded, JobSubmitted, LaunchTask, Succeeded, TaskEnded
from pyrdd.scheduler.policy import SchedulerPolicy
from pyrdd.shuffle.status import MapStatus

SIZES = (1_000, 10_000, 100_000, 1_000_000)


class FakeRDD:
    """What the scheduler sees of an RDD."""

    lane, is_barrier, storage_level, rdd_name, call_site = "python", False, "NONE", None, "bench"

    def __init__(
        self, rdd_id: int, num_partitions: int, dependencies: Sequence[Any] = (), hosts: int = 0
    ) -> None:
        self.rdd_id, self.num_partitions, self.dependencies = rdd_id, num_partitions, dependencies
        self.hosts = [(f"host{i}",) for i in range(hosts)]

    def preferred_locations(self, index: int) -> Sequence[str]:
        return self.hosts[index % len(self.hosts)] if self.hosts else ()


def run(rdd: FakeRDD, policy: SchedulerPolicy, executors: int, slots: int) -> float:
    """Processor seconds to run all partitions of ``rdd``."""
    scheduler = DAGScheduler(policy)
    for i in range(executors):
        scheduler.handle(ExecutorAdded(0.0, f"e{i}", slots, host=f"host{i}"))
    started = time.process_time()
    actions = deque(scheduler.handle(JobSubmitted(0.0, 0, rdd, range(rdd.num_partitions), "bench")))
    ended = False
    while actions:
        action = actions.popleft()
        if type(action) is LaunchTask:
            outcome = Succeeded(result=b"")
            if action.stage_id == 0 and rdd.dependencies:
                outcome = Succeeded(MapStatus(0, action.partition, action.executor_id, "/f", (1,), (1,)))
            actions.extend(scheduler.handle(TaskEnded(1.0, action.task_id, outcome)))
        elif type(action) is JobEnded:
            ended = action.failure is None
    assert ended
    return time.process_time() - started


def main(sizes: Sequence[int]) -> None:
    """Prints tasks per second for stages of each size."""
    shapes = {
        "result stage, 8 slots": (lambda n: FakeRDD(0, n), SchedulerPolicy(), 2, 4),
        "result stage, 1,000 executors": (lambda n: FakeRDD(0, n), SchedulerPolicy(), 1000, 4),
        "map stage, 8 slots": (
            lambda n: FakeRDD(1, 1, [ShuffleDependency(FakeRDD(0, n), ShuffleSpec(0, n, None))]),
            SchedulerPolicy(),
            2,
            4,
        ),
        "with preferred hosts, 100 executors": (
            lambda n: FakeRDD(0, n, hosts=100),
            SchedulerPolicy(),
            100,
            4,
        ),
        "with speculation and exclusion": (
            lambda n: FakeRDD(0, n),
            SchedulerPolicy(speculation=True, exclude_on_failure=True),
            2,
            4,
        ),
        "FAIR": (lambda n: FakeRDD(0, n), SchedulerPolicy(mode="FAIR"), 2, 4),
    }
    print(f"{'tasks per second':<38}" + "".join(f"{n:>12,}" for n in sizes))
    for name, (make, policy, executors, slots) in shapes.items():
        rates = [n / run(make(n), policy, executors, slots) for n in sizes]
        print(f"{name:<38}" + "".join(f"{rate:>12,.0f}" for rate in rates), flush=True)


if __name__ == "__main__":
    main([int(arg) for arg in sys.argv[1:]] or SIZES)
