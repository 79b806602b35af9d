"""BaseRDD: what a dataset is, in five properties (Zaharia et al., NSDI 2012, table 3).

    1  num_partitions, partitions      the slices
    2  dependencies                    which parents they come from
    3  compute                         how to produce one slice from its inputs
    4  partitioner                     how keys are spread over the slices, if they are
    5  preferred_locations             where a slice is cheapest to compute

A kind of RDD (one file each beside this one) says these five things and nothing else. The operators that users call
live on `pyrdd.rdd.facade.RDD`, which holds one of these; the scheduler and the executors see only these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from pyrdd.dependency import Dependency, NarrowDependency
from pyrdd.partition import Partition
from pyrdd.storagelevel import StorageLevel

if TYPE_CHECKING:
    from pyrdd.partitioner import Partitioner
    from pyrdd.taskcontext import TaskContext


class BaseRDD:
    """A lazy, partitioned, immutable dataset: a node of the lineage. Nothing is computed by building one."""

    # the attributes that `compute` needs on an executor; everything else stays in the driver
    ships: ClassVar[tuple[str, ...]] = ()
    # the name of this kind, as Spark's lineage shows it
    kind: ClassVar[str] = "BaseRDD"
    lane: str = "python"
    is_barrier: bool

    def __init_subclass__(cls) -> None:
        cls.kind = cls.__dict__.get("kind", cls.__name__)

    def __init__(
        self,
        rdd_id: int,
        dependencies: Sequence[Dependency] = (),
        partitioner: Partitioner | None = None,
        call_site: str = "",
    ) -> None:
        self.rdd_id = rdd_id
        self.dependencies = dependencies
        self.partitioner = partitioner
        self.call_site = call_site
        self.rdd_name: str | None = None
        self.storage_level = StorageLevel.NONE
        self._num_partitions: int | None = None
        # "reliable" or "local" once the user asked; the RDD in `dependencies` once the lineage was cut
        self.checkpoint_mark: str | None = None
        self.checkpoint_rdd: BaseRDD | None = None
        self.is_barrier = any(d.rdd.is_barrier for d in dependencies if isinstance(d, NarrowDependency))

    # 1
    @property
    def num_partitions(self) -> int:
        """How many partitions there are. May list files the first time it is asked for."""
        if self._num_partitions is None:
            count_partitions(self)
        assert self._num_partitions is not None
        return self._num_partitions

    @property
    def partitions(self) -> Sequence[Partition]:
        """The partitions with their splits."""
        return [Partition(i, self.split(i)) for i in range(self.num_partitions)]

    def _count_partitions(self) -> int:
        """The number of partitions; asked once, when those of all parents are known."""
        return self.dependencies[0].rdd.num_partitions

    def split(self, index: int) -> Any:
        """What a source needs on the executor to produce partition ``index``; ``None`` for derived RDDs."""
        return None

    # 3
    def compute(
        self, partition: Partition, inputs: Sequence[Iterator[Any]], task: TaskContext
    ) -> Iterator[Any]:
        """The records of ``partition``, given one iterator for each parent partition that it depends on, in order.

        Runs on an executor, on a copy of this object that has only the attributes named by ``ships``.
        """
        raise NotImplementedError

    # 5
    def preferred_locations(self, index: int) -> Sequence[str]:
        """Executor ids or host names where partition ``index`` is cheap to compute; empty for no preference."""
        return ()

    def __reduce__(self) -> Any:
        raise TypeError(f"{self.kind}[{self.rdd_id}] stays in the driver; its lineage is shipped by pyrdd.rdd.lineage")

    def __repr__(self) -> str:
        name = f"{self.rdd_name} " if self.rdd_name else ""
        return f"{name}{self.kind}[{self.rdd_id}] at {self.call_site}"


def count_partitions(rdd: BaseRDD) -> None:
    """Fills in the number of partitions of ``rdd`` and its ancestors, parents first, without recursion."""
    unknown = ancestors_first(rdd, lambda r: [] if r._num_partitions is not None else [d.rdd for d in r.dependencies])
    for node in unknown:
        if node._num_partitions is None:
            node._num_partitions = node._count_partitions()


def ancestors_first(rdd: BaseRDD, parents: Callable[[BaseRDD], Sequence[BaseRDD]]) -> list[BaseRDD]:
    """``rdd`` and all that ``parents`` leads to, each once, every parent before its children."""
    order: list[BaseRDD] = []
    seen: set[int] = set()
    stack: list[tuple[BaseRDD, bool]] = [(rdd, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif node.rdd_id not in seen:
            seen.add(node.rdd_id)
            stack.append((node, True))
            stack.extend((parent, False) for parent in reversed(parents(node)))
    return order
