"""Typed expressions: calls, casts, conditionals, aggregates, windows, lambdas, subqueries, Python functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from typing import Literal as OneOf

from pyrdd.sql.expressions.base import Attribute, Expression

if TYPE_CHECKING:
    from pyrdd.sql.functions.declare import Function
    from pyrdd.sql.types import DataType

Mode = OneOf["ansi", "legacy", "try"]
"""How an expression fails: with an error, Hive's way (null or wrap-around), or always null."""


@dataclass(frozen=True)
class Cast(Expression):
    """``CAST(child AS data_type)``. An ``implicit`` one was put in by coercion and does not show in column names."""

    child: Expression
    data_type: DataType
    mode: Mode = "ansi"
    implicit: bool = False

    child_fields = ("child",)

    @property
    def nullable(self) -> bool:  # type: ignore[override]
        return self.child.nullable or self.mode != "ansi"

    @cached_property
    def foldable(self) -> bool:
        return self.child.foldable


@dataclass(frozen=True)
class Call(Expression):
    """A scalar function with resolved, coerced arguments. ``written`` is the name as the query had it."""

    function: Function
    args: tuple[Expression, ...]
    data_type: DataType
    nullable: bool
    mode: Mode = "ansi"
    written: str = ""

    child_fields = ("args",)

    @cached_property
    def foldable(self) -> bool:
        return self.function.deterministic and all(arg.foldable for arg in self.args)

    @cached_property
    def deterministic(self) -> bool:
        return self.function.deterministic and all(arg.deterministic for arg in self.args)


@dataclass(frozen=True)
class AggregateCall(Expression):
    """An aggregate function over a group (or, below a `WindowExpression`, over a frame)."""

    function: Function
    args: tuple[Expression, ...]
    data_type: DataType
    nullable: bool
    mode: Mode = "ansi"
    written: str = ""
    distinct: bool = False
    filter: Expression | None = None
    order: tuple[Expression, ...] = ()
    ignore_nulls: bool = False

    child_fields = ("args", "filter", "order")


@dataclass(frozen=True)
class WindowCall(Expression):
    """A function that exists only over a window: rank, lag, ntile, ..."""

    function: Function
    args: tuple[Expression, ...]
    data_type: DataType
    nullable: bool
    written: str = ""
    ignore_nulls: bool = False

    child_fields = ("args",)


@dataclass(frozen=True)
class GeneratorCall(Expression):
    """A function that makes rows: explode, inline, stack, ... ``data_type`` is the struct of its columns."""

    function: Function
    args: tuple[Expression, ...]
    data_type: DataType
    nullable: bool = True
    written: str = ""
    outer: bool = False

    child_fields = ("args",)


@dataclass(frozen=True)
class Case(Expression):
    """``CASE WHEN c THEN v ... ELSE o END``; the values are of one type. ``branches`` alternate condition, value."""

    branches: tuple[Expression, ...]
    otherwise: Expression | None
    data_type: DataType

    child_fields = ("branches", "otherwise")

    @property
    def nullable(self) -> bool:  # type: ignore[override]
        return self.otherwise is None or self.otherwise.nullable or any(v.nullable for v in self.branches[1::2])

    @cached_property
    def foldable(self) -> bool:
        return all(child.foldable for child in self.children)


@dataclass(frozen=True)
class SortOrder(Expression):
    """A key of ORDER BY. Nulls come first when ascending unless said otherwise, as in Spark."""

    child: Expression
    ascending: bool = True
    nulls_first: bool = True

    child_fields = ("child",)

    @property
    def data_type(self) -> DataType:  # type: ignore[override]
        return self.child.data_type

    @property
    def nullable(self) -> bool:  # type: ignore[override]
        return self.child.nullable


@dataclass(frozen=True)
class WindowFrame:
    """``ROWS|RANGE BETWEEN lower AND upper``. A bound is ``"unbounded"``, ``"current"`` or an offset expression
    (negative: preceding)."""

    kind: OneOf["rows", "range"]
    lower: OneOf["unbounded", "current"] | Expression
    upper: OneOf["unbounded", "current"] | Expression


@dataclass(frozen=True)
class WindowSpecification(Expression):
    """``PARTITION BY ... ORDER BY ... frame``; a frame of None is the default one."""

    partition: tuple[Expression, ...] = ()
    order: tuple[Expression, ...] = ()
    frame: WindowFrame | None = None

    child_fields = ("partition", "order")

    if not TYPE_CHECKING:
        data_type = None
        nullable = False


@dataclass(frozen=True)
class WindowExpression(Expression):
    """``function OVER (window)``."""

    function: Expression
    window: WindowSpecification

    child_fields = ("function", "window")

    @property
    def data_type(self) -> DataType:  # type: ignore[override]
        return self.function.data_type

    @property
    def nullable(self) -> bool:  # type: ignore[override]
        return self.function.nullable


@dataclass(frozen=True)
class LambdaVariable(Expression):
    """A parameter of a lambda, typed by the higher-order function that it is given to."""

    name: str
    data_type: DataType
    nullable: bool
    id: int


@dataclass(frozen=True)
class Lambda(Expression):
    """``(params) -> body``, resolved."""

    params: tuple[LambdaVariable, ...]
    body: Expression

    child_fields = ("params", "body")

    @property
    def data_type(self) -> DataType:  # type: ignore[override]
        return self.body.data_type

    @property
    def nullable(self) -> bool:  # type: ignore[override]
        return self.body.nullable

    @cached_property
    def foldable(self) -> bool:
        return not self.references


@dataclass(frozen=True)
class OuterReference(Expression):
    """A column of the query around a correlated subquery."""

    attribute: Attribute

    @property
    def data_type(self) -> DataType:  # type: ignore[override]
        return self.attribute.data_type

    @property
    def nullable(self) -> bool:  # type: ignore[override]
        return self.attribute.nullable


@dataclass(frozen=True)
class SubqueryExpression(Expression):
    """A query used as a value: ``scalar``, ``exists``, or ``in`` (then ``values`` stand left of IN).

    ``plan`` is a LogicalPlan; ``outer`` are the columns of the outer query that it reads, each as often as it does.
    """

    kind: OneOf["scalar", "exists", "in"]
    plan: Any
    values: tuple[Expression, ...] = ()
    outer: tuple[Attribute, ...] = ()

    child_fields = ("values",)

    @cached_property
    def resolved(self) -> bool:
        return bool(self.plan.resolved) and all(value.resolved for value in self.values)

    @cached_property
    def data_type(self) -> DataType:  # type: ignore[override]
        if self.kind == "scalar":
            found: DataType = self.plan.output[0].data_type
            return found
        from pyrdd.sql.types import BooleanType  # here: types need not load for every expression module

        return BooleanType()

    @property
    def nullable(self) -> bool:  # type: ignore[override]
        return self.kind != "exists"

    @cached_property
    def references(self) -> frozenset[int]:
        return frozenset(a.id for a in self.outer).union(*(v.references for v in self.values))


@dataclass(frozen=True)
class PythonUDF(Expression):
    """A user's Python function on columns. ``kind`` is PySpark's evaluation type (``pyrdd.util.eval_type``)."""

    name: str
    function: Callable[..., Any]
    data_type: DataType
    args: tuple[Expression, ...]
    kind: int
    udf_deterministic: bool = True
    arg_names: tuple[str | None, ...] = ()
    options: Any = None
    nullable: bool = True

    child_fields = ("args",)

    @cached_property
    def deterministic(self) -> bool:
        return self.udf_deterministic and all(arg.deterministic for arg in self.args)
