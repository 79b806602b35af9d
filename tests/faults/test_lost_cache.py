"""Executors that are lost with the blocks they cached."""

from __future__ import annotations

import os
import signal

import deeds
import pytest

from pyrdd import StorageLevel

pytestmark = pytest.mark.faults

LEVELS = [StorageLevel.MEMORY_ONLY, StorageLevel.DISK_ONLY, StorageLevel.MEMORY_AND_DISK]


def counted(sc, directory, level, partitions=4):
    def count(index, records):
        deeds.times(f"{directory}/{index}")
        return records

    return sc.parallelize(range(100), partitions).mapPartitionsWithIndex(count).persist(level)


def computations(directory):
    return {name: len(os.listdir(f"{directory}/{name}")) for name in sorted(os.listdir(directory))}


@pytest.mark.masters("local[2]", "local-cluster[2,1,512]")
@pytest.mark.parametrize("level", LEVELS, ids=str)
def test_cached_partitions_of_lost_executors_are_computed_again(sc, workers_of, tmp_path, level):
    workers_of(sc).await_all()
    rdd = counted(sc, str(tmp_path), level)
    assert rdd.sum() == rdd.sum() == 4950
    assert set(computations(tmp_path).values()) == {1}
    workers_of(sc).kill_all()
    assert rdd.sum() == rdd.sum() == 4950
    assert set(computations(tmp_path).values()) <= {1, 2}


def _blocks(sc, rdd):
    sc._engine.settle()
    return len(sc._engine.state.cached[rdd.id()].blocks)


@pytest.mark.parametrize("level", [StorageLevel.MEMORY_ONLY_2, StorageLevel.DISK_ONLY_2], ids=str)
def test_copies_are_read_when_an_executor_is_lost(make_context, workers_of, await_true, tmp_path, level):
    sc = make_context("local-cluster[2,1,512]", **{"spark.locality.wait": "0s"})
    workers = workers_of(sc)
    pids = workers.await_all()
    rdd = counted(sc, str(tmp_path), level)
    assert rdd.sum() == 4950
    await_true(lambda: _blocks(sc, rdd) == 8, "all copies to be known")
    lost = next(iter(pids))
    os.kill(pids[lost], signal.SIGKILL)
    await_true(lambda: lost not in workers.pids(), "the loss of an executor")
    assert rdd.sum() == 4950
    assert set(computations(tmp_path).values()) == {1}


@pytest.mark.masters("local[2]", "local-cluster[2,1,512]")
def test_an_executor_lost_while_it_caches(sc, workers_of, tmp_path, marker):
    def die_once(x):
        if x == 60 and deeds.first_time(marker):
            deeds.kill_me()
        return x

    rdd = sc.parallelize(range(100), 4).map(die_once).cache()
    assert rdd.sum() == rdd.sum() == 4950
    sc._engine.settle()
    assert sc._engine.state.cached[rdd.id()].num_cached_partitions == 4
