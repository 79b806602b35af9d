"""RDDHandle: what the operators share. It holds the context and a node of the lineage, and derives new ones.

    RDD (facade) = RDDHandle + Transformations + KeyedOperations + Sorting + Sampling + Actions + Statistics + ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar, cast

from pyrdd.dependency import KeyOrder, ShuffleSpec
from pyrdd.errors import PySparkRuntimeError
from pyrdd.partitioner import Partitioner
from pyrdd.rdd.base import BaseRDD
from pyrdd.rdd.map_partitions_rdd import MapPartitionsRDD
from pyrdd.rdd.steps import Step

if TYPE_CHECKING:
    from pyrdd.aggregator import Aggregator
    from pyrdd.core.context import SparkContext
    from pyrdd.rdd.facade import RDD

T_co = TypeVar("T_co", covariant=True)


class RDDHandle(Generic[T_co]):
    """A dataset of a running context. Creating and deriving one computes nothing."""

    def __init__(self, node: BaseRDD, ctx: SparkContext) -> None:
        self._node = node
        self.ctx = ctx
        self.is_cached = False
        self.is_checkpointed = False
        ctx._expect(node.lane)

    # --- identity -----------------------------------------------------------------------------------------------

    @property
    def context(self) -> SparkContext:
        """The `SparkContext` that this RDD was made by."""
        return self.ctx

    @property
    def partitioner(self) -> Partitioner | None:
        """How keys are spread over the partitions; ``None`` when that is not known."""
        return self._node.partitioner

    def id(self) -> int:
        """A number that no other RDD of this context has.

        >>> a, b = sc.emptyRDD(), sc.emptyRDD()
        >>> a.id() == a.id(), a.id() == b.id()
        (True, False)
        """
        return self._node.rdd_id

    def name(self) -> str | None:
        """The name given by `setName`, or ``None``.

        >>> sc.emptyRDD().setName("nothing").name()
        'nothing'
        """
        return self._node.rdd_name

    def setName(self, name: str) -> RDD[Any]:
        """Names this RDD for `toDebugString`, events and the UI; returns it."""
        self._node.rdd_name = name
        return self._self

    def getNumPartitions(self) -> int:
        """The number of partitions. May list input files; runs no job.

        >>> sc.parallelize([1, 2, 3, 4], 2).getNumPartitions()
        2
        """
        return self._node.num_partitions

    def __repr__(self) -> str:
        return repr(self._node)

    def __reduce__(self) -> NoReturn:
        raise PySparkRuntimeError(
            "[CONTEXT_ONLY_VALID_ON_DRIVER] An RDD was used inside of an action or transformation, or broadcast. RDDs "
            "exist only in the driver: rdd1.map(lambda x: rdd2.count() * x) cannot work. Compute rdd2.count() first, "
            "collect and broadcast a small RDD, or join. See SPARK-5063."
        )

    # --- deriving -----------------------------------------------------------------------------------------------

    @property
    def _self(self) -> RDD[Any]:
        return cast("RDD[Any]", self)

    def _wrap(self, node: BaseRDD) -> RDD[Any]:
        from pyrdd.rdd.facade import RDD  # the facade is assembled from classes that derive from this one

        self.ctx._watch_shuffles(node)
        return RDD(node, self.ctx)

    def _pipe(self, step: Step, preserves_partitioning: bool = False) -> RDD[Any]:
        """A narrow step over this RDD."""
        ctx = self.ctx
        return self._wrap(
            MapPartitionsRDD(ctx._new_rdd_id(), self._node, step, preserves_partitioning, ctx._call_site())
        )

    def _spec(
        self,
        partitioner: Partitioner,
        aggregator: Aggregator | None = None,
        map_side_combine: bool = False,
        key_order: KeyOrder | None = None,
        parent: BaseRDD | None = None,
    ) -> ShuffleSpec:
        """A new shuffle of this RDD (or of ``parent``)."""
        num_maps = (parent or self._node).num_partitions
        shuffle_id = self.ctx._new_shuffle_id()
        return ShuffleSpec(shuffle_id, num_maps, partitioner, aggregator, map_side_combine, key_order)

    def _defaultReducePartitions(self) -> int:
        """How many partitions a shuffle has when nobody says: ``spark.default.parallelism``, else as many as now."""
        if self.ctx._conf.contains("spark.default.parallelism"):
            return self.ctx.defaultParallelism
        return self.getNumPartitions()

    # --- running ------------------------------------------------------------------------------------------------

    def _run(self, action: Callable[[Iterator[Any]], Any], partitions: Sequence[int] | None = None) -> list[Any]:
        """``action`` of each partition, as a list in the partitions' order."""
        return self.ctx._run_job(self._node, action, partitions)
