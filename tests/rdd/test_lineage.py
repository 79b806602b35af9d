"""How a stage's lineage is shipped, and how a task walks it."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any

import pytest

from pyrdd.dependency import ShuffleDependency
from pyrdd.rdd.base import BaseRDD, ancestors_first
from pyrdd.rdd.evaluate import MAX_DEPTH, evaluate
from pyrdd.rdd.lineage import StageTable, ship_stage, splits_of, stage_rdds
from pyrdd.serializers import closure


class FakeBlocks:
    """Keeps what is put, and counts what is asked for."""

    def __init__(self) -> None:
        self.kept: dict[tuple[int, int], list[Any]] = {}
        self.asked: list[tuple[int, int, tuple[str, ...]]] = []

    def get(self, rdd_id: int, partition: int, cached_at: Any = ()) -> Iterator[Any] | None:
        self.asked.append((rdd_id, partition, tuple(cached_at)))
        found = self.kept.get((rdd_id, partition))
        return None if found is None else iter(found)

    def put(self, rdd_id: int, partition: int, level: Any, records: Any, peers: Any = ()) -> Iterator[Any]:
        self.kept[rdd_id, partition] = list(records)
        return iter(self.kept[rdd_id, partition])


class FakeTask:
    def __init__(self) -> None:
        from pyrdd.metrics import TaskMetrics

        self.env = self
        self.blocks = FakeBlocks()
        self.metrics = TaskMetrics()


def shipped(rdd: Any, loads: Any = closure.loads) -> StageTable:
    """A task's view of the stage that ends at a handle."""
    stage = ship_stage(rdd._node, "the output", closure.dumps)
    return StageTable(pickle.loads(stage.nodes), stage.parts, loads)


def run(rdd: Any, partition: int, task: Any = None, read_shuffle: Any = None) -> list[Any]:
    """Computes a partition of a handle as an executor does: from the shipped table alone."""
    assert partition < rdd.getNumPartitions()  # counted before a job, which is when edges get their final form
    table = shipped(rdd)
    assert table.output == "the output"
    splits = pickle.loads(pickle.dumps(splits_of(rdd._node, partition)))
    return list(evaluate(table, partition, splits, task or FakeTask(), read_shuffle, {}))


def test_a_stage_ends_at_its_shuffles(sc: Any) -> None:
    shuffled = sc.parallelize([(1, 1)], 2).map(lambda p: p).partitionBy(3)
    after = shuffled.mapValues(str)
    assert [node.rdd_id for node in stage_rdds(after._node)] == [shuffled.id(), after.id()]
    table = shipped(after)
    assert table.nodes[0].edges[0].narrow is None
    assert table.spec(0, table.nodes[0].edges[0]).partitioner == shuffled.partitioner
    assert table.nodes[1].edges[0].parent == 0


def test_a_shared_parent_is_shipped_once(sc: Any) -> None:
    base = sc.parallelize([1, 2], 2)
    both = base.map(lambda x: x).union(base.map(lambda x: -x)).union(base)
    assert len(shipped(both).nodes) == 5
    assert [run(both, i) for i in range(6)] == [[1], [2], [-1], [-2], [1], [2]]


def test_a_task_of_a_union_unpickles_only_its_own_branch(sc: Any) -> None:
    branches = [sc.parallelize([i], 1).map(lambda x, i=i: x + i).filter(lambda x: True) for i in range(20)]
    whole = sc.union(branches).map(str)
    assert whole.getNumPartitions() == 20
    loaded: list[bytes] = []

    def loads(data: bytes) -> Any:
        loaded.append(data)
        return closure.loads(data)

    table = shipped(whole, loads)
    splits = splits_of(whole._node, 7)
    assert list(evaluate(table, 7, splits, FakeTask(), None, {})) == ["14"]  # type: ignore[arg-type]
    assert len(loaded) == 2  # the branch, and the step after the union


def test_the_context_and_the_graph_are_not_shipped(sc: Any) -> None:
    rdd = sc.parallelize(range(1000), 2).map(str).filter(len)
    assert len(pickle.dumps(splits_of(rdd._node, 0))) < 4000
    data = pickle.dumps(ship_stage(rdd._node, None, closure.dumps))
    assert b"SparkContext" not in data and len(data) < 4000
    with pytest.raises(TypeError, match="stays in the driver"):
        pickle.dumps(rdd._node)


def test_only_the_splits_behind_a_partition_travel_with_its_task(sc: Any) -> None:
    left, right = sc.parallelize([1, 2, 3], 3), sc.parallelize("ab", 2)
    product = left.cartesian(right)
    assert product.getNumPartitions() == 6
    assert set(splits_of(product._node, 3)) == {(left.id(), 1), (right.id(), 1)}
    whole = left.coalesce(1)
    assert whole.getNumPartitions() == 1
    assert set(splits_of(whole._node, 0)) == {(left.id(), i) for i in range(3)}
    assert run(product, 3) == [(2, "b")]


def test_a_self_join_of_partitions_reads_both_sides(sc: Any) -> None:
    base = sc.parallelize([1, 2, 3, 4], 2)
    assert run(base.cartesian(base), 1) == [(1, 3), (1, 4), (2, 3), (2, 4)]
    assert run(base.zip(base), 1) == [(3, 3), (4, 4)]


def test_a_persisted_partition_is_computed_once_and_then_read(sc: Any) -> None:
    task, calls = FakeTask(), sc.accumulator(0)
    kept = sc.parallelize([1, 2], 1).map(lambda x: x * 10).cache()
    assert run(kept.map(lambda x: x + 1), 0, task) == [11, 21]
    task.blocks.kept[kept.id(), 0] = [70]
    assert run(kept.map(lambda x: x + 1), 0, task) == [71]
    assert calls.value == 0


def test_shuffles_and_narrow_parents_come_in_the_order_of_the_edges(sc: Any) -> None:
    placed = sc.parallelize([(1, "a")], 1).partitionBy(1)
    other = sc.parallelize([(1, "b")], 1)
    group = placed.cogroup(other, 1)
    node = stage_rdds(group._node)[-2]
    kinds = [isinstance(d, ShuffleDependency) for d in node.dependencies]
    assert kinds == [False, True]


def test_a_chain_longer_than_the_limit_is_cut_by_materialising(sc: Any) -> None:
    rdd = sc.parallelize([0], 1)
    for _ in range(3 * MAX_DEPTH + 7):
        rdd = rdd.map(lambda x: x + 1)
    assert run(rdd, 0) == [3 * MAX_DEPTH + 7]


def test_ancestors_come_before_their_children_each_once() -> None:
    a, b = BaseRDD(0), BaseRDD(1)
    parents = {3: [b, a], 2: [a], 1: [a], 0: []}
    c, d = BaseRDD(2), BaseRDD(3)
    parents[3].append(c)
    order = [node.rdd_id for node in ancestors_first(d, lambda r: parents[r.rdd_id])]
    assert sorted(order) == [0, 1, 2, 3] and order[-1] == 3
    assert order.index(0) < order.index(1) and order.index(0) < order.index(2)
