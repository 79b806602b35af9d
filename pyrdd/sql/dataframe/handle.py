"""DataFrameHandle: what the operators share. It holds the session and an analysed plan, and derives new DataFrames.

    DataFrame (facade) = DataFrameHandle + Selecting + Rows + Joining + Grouping + Partitions + Actions + ...

A plan is analysed when its DataFrame is made, so that mistakes are raised by the line that makes them.
"""

from __future__ import annotations

import itertools
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from pyrdd.errors import AnalysisException, PySparkAttributeError
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.problems import unresolved_column
from pyrdd.sql.analysis.scope import find_column
from pyrdd.sql.analysis.select import hidden_columns
from pyrdd.sql.arguments import column
from pyrdd.sql.column import Column, literal
from pyrdd.sql.dataframe.references import check_present, check_unambiguous, plans_of_datasets
from pyrdd.sql.execution.query import QueryExecution
from pyrdd.sql.expressions import (
    Attribute,
    Expression,
    Literal,
    UnresolvedAlias,
    UnresolvedAttribute,
    UnresolvedExtract,
    UnresolvedFunction,
    UnresolvedStar,
)
from pyrdd.sql.names import parse_attribute_name
from pyrdd.sql.plan import LogicalPlan
from pyrdd.sql.sources.file_columns import METADATA
from pyrdd.sql.types import StructType
from pyrdd.util.jvm import no_jvm

if TYPE_CHECKING:
    from pyrdd.core.context import SparkContext
    from pyrdd.sql.dataframe.frame import DataFrame
    from pyrdd.sql.session import SparkSession

_dataset_ids = itertools.count(1)
_JAVA_HANDLES = frozenset({"_jdf", "_jseq", "_jmap", "_jcols"})


