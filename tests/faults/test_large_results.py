"""Results as large as a driver can take, larger than it allows, and results that nobody fetches."""

from __future__ import annotations

import os

import psutil
import pytest
from directories import files_under

from pyrdd.errors import PySparkException

pytestmark = pytest.mark.faults

MIB = 1 << 20


@pytest.mark.masters("local[2]", "local-cluster[2,1,512]")
def test_results_of_500_mb_arrive_and_take_no_more_than_a_few_copies(sc, workers_of):
    driver = psutil.Process()
    before = driver.memory_info().rss

    def look(records):
        peak = driver.memory_info().rss
        return sum(map(len, records)), peak

    found, during = look(sc.parallelize(range(50), 5).map(lambda i: bytes([i]) * (10 * MIB)).collect())
    assert found == 500 * MIB
    # what is kept, and one more result on its way
    assert during - before < 1000 * MIB
    assert _result_files(sc) == []
    assert len(workers_of(sc).pids()) == 2


@pytest.mark.masters("local[2]", "local-cluster[2,1,512]")
def test_one_result_of_500_mb(sc):
    found = sc.parallelize([7], 1).map(lambda i: bytes([i]) * (500 * MIB)).collect()
    assert len(found[0]) == 500 * MIB and found[0][-1] == 7
    assert _result_files(sc) == []


def _result_files(sc):
    return files_under(sc._engine.session.path, "result-*")


@pytest.mark.parametrize("master", ["local", "threads[2]", "local[2]", "local-cluster[2,1,512]"])
def test_results_that_exceed_the_limit_fail_the_job_and_say_which_setting(make_context, master):
    sc = make_context(master, **{"spark.driver.maxResultSize": "8m"})
    with pytest.raises(PySparkException, match=r"spark\.driver\.maxResultSize") as caught:
        sc.parallelize(range(20), 20).map(lambda i: os.urandom(MIB)).collect()
    assert "saveAsTextFile" in str(caught.value)
    assert sc.parallelize(range(4), 4).map(lambda i: len(os.urandom(MIB))).sum() == 4 * MIB
    assert _result_files(sc) == []


@pytest.mark.masters("local[2]")
def test_results_that_a_cancelled_job_had_are_removed(sc, in_thread, marker, await_true):
    import deeds

    def slow(i):
        if i == 3:
            deeds.first_time(marker)
            deeds.await_file(marker + "-never", 5)
        return os.urandom(4 * MIB)

    job = in_thread(sc.parallelize(range(4), 4).map(slow).collect)
    assert deeds.await_file(marker)
    sc.cancelAllJobs()
    with pytest.raises(PySparkException, match="cancel"):
        job.result()
    await_true(lambda: not _result_files(sc), "the results of a cancelled job to be removed")


@pytest.mark.masters("local[2]")
def test_results_that_take_does_not_want_are_removed(sc, await_true):
    assert sc.parallelize(range(8), 4).map(lambda i: bytes(2 * MIB)).first() == bytes(2 * MIB)
    iterator = sc.parallelize(range(8), 4).map(lambda i: bytes(2 * MIB)).toLocalIterator(prefetchPartitions=True)
    next(iterator)
    del iterator
    await_true(lambda: not _result_files(sc), "results that nobody wants to be removed")
