"""QueryExecution: a DataFrame's plan on its way through the floors.

logical plan -> analyzed -> optimized -> physical (stages) -> RDDs of Arrow tables -> rows
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pyrdd import settings
from pyrdd.errors import AnalysisException, PySparkException, PySparkTypeError, PythonException
from pyrdd.rdd.facade import RDD
from pyrdd.sql.analysis.analyzer import analyze
from pyrdd.sql.arrow import table_to_rows
from pyrdd.sql.execution.border import to_outside
from pyrdd.sql.execution.builder import Builder
from pyrdd.sql.execution.disorder import mixed, promises_order
from pyrdd.sql.execution.prepare_scans import prepare_scans
from pyrdd.sql.execution.query_rdd import one_table
from pyrdd.sql.execution.sources import local_table
from pyrdd.sql.expressions import Alias, new_id
from pyrdd.sql.optimizer.optimizer import optimize
from pyrdd.sql.physical.adaptive import AdaptiveSettings
from pyrdd.sql.physical.exact_moments import exact_moments
from pyrdd.sql.physical.nodes import PhysicalPlan, PythonExec
from pyrdd.sql.physical.planner import Settings, has_python, plan_physical, sees_partitions
from pyrdd.sql.physical.python_udfs import extract_python_udfs
from pyrdd.sql.physical.sizes import UNKNOWN, size_of
from pyrdd.sql.plan import Aggregate, LocalRelation, LogicalPlan, Relation
from pyrdd.sql.plan.streaming import DeduplicateWithinWatermark, is_streaming
from pyrdd.sql.types import StructField, StructType
from pyrdd.util.setting import parse_size

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession

_LARGE = 64 << 20
"""The bytes of files for which another shuffle partition is planned."""

LOCAL_MASTERS = frozenset({"inline", "processes", "threads"})


class QueryExecution:
    """One query. Each step is made when it is first asked for, and kept."""

    def __init__(self, session: SparkSession, plan: LogicalPlan) -> None:
        self.session, self.logical = session, plan
        self.final: tuple[PhysicalPlan, Mapping[int, str]] | None = None
        """The plan that ran last, and how its exchanges were read."""

    @cached_property
    def analyzed(self) -> LogicalPlan:
        """The resolved plan. Raises AnalysisException."""
        return analyze(self.logical, self.session._analysis_context())

    @cached_property
    def schema(self) -> StructType:
        """Names and types of the result."""
        return schema_of(self.analyzed)

    @cached_property
    def with_cached_data(self) -> LogicalPlan:
        """The analysed plan, with sub-plans that are cached replaced by what was stored."""
        return self.session._cache.use(self.analyzed)

    @cached_property
    def optimized(self) -> LogicalPlan:
        """The plan after the optimiser's rules, with Python functions as operators of their own."""
        checked = self.session.conf.get("pyrdd.sql.checkPlans", "false") == "true"
        return extract_python_udfs(
            prepare_scans(exact_moments(optimize(self.with_cached_data, checked, not self._local)), self._time_zone)
        )

    def physical(self, partitioned: bool | None = None, lazy: bool = False) -> PhysicalPlan:
        """The stages. ``partitioned``: in Spark's partitions, which is not needed when one process does it all.
        ``lazy``: in no need of jobs to build them, but for broadcast sides."""
        check_finite(self.analyzed)
        plan = self.optimized
        if partitioned is None:
            partitioned = not self._local or sees_partitions(plan) or (self._has_workers and has_python(plan))
        return plan_physical(plan, self._settings(partitioned, lazy))

    def _settings(self, partitioned: bool, lazy: bool) -> Settings:
        conf = self.session.conf
        parallelism = self.session.sparkContext.defaultParallelism
        threshold = conf.get("spark.sql.autoBroadcastJoinThreshold", None) or "10m"
        count = self._shuffle_partitions(parallelism) if partitioned else 1
        aligned = _flag(conf, "spark.sql.unionOutputPartitioning")
        return Settings(partitioned, parallelism, count, _bytes(threshold), not lazy, aligned)

    def _shuffle_partitions(self, parallelism: int) -> int:
        conf = self.session.conf
        wanted = conf.get("spark.sql.shuffle.partitions", None)
        if self._adaptive is not None and self._adaptive.coalesce:
            wanted = conf.get("spark.sql.adaptive.coalescePartitions.initialPartitionNum", None) or wanted
        if wanted is not None:
            return max(1, int(wanted))
        # without a wish, as many as can be worked on, and some to spare: Spark coalesces its 200 to about that;
        # more of them where each had to be larger than a task should hold
        known = sum(size for size in map(size_of, self.optimized.find(Relation)) if size < UNKNOWN)
        return max(1, 2 * parallelism, min(200, known // _LARGE))

    @cached_property
    def _adaptive(self) -> AdaptiveSettings | None:
        """How shuffles are read after they were written; None: as planned."""
        conf = self.session.conf
        if not _flag(conf, "spark.sql.adaptive.enabled"):
            return None
        lead = "spark.sql.adaptive."
        parallelism = self.session.sparkContext.defaultParallelism
        first = _flag(conf, lead + "coalescePartitions.parallelismFirst")
        least = conf.get(lead + "coalescePartitions.minPartitionNum", None) or (parallelism if first else 1)
        return AdaptiveSettings(
            coalesce=_flag(conf, lead + "coalescePartitions.enabled"),
            advisory=self._advisory(conf.get(lead + "advisoryPartitionSizeInBytes", None)),
            smallest=parse_size(conf.get(lead + "coalescePartitions.minPartitionSize", None) or "1m"),
            parallelism=int(least),
            skew=_flag(conf, lead + "skewJoin.enabled"),
            skew_factor=float(conf.get(lead + "skewJoin.skewedPartitionFactor", None) or 5.0),
            skew_threshold=parse_size(conf.get(lead + "skewJoin.skewedPartitionThresholdInBytes", None) or "256m"),
        )

    def _advisory(self, wanted: str | None) -> int:
        """How large a reduce partition may become by coalescing: Spark's default, but no more than tasks that run at the
        same time have room for, with what they make of it."""
        if wanted is not None:
            return parse_size(wanted)
        sc = self.session.sparkContext
        master, conf = sc._engine.master, dict(sc.getConf().getAll())
        memory = (settings.DRIVER_MEMORY if self._local else settings.EXECUTOR_MEMORY).read(conf)
        return min(64 << 20, memory * max(1, master.executors or 1) // (4 * max(1, master.slots)))

    @property
    def _local(self) -> bool:
        """Whether all vectorised tasks run in this process."""
        return self.session.sparkContext._engine.master.kind in LOCAL_MASTERS

    @property
    def _time_zone(self) -> str:
        return self.session._analysis_context().time_zone

    @property
    def _has_workers(self) -> bool:
        """Whether Python functions run in worker processes beside this one."""
        return self.session.sparkContext._engine.master.kind == "processes"

    def builder(self, plan: PhysicalPlan, partitioned: bool | None = None, lazy: bool = False) -> Builder:
        """What turns a physical plan of this session into RDDs. Those of a whole plan in Spark's partitions may meet
        functions of the user's, which run elsewhere: their stages take along the tables that they read."""
        sc = self.session.sparkContext
        crosses = self._has_workers and (bool(partitioned) or plan.contains(PythonExec))
        local = self._local and not crosses
        adaptive = None if lazy else self._adaptive
        return Builder(sc, self._time_zone, sc.defaultParallelism, local, self.session.conf.getAll, adaptive)

    def stage_rdd(self, partitioned: bool | None = None, lazy: bool = False) -> RDD[pa.Table]:
        """The result as an RDD of Arrow tables as stages hold them. All stages but the last have run then, as in Spark,
        whose adaptive plans are made so; ``lazy``: none has but those of broadcast sides."""
        plan = self.physical(partitioned, lazy)
        builder = self.builder(plan, partitioned, lazy)
        with spark_errors():
            node = builder.build(plan)
        self.final = plan, builder.notes
        return self.session.sparkContext._rdd(node)

    def arrow_rdd(self, lazy: bool = False) -> RDD[pa.Table]:
        """The result as an RDD of Arrow tables, in Spark's partitions (see `stage_rdd`)."""
        return self.stage_rdd(True, lazy).mapPartitions(Outside(self.analyzed.output))

    def row_rdd(self) -> RDD[Any]:
        """The result as an RDD of rows, in Spark's partitions (see `stage_rdd`)."""
        return self.stage_rdd(True).mapPartitions(AsRows(self.analyzed.output, self.schema))

    def to_table(self) -> pa.Table:
        """All rows as one Arrow table, columns by position. Runs a job, unless the driver holds the rows."""
        plan = self.optimized
        if isinstance(plan, LocalRelation):
            return self._shown(local_table(plan))
        with spark_errors():
            tables = self.stage_rdd().collect()
        return self._shown(one_table(iter(tables), plan.output))

    def to_tables(self, prefetch: bool = False) -> Iterator[pa.Table]:
        """The partitions one after the other. Runs a job for each."""
        with spark_errors():
            for table in self.stage_rdd(True).toLocalIterator(prefetch):
                yield self._shown(table)

    def _shown(self, table: pa.Table) -> pa.Table:
        """A stage's table as users see it; if a seed is set, its rows in no order but the promised one."""
        seed = self.session.conf.get(settings.ORDER_SEED.key, None)
        if seed is not None and not promises_order(self.analyzed):
            table = mixed(table, int(seed))
        return to_outside(table, self.analyzed.output)

    def count(self) -> int:
        """The number of rows. Runs a job."""
        from pyrdd.sql.analysis.calls import make_call  # here: counting alone builds a plan of its own
        from pyrdd.sql.literals import literal_of  # here: as above

        counted = Alias(make_call("count", literal_of(1)), "count", new_id())
        plan = Aggregate((), (counted,), self.analyzed)
        return int(QueryExecution(self.session, plan).to_table().column(0)[0].as_py())

    def explain(self, mode: str = "simple") -> str:
        """The plans as text. Modes: simple, extended, codegen, cost, formatted."""
        from pyrdd.sql.execution.explain import explain  # here: few queries are explained

        return explain(self, mode)


def _flag(conf: Any, key: str) -> bool:
    return str(conf.get(key, None) or "true").lower() == "true"


def _bytes(text: str) -> int:
    """A size as Spark's settings write it; -1 is no size at all."""
    return -1 if text.strip() == "-1" else parse_size(text)


@contextmanager
def spark_errors() -> Iterator[None]:
    """An error of the query itself (a bad cast, an overflow) is raised as Spark raises it, not as that of a task. An
    object that does not fit its type is the fault of the function or the RDD that made it: that stays a PythonException."""
    try:
        yield
    except PythonException as error:
        cause = error.__cause__
        if isinstance(cause, PySparkException) and not isinstance(cause, PythonException | PySparkTypeError):
            raise cause from None
        raise


class Outside:
    """Stage tables as users see them, in a task."""

    def __init__(self, columns: Any) -> None:
        self.columns = columns

    def __call__(self, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        return (to_outside(table, self.columns) for table in tables)


class AsRows:
    """Stage tables as rows, in a task."""

    def __init__(self, columns: Any, schema: StructType) -> None:
        self.columns, self.schema = columns, schema

    def __call__(self, tables: Iterator[pa.Table]) -> Iterator[Any]:
        for table in tables:
            yield from table_to_rows(to_outside(table, self.columns), self.schema)


def check_finite(plan: LogicalPlan) -> None:
    """Raises AnalysisException for the plan of a stream: it is run by `writeStream`, batch by batch."""
    if is_streaming(plan):
        message = (
            "Queries with streaming sources must be executed with writeStream.start(), or from a streaming table or flow "
            "definition within a Spark Declarative Pipeline."
        )
    elif plan.contains(DeduplicateWithinWatermark):
        message = "dropDuplicatesWithinWatermark is not supported with batch DataFrames/DataSets"
    else:
        return
    raise AnalysisException(errorClass="_LEGACY_ERROR_TEMP_3102", messageParameters={"msg": message})


def schema_of(plan: LogicalPlan) -> StructType:
    """The schema of a resolved plan."""
    return StructType([StructField(c.name, c.data_type, c.nullable, c.metadata) for c in plan.output])
