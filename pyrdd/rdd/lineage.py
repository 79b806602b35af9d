"""A stage's lineage as a flat table: how it crosses to the executors, and how a task walks it.

A stage is an RDD and everything behind it up to the shuffles. In the driver that is a graph of `BaseRDD`; shipped, it
is a list of `Node`, parents first, whose edges are positions in the list. Flat, because a chain of 10,000 steps pickled
as nested objects would overflow the stack.

    textFile -> flatMap -> map -> [shuffle]        table: [0 source, 1 step <- 0, 2 step <- 1]     target: 2

The nodes hold nothing of the user's: an executor unpickles them once for all tasks of the stage. What the user gave
(functions, aggregators) is in *parts*, one for each unbranched chain, which every task unpickles for itself, and only
those that its partition needs: a task of a union of a thousand RDDs needs one.
"""

from __future__ import annotations

import copy
import pickle
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pyrdd.dependency import Dependency, NarrowDependency, OneToOneDependency, ShuffleDependency, ShuffleSpec
from pyrdd.rdd.base import BaseRDD, ancestors_first
from pyrdd.rdd.checkpoint_rdd import CheckpointedRDD
from pyrdd.storagelevel import StorageLevel
from pyrdd.util.frozen import frozen


@frozen
class Edge:
    """One dependency of a node: on the node at ``parent`` (narrow), or on a shuffle, the ``spec``-th of its node."""

    parent: int
    narrow: NarrowDependency | None
    spec: int = 0


@frozen
class Node:
    """One RDD of a stage: its kind and its edges. What its ``compute`` needs is number ``place`` of ``part``."""

    rdd_id: int
    kind: type[BaseRDD]
    edges: Sequence[Edge]
    level: StorageLevel | None
    part: int
    place: int


@frozen
class Payload:
    """The user's side of a node: the attributes that ``compute`` needs, and the shuffles it reads."""

    state: dict[str, Any]
    specs: Sequence[ShuffleSpec]


@frozen
class ShippedStage:
    """A stage as bytes: the pickled nodes, and the pickled parts. The last part ends with the stage's output."""

    nodes: bytes
    parts: Sequence[bytes]


class StageTable:
    """One task's view of a shipped stage; unpickles parts when they are first needed."""

    def __init__(self, nodes: Sequence[Node], parts: Sequence[bytes], loads: Callable[[bytes], Any]) -> None:
        self.nodes, self._parts, self._loads = nodes, parts, loads
        self._loaded: dict[int, list[Any]] = {}

    @property
    def output(self) -> Any:
        """What is done with the records of the last node."""
        return self._part(len(self._parts) - 1)[-1]

    def spec(self, position: int, edge: Edge) -> ShuffleSpec:
        """The shuffle that an edge of the node at ``position`` reads."""
        return self._payload(position).specs[edge.spec]

    def instance(self, position: int) -> BaseRDD:
        """An object of the node's kind with just the shipped attributes: enough to call ``compute``."""
        node = self.nodes[position]
        rdd = node.kind.__new__(node.kind)
        if node.part >= 0:
            rdd.__dict__.update(self._payload(position).state)
        rdd.rdd_id = node.rdd_id
        return rdd

    def _payload(self, position: int) -> Payload:
        node = self.nodes[position]
        payload: Payload = self._part(node.part)[node.place]
        return payload

    def _part(self, index: int) -> list[Any]:
        found = self._loaded.get(index)
        if found is None:
            found = self._loaded[index] = self._loads(self._parts[index])
        return found


