"""Functions of vectors: arrays of floats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyrdd.errors import SparkRuntimeException
from pyrdd.sql import types as t
from pyrdd.sql.codegen.raising import raise_sql
from pyrdd.sql.column import Column, ColumnOrName
from pyrdd.sql.expressions import Literal
from pyrdd.sql.functions.decorators import aggregate, scalar
from pyrdd.sql.functions.inputs import ANY, FLOAT
from pyrdd.sql.functions.text_tools import bind, require

_SUM = "list_reduce(list_transform(range(1, len({0}) + 1), lambda i: {1}), lambda a, x: a + x, CAST(0 AS DOUBLE))"


def _vectors(name: str, count: int) -> Callable[..., Sequence[Any]]:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        for index in range(count):
            if not isinstance(getattr(args[index].data_type, "elementType", None), t.FloatType):
                require(name, args, index, (), '"ARRAY<FLOAT>"')
        if count == 1 and len(args) == 1:
            return [*args, Literal(2.0, FLOAT)]
        return args

    return coerce


def _no_nulls(*names: str) -> str:
    return " AND ".join(f"list_count({n}) = len({n})" for n in names)


def _of_two(name: str, value: str) -> Callable[..., str]:
    def sql(call: Any, args: list[str]) -> str:
        def body(a: str, b: str) -> str:
            uneven = raise_sql(
                "VECTOR_DIMENSION_MISMATCH",
                "FLOAT",
                functionName=f"'`{name}`'",
                leftDim=f"len({a})",
                rightDim=f"len({b})",
            )

            def total(x: str, y: str) -> str:
                return _SUM.format(a, f"CAST({x}[i] AS DOUBLE) * CAST({y}[i] AS DOUBLE)")

            squared = _SUM.format(a, f"pow(CAST({a}[i] AS DOUBLE) - CAST({b}[i] AS DOUBLE), 2)")
            found = value.format(dot=total(a, b), left=total(a, a), right=total(b, b), squared=squared)
            return (
                f"CASE WHEN len({a}) <> len({b}) THEN {uneven} WHEN {_no_nulls(a, b)} THEN CAST({found} AS FLOAT) END"
            )

        return bind(args, body)

    return sql


@scalar(
    ANY, ANY, returns=FLOAT, nullable=True, coerce=_vectors("vector_cosine_similarity", 2),
    sql=_of_two("vector_cosine_similarity", "({dot}) / nullif(sqrt({left}) * sqrt({right}), 0)"),
)  # fmt: skip
def vector_cosine_similarity(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The cosine of the angle between two vectors. Raises VECTOR_DIMENSION_MISMATCH when it is computed."""


@scalar(
    ANY, ANY, returns=FLOAT, nullable=True, coerce=_vectors("vector_inner_product", 2),
    sql=_of_two("vector_inner_product", "{dot}"),
)  # fmt: skip
def vector_inner_product(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The inner product of two vectors. Raises VECTOR_DIMENSION_MISMATCH when it is computed."""


@scalar(
    ANY, ANY, returns=FLOAT, nullable=True, coerce=_vectors("vector_l2_distance", 2),
    sql=_of_two("vector_l2_distance", "sqrt({squared})"),
)  # fmt: skip
def vector_l2_distance(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The Euclidean distance of two vectors. Raises VECTOR_DIMENSION_MISMATCH when it is computed."""


def norm_text(vector: str, degree: str) -> str:
    """The norm of a vector (a name): of degree 1, 2 or infinite."""
    largest = f"list_max(list_transform({vector}, lambda x: abs(x)))"
    one = _SUM.format(vector, f"abs(CAST({vector}[i] AS DOUBLE))")
    two = f"sqrt({_SUM.format(vector, f'pow(CAST({vector}[i] AS DOUBLE), 2)')})"
    found = f"CASE WHEN isinf({degree}) THEN {largest} WHEN {degree} = 1 THEN {one} WHEN {degree} = 2 THEN {two} END"
    return f"CASE WHEN {_no_nulls(vector)} THEN {found} END"


@scalar(
    ANY, FLOAT, returns=FLOAT, nullable=True, coerce=_vectors("vector_norm", 1),
    sql=lambda call, args: bind(args, lambda v, d: f"CAST({norm_text(v, d)} AS FLOAT)"),
)  # fmt: skip
def vector_norm(vector: ColumnOrName, degree: ColumnOrName | None = None) -> Column:
    """The norm of a vector, of degree 1, 2 (the default) or infinity."""


def _normalized(vector: str, degree: str) -> str:
    return bind(
        [norm_text(vector, degree)],
        lambda n: f"CASE WHEN {n} <> 0 THEN list_transform({vector}, lambda x: CAST(x / {n} AS FLOAT)) END",
    )


@scalar(
    ANY, FLOAT, returns=t.ArrayType(FLOAT, True), nullable=True, coerce=_vectors("vector_normalize", 1),
    sql=lambda call, args: bind(args, _normalized),
)  # fmt: skip
def vector_normalize(vector: ColumnOrName, degree: ColumnOrName | None = None) -> Column:
    """The vector divided by its norm."""


# --- aggregates ------------------------------------------------------------------------------------------------------


class _Totals:
    """The kernel of aggregates of vectors, element by element. Vectors that are null or have nulls do not count."""

    def __init__(self, name: str, mean: bool) -> None:
        self.name, self.mean = name, mean

    def __call__(self, vectors: Sequence[Any] | None) -> list[float] | None:
        whole = [v for v in vectors or () if v is not None and None not in v]
        if not whole:
            return None
        for vector in whole:
            if len(vector) != len(whole[0]):
                raise SparkRuntimeException(
                    errorClass="VECTOR_DIMENSION_MISMATCH",
                    messageParameters={
                        "functionName": f"`{self.name}`",
                        "leftDim": str(len(whole[0])),
                        "rightDim": str(len(vector)),
                    },
                )
        sums = [sum(items) for items in zip(*whole, strict=True)]
        return [s / len(whole) for s in sums] if self.mean else sums


def _only_vectors(name: str) -> Callable[..., Sequence[Any]]:
    return lambda args, ctx: list(_vectors(name, 1)(args, ctx)[:1])


def _totals(name: str, mean: bool) -> dict[str, Any]:
    return {
        "returns": t.ArrayType(FLOAT, True),
        "nullable": True,
        "coerce": _only_vectors(name),
        "python": lambda call: _Totals(name, mean),
    }


@aggregate(ANY, **_totals("vector_sum", False))
def vector_sum(col: ColumnOrName) -> Column:
    """Aggregate: the sum of vectors. Raises VECTOR_DIMENSION_MISMATCH when it is computed."""


@aggregate(ANY, **_totals("vector_avg", True))
def vector_avg(col: ColumnOrName) -> Column:
    """Aggregate: the mean of vectors. Raises VECTOR_DIMENSION_MISMATCH when it is computed."""
