"""Jobs with known answers from two threads while workers are killed at random.

``PYRDD_CHAOS_KILLS=500`` makes it long; ``PYRDD_CHAOS_SEED`` repeats a run's choices.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time

import pytest

from pyrdd.errors import PySparkException

pytestmark = pytest.mark.faults

KILLS = int(os.environ.get("PYRDD_CHAOS_KILLS", "20"))
SEED = int(os.environ.get("PYRDD_CHAOS_SEED", str(random.randrange(1 << 30))))


def word_count(sc, rng):
    n, parts = rng.randrange(100, 2000), rng.randrange(1, 6)
    pairs = sc.parallelize(range(n), parts).map(lambda x: (x % 7, x))
    assert dict(pairs.reduceByKey(lambda a, b: a + b, 3).collect()) == {k: sum(range(k, n, 7)) for k in range(7)}


def sort(sc, rng):
    data = [rng.randrange(1000) for _ in range(500)]
    assert sc.parallelize(data, 3).sortBy(lambda x: x, numPartitions=2).collect() == sorted(data)


def join(sc, rng):
    left = sc.parallelize([(i, i) for i in range(100)], 2)
    right = sc.parallelize([(i, -i) for i in range(50, 150)], 2)
    assert sorted(left.join(right, 3).collect()) == [(i, (i, -i)) for i in range(50, 100)]


def cached(sc, rng):
    rdd = sc.parallelize(range(100), 4).map(lambda x: x * x).cache()
    assert rdd.count() == 100 and rdd.sum() == sum(x * x for x in range(100))
    rdd.unpersist()


def accumulate(sc, rng):
    counted = sc.accumulator(0)
    sc.parallelize(range(200), 4).foreach(lambda x: counted.add(x))
    assert counted.value == sum(range(200))


def broadcast(sc, rng):
    table = sc.broadcast(list(range(1000)))
    assert sc.parallelize(range(1000), 4).map(lambda x: table.value[x]).sum() == sum(range(1000))
    table.unpersist()


JOBS = [word_count, sort, join, cached, accumulate, broadcast]


class Stream(threading.Thread):
    """Runs random jobs until told to end; keeps the first wrong answer or error."""

    def __init__(self, sc, seed, over):
        super().__init__(daemon=True)
        self._sc, self._rng, self._over = sc, random.Random(seed), over
        self.done, self.error = 0, None

    def run(self):
        while not self._over.is_set() and self.error is None:
            job = self._rng.choice(JOBS)
            try:
                job(self._sc, self._rng)
                self.done += 1
            except BaseException as error:
                self.error = error


@pytest.mark.parametrize("master", ["local[2]", "local-cluster[2,1,512]"])
def test_answers_stay_right_while_workers_are_killed(make_context, workers_of, master):
    settings = {"pyrdd.task.maxExecutorLosses": 1000, "spark.stage.maxConsecutiveAttempts": 1000}
    sc = make_context(master, **settings)
    workers, rng, over = workers_of(sc), random.Random(SEED), threading.Event()
    streams = [Stream(sc, SEED + i, over) for i in range(2)]
    for stream in streams:
        stream.start()
    deadline = time.monotonic() + 2 * KILLS + 20
    for _ in range(KILLS):
        time.sleep(rng.uniform(0, 0.5))
        pids = list(workers.pids().values())
        if pids and not any(stream.error for stream in streams):
            _kill(rng.choice(pids))
        assert time.monotonic() < deadline
    over.set()
    for stream in streams:
        stream.join(40)
        assert not stream.is_alive(), f"a job hangs (seed {SEED})"
        if stream.error is not None:
            raise AssertionError(f"seed {SEED}, after {stream.done} jobs") from stream.error
    assert sum(stream.done for stream in streams) > 0
    assert sc.statusTracker().getActiveJobsIds() == []
    assert sc.parallelize(range(4), 2).sum() == 6


def _kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def test_jobs_fail_with_a_clear_error_when_workers_die_faster_than_they_work(make_context):
    sc = make_context("local[2]", **{"pyrdd.task.maxExecutorLosses": 3})
    with pytest.raises(PySparkException, match="SIGKILL"):
        sc.parallelize(range(8), 8).map(lambda x: os.kill(os.getpid(), signal.SIGKILL)).collect()
    assert sc.parallelize(range(4), 2).sum() == 6
