"""From a physical plan to RDDs: every `ExchangeExec` that shuffles becomes a shuffle dependency, all else is narrow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import pyarrow as pa

from pyrdd.dependency import ShuffleSpec
from pyrdd.partitioner import Partitioner
from pyrdd.rdd.base import BaseRDD
from pyrdd.rdd.coalesced_rdd import CoalescedRDD
from pyrdd.rdd.shuffled_rdd import ShuffledRDD
from pyrdd.rdd.union_rdd import UnionRDD
from pyrdd.sql.codegen.plans import PlanWriter
from pyrdd.sql.execution import exchange, sources
from pyrdd.sql.execution.python import python_function
from pyrdd.sql.execution.query_rdd import LANE, QueryRDD, SourceRDD, TablesRDD, one_table
from pyrdd.sql.execution.tables import TableRef
from pyrdd.sql.expressions import Attribute
from pyrdd.sql.physical.nodes import (
    CoalesceExec,
    ExchangeExec,
    PhysicalPlan,
    PythonExec,
    QueryExec,
    SourceExec,
    StageInput,
    UnionExec,
)
from pyrdd.sql.plan import CachedRelation, FileScan, LocalRelation, RddRelation

if TYPE_CHECKING:
    from pyrdd.core.context import SparkContext


def identity(bucket: int) -> int:
    """The partition function of an exchange: records come with the number of their bucket."""
    return bucket


@dataclass
class Builder:
    """Builds the RDDs of one plan. A physical operator that is met twice is built once."""

    context: SparkContext
    time_zone: str
    parallelism: int
    local: bool
    # the session's settings, for what runs Python
    conf: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.built: dict[int, tuple[PhysicalPlan, BaseRDD]] = {}
        master = self.context._engine.master
        self.settings = {"TimeZone": self.time_zone, "threads": str(max(1, master.slots // (master.executors or 1)))}

    def build(self, plan: PhysicalPlan) -> BaseRDD:
        """The RDD of a physical operator."""
        known = self.built.get(id(plan))
        if known is None:
            known = self.built[id(plan)] = (plan, self._builders[type(plan)](self, plan))
        return known[1]

    def _new(self, make: Callable[..., BaseRDD], *args: Any, **kwargs: Any) -> BaseRDD:
        return make(self.context._new_rdd_id(), *args, call_site=self.context._call_site(), **kwargs)

    # --- leaves ------------------------------------------------------------------------------------------------

    def _source(self, plan: SourceExec) -> BaseRDD:
        relation = plan.relation
        if isinstance(relation, RddRelation):
            node = relation.rdd._node
            lane = LANE if relation.arrow else node.lane
            return self._new(TablesRDD, [node], sources.rows_reader(relation), lane=lane)
        if isinstance(relation, CachedRelation):
            cached: BaseRDD = relation.cache.rdd._node
            return cached
        splits = sources.splits_of(relation, self.parallelism, plan.together, self.time_zone, self.local)
        return self._new(SourceRDD, splits, relation.output)

    def table_of(self, relation: Any) -> pa.Table:
        """A relation that a query reads whole, as a table."""
        if isinstance(relation, LocalRelation):
            return sources.local_table(relation)
        parts = sources.splits_of(relation, 1, True, self.time_zone, self.local)
        return one_table((table for part in parts for table in part()), relation.output)

    # --- queries -----------------------------------------------------------------------------------------------

    def _query(self, plan: QueryExec) -> BaseRDD:
        query = PlanWriter(self.time_zone, scan=sources.scan_text).query(plan.plan)
        parents: list[BaseRDD] = []
        feeds: list[TableRef | tuple[int, tuple[Attribute, ...]]] = []
        for relation in query.inputs:
            if not isinstance(relation, StageInput):
                feeds.append(TableRef(self.table_of(relation), self.local))
            elif relation.source.distribution.kind == "broadcast":
                feeds.append(TableRef(self._collected(relation.source), self.local))
            else:
                feeds.append((len(parents), relation.output))
                parents.append(self._scanned(relation.source) or self.build(relation.source))
        return self._new(QueryRDD, parents, query.text, feeds, query.kernels, self.settings)

    def _scanned(self, plan: PhysicalPlan) -> BaseRDD | None:
        """Files that the query that reads them scans itself."""
        if not isinstance(plan, SourceExec) or not isinstance(plan.relation, FileScan):
            return None
        splits = sources.splits_of(plan.relation, self.parallelism, plan.together, self.time_zone, self.local)
        return self._new(SourceRDD, splits, plan.output, as_text=True)

    def _collected(self, plan: ExchangeExec) -> pa.Table:
        """All rows of a broadcast side: a job of its own, as in Spark."""
        tables: list[pa.Table] = self.context._rdd(self.build(plan.child)).collect()
        return one_table(iter(tables), plan.output)

    # --- exchanges ---------------------------------------------------------------------------------------------

    def _exchange(self, plan: ExchangeExec) -> BaseRDD:
        child = self.build(plan.child)
        wanted = plan.distribution
        if wanted.num_partitions == 1 and child.num_partitions == 1:
            return child
        bounds = self._range_bounds(plan, child) if wanted.kind == "range" else None
        buckets = exchange.bucket_function(wanted, plan.output, bounds, self.settings)
        mapped = self._new(TablesRDD, [child], buckets, lane=child.lane)
        partitioner = Partitioner(wanted.num_partitions, identity)
        spec = ShuffleSpec(self.context._new_shuffle_id(), child.num_partitions, partitioner)
        shuffled = self._new(ShuffledRDD, mapped, spec)
        shuffled.lane = LANE
        return self._new(TablesRDD, [shuffled], exchange.Received(plan.output))

    def _range_bounds(self, plan: ExchangeExec, child: BaseRDD) -> pa.Table:
        """The keys at which a range exchange cuts: quantiles of a sample, which a job of its own takes."""
        sample = self._new(TablesRDD, [child], exchange.KeySample(plan.distribution, plan.output, self.settings))
        tables: list[pa.Table] = self.context._rdd(sample).collect()
        return exchange.bounds_of(tables, plan.distribution, self.settings)

    def _coalesce(self, plan: CoalesceExec) -> BaseRDD:
        node = self._new(CoalescedRDD, self.build(plan.child), plan.distribution.num_partitions)
        node.lane = LANE
        return node

    def _union(self, plan: UnionExec) -> BaseRDD:
        node = self._new(UnionRDD, [self.build(child) for child in plan.inputs])
        node.lane = LANE
        return node

    # --- Python ------------------------------------------------------------------------------------------------

    def _python(self, plan: PythonExec) -> BaseRDD:
        parents = [self.build(child) for child in plan.inputs]
        columns = [child.output for child in plan.inputs]
        function = python_function(plan.operator, columns, {**self.conf, **self.settings})
        return self._new(TablesRDD, parents, function, lane="python")

    _builders: ClassVar[dict[type, Callable[..., BaseRDD]]] = {}


Builder._builders = {
    SourceExec: Builder._source,
    QueryExec: Builder._query,
    ExchangeExec: Builder._exchange,
    CoalesceExec: Builder._coalesce,
    UnionExec: Builder._union,
    PythonExec: Builder._python,
}
