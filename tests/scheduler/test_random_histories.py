"""Whatever happens to tasks and executors, every job ends, once, with every result once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from simulator import Cluster, FakeRDD, shuffled

from pyrdd.events import model
from pyrdd.scheduler import messages as m

_LIMIT = 2_000


def diamond() -> list[FakeRDD]:
    base = FakeRDD(3).map()
    left, right = base.shuffle(2), shuffled([base, FakeRDD(2)], 3)
    return [shuffled([left, right], 2), right.map(), FakeRDD(4, places={1: ["e1"], 2: ["host-e0"]})]


def gang() -> list[FakeRDD]:
    return [FakeRDD(3).shuffle(2).map(is_barrier=True).shuffle(2), FakeRDD(2, is_barrier=True)]


def chain() -> list[FakeRDD]:
    last = FakeRDD(2)
    for _ in range(4):
        last = last.shuffle(2)
    return [last, last.map()]


POLICIES: list[dict[str, Any]] = [
    {},
    {"mode": "FAIR", "max_task_failures": 2},
    {"speculation": True, "speculation_quantile": 0.3, "locality_wait": 0.5},
    {"exclude_on_failure": True, "exclusion_timeout": 5.0},
]

moves = st.sampled_from(
    ["succeed"] * 6
    + ["fail", "fatal", "fetch", "unasked", "lose", "lose_shared", "add", "tick", "cancel"]
    + ["cache", "evict", "drop", "submit"]
)


class History:
    """Plays moves, each chosen by two numbers, on the jobs of a lineage."""

    def __init__(self, rdds: list[FakeRDD], policy: dict[str, Any]) -> None:
        self.cluster = Cluster(executors=2, slots=2, no_executor_timeout=3.0, barrier_wait=1.0, **policy)
        self.rdds, self.names, self.wanted = rdds, 0, {}
        for rdd in rdds:
            self.submit(rdd)

    def submit(self, rdd: FakeRDD) -> None:
        job = self.cluster.run(rdd)
        self.wanted[job] = rdd.num_partitions

    def play(self, move: str, number: int) -> None:
        getattr(self, f"_{move}", lambda n: self._task(move, n))(number)

    def _task(self, move: str, number: int) -> None:
        cluster = self.cluster
        if not cluster.running:
            return
        launch = list(cluster.running.values())[number % len(cluster.running)]
        if move == "fetch" and (told := [s for ss in cluster.stage_of(launch).statuses.values() for s in ss]):
            cluster.lose_block(launch, told[number % len(told)])
        elif move in ("fail", "fatal"):
            cluster.fail(launch, fatal=move == "fatal" and number % 5 == 0)
        elif move == "unasked":
            cluster.end(launch.task_id, m.Killed("somebody else"))
        else:
            cluster.succeed(launch)

    def _lose(self, number: int, storage: bool = True) -> None:
        if names := list(self.cluster.slots):
            self.cluster.lose(names[number % len(names)], storage)

    def _lose_shared(self, number: int) -> None:
        self._lose(number, storage=False)

    def _add(self, number: int) -> None:
        self.names += 1
        self.cluster.add(f"new{self.names}", 1 + number % 3)

    def _tick(self, number: int) -> None:
        self.cluster.tick(self.cluster.now + number / 10)

    def _cancel(self, number: int) -> None:
        self.cluster.send(m.JobCancelled(self.cluster.now, job_id=number % 4))

    def _cache(self, number: int, size: int = 10) -> None:
        rdd = self.rdds[number % len(self.rdds)]
        name = (list(self.cluster.slots) or ["e0"])[0]
        for partition in range(rdd.num_partitions):
            self.cluster.send(m.BlockCached(self.cluster.now, name, rdd.rdd_id, partition, size, 0))

    def _evict(self, number: int) -> None:
        self._cache(number, size=0)

    def _drop(self, number: int) -> None:
        dependencies = [
            d for d in self.rdds[number % len(self.rdds)].dependencies if hasattr(d, "shuffle_id")
        ]
        for dependency in dependencies:
            self.cluster.send(m.ShuffleDropped(self.cluster.now, dependency.shuffle_id))

    def _submit(self, number: int) -> None:
        self.submit(self.rdds[number % len(self.rdds)].map())

    def finish(self) -> None:
        cluster = self.cluster
        for _ in range(_LIMIT):
            if len(cluster.ended) == len(self.wanted) and not cluster.running:
                return
            if not cluster.running:
                cluster.tick(cluster.now + 1.0)
            cluster.succeed_all()
        raise AssertionError("a job never ended")


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    lineage=st.sampled_from([diamond, gang, chain]),
    policy=st.sampled_from(POLICIES),
    history=st.lists(st.tuples(moves, st.integers(0, 30)), max_size=60),
)
@example(  # a straggler that ends by itself before its copy is launched
    diamond,
    {"speculation": True, "speculation_quantile": 0.3, "locality_wait": 0.5},
    [("succeed", 0), ("tick", 2), ("succeed", 1), ("succeed", 1)],
)
def test_every_job_ends_with_each_result_once_whatever_fails(
    lineage: Callable[[], list[FakeRDD]], policy: dict[str, Any], history: list[tuple[str, int]]
) -> None:
    played = History(lineage(), policy)
    for move, number in history:
        played.play(move, number)
    played.finish()
    cluster = played.cluster
    for job, failure in cluster.ended.items():
        if failure is None:
            assert set(cluster.results[job]) == set(range(played.wanted[job]))
    assert max(Counter(cluster.counted).values(), default=1) == 1
    starts = [e.task_id for e in cluster.events(model.TaskStart)]
    assert starts == [launch.task_id for launch in cluster.launched]
    assert sorted(starts) == sorted(e.task_id for e in cluster.events(model.TaskEnd))
    assert sorted(cluster.stages) == sorted(cluster.finished)
    assert not cluster.scheduler.tasks.attempts and not cluster.scheduler.graph.by_id
    assert not cluster.scheduler.stages.waiting and not cluster.scheduler.tasks.live
