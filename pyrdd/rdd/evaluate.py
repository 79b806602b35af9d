"""Computing a partition on an executor: walk the stage's table and pipeline the iterators.

    visit(target, p) -> cached? read the block : visit each input, then build compute(p, inputs)

The walk keeps its own stack: the depth of a lineage is bounded by memory, not by Python's recursion limit. Pulling a
record *does* recurse, one generator for each run of fused steps (`fusion`), so every `MAX_DEPTH` generators the
partition is materialised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pyrdd.partition import Partition
from pyrdd.rdd.fusion import FusableStep, FusedSteps
from pyrdd.rdd.map_partitions_rdd import MapPartitionsRDD

if TYPE_CHECKING:
    from pyrdd.dependency import ShuffleSpec
    from pyrdd.rdd.base import BaseRDD
    from pyrdd.rdd.lineage import Edge, StageTable
    from pyrdd.taskcontext import TaskContext

MAX_DEPTH = 100

Computed = tuple[Iterable[Any], int]
"""The records of a partition so far, and how many generators deep pulling one of them goes."""

ReadShuffle = Callable[["ShuffleSpec", int], Iterator[Any]]


def evaluate(
    table: StageTable,
    partition: int,
    splits: Mapping[tuple[int, int], Any],
    task: TaskContext,
    read_shuffle: ReadShuffle,
    cached_at: Mapping[str, str],
    peers: Sequence[str] = (),
) -> Iterator[Any]:
    """The records of ``partition`` of the table's last node.

    ``splits`` are the sources' splits, ``read_shuffle(spec, partition)`` reads a parent shuffle, ``cached_at`` says
    which other executors hold persisted blocks, ``peers`` where copies of replicated levels go. Lazy but where a
    persisted RDD is stored or a very long chain is cut.
    """
    blocks = task.env.blocks
    # what is still to do: (position, partition, whether its narrow inputs are on `done`)
    nodes = table.nodes
    todo: list[tuple[int, int, bool]] = [(len(nodes) - 1, partition, False)]
    done: list[Computed] = []
    while todo:
        position, index, ready = todo.pop()
        node = nodes[position]
        if ready:
            inputs = _collect(table, position, index, done, read_shuffle)
            done.append(_build(table, position, index, inputs, splits, task, peers))
            continue
        stored = blocks.get(node.rdd_id, index, _holders(cached_at, node.rdd_id, index)) if node.level else None
        if stored is not None:
            done.append((stored, 0))
            continue
        todo.append((position, index, True))
        narrow = [(e.parent, at, False) for e in node.edges if e.narrow for at in e.narrow.parents(index)]
        todo.extend(reversed(narrow))
    return iter(done.pop()[0])


def _parents(edge: Edge, index: int) -> Sequence[int]:
    return edge.narrow.parents(index) if edge.narrow else (index,)


def _holders(cached_at: Mapping[str, str], rdd_id: int, index: int) -> Sequence[str]:
    found = cached_at.get(f"rdd_{rdd_id}_{index}")
    return (found,) if found else ()


def _collect(
    table: StageTable,
    position: int,
    index: int,
    done: list[Computed],
    read_shuffle: ReadShuffle,
) -> list[Computed]:
    """Takes the finished narrow inputs off ``done`` and puts the shuffles among them, in the order of the edges."""
    wanted = [edge for edge in table.nodes[position].edges for _ in _parents(edge, index)]
    narrow = sum(edge.narrow is not None for edge in wanted)
    ready = iter(done[len(done) - narrow :])
    del done[len(done) - narrow :]
    return [
        next(ready) if edge.narrow else (read_shuffle(table.spec(position, edge), index), 0) for edge in wanted
    ]


def _build(
    table: StageTable,
    position: int,
    index: int,
    inputs: Sequence[Computed],
    splits: Mapping[tuple[int, int], Any],
    task: TaskContext,
    peers: Sequence[str],
) -> Computed:
    node = table.nodes[position]
    part = Partition(index, splits.get((node.rdd_id, index)))
    rdd = table.instance(position)
    fused = _fused(rdd, inputs) if not node.level else None
    if fused is not None:
        return fused
    records = rdd.compute(part, [iter(records) for records, _ in inputs], task)
    depth = 1 + max((depth for _, depth in inputs), default=0)
    if node.level:
        return task.env.blocks.put(node.rdd_id, index, node.level, records, peers), 0
    if depth >= MAX_DEPTH:
        return list(records), 0
    return records, depth


def _fused(rdd: BaseRDD, inputs: Sequence[Computed]) -> Computed | None:
    """The input with the RDD's step added to the steps that wait to be applied to it, where both are of that kind."""
    step = rdd.step if isinstance(rdd, MapPartitionsRDD) else None
    if not isinstance(step, FusableStep):
        return None
    records, depth = inputs[0]
    longer = records.then(step) if isinstance(records, FusedSteps) else None
    if longer is not None:
        return longer, depth
    if depth + 1 >= MAX_DEPTH:
        return FusedSteps(list(records), (step,)), 0
    return FusedSteps(records, (step,)), depth + 1
