"""What operators promise beyond their answers: which shuffle, which keep the partitioner, what they refuse at once."""

from __future__ import annotations

import os
from collections.abc import Callable
from operator import add
from pathlib import Path
from typing import Any

import pytest

from pyrdd.dependency import NarrowDependency, ShuffleDependency
from pyrdd.errors import PySparkException
from pyrdd.partitioner import Partitioner, RangeBounds, portable_hash


def shuffles(rdd: Any) -> int:
    """How many shuffles are behind an RDD."""
    found, stack, seen = 0, [rdd._node], set()
    while stack:
        for dependency in stack.pop().dependencies:
            if dependency not in seen:
                seen.add(dependency)
                found += isinstance(dependency, ShuffleDependency)
                stack.append(dependency.rdd)
    return found


NARROW: dict[str, Callable[[Any], Any]] = {
    "map": lambda r: r.map(str),
    "flatMap": lambda r: r.flatMap(lambda x: [x]),
    "filter": lambda r: r.filter(bool),
    "union": lambda r: r.union(r.map(str)),
    "cartesian": lambda r: r.cartesian(r),
    "zip": lambda r: r.zip(r),
    "coalesce": lambda r: r.coalesce(1),
    "sample": lambda r: r.sample(False, 0.5),
    "glom": lambda r: r.glom(),
    "sort into one partition": lambda r: r.sortByKey(numPartitions=1),
}


@pytest.mark.parametrize("name", NARROW)
def test_narrow_operators_do_not_shuffle(sc: Any, name: str) -> None:
    rdd = NARROW[name](sc.parallelize([(1, 2), (3, 4)], 2))
    assert shuffles(rdd) == 0
    assert all(isinstance(d, NarrowDependency) for d in rdd._node.dependencies)


def test_what_is_partitioned_alike_is_not_shuffled_again(sc: Any) -> None:
    left = sc.parallelize([(i, i) for i in range(9)], 3).reduceByKey(add, 4)
    right = sc.parallelize([(i, -i) for i in range(5)], 2).partitionBy(4)
    assert shuffles(left.join(right, 4)) == 2
    assert shuffles(left.join(right)) == 2
    assert shuffles(left.join(right, 5)) == 4
    assert shuffles(left.groupByKey(4)) == 1
    assert shuffles(left.mapValues(str).reduceByKey(add, 4)) == 1
    assert shuffles(left.map(lambda p: p).reduceByKey(add, 4)) == 2
    assert left.partitionBy(4).id() == left.id()
    assert shuffles(left.union(right).reduceByKey(add, 4)) == 2
    assert sorted(left.join(right).collect()) == [(i, (i, -i)) for i in range(5)]


def test_another_partition_function_is_another_partitioner(sc: Any) -> None:
    by_hash = sc.parallelize([(1, 1)], 2).partitionBy(4)
    by_function = sc.parallelize([(1, 1)], 2).partitionBy(4, lambda k: 0)
    assert by_hash.partitioner != by_function.partitioner
    assert shuffles(by_hash.join(by_function, 4)) == 3


def test_steps_that_may_change_keys_forget_the_partitioner(sc: Any) -> None:
    placed = sc.parallelize([(1, 1)], 2).partitionBy(3)
    keeps = [placed.filter(bool), placed.mapValues(str), placed.flatMapValues(list), placed.sample(False, 1.0)]
    keeps += [placed.mapPartitions(iter, True), placed.map(lambda p: p, True), placed.partitionBy(3).union(placed)]
    assert all(rdd.partitioner == placed.partitioner for rdd in keeps)
    forgets = [placed.map(lambda p: p), placed.glom(), placed.keys(), placed.mapPartitions(iter), placed.repartition(3)]
    assert all(rdd.partitioner is None for rdd in forgets)


def test_a_sorted_rdd_knows_its_ranges(sc: Any) -> None:
    ordered = sc.parallelize([(i, i) for i in range(30)], 3).sortByKey(numPartitions=3)
    assert isinstance(ordered.partitioner.partitionFunc, RangeBounds)
    assert ordered.lookup(17) == [17]


def test_lookup_computes_only_the_partition_of_the_key(sc: Any) -> None:
    seen = sc.accumulator(0)
    placed = sc.parallelize([(i, i) for i in range(40)], 2).partitionBy(8)
    looked = placed.mapValues(lambda v: (seen.add(1), v)[1])
    assert looked.lookup(3) == [3]
    assert seen.value == sum(1 for i in range(40) if portable_hash(i) % 8 == 3)