def ship_stage(rdd: BaseRDD, output: object, dumps: Callable[[Sequence[object]], bytes]) -> ShippedStage:
    """The stage that ends at ``rdd`` and gives its records to ``output``; ``dumps`` pickles what is the user's."""
    rdds = stage_rdds(rdd)
    position = {node.rdd_id: i for i, node in enumerate(rdds)}
    children = Counter(parent.rdd_id for node in rdds for parent in narrow_parents(node))
    nodes: list[Node] = []
    parts: list[list[object]] = []
    for node in rdds:
        payload = _payload_of(node)
        part = -1
        if node is rdd or payload.state or payload.specs:
            part = _part_of(node, position, children, nodes)
            if part < 0:
                part = len(parts)
                parts.append([])
            parts[part].append(payload)
        nodes.append(_node(node, position, part, len(parts[part]) - 1 if part >= 0 else 0))
    last = nodes[-1].part
    parts[last].append(output)
    if last != len(parts) - 1:  # the output is to be found at the end of the last part
        nodes = [_moved(node, last, len(parts) - 1) for node in nodes]
        parts.append(parts.pop(last))
    return ShippedStage(pickle.dumps(nodes, pickle.HIGHEST_PROTOCOL), [dumps(part) for part in parts])


def _payload_of(node: BaseRDD) -> Payload:
    ships = () if node.checkpoint_rdd else node.ships
    specs = [d.spec for d in node.dependencies if isinstance(d, ShuffleDependency)]
    return Payload({name: getattr(node, name) for name in ships}, specs)


def _part_of(node: BaseRDD, position: dict[int, int], children: Counter[int], nodes: Sequence[Node]) -> int:
    """The part of the chain that ``node`` goes on; -1 when it begins one."""
    if len(node.dependencies) != 1 or not isinstance(node.dependencies[0], OneToOneDependency):
        return -1
    parent = node.dependencies[0].rdd
    return nodes[position[parent.rdd_id]].part if children[parent.rdd_id] == 1 else -1


def _node(node: BaseRDD, position: dict[int, int], part: int, place: int) -> Node:
    level = node.storage_level if node.storage_level != StorageLevel.NONE else None
    kind = CheckpointedRDD if node.checkpoint_rdd else type(node)
    return Node(node.rdd_id, kind, list(_edges(node.dependencies, position)), level, part, place)


def _edges(dependencies: Sequence[Dependency], position: dict[int, int]) -> Iterator[Edge]:
    specs = 0
    for dependency in dependencies:
        if isinstance(dependency, NarrowDependency):
            alone = copy.copy(dependency)
            alone.rdd = None  # type: ignore[assignment]
            yield Edge(position[dependency.rdd.rdd_id], alone)
        else:
            yield Edge(-1, None, specs)
            specs += 1


def _moved(node: Node, last: int, end: int) -> Node:
    """``node`` after the part at ``last`` went to the ``end``."""
    part = end if node.part == last else node.part - (node.part > last)
    return Node(node.rdd_id, node.kind, node.edges, node.level, part, node.place)


def narrow_parents(rdd: BaseRDD) -> list[BaseRDD]:
    """The parents inside the same stage."""
    return [d.rdd for d in rdd.dependencies if isinstance(d, NarrowDependency)]


def stage_rdds(rdd: BaseRDD) -> list[BaseRDD]:
    """The RDDs of the stage that ends at ``rdd``, parents first; ``rdd`` is the last."""
    return ancestors_first(rdd, narrow_parents)


def splits_of(rdd: BaseRDD, partition: int) -> dict[tuple[int, int], Any]:
    """What the sources behind ``partition`` need: ``{(rdd_id, partition): split}``, for those that need anything."""
    found = {}
    for node, index in _narrow_closure(rdd, partition):
        split = node.split(index)
        if split is not None:
            found[node.rdd_id, index] = split
    return found


def _narrow_closure(rdd: BaseRDD, partition: int) -> Iterator[tuple[BaseRDD, int]]:
    """Every (RDD, partition) of the stage that ``partition`` of ``rdd`` is computed from."""
    stack, seen = [(rdd, partition)], set()
    while stack:
        node, index = stack.pop()
        yield node, index
        for d in node.dependencies:
            if isinstance(d, NarrowDependency):
                for parent in d.parents(index):
                    # a partition reached along two paths (a self-join, a union with itself) counts once
                    if len(node.dependencies) == 1 or (d.rdd.rdd_id, parent) not in seen:
                        seen.add((d.rdd.rdd_id, parent))
                        stack.append((d.rdd, parent))
