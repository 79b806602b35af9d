"""Barrier stages whose tasks fail or die, and slow tasks that get a second attempt."""

from __future__ import annotations

import time

import deeds
import pytest

from pyrdd import BarrierTaskContext, TaskContext
from pyrdd.errors import PySparkException

pytestmark = pytest.mark.faults

MASTERS = ["threads[2]", "local[2]", "local-cluster[2,1,512]"]


@pytest.mark.parametrize("master", ["local[2,2]", "local-cluster[2,1,512]"])
def test_when_a_barrier_task_fails_all_tasks_run_again(make_context, workers_of, master, tmp_path, marker):
    sc = make_context(master)
    workers_of(sc).await_all()
    directory = str(tmp_path / "runs")
    (tmp_path / "runs").mkdir()

    def meet(records):
        context = BarrierTaskContext.get()
        deeds.times(f"{directory}/{context.partitionId()}")
        if context.partitionId() == 1 and deeds.first_time(marker):
            raise ValueError("not this time")
        context.barrier()
        return [sum(records)]

    assert sum(sc.parallelize(range(10), 2).barrier().mapPartitions(meet).collect()) == 45
    assert deeds.times(f"{directory}/1") == 3
    assert deeds.times(f"{directory}/0") in (2, 3)  # its first attempt may have been killed before it began


@pytest.mark.parametrize("master", ["local[2]", "local-cluster[2,1,512]"])
def test_when_a_barrier_tasks_worker_dies_all_tasks_run_again(make_context, workers_of, master, marker):
    sc = make_context(master)
    workers_of(sc).await_all()

    def meet(records):
        context = BarrierTaskContext.get()
        if context.partitionId() == 1 and deeds.first_time(marker):
            deeds.kill_me()
        return context.allGather(str(sum(records)))

    found = sc.parallelize(range(10), 2).barrier().mapPartitions(meet).collect()
    assert found == ["10", "35"] * 2


@pytest.mark.parametrize("master", MASTERS)
def test_a_barrier_with_a_peer_that_always_fails_ends(make_context, master):
    sc = make_context(master)

    def meet(records):
        context = BarrierTaskContext.get()
        if context.partitionId() == 1:
            raise ValueError("never")
        context.barrier()
        return records

    with pytest.raises(PySparkException, match="never"):
        sc.parallelize(range(10), 2).barrier().mapPartitions(meet).collect()
    assert sc.parallelize(range(4), 2).sum() == 6


@pytest.mark.parametrize("master", ["local[2]", "local-cluster[2,1,512]"])
def test_a_barrier_with_a_peer_that_always_dies_ends(make_context, master):
    sc = make_context(master)

    def meet(records):
        context = BarrierTaskContext.get()
        if context.partitionId() == 1:
            deeds.kill_me()
        context.barrier()
        return records

    with pytest.raises(PySparkException, match=r"SIGKILL|failed"):
        sc.parallelize(range(10), 2).barrier().mapPartitions(meet).collect()
    assert sc.parallelize(range(4), 2).sum() == 6


@pytest.mark.parametrize("master", MASTERS)
def test_a_task_that_does_not_come_to_the_barrier_in_time(make_context, master):
    sc = make_context(master, **{"spark.barrier.sync.timeout": "1s"})

    def meet(records):
        context = BarrierTaskContext.get()
        if context.partitionId() == 0:
            context.barrier()
        return records

    with pytest.raises(PySparkException, match="barrier"):
        sc.parallelize(range(10), 2).barrier().mapPartitions(meet).collect()
    assert sc.parallelize(range(4), 2).sum() == 6


def test_a_barrier_stage_that_can_never_fit_is_refused(make_context, workers_of):
    sc = make_context("local[2]")
    workers_of(sc).await_all()
    with pytest.raises(PySparkException, match="slots"):
        sc.parallelize(range(10), 5).barrier().mapPartitions(lambda records: records).collect()


def test_a_straggler_gets_a_second_attempt_that_ends_the_job(make_context, workers_of, tmp_path):
    sc = make_context(
        "local-cluster[2,2,512]",
        **{"spark.speculation": "true", "spark.speculation.quantile": "0.5", "spark.speculation.multiplier": "1.5"},
    )
    workers_of(sc).await_all()
    directory = str(tmp_path / "straggler")
    counted = sc.accumulator(0)

    def slow_once(index, records):
        counted.add(1)
        if index == 3 and deeds.times(directory) == 1:
            for _ in range(5000):
                time.sleep(0.01)
        return [(TaskContext.get().attemptNumber(), sum(records))]

    started = time.monotonic()
    found = sc.parallelize(range(16), 8).mapPartitionsWithIndex(slow_once).collect()
    assert time.monotonic() - started < 20
    assert sum(total for _, total in found) == 120
    assert deeds.times(directory) >= 3
    assert counted.value == 8
    assert sc.parallelize(range(4), 4).sum() == 6
