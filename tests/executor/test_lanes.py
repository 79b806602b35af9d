"""The two lanes of stages: where vectorised ones run, and that the lanes read what the other has written."""

from __future__ import annotations

import os
import threading
from typing import Any

import pytest
from vectorised import mapped, numbers, place

from pyrdd import StorageLevel
from pyrdd.errors import SparkRuntimeException
from pyrdd.util.frozen import replace

HERE = os.getpid()


def executors(sc: Any) -> list[str]:
    sc._engine.settle()
    return sorted(sc._engine.state.executors)


def processes(rdd: Any) -> set[int]:
    return {pid for pid, _ in rdd.collect()}


def test_on_processes_vectorised_stages_run_in_driver_threads_and_no_process_is_started(make_context):
    sc = make_context("local[2]")
    assert set(mapped(numbers(sc), place).collect()) == {(HERE, "pyrdd-task")}
    assert executors(sc) == ["driver"]


def test_a_context_that_has_run_nothing_has_no_executors_yet(make_context):
    assert executors(make_context("local[2]")) == []


def test_on_processes_python_stages_run_in_workers(make_context):
    sc = make_context("local[2]")
    assert HERE not in processes(sc.parallelize(range(4), 2).map(place))
    assert "driver" not in executors(sc)


def test_a_python_step_takes_the_vectorised_steps_of_its_stage_with_it(make_context):
    sc = make_context("local[2]")
    assert HERE not in processes(mapped(numbers(sc), lambda x: x).map(place))


@pytest.mark.parametrize(("master", "thread"), [("local", "Main"), ("threads[2]", "pyrdd-task")])
def test_in_the_driver_both_lanes_run_in_the_same_threads(make_context, master, thread):
    sc = make_context(master)
    python, vectorised = sc.parallelize([1], 1).map(place).collect(), mapped(numbers(sc, 1), place).collect()
    assert {pid for pid, _ in python + vectorised} == {HERE}
    name = threading.main_thread().name.rpartition("-")[0] if thread == "Main" else thread
    assert {name for _, name in python + vectorised} == {name}


def test_on_a_cluster_vectorised_stages_run_in_the_executors(make_context):
    sc = make_context("local-cluster[2,1,512]")
    assert HERE not in processes(mapped(numbers(sc), place))


def test_a_shuffle_written_by_vectorised_tasks_is_read_by_workers(make_context):
    sc = make_context("local[2]")
    pairs = mapped(numbers(sc, 4), lambda x: (x % 3, (x, os.getpid())))
    groups = dict(pairs.groupByKey(2).mapValues(list).map(lambda kv: (kv[0], (kv[1], os.getpid()))).collect())
    assert {k: sorted(x for x, _ in values) for k, (values, _) in groups.items()} == {
        0: [0, 3, 6], 1: [1, 4, 7], 2: [2, 5],
    }  # fmt: skip
    assert {pid for values, _ in groups.values() for _, pid in values} == {HERE}
    assert HERE not in {reader for _, reader in groups.values()}


def test_a_shuffle_written_by_workers_is_read_by_vectorised_tasks(make_context):
    sc = make_context("local[2]")
    sums = sc.parallelize(range(8), 4).map(lambda x: (x % 3, x)).reduceByKey(lambda a, b: a + b, 2)
    assert sorted(mapped(sums, lambda kv: (*kv, os.getpid())).collect()) == [(0, 9, HERE), (1, 12, HERE), (2, 7, HERE)]


@pytest.mark.parametrize("level", [StorageLevel.MEMORY_ONLY, StorageLevel.DISK_ONLY, StorageLevel.MEMORY_ONLY_2])
def test_what_vectorised_tasks_cached_is_not_computed_again_by_workers(make_context, level):
    sc = make_context("local[2]")
    counted = sc.accumulator(0)

    def count(x):
        counted.add(1)
        return x

    cached = mapped(numbers(sc), count).persist(level)
    assert cached.collect() == [0, 1, 2, 3]
    assert executors(sc) == ["driver"]
    assert cached.map(lambda x: (x, os.getpid() == HERE)).collect() == [(x, False) for x in range(4)]
    assert counted.value == 4


def test_what_workers_cached_is_not_computed_again_by_vectorised_tasks(make_context):
    sc = make_context("local[2]")
    counted = sc.accumulator(0)

    def count(x):
        counted.add(1)
        return x

    cached = sc.parallelize(range(4), 2).map(count).persist()
    assert cached.collect() == [0, 1, 2, 3]
    assert mapped(cached, lambda x: (x, os.getpid())).collect() == [(x, HERE) for x in range(4)]
    assert counted.value == 4


def test_dropping_an_rdd_drops_the_blocks_of_both_lanes(make_context):
    sc = make_context("local[2]")
    vectorised, python = numbers(sc).persist(), sc.parallelize(range(4), 2).persist()
    assert vectorised.count() == python.count() == 4
    assert mapped(vectorised, lambda x: x).count() == 4
    for rdd in (vectorised, python):
        rdd.unpersist()
    assert numbers(sc).count() == 4  # what is asked of the scheduler is done in order
    sc._engine.settle()
    assert not any(view.num_cached_partitions for view in sc._engine.state.cached.values())


def test_workers_that_cannot_start_fail_the_job_that_needs_them_and_say_why(make_context):
    sc = make_context("local[2]")
    processes = sc._engine.backend._processes
    processes._options = replace(processes._options, python="/no/such/python")
    for _ in range(2):  # each job makes a new attempt
        with pytest.raises(SparkRuntimeException, match="cannot be started.*/no/such/python") as caught:
            sc.parallelize([1], 1).count()
        assert "CANCELLED" not in str(caught.value)
    assert mapped(numbers(sc), lambda x: x).collect() == [0, 1, 2, 3]

