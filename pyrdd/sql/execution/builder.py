"""From a physical plan to RDDs: every `ExchangeExec` that shuffles becomes a shuffle dependency, all else is narrow.

build(plan) = one stage:  its shuffles written (and measured, if adaptive)  ->  how they are read  ->  the operators above
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from pyrdd.sql.execution.adaptive import ReadRDD, measured
from pyrdd.sql.execution.canonical import canonical_physical
from pyrdd.sql.execution.file_scans import Given
from pyrdd.sql.execution.python import python_function
from pyrdd.sql.execution.query_rdd import LANE, QueryRDD, SourceRDD, TablesRDD, lane_over, one_table
from pyrdd.sql.execution.tables import TableRef
from pyrdd.sql.expressions import Attribute
from pyrdd.sql.physical.adaptive import AdaptiveSettings, Read, coalesced, skew_join, split_skewed
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
from pyrdd.sql.physical.sizes import read_by
from pyrdd.sql.plan import CachedRelation, FileScan, LocalRelation, MapBatches, RddRelation

if TYPE_CHECKING:
    from pyrdd.core.context import SparkContext


def identity(bucket: int) -> int:
    """The partition function of an exchange: records come with the number of their bucket."""
    return bucket


def stage_leaves(plan: PhysicalPlan) -> list[PhysicalPlan]:
    """Where the partitions of a stage come from, each once: what `plan` reads partition by partition."""
    found: dict[int, PhysicalPlan] = {}

    def visit(node: PhysicalPlan) -> None:
        if isinstance(node, ExchangeExec):
            if node.distribution.kind != "broadcast":
                found.setdefault(id(node), node)
        elif isinstance(node, QueryExec | PythonExec) and node.inputs:
            for child in node.inputs:
                visit(child)
        else:
            found.setdefault(id(node), node)

    visit(plan)
    return list(found.values())


@dataclass
class Stage:
    """What is built of one stage. The same operator may be in two stages, whose tasks read its shuffles differently."""

    reads: dict[int, Sequence[Read] | None]
    built: dict[int, tuple[PhysicalPlan, BaseRDD]] = field(default_factory=dict)


@dataclass
class Builder:
    """Builds the RDDs of one plan. An exchange that is met twice, or two that compute the same, are one shuffle."""

    context: SparkContext
    time_zone: str
    parallelism: int
    local: bool
    # the session's settings, for what runs Python
    conf: Mapping[str, str] = field(default_factory=dict)
    # if given, the map side of shuffles runs while the stage that reads them is built
    adaptive: AdaptiveSettings | None = None

    def __post_init__(self) -> None:
        self._shuffles: dict[Any, tuple[PhysicalPlan, BaseRDD]] = {}
        self._broadcasts: dict[Any, tuple[PhysicalPlan, TableRef]] = {}
        # how exchanges were read in the end, for `explain`
        self.notes: dict[int, str] = {}
        master = self.context._engine.master
        self.settings = {"TimeZone": self.time_zone, "threads": str(max(1, master.slots // (master.executors or 1)))}

    def build(self, plan: PhysicalPlan) -> BaseRDD:
        """The RDD of a physical operator, which ends a stage or the plan."""
        return self._node(plan, Stage(self._reads(plan)))

    def _node(self, plan: PhysicalPlan, stage: Stage) -> BaseRDD:
        known = stage.built.get(id(plan))
        if known is None:
            known = stage.built[id(plan)] = (plan, self._builders[type(plan)](self, plan, stage))
        return known[1]

    # --- adaptive reads ----------------------------------------------------------------------------------------

    def _reads(self, plan: PhysicalPlan) -> dict[int, Sequence[Read] | None]:
        """How the tasks of the stage above its shuffles read each; None where a task reads its bucket."""
        leaves = stage_leaves(plan)
        exchanges = [leaf for leaf in leaves if isinstance(leaf, ExchangeExec)]
        whole: dict[int, Sequence[Read] | None] = {id(e): None for e in exchanges}
        nodes = [self._shuffle(e) for e in exchanges]
        shuffled = [node for node in nodes if isinstance(node, ShuffledRDD)]
        if (
            self.adaptive is None
            or len(shuffled) < len(leaves)
            or len({node.num_partitions for node in shuffled}) != 1
            or any(e.fixed for e in exchanges)
        ):
            return whole
        dependencies = [node.shuffle for node in shuffled]
        outputs = measured(self.context, dependencies, self.context._new_rdd_id(), self.context._call_site())
        return whole if outputs is None else self._adapted(plan, exchanges, outputs, self.adaptive)

    def _adapted(
        self,
        plan: PhysicalPlan,
        exchanges: Sequence[ExchangeExec],
        outputs: Sequence[Sequence[Sequence[int]]],
        settings: AdaptiveSettings,
    ) -> dict[int, Sequence[Read] | None]:
        found = skew_join(plan) if len(exchanges) == 2 else None
        if found is not None:
            join, *sides = found
            by_id = dict(zip(map(id, exchanges), outputs, strict=True))
            pieces = split_skewed((by_id[id(sides[0])], by_id[id(sides[1])]), join.join_type, settings)
            if pieces is not None:
                for side, reads in zip(sides, pieces, strict=True):
                    self._note(side, reads)
                return {id(side): reads for side, reads in zip(sides, pieces, strict=True)}
        sizes = [[sum(bucket) for bucket in zip(*maps, strict=True)] for maps in outputs]
        runs = coalesced(sizes, settings) if all(sizes) else [Read(0, exchanges[0].distribution.num_partitions)]
        for exchange_ in exchanges:
            self._note(exchange_, runs)
        return {id(e): runs for e in exchanges}

    def _note(self, plan: ExchangeExec, reads: Sequence[Read]) -> None:
        words = [
            "coalesced" if any(r.end - r.first > 1 for r in reads) else "",
            "skewed" if any(r.maps for r in reads) else "",
        ]
        kind = " and ".join(filter(None, words))
        if kind or len(reads) != plan.distribution.num_partitions:
            self.notes[id(plan)] = f"AQEShuffleRead {kind or 'coalesced'}, {len(reads)} partitions"

    def _new(self, make: Callable[..., BaseRDD], *args: Any, **kwargs: Any) -> BaseRDD:
        return make(self.context._new_rdd_id(), *args, call_site=self.context._call_site(), **kwargs)

    # --- leaves ------------------------------------------------------------------------------------------------

    def _source(self, plan: SourceExec, stage: Stage) -> BaseRDD:
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

    def _query(self, plan: QueryExec, stage: Stage) -> BaseRDD:
        query = PlanWriter(self.time_zone, scan=sources.scan_text).query(plan.plan)
        parents: list[BaseRDD] = []
        feeds: list[TableRef | tuple[int, tuple[Attribute, ...]]] = []
        for relation in query.inputs:
            if not isinstance(relation, StageInput):
                feeds.append(TableRef(self.table_of(relation), self.context, self.local))
            elif relation.source.distribution.kind == "broadcast":
                feeds.append(self._collected(relation.source))
            else:
                feeds.append((len(parents), relation.output))
                parents.append(self._scanned(relation.source) or self._node(relation.source, stage))
        about = {"origins": query.origins, "scanned": read_by(plan.plan)}
        return self._new(QueryRDD, parents, query.text, feeds, query.kernels, self.settings, **about)

    def _scanned(self, plan: PhysicalPlan) -> BaseRDD | None:
        """Files that the query that reads them scans itself."""
        if not isinstance(plan, SourceExec) or not isinstance(plan.relation, FileScan):
            return None
        splits = sources.splits_of(plan.relation, self.parallelism, plan.together, self.time_zone, self.local)
        return self._new(SourceRDD, splits, plan.output, as_text=True)

    def _collected(self, plan: ExchangeExec) -> TableRef:
        """All rows of a broadcast side: a job of its own, as in Spark."""
        key = canonical_physical(plan.child)
        known = self._broadcasts.get(key)
        if known is None:
            tables: list[pa.Table] = self.context._rdd(self.build(plan.child)).collect()
            table = one_table(iter(tables), plan.output)
            known = self._broadcasts[key] = plan, TableRef(table, self.context, self.local)
        return known[1]

    # --- exchanges ---------------------------------------------------------------------------------------------

    def _exchange(self, plan: ExchangeExec, stage: Stage) -> BaseRDD:
        node = self._shuffle(plan)
        if not isinstance(node, ShuffledRDD):
            return node
        reads = stage.reads.get(id(plan))
        reading: BaseRDD = node
        if reads is not None:
            reading = self._new(ReadRDD, node.shuffle, reads)
        return self._new(TablesRDD, [reading], exchange.Received(plan.output, self.settings))

    def _shuffle(self, plan: ExchangeExec) -> BaseRDD:
        """The map side of an exchange, as an RDD of its buckets; rows that need not be shuffled, as tables."""
        key = canonical_physical(plan)
        known = self._shuffles.get(key)
        if known is None:
            known = self._shuffles[key] = (plan, self._written(plan))
        return known[1]

    def _written(self, plan: ExchangeExec) -> BaseRDD:
        child = self.build(plan.child)
        wanted = plan.distribution
        if wanted.num_partitions == 1 and child.num_partitions == 1:
            return child
        bounds = None
        if wanted.kind == "range":
            sample = self._sample(plan, child)
            if sample.whole is not None:
                return self._new(SourceRDD, [Given(sample.whole)], plan.output)
            bounds = sample.bounds(wanted, self.settings)
            if not plan.fixed:
                wanted = replace(wanted, num_partitions=bounds.num_rows + 1)
        buckets = exchange.bucket_function(wanted, plan.output, bounds, self.settings)
        mapped = self._new(TablesRDD, [child], buckets)
        partitioner = Partitioner(wanted.num_partitions, identity)
        spec = ShuffleSpec(self.context._new_shuffle_id(), child.num_partitions, partitioner)
        shuffled = self._new(ShuffledRDD, mapped, spec)
        shuffled.lane = LANE
        self.context._watch_shuffles(shuffled)
        return shuffled

    def _sample(self, plan: ExchangeExec, child: BaseRDD) -> exchange.Sample:
        """What a range exchange goes by, which a job of its own finds out: keys of each partition, or all rows if they
        are few."""
        few = 0
        if self.adaptive is not None and self.adaptive.coalesce and not plan.fixed:
            few = self.adaptive.smallest // max(1, child.num_partitions)
        look = exchange.KeySample(plan.distribution, plan.output, self.settings, few)
        return exchange.Sample(self.context._run_job(self._new(TablesRDD, [child], look), list))

    def _coalesce(self, plan: CoalesceExec, stage: Stage) -> BaseRDD:
        child = self.build(plan.child)
        node = self._new(CoalescedRDD, child, plan.distribution.num_partitions)
        node.lane = lane_over([child])
        return node

    def _union(self, plan: UnionExec, stage: Stage) -> BaseRDD:
        children = [self.build(child) for child in plan.inputs]
        node = self._new(UnionRDD, children)
        node.lane = lane_over(children)
        return node

    # --- Python ------------------------------------------------------------------------------------------------

    def _python(self, plan: PythonExec, stage: Stage) -> BaseRDD:
        parents = [self._node(child, stage) for child in plan.inputs]
        columns = [child.output for child in plan.inputs]
        function = python_function(plan.operator, columns, {**self.conf, **self.settings})
        made = self._new(TablesRDD, parents, function, lane="python")
        if isinstance(plan.operator, MapBatches) and plan.operator.barrier:
            made.is_barrier = True
        return made

    _builders: ClassVar[dict[type, Callable[..., BaseRDD]]] = {}


Builder._builders = {
    SourceExec: Builder._source,
    QueryExec: Builder._query,
    ExchangeExec: Builder._exchange,
    CoalesceExec: Builder._coalesce,
    UnionExec: Builder._union,
    PythonExec: Builder._python,
}
