"""Dependency: how an RDD's partitions come from its parents' (Zaharia et al., NSDI 2012, section 4).

    narrow   each partition needs a few known partitions of the parent: same stage, pipelined
    shuffle  each partition needs a piece of *every* partition of the parent: a stage boundary

The scheduler cuts stages at `ShuffleDependency` and knows nothing else about an operator.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from pyrdd.util.frozen import frozen

if TYPE_CHECKING:
    from pyrdd.aggregator import Aggregator
    from pyrdd.partitioner import Partitioner
    from pyrdd.rdd.base import BaseRDD


class Dependency:
    """An edge of the lineage: from an RDD to its parent ``rdd``."""

    __slots__ = ("rdd",)

    def __init__(self, rdd: BaseRDD) -> None:
        self.rdd = rdd


class NarrowDependency(Dependency):
    """Each partition of the child needs the parent partitions that `parents` lists, and no others."""

    __slots__ = ()

    def parents(self, partition: int) -> Sequence[int]:
        """The indices of the parent's partitions that the child's ``partition`` is computed from, in order."""
        raise NotImplementedError


class OneToOneDependency(NarrowDependency):
    """Partition *i* of the child comes from partition *i* of the parent."""

    __slots__ = ()

    def parents(self, partition: int) -> Sequence[int]:
        return (partition,)


class RangeDependency(NarrowDependency):
    """A run of the child's partitions is the whole parent: one branch of a union."""

    __slots__ = ("length", "out_start")

    def __init__(self, rdd: BaseRDD, out_start: int, length: int) -> None:
        super().__init__(rdd)
        self.out_start, self.length = out_start, length

    def parents(self, partition: int) -> Sequence[int]:
        inside = self.out_start <= partition < self.out_start + self.length
        return (partition - self.out_start,) if inside else ()


class ManyToOneDependency(NarrowDependency):
    """Partition *i* of the child concatenates the parent partitions ``groups[i]``: coalesce without a shuffle."""

    __slots__ = ("groups",)

    def __init__(self, rdd: BaseRDD, groups: Sequence[Sequence[int]]) -> None:
        super().__init__(rdd)
        self.groups = groups

    def parents(self, partition: int) -> Sequence[int]:
        return self.groups[partition]


class MappedDependency(NarrowDependency):
    """Partition *i* of the child comes from the parent partition ``index_of(i)``: one side of a cartesian product."""

    __slots__ = ("index_of",)

    def __init__(self, rdd: BaseRDD, index_of: Callable[[int], int]) -> None:
        super().__init__(rdd)
        self.index_of = index_of

    def parents(self, partition: int) -> Sequence[int]:
        return (self.index_of(partition),)


@frozen
class KeyOrder:
    """The order of keys inside a shuffled partition: by ``keyfunc(key)`` (the key itself when ``None``)."""

    keyfunc: Callable[[Any], Any] | None = None
    ascending: bool = True


@frozen
class ShuffleSpec:
    """The part of a shuffle that crosses to the executors: what the writer and the reader need to know.

    Records are pairs ``(key, value)``. The writer sends a record to reduce partition ``partitioner(key)``.

    * ``aggregator`` set, ``map_side_combine`` true: the writer combines each key before writing, the reader merges
      combiners.
    * ``aggregator`` set, ``map_side_combine`` false: the writer writes raw values, the reader combines them.
    * ``key_order`` set: the reader yields records sorted by key (stable, external when large).
    * neither: the reader yields the records as written, map partition by map partition, in order.

    ``reads`` set (with neither): task *i* of the reader reads the reduce partitions from ``reads[i][0]`` up to
    ``reads[i][1]``, of the map outputs from ``reads[i][2]`` up to ``reads[i][3]``, in place of reduce partition *i*.
    """

    shuffle_id: int
    num_maps: int
    partitioner: Partitioner
    aggregator: Aggregator | None = None
    map_side_combine: bool = False
    key_order: KeyOrder | None = None
    reads: Sequence[tuple[int, int, int, int]] | None = None


class ShuffleDependency(Dependency):
    """Each partition of the child needs a piece of every partition of the parent, whose records are pairs."""

    __slots__ = ("__weakref__", "spec")

    def __init__(self, rdd: BaseRDD, spec: ShuffleSpec) -> None:
        super().__init__(rdd)
        self.spec = spec

    @property
    def shuffle_id(self) -> int:
        """The number under which map outputs are registered; unique in the context."""
        return self.spec.shuffle_id
