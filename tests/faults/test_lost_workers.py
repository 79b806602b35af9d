"""Workers that die: in a map stage, in a reduce stage, between stages, all of them, always."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys

import deeds
import pytest

from pyrdd.errors import SparkRuntimeException

pytestmark = [pytest.mark.faults, pytest.mark.masters("local[2]", "local-cluster[2,1,512]")]

N = 1000
SUMS = {k: sum(range(k, N, 7)) for k in range(7)}


def by_key(sc, maps=4):
    return sc.parallelize(range(N), maps).map(lambda x: (x % 7, x))


def add(a, b):
    return a + b


def test_a_worker_killed_in_a_map_stage_is_replaced_and_the_answer_is_right(sc, workers_of, marker):
    def die_once(pair):
        if pair[1] == 600 and deeds.first_time(marker):
            deeds.kill_me()
        return pair

    assert dict(by_key(sc).map(die_once).reduceByKey(lambda a, b: a + b, 3).collect()) == SUMS
    assert os.path.exists(marker)
    assert any("SIGKILL" in reason for reason in workers_of(sc).reasons())


def test_a_worker_killed_in_a_reduce_stage_is_replaced_and_the_answer_is_right(sc, marker):
    def die_once(pair):
        if pair[0] == 3 and deeds.first_time(marker):
            deeds.kill_me()
        return pair

    assert dict(by_key(sc).reduceByKey(lambda a, b: a + b, 3).map(die_once).collect()) == SUMS
    assert os.path.exists(marker)


def test_all_workers_killed_after_the_map_outputs_are_written(sc, workers_of):
    reduced = by_key(sc).reduceByKey(lambda a, b: a + b, 3)
    assert dict(reduced.collect()) == SUMS
    workers_of(sc).kill_all()
    # local[2] reads the outputs of the dead; on the cluster they went with their executors
    assert dict(reduced.collect()) == SUMS
    assert dict(reduced.mapValues(lambda v: -v).collect()) == {k: -v for k, v in SUMS.items()}


def test_the_workers_that_wrote_the_map_outputs_die_while_the_reduce_stage_runs(sc, workers_of, marker, in_thread):
    gate = marker + "-open"

    def wait(pair):
        deeds.first_time(marker)
        deeds.await_file(gate)
        return pair

    def job():
        return dict(by_key(sc).reduceByKey(lambda a, b: a + b, 2).map(wait).collect())

    running = in_thread(job)
    assert deeds.await_file(marker)
    workers_of(sc).kill_all()
    deeds.first_time(gate)
    assert running.result() == SUMS


def test_every_worker_dies_once_in_a_job_of_ten_stages(sc, workers_of, tmp_path):
    directory = str(tmp_path)
    before = len(workers_of(sc).reasons())

    def killing(stage):
        def kill(pair):
            if stage in (2, 5, 8) and pair[0] == 4 and deeds.first_time(f"{directory}/{stage}"):
                deeds.kill_me()
            return pair

        return kill

    rdd = by_key(sc)
    for stage in range(9):
        rdd = rdd.map(killing(stage)).reduceByKey(lambda a, b: a + b, 2 + stage % 2)
    assert dict(rdd.collect()) == SUMS
    assert len(os.listdir(directory)) == 3
    assert len(workers_of(sc).reasons()) - before >= 3


def _exit(_):
    os._exit(3)


def _segfault(_):
    os.kill(os.getpid(), signal.SIGSEGV)


def _wild_pointer(_):
    ctypes.string_at(8)


def _abort(_):
    os.abort()


@pytest.mark.parametrize(
    ("deed", "said"),
    [(_exit, "exit code 3"), (_segfault, "SIGSEGV"), (_wild_pointer, "SIGSEGV"), (_abort, "SIGABRT")],
    ids=["exit", "signal", "pointer", "abort"],
)
def test_a_task_that_always_kills_its_worker_fails_the_job_and_says_how(make_context, master, workers_of, deed, said):
    sc = make_context(master, **{"pyrdd.task.maxExecutorLosses": 2})
    with pytest.raises(SparkRuntimeException) as caught:
        sc.parallelize(range(4), 2).map(lambda x: x if x < 3 else deed(x)).collect()
    text = str(caught.value)
    assert said in text and "2 times" in text
    assert "partition 1 of map at test_lost_workers.py" in text
    assert "MiB" in text and "task " in text
    assert "started by collect at test_lost_workers.py" in text
    assert "Executor  was lost" not in text
    assert len(workers_of(sc).reasons()) == 2
    assert sc.parallelize(range(4), 2).sum() == 6


def test_memory_that_cannot_be_had_is_an_error_of_the_task_not_a_hang(make_context, master):
    sc = make_context(master, **{"pyrdd.task.maxExecutorLosses": 2, "spark.task.maxFailures": 1})

    def greedy(x):
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + (64 << 20), hard))
        try:
            return len([bytearray(8 << 20) for _ in range(100)])
        finally:
            resource.setrlimit(resource.RLIMIT_AS, (hard, hard))

    with pytest.raises(Exception, match="MemoryError") as caught:
        sc.parallelize([1], 1).map(greedy).collect()
    assert isinstance(caught.value.__cause__, MemoryError)
    assert sc.parallelize(range(4), 2).sum() == 6


def test_memory_that_cannot_be_had_any_more_at_all(make_context, master):
    sc = make_context(master, **{"pyrdd.task.maxExecutorLosses": 2, "spark.task.maxFailures": 1})

    def starve(x):
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + (16 << 20), hard))
        kept = []
        sys.modules["kept"] = kept  # what the task held stays held
        while True:
            kept.append(bytearray(1 << 16))

    with pytest.raises(Exception, match=r"MemoryError|died"):
        sc.parallelize([1], 1).map(starve).collect()


def test_accumulators_and_broadcasts_are_right_after_workers_were_lost(sc, workers_of, marker):
    table = sc.broadcast({k: str(k) for k in range(N)})
    counted = sc.accumulator(0)

    def look(x):
        counted.add(1)
        if x == 700 and deeds.first_time(marker):
            deeds.kill_me()
        return table.value[x]

    assert sc.parallelize(range(N), 4).map(look).collect() == [str(x) for x in range(N)]
    assert counted.value == N
    workers_of(sc).kill_all()
    assert sc.parallelize(range(N), 4).map(look).collect() == [str(x) for x in range(N)]
    assert counted.value == 2 * N


def test_accumulators_of_a_map_stage_that_is_computed_again_count_once(sc, workers_of):
    counted = sc.accumulator(0)

    def count(pair):
        counted.add(1)
        return pair

    reduced = by_key(sc).map(count).reduceByKey(lambda a, b: a + b, 2)
    assert dict(reduced.collect()) == SUMS
    workers_of(sc).kill_all()
    assert dict(reduced.collect()) == SUMS
    recomputed = sc.master.startswith("local-cluster")
    # a stage that another job runs again counts again, as in Spark; on local[2] nothing has to run again
    assert counted.value in ((N, 2 * N) if recomputed else (N,))
