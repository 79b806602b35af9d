"""Conditional functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.problems import mismatch, quoted_type
from pyrdd.sql.column import Column, ColumnOrName
from pyrdd.sql.expressions import Literal
from pyrdd.sql.functions.array_order import sorted_list
from pyrdd.sql.functions.declare import Function, declare, lookup
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import ANY, BOOLEAN
from pyrdd.sql.functions.operators import binary_text, same_type


def common(name: str, first: int = 0) -> Callable[..., Sequence[Any]]:
    """Coercion that brings the arguments from a position on to one type, or raises DATA_DIFF_TYPES."""

    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        found = coercion.to_common_type(args[first:], ctx)
        if found is None:
            kinds = ", ".join(quoted_type(a.data_type) for a in args[first:])
            text = f"[{kinds}]"
            raise mismatch("DATA_DIFF_TYPES", binary_text(name, args), functionName=f"`{name}`", dataType=text)
        return [*args[:first], *found]

    return coerce


def _all_nullable(args: Sequence[Any]) -> bool:
    return all(a.nullable for a in args)


@scalar(ANY, returns=same_type, sql="coalesce({*})", coerce=common("coalesce"), nullable=_all_nullable, min_args=1)
def coalesce(*cols: ColumnOrName) -> Column:
    """The first value that is not null.

    >>> df = spark.createDataFrame([(None, 1), (2, 3)], ["a", "b"])
    >>> df.select(coalesce("a", "b").alias("first")).collect()
    [Row(first=1), Row(first=2)]
    """


def _coalesce_as(name: str) -> Callable[..., Any]:
    def rewrite(args: Sequence[Any], ctx: Any) -> Any:
        from pyrdd.sql.analysis.calls import build  # here: calls knows the functions that this module declares

        return build(lookup("coalesce"), args, ctx, name)

    return rewrite


@scalar(ANY, ANY, returns=same_type, rewrite=_coalesce_as("ifnull"))
def ifnull(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The first value, or the second where that is null.

    >>> spark.range(1).select(F.ifnull(F.lit(None), F.lit(2))).first()[0]
    2
    """