class DataFrameHandle:
    """A query of a session. Making and deriving one computes nothing."""

    def __init__(self, execution: QueryExecution, session: SparkSession) -> None:
        self._execution = execution
        self._session = session
        self._dataset = next(_dataset_ids)
        self.is_cached = False
        self._support_repr_html = False
        self._deferred = waits_for_outer(execution.logical)
        if not self._deferred:
            # raises what is wrong with the plan
            _ = execution.analyzed

    @staticmethod
    def _of(session: SparkSession, plan: LogicalPlan) -> DataFrame:
        """The DataFrame of a plan: a plain one, whatever a program's own subclass is that it is derived from. Raises
        AnalysisException if the plan has no meaning."""
        from pyrdd.sql.dataframe.frame import DataFrame  # here: the facade is made of this class

        return DataFrame(QueryExecution(session, plan), session)

    def _with(self, plan: LogicalPlan) -> DataFrame:
        """The DataFrame of an operator over this one's plan."""
        if not all(child.resolved for child in plan.children):
            return self._of(self._session, plan)
        if self._context.flag("spark.sql.analyzer.failAmbiguousSelfJoin", True):
            check_unambiguous(plan)
        made = self._of(self._session, plan)
        if not made._deferred:
            check_present(made._plan, plan.children)
        return made

    @property
    def _self(self) -> DataFrame:
        return cast("DataFrame", self)

    @property
    def _plan(self) -> LogicalPlan:
        # with `Column.outer` inside, it can be analysed only as a part of the query around
        return self._execution.logical if self._deferred else self._execution.analyzed

    @property
    def _output(self) -> tuple[Attribute, ...]:
        return self._execution.analyzed.output

    @property
    def _sc(self) -> SparkContext:
        return self._session._sc

    @property
    def sparkSession(self) -> SparkSession:
        """The session that this DataFrame was made by."""
        return self._session

    @cached_property
    def schema(self) -> StructType:
        """The names, types and nullability of the columns. Computes nothing.

        >>> spark.range(1).schema
        StructType([StructField('id', LongType(), False)])
        """
        return self._execution.schema

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in order.

        >>> spark.createDataFrame([(1, "a")], ["n", "s"]).columns
        ['n', 's']
        """
        return [a.name for a in self._output]

    @property
    def dtypes(self) -> list[tuple[str, str]]:
        """The columns with their types as SQL names them.

        >>> spark.createDataFrame([(1, "a")], ["n", "s"]).dtypes
        [('n', 'bigint'), ('s', 'string')]
        """
        return [(a.name, a.data_type.simpleString()) for a in self._output]

    # --- columns --------------------------------------------------------------------------------------------------

    def __getattr__(self, name: str) -> Column:
        # the state is not there yet when copy or pickle ask
        if name in _JAVA_HANDLES:
            raise no_jvm(name)
        if name.startswith("__") or "_execution" not in self.__dict__ or name not in self.columns:
            raise PySparkAttributeError(errorClass="ATTRIBUTE_NOT_SUPPORTED", messageParameters={"attr_name": name})
        return self._column(name)

    def __dir__(self) -> list[str]:
        return sorted({*dir(type(self)), *(name for name in self.columns if name.isidentifier())})

    def _ipython_key_completions_(self) -> list[str]:
        return self.columns

    def _column(self, name: str) -> Column:
        """The column of this DataFrame that a name means. Raises AnalysisException if there is none, or several."""
        if name == "*":
            return Column(UnresolvedStar(()))
        return Column(self._resolve(name))

    def _resolve(self, name: str) -> Expression:
        parts = parse_attribute_name(name)
        found = find_column(parts, self._output, self._context)
        if found is None and self._has_metadata(parts):
            return UnresolvedAttribute(parts)
        if found is None:
            raise unresolved_column(parts, self._output)
        attribute, fields = found
        made = self._column_of(attribute).expression
        for field in fields:
            made = UnresolvedExtract(made, literal(field).expression)
        return UnresolvedAlias(made, (fields[-1],)) if fields else made

    def _has_metadata(self, parts: tuple[str, ...]) -> bool:
        """Whether a name is that of the files' ``_metadata`` (or of a part of it), which is not among the columns."""
        known = [c for c in hidden_columns(self._execution.analyzed) if c.name == METADATA]
        return find_column(parts, known, self._context) is not None

    def _attribute(self, name: str) -> Attribute:
        """The top-level column that a name means."""
        resolved = self._resolve(name)
        if not isinstance(resolved, Attribute):
            raise unresolved_column(parse_attribute_name(name), self._output)
        return resolved

    def _all_named(self, name: str) -> list[Attribute]:
        """All columns of a name. Raises AnalysisException (UNRESOLVED_COLUMN_AMONG_FIELD_NAMES) if there is none."""
        found = [a for a in self._output if self._same_name(a.name, name)]
        if not found:
            raise AnalysisException(
                errorClass="UNRESOLVED_COLUMN_AMONG_FIELD_NAMES",
                messageParameters={"colName": name, "fieldNames": ", ".join(self.columns)},
            )
        return found

    def _ordinal(self, position: int) -> Column:
        """The column at a position, which counts from 0."""
        return self._column_of(self._output[range(len(self._output))[position]])

    def _column_of(self, attribute: Attribute) -> Column:
        plans_of_datasets[self._dataset] = self._plan
        return Column(attribute.copy(dataset=self._dataset))

    def _find(self, expression: Expression) -> Attribute | None:
        """The column of this DataFrame that an expression stands for, if it is one."""
        if isinstance(expression, Attribute):
            return next((a for a in self._output if a.id == expression.id), None)
        if isinstance(expression, UnresolvedAttribute):
            found = find_column(expression.parts, self._output, self._context)
            return found[0] if found is not None and not found[1] else None
        return None

    def _same_name(self, a: str, b: str) -> bool:
        return self._context.same_name(a, b)

    @property
    def _context(self) -> AnalysisContext:
        return AnalysisContext(conf=self._session.conf._values)

    def _expression(self, value: Any) -> Expression:
        return column(value).expression


def waits_for_outer(plan: LogicalPlan) -> bool:
    """Whether a plan reads columns of a query that is to be put around it (`Column.outer`)."""
    given = (*plan.expressions, *getattr(plan, "args", ()))
    if any(_is_outer(node) for e in given if isinstance(e, Expression) for node in e.walk()):
        return True
    return any(not child.resolved and waits_for_outer(child) for child in plan.children)


def _is_outer(node: Expression) -> bool:
    return isinstance(node, UnresolvedFunction) and node.name == ("outer",)


def int_literal(value: int) -> Literal:
    """An int constant as an expression."""
    made = literal(value).expression
    assert isinstance(made, Literal)
    return made
