"""QueryExecution: a DataFrame's plan on its way through the floors.

    logical plan -> analyzed -> optimized -> physical (stages) -> RDDs of Arrow tables -> rows
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pyrdd.rdd.facade import RDD
from pyrdd.sql.analysis.analyzer import analyze
from pyrdd.sql.codegen.plans import PlanWriter, Query
from pyrdd.sql.execution.query_rdd import QueryRDD
from pyrdd.sql.optimizer.optimizer import optimize
from pyrdd.sql.plan import FileScan, LocalRelation, LogicalPlan, RddRelation
from pyrdd.sql.types import StructField, StructType

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession


class QueryExecution:
    """One query. Each step is made when it is first asked for, and kept."""

    def __init__(self, session: SparkSession, plan: LogicalPlan) -> None:
        self.session, self.logical = session, plan

    @cached_property
    def analyzed(self) -> LogicalPlan:
        """The resolved plan. Raises AnalysisException."""
        return analyze(self.logical, self.session._analysis_context())

    @cached_property
    def schema(self) -> StructType:
        """Names and types of the result."""
        return schema_of(self.analyzed)

    @cached_property
    def optimized(self) -> LogicalPlan:
        """The plan after the optimiser's rules."""
        return optimize(self.analyzed)

    @cached_property
    def query(self) -> Query:
        """The DuckDB query of the (only) stage."""
        return PlanWriter(self._time_zone).query(self.optimized)

    @property
    def _time_zone(self) -> str:
        return self.session._analysis_context().time_zone

    def arrow_rdd(self) -> RDD[pa.Table]:
        """The result as an RDD of Arrow tables. Lazy."""
        sc = self.session.sparkContext
        tables = [self._table_of(relation) for relation in self.query.inputs]
        node = QueryRDD(
            sc._new_rdd_id(),
            self.query.text,
            tables,
            self.query.kernels,
            {"TimeZone": self._time_zone},
            sc._call_site(),
        )
        return sc._rdd(node)

    def _table_of(self, relation: Any) -> pa.Table:
        match relation:
            case LocalRelation():
                return relation.table
            case RddRelation():
                raise NotImplementedError
            case FileScan():
                raise NotImplementedError
        raise AssertionError(f"{type(relation).__name__} is no input of a stage")

    def to_table(self) -> pa.Table:
        """All rows as one Arrow table, columns by position. Runs a job."""
        tables = self.arrow_rdd().collect()
        return tables[0] if len(tables) == 1 else pa.concat_tables(tables)

    def to_tables(self, prefetch: bool = False) -> Iterator[pa.Table]:
        """The partitions one after the other. Runs a job for each."""
        yield from self.arrow_rdd().toLocalIterator(prefetch)


def schema_of(plan: LogicalPlan) -> StructType:
    """The schema of a resolved plan."""
    return StructType([StructField(c.name, c.data_type, c.nullable, c.metadata) for c in plan.output])