@pytest.mark.parametrize(
    ("bad", "kind"),
    [
        (lambda r: r.sample(False, -1.0), ValueError),
        (lambda r: r.sample(False, float("nan")), ValueError),
        (lambda r: r.coalesce(0), ValueError),
        (lambda r: r.repartition(-1), ValueError),
        (lambda r: r.randomSplit([]), ValueError),
        (lambda r: r + 1, TypeError),
        (lambda r: r.treeReduce(add, 0), ValueError),
        (lambda r: r.takeOrdered(-1), ValueError),
        (lambda r: r.takeSample(False, -1), ValueError),
        (lambda r: r.histogram(0), ValueError),
        (lambda r: r.countApproxDistinct(1e-9), ValueError),
        (lambda r: r.zip(r.coalesce(1)), ValueError),
        (lambda r: r.checkpoint(), PySparkException),
        (lambda r: r.ctx.union([1]), PySparkException),
        (lambda r: r.saveAsTextFile("/nowhere/out", "no.such.Codec"), ValueError),
    ],
)
def test_bad_arguments_are_refused_before_a_job_runs(sc: Any, bad: Callable[[Any], Any], kind: type) -> None:
    sc._checkpoint_dir = None
    rdd = sc.parallelize(range(4), 2)
    sc._engine.settle()
    before = list(sc._engine.state.jobs)
    with pytest.raises(kind):
        bad(rdd)
    sc._engine.settle()
    assert list(sc._engine.state.jobs) == before


def test_the_zero_value_is_copied_for_each_key(sc: Any) -> None:
    grouped = sc.parallelize([("a", 1), ("b", 2), ("a", 3)], 1).foldByKey(
        [], lambda c, v: [*c, *(v if isinstance(v, list) else [v])]
    )
    assert dict(grouped.collect()) == {"a": [1, 3], "b": [2]}


@pytest.mark.every_master
def test_the_zero_value_of_an_action_is_not_shared_by_partitions(sc: Any) -> None:
    def keep(found: list[int], x: int) -> list[int]:
        found.append(x)
        return found

    zero: list[int] = []
    rdd = sc.parallelize(range(4), 2)
    assert rdd.aggregate(zero, keep, add) == [0, 1, 2, 3]
    assert zero == []


def test_local_iterators_run_a_job_for_each_partition_as_needed(sc: Any) -> None:
    seen = sc.accumulator(0)
    records = sc.parallelize(range(8), 4).map(lambda x: (seen.add(1), x)[1]).toLocalIterator()
    assert next(records) == 0
    assert seen.value == 2
    assert list(records) == list(range(1, 8))


@pytest.mark.every_master
def test_local_iterators_may_look_ahead(sc: Any) -> None:
    rdd = sc.parallelize(range(8), 4).map(lambda x: x + 1)
    assert list(rdd.toLocalIterator(prefetchPartitions=True)) == list(range(1, 9))
    assert next(rdd.toLocalIterator(prefetchPartitions=True)) == 1


def test_a_failure_of_a_prefetched_partition_reaches_the_program(sc: Any) -> None:
    rdd = sc.parallelize([1, 0], 2).map(lambda x: 1 / x)
    with pytest.raises(PySparkException, match="ZeroDivisionError"):
        list(rdd.toLocalIterator(prefetchPartitions=True))


@pytest.mark.every_master
def test_a_failed_save_leaves_nothing(sc: Any, tmp_path: Path) -> None:
    with pytest.raises(PySparkException, match="ZeroDivisionError"):
        sc.parallelize([1, 0], 2).map(lambda x: 1 / x).saveAsTextFile(str(tmp_path / "out"))
    assert not (tmp_path / "out" / "_SUCCESS").exists()
    assert [name for _, _, names in os.walk(tmp_path) for name in names if name.startswith("part-")] == []


@pytest.mark.every_master
def test_pipe_feeds_a_command_and_reports_its_failure(sc: Any) -> None:
    rdd = sc.parallelize(["b", "a", "c"], 2)
    assert rdd.pipe("sort").collect() == ["b", "a", "c"]
    assert rdd.pipe("head -n 1").count() == 2
    with pytest.raises(PySparkException, match="PIPE_FUNCTION_EXITED"):
        rdd.pipe("false", checkCode=True).collect()
    with pytest.raises(PySparkException, match="ZeroDivisionError"):
        rdd.map(lambda x: 1 / 0).pipe("cat").collect()


@pytest.mark.masters("local", "local[2]")
def test_approximate_answers_are_exact_when_there_is_time(sc: Any) -> None:
    rdd = sc.parallelize(range(1000), 5)
    assert rdd.countApprox(60_000) == 1000
    total = rdd.sumApprox(60_000)
    assert (float(total), total.low, total.high) == (499_500.0, 499_500.0, 499_500.0)
    assert float(rdd.meanApprox(60_000)) == 499.5


def test_an_rdd_knows_its_name_and_where_it_was_made(sc: Any) -> None:
    rdd = sc.parallelize([1]).map(str).setName("texts")
    assert rdd.name() == "texts"
    assert repr(rdd).startswith("texts ") and "map at test_operators.py:" in repr(rdd)


def test_partition_functions_must_give_whole_numbers() -> None:
    for function in (lambda k: "1", lambda k: 1.5, lambda k: None):
        with pytest.raises(TypeError):
            Partitioner(3, function)("key")
        with pytest.raises(TypeError):
            Partitioner(3, function).indexer()("key")
