"""Programs on the running engine: laziness, long lineages, checkpoints, shared variables, cancelling, refusals."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from operator import add
from typing import Any

import pytest

from pyrdd import BarrierTaskContext, InheritableThread, StorageLevel, TaskContext
from pyrdd.errors import PySparkException, PySparkRuntimeError


def jobs_so_far(sc: Any) -> int:
    """How many jobs the context has run, as its events tell."""
    sc._engine.settle()
    return max(sc._engine.state.jobs, default=-1) + 1


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


# --- laziness -----------------------------------------------------------------------------------------------


def test_transformations_run_no_job(sc: Any, tmp_path: Any) -> None:
    (tmp_path / "text").write_text("a\nb\n")
    before = jobs_so_far(sc)
    pairs = sc.textFile(str(tmp_path / "text")).map(lambda line: (line, 1)).cache()
    pairs.reduceByKey(add).join(pairs).groupByKey().distinct().repartition(3).cogroup(pairs)
    pairs.union(pairs).cartesian(pairs).sample(False, 0.5).subtract(pairs).zipWithUniqueId().coalesce(1)
    pairs.toDebugString()
    pairs.partitionBy(3).mapValues(str).sortByKey(numPartitions=1)
    assert jobs_so_far(sc) == before


def test_only_the_sampling_job_of_a_sort_runs_before_an_action(sc: Any) -> None:
    pairs = sc.parallelize([(i, i) for i in range(20)], 3)
    before = jobs_so_far(sc)
    ordered = pairs.sortByKey(numPartitions=2)
    assert jobs_so_far(sc) == before + 1
    assert ordered.count() == 20
    assert jobs_so_far(sc) == before + 2


def test_take_looks_at_one_partition_first(sc: Any) -> None:
    seen = sc.accumulator(0)
    rdd = sc.parallelize(range(100), 20).map(lambda x: (seen.add(1), x)[1])
    assert rdd.take(2) == [0, 1]
    assert seen.value <= 5


def test_a_shuffle_is_written_once_for_two_actions(sc: Any) -> None:
    written = sc.accumulator(0)
    counts = sc.parallelize([("a", 1), ("b", 1), ("a", 1)], 2).map(lambda p: (written.add(1), p)[1]).reduceByKey(add)
    assert (counts.count(), counts.count(), written.value) == (2, 2, 3)


# --- long lineages ------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:.*functions take.*pickled")
@pytest.mark.masters("local", "local[2]")
def test_ten_thousand_narrow_steps(sc: Any) -> None:
    rdd = sc.parallelize(range(4), 2)
    for _ in range(10_000):
        rdd = rdd.map(lambda x: x + 1)
    assert rdd.collect() == [10_000, 10_001, 10_002, 10_003]
    assert len(rdd.toDebugString().splitlines()) >= 10_001


def test_a_flat_union_of_a_thousand(sc: Any) -> None:
    union = sc.union([sc.parallelize([i], 1) for i in range(1000)])
    assert union.getNumPartitions() == 1000
    assert union.coalesce(50).sum() == 499_500
    assert union._run(list, [0, 1, 500, 999]) == [[0], [1], [500], [999]]


def test_a_nested_union_of_a_thousand(sc: Any) -> None:
    union = sc.parallelize([0], 1)
    for i in range(1, 1000):
        union = union.union(sc.parallelize([i], 1))
    assert union.getNumPartitions() == 1000
    assert union._run(list, [0, 1, 500, 999]) == [[0], [1], [500], [999]]  # all tasks would take a minute


def test_a_chain_of_many_shuffles(sc: Any) -> None:
    rdd = sc.parallelize([(i, 1) for i in range(6)], 2)
    for _ in range(60):
        rdd = rdd.map(lambda p: (p[0] // 2, p[1])).reduceByKey(add)
    assert rdd.collect() == [(0, 6)]


@pytest.mark.masters("local", "local[2]")
def test_two_hundred_rounds_with_checkpoints(sc: Any, tmp_path: Any) -> None:
    sc.setCheckpointDir(str(tmp_path))
    rdd = sc.parallelize([(i, 1) for i in range(4)], 2)
    for i in range(200):
        rdd = rdd.mapValues(lambda v: v + 1)
        if i % 20 == 19:
            rdd.checkpoint()
            assert rdd.count() == 4
            assert len(rdd.toDebugString().splitlines()) <= 3
    assert rdd.values().collect() == [201] * 4


# --- keeping ------------------------------------------------------------------------------------------------


@pytest.mark.every_master
def test_a_persisted_rdd_is_computed_once(sc: Any) -> None:
    computed = sc.accumulator(0)
    rdd = sc.parallelize(range(10), 2).map(lambda x: (computed.add(1), x)[1]).persist(StorageLevel.MEMORY_AND_DISK)
    assert (rdd.sum(), rdd.sum(), computed.value) == (45, 45, 10)
    rdd.unpersist()
    assert (rdd.sum(), computed.value) == (45, 20)


@pytest.mark.masters("local", "local[2]")
def test_a_checkpoint_cuts_the_lineage_and_is_read_back(sc: Any, tmp_path: Any) -> None:
    sc.setCheckpointDir(str(tmp_path))
    computed = sc.accumulator(0)
    rdd = sc.parallelize(range(4), 2).map(lambda x: (computed.add(1), x * x)[1])
    rdd.checkpoint()
    assert not rdd.isCheckpointed()
    assert rdd.sum() == 14
    assert rdd.isCheckpointed()
    once = computed.value
    assert rdd.map(lambda x: x + 1).collect() == [1, 2, 5, 10]
    assert computed.value == once
    assert b"ReliableCheckpointRDD" in rdd.toDebugString()
    assert rdd.getCheckpointFile().startswith("file:")


@pytest.mark.masters("local", "local[2]")
def test_a_local_checkpoint_cuts_the_lineage(sc: Any) -> None:
    rdd = sc.parallelize(range(4), 2).map(lambda x: x * x)
    rdd.localCheckpoint()
    assert rdd.isLocallyCheckpointed()
    assert rdd.take(1) == [0]  # the partition that this job did not need is computed as well
    assert b"LocalCheckpointRDD" in rdd.toDebugString()
    assert rdd.collect() == [0, 1, 4, 9]


def test_garbage_persisted_rdds_are_dropped(make_context: Any) -> None:
    sc = make_context("local")
    rdd = sc.parallelize(range(10), 2).map(str).cache()
    rdd.count()
    rdd_id = rdd.id()
    sc._engine.settle()
    assert sc._engine.state.cached[rdd_id].num_cached_partitions == 2
    del rdd
    gc.collect()
    sc.parallelize([1]).count()
    wait_until(lambda: not sc._engine.state.cached.get(rdd_id))


@pytest.mark.parametrize("master", ["local", "local[2]"])
def test_the_files_of_garbage_shuffles_are_removed(make_context: Any, master: str) -> None:
    sc = make_context(master)

    def files() -> list[str]:
        found = os.walk(sc._engine.session.path)
        return [name for folder, _, names in found for name in names if "shuffle" in folder + name]

    counts = sc.parallelize([(i, 1) for i in range(10)], 2).reduceByKey(add)
    assert counts.count() == 10
    assert files()
    del counts
    gc.collect()
    sc.parallelize([1]).count()
    wait_until(lambda: not files())


# --- shared variables ---------------------------------------------------------------------------------------


@pytest.mark.every_master
def test_accumulators_count_each_partition_of_an_action_once(sc: Any) -> None:
    seen = sc.accumulator(0)
    rdd = sc.parallelize(range(10), 4)
    rdd.foreach(lambda x: seen.add(x))
    assert seen.value == 45
    rdd.take(1)
    assert seen.value == 45


def test_accumulators_of_a_retried_task_count_once(make_context: Any, tmp_path: Any) -> None:
    sc = make_context("local[2,3]")
    seen, flag = sc.accumulator(0), str(tmp_path / "failed")

    def fails_once(x: int) -> int:
        seen.add(1)
        if x == 3 and not os.path.exists(flag):
            open(flag, "w").close()
            raise ValueError("once")
        return x

    assert sc.parallelize(range(4), 1).map(fails_once).collect() == [0, 1, 2, 3]
    assert seen.value == 4


def test_an_accumulator_cannot_be_read_in_a_task(sc: Any) -> None:
    total = sc.accumulator(0)
    with pytest.raises(PySparkException, match="value"):
        sc.parallelize([1]).foreach(lambda x: total.value)


@pytest.mark.every_master
def test_a_broadcast_is_read_by_tasks(sc: Any) -> None:
    names = sc.broadcast({i: f"name {i}" for i in range(2000)})
    assert sc.parallelize([3, 1999], 2).map(lambda i: names.value[i]).collect() == ["name 3", "name 1999"]
    names.unpersist()
    assert sc.parallelize([4], 1).map(lambda i: names.value[i]).collect() == ["name 4"]
    names.destroy()
    with pytest.raises(Exception, match="destroy"):
        sc.parallelize([4], 1).map(lambda i: names.value[i]).collect()


# --- jobs of several threads --------------------------------------------------------------------------------


def test_properties_belong_to_the_thread_and_pass_to_inheritable_threads(sc: Any) -> None:
    sc.setLocalProperty("colour", "blue")
    found: list[Any] = []

    def look() -> None:
        found.append(sc.getLocalProperty("colour"))
        sc.setLocalProperty("colour", "red")

    thread = InheritableThread(target=look)
    thread.start()
    thread.join()
    assert found == ["blue"]
    assert sc.getLocalProperty("colour") == "blue"
    assert sc.parallelize([1], 1).map(lambda _: TaskContext.get().getLocalProperty("colour")).collect() == ["blue"]


@pytest.mark.masters("threads[2]", "local[2]")
def test_jobs_run_from_several_threads_at_once(sc: Any) -> None:
    answers: dict[int, int] = {}

    def run(i: int) -> None:
        answers[i] = sc.parallelize([(x % 3, x) for x in range(i + 10)], 3).reduceByKey(add).values().sum()

    threads = [threading.Thread(target=run, args=[i]) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == {i: sum(range(i + 10)) for i in range(6)}


def run_in_background(action: Callable[[], Any]) -> tuple[threading.Thread, list[BaseException]]:
    errors: list[BaseException] = []

    def run() -> None:
        try:
            action()
        except BaseException as error:
            errors.append(error)

    thread = InheritableThread(target=run)
    thread.start()
    return thread, errors


def sleep_long(x: int) -> int:
    for _ in range(3000):
        time.sleep(0.01)
    return x


@pytest.mark.parametrize("how", ["group", "tag", "all"])
@pytest.mark.masters("threads[2]", "local[2]")
def test_jobs_are_cancelled_from_another_thread(sc: Any, how: str) -> None:
    if how == "group":
        sc.setJobGroup("doomed", "cancelled by the test", interruptOnCancel=True)
    elif how == "tag":
        sc.addJobTag("doomed")
        sc.setInterruptOnCancel(True)
    thread, errors = run_in_background(lambda: sc.parallelize([1, 2], 2).map(sleep_long).collect())
    wait_until(lambda: bool(sc.statusTracker().getActiveJobsIds()))
    cancel = {
        "group": lambda: sc.cancelJobGroup("doomed"),
        "tag": lambda: sc.cancelJobsWithTag("doomed"),
        "all": sc.cancelAllJobs,
    }
    cancel[how]()
    thread.join(20)
    assert not thread.is_alive()
    assert len(errors) == 1 and "cancel" in str(errors[0]).lower()
    sc._local_properties.replace({})
    assert sc.parallelize([1, 2], 2).sum() == 3


@pytest.mark.masters("local", "threads[2]", "local[2]")
def test_a_keyboard_interrupt_leaves_the_context_usable(sc: Any) -> None:
    main = threading.main_thread().ident
    assert main is not None
    timer = threading.Timer(0.5, lambda: signal.pthread_kill(main, signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        sc.parallelize([1, 2], 2).map(sleep_long).collect()
    timer.join()
    assert sc.parallelize([1, 2], 2).sum() == 3


# --- refusals -----------------------------------------------------------------------------------------------


def test_an_rdd_in_a_closure_is_refused_by_name(sc: Any) -> None:
    inner = sc.parallelize([1])
    with pytest.raises(PySparkException, match="SPARK-5063") as caught:
        sc.parallelize([1]).map(lambda x: inner.count() + x).collect()
    assert "inner" in str(caught.value)


def test_the_context_in_a_closure_is_refused_by_name(sc: Any) -> None:
    with pytest.raises(PySparkException, match="SPARK-5063") as caught:
        sc.parallelize([1]).map(lambda x: sc.parallelize([x])).collect()
    assert "sc" in str(caught.value)


@pytest.mark.every_master
def test_an_unpicklable_capture_is_explained_and_the_context_goes_on(sc: Any) -> None:
    lock = threading.Lock()
    for _ in range(3):
        with pytest.raises(PySparkException) as caught:
            sc.parallelize([1], 1).map(lambda x: (lock, x)).collect()
        assert "lock" in str(caught.value)
    assert sc.parallelize([1, 2], 2).sum() == 3


@pytest.mark.every_master
def test_the_users_exception_is_the_cause(sc: Any) -> None:
    with pytest.raises(PySparkException, match="KeyError: 'absent'") as caught:
        sc.parallelize([1, 2], 2).map(lambda x: {}["absent"]).collect()
    assert isinstance(caught.value.__cause__, KeyError)
    assert sc.parallelize([1, 2], 2).sum() == 3


def test_a_second_context_is_refused(sc: Any) -> None:
    with pytest.raises(ValueError, match="Cannot run multiple SparkContexts at once"):
        type(sc)("local", "second")
    assert type(sc).getOrCreate() is sc


def test_a_stopped_context_refuses_jobs(make_context: Any) -> None:
    sc = make_context("local")
    rdd = sc.parallelize([1])
    sc.stop()
    sc.stop()
    with pytest.raises(PySparkRuntimeError, match="stopped"):
        rdd.count()


def test_a_result_above_the_limit_fails_the_job(make_context: Any) -> None:
    sc = make_context("local", **{"spark.driver.maxResultSize": "1m"})
    with pytest.raises(PySparkException, match=r"spark\.driver\.maxResultSize"):
        sc.parallelize(range(2), 2).map(lambda x: os.urandom(600_000)).collect()
    assert sc.parallelize([1]).count() == 1


# --- barrier stages -----------------------------------------------------------------------------------------


def meet(index: int, records: Iterable[int]) -> list[Any]:
    task = BarrierTaskContext.get()
    task.barrier()
    return [(index, len(task.getTaskInfos()), task.allGather(str(sum(records))))]


def test_a_barrier_stage_of_one_task_runs_inline(sc: Any) -> None:
    assert sc.parallelize([1, 2], 1).barrier().mapPartitionsWithIndex(meet).collect() == [(0, 1, ["3"])]
    with pytest.raises(PySparkException, match="SPARK-24819"):
        sc.parallelize([1, 2], 2).barrier().mapPartitionsWithIndex(meet).collect()


@pytest.mark.masters("threads[2]", "local[2]", "local-cluster[2,1,512]")
def test_the_tasks_of_a_barrier_stage_meet(sc: Any) -> None:
    found = sc.parallelize([1, 2], 2).barrier().mapPartitionsWithIndex(meet).collect()
    assert found == [(0, 2, ["1", "2"]), (1, 2, ["1", "2"])]