@scalar(ANY, ANY, returns=same_type, rewrite=_coalesce_as("nvl"))
def nvl(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The first value, or the second where that is null.

    >>> spark.range(1).select(F.nvl(F.lit(None), F.lit(2))).first()[0]
    2
    """


@scalar(
    ANY, ANY, ANY, returns=lambda args: args[1].data_type, sql="CASE WHEN {0} IS NOT NULL THEN {1} ELSE {2} END",
    coerce=common("nvl2", 1), nullable=lambda args: args[1].nullable or args[2].nullable,
)  # fmt: skip
def nvl2(col1: ColumnOrName, col2: ColumnOrName, col3: ColumnOrName) -> Column:
    """The second value where the first is not null, else the third.

    >>> spark.range(1).select(F.nvl2(F.lit(None), F.lit("there"), F.lit("not there"))).first()[0]
    'not there'
    """


def _nullif(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    from pyrdd.sql.analysis.calls import make_call  # here: see _coalesce_as

    # the comparison is checked, coerced and rewritten as `=` is; the second argument stays for the name of the call
    return [args[0], make_call("=", *args, ctx=ctx), args[1]]


@scalar(
    ANY, ANY, returns=same_type, sql="CASE WHEN {1} THEN NULL ELSE {0} END", coerce=_nullif, nullable=True,
    pretty=lambda name, args, call: f"nullif({args[0]}, {args[2]})",
)  # fmt: skip
def nullif(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """Null where the two values are equal, else the first.

    >>> spark.range(1).select(F.nullif(F.lit(1), F.lit(1))).first()[0] is None
    True
    """


def _nullifzero(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    from pyrdd.sql.analysis.calls import make_call  # here: see _coalesce_as

    return [args[0], make_call("=", args[0], Literal(0, t.IntegerType()), ctx=ctx)]


@scalar(
    ANY, returns=same_type, sql="CASE WHEN {1} THEN NULL ELSE {0} END", coerce=_nullifzero, nullable=True,
    pretty=lambda name, args, call: f"nullifzero({args[0]})",
)  # fmt: skip
def nullifzero(col: ColumnOrName) -> Column:
    """Null where the number is zero, else the number.

    >>> spark.range(1).select(F.nullifzero(F.lit(0))).first()[0] is None
    True
    """


def _zeroifnull(args: Sequence[Any], ctx: Any) -> Any:
    from pyrdd.sql.analysis.calls import build  # here: see _coalesce_as

    made: Any = build(lookup("coalesce"), [args[0], Literal(0, t.IntegerType())], ctx)
    return made.copy(function=lookup("zeroifnull"), written="zeroifnull")


@scalar(
    ANY, returns=same_type, sql="coalesce({*})", rewrite=_zeroifnull, nullable=False,
    pretty=lambda name, args, call: f"zeroifnull({args[0]})",
)  # fmt: skip
def zeroifnull(col: ColumnOrName) -> Column:
    """Zero where the number is null, else the number.

    >>> spark.range(1).select(F.zeroifnull(F.lit(None).cast("int"))).first()[0]
    0
    """


def _nan_pair(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    kinds = [a.data_type for a in args]
    target = t.FloatType() if all(isinstance(k, t.FloatType) for k in kinds) else t.DoubleType()
    return [coercion.implicit_cast(a, target, ctx) or a for a in args]


@scalar(ANY, ANY, returns=same_type, sql="CASE WHEN isnan({0}) THEN {1} ELSE {0} END", coerce=_nan_pair, nullable=True)
def nanvl(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The first value, or the second where that is not a number (NaN).

    >>> spark.range(1).select(F.nanvl(F.lit(float("nan")), F.lit(0.0))).first()[0]
    0.0
    """


def _if(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    condition = coercion.implicit_cast(args[0], BOOLEAN, ctx)
    if condition is None or not isinstance(args[0].data_type, t.BooleanType | t.NullType | t.StringType):
        from pyrdd.sql.analysis.calls import unexpected_type  # here: see _coalesce_as

        raise unexpected_type(
            binary_text("if", args).replace('"if(', '"(IF(').replace(')"', '))"'), 0, BOOLEAN, args[0]
        )
    return [condition, *common("if", 1)([condition, *args[1:]], ctx)[1:]]


declare(
    Function(
        "if", "scalar", (), lambda args: args[1].data_type, 3, 3, sql="CASE WHEN {0} THEN {1} ELSE {2} END", coerce=_if,
        nullable=lambda args: args[1].nullable or args[2].nullable,
        pretty=lambda name, args, call: f"(IF({', '.join(args)}))", aliases=("iff",),
    )
)  # fmt: skip


def _extreme_types(name: str) -> Callable[..., Sequence[Any]]:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        from pyrdd.sql.analysis.problems import wrong_arg_count  # here: an error's need
        from pyrdd.sql.functions.inputs import orderable  # here: an error's need

        if len(args) < 2:
            raise wrong_arg_count(name, "> 1", len(args))
        found = common(name)(args, ctx)
        if not orderable(found[0].data_type):
            raise mismatch(
                "INVALID_ORDERING_TYPE",
                binary_text(name, args),
                functionName=f"`{name}`",
                dataType=quoted_type(found[0].data_type),
            )
        return found

    return coerce


def _extreme(name: str) -> Callable[[Any, list[str]], str]:
    def sql(call: Any, args: list[str]) -> str:
        kind = call.data_type
        if isinstance(kind, t.StructType | t.ArrayType):
            values = f"[{', '.join(args)}]"
            return f"{sorted_list(values, kind, ascending=name == 'least', nulls_first=False)}[1]"
        return f"{name}({', '.join(args)})"

    return sql


@scalar(
    ANY, returns=same_type, sql=_extreme("greatest"), coerce=_extreme_types("greatest"), nullable=_all_nullable, min_args=0
)
def greatest(*cols: ColumnOrName) -> Column:
    """The greatest of at least two values; nulls are passed over. Raises PySparkValueError for fewer columns.

    >>> spark.range(1).select(F.greatest(F.lit(1), F.lit(3), F.lit(2))).first()[0]
    3
    """
    _at_least_two(cols, "greatest")


@scalar(ANY, returns=same_type, sql=_extreme("least"), coerce=_extreme_types("least"), nullable=_all_nullable, min_args=0)
def least(*cols: ColumnOrName) -> Column:
    """The least of at least two values; nulls are passed over. Raises PySparkValueError for fewer columns.

    >>> spark.range(1).select(F.least(F.lit(1), F.lit(3), F.lit(2))).first()[0]
    1
    """
    _at_least_two(cols, "least")


def _at_least_two(cols: Sequence[Any], name: str) -> None:
    from pyrdd.errors import PySparkValueError  # here: an error's need

    if len(cols) < 2:
        raise PySparkValueError(errorClass="WRONG_NUM_COLUMNS", messageParameters={"func_name": name, "num_cols": "2"})
