"""Aggregate functions of every day: counts, sums, means, extremes, logic and bits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from pyrdd.errors import PySparkNotImplementedError
from pyrdd.sql import types as t
from pyrdd.sql.analysis.problems import analysis_error, mismatch, quoted_type
from pyrdd.sql.codegen.ordering import order_key
from pyrdd.sql.column import Column, ColumnOrName, call, column_or_name
from pyrdd.sql.expressions import UnresolvedFunction
from pyrdd.sql.functions.aggregates_text import (
    count_text,
    mean_text,
    mean_type,
    merged_mean_text,
    merged_mean_type,
    present_filter,
    sum_text,
    sum_type,
)
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.decorators import aggregate
from pyrdd.sql.functions.inputs import ANY, BOOLEAN, DOUBLE, INTEGRAL, LONG, InputType, orderable
from pyrdd.sql.functions.operators import binary_text

SUMMABLE = InputType(
    '"NUMERIC" or "ANSI INTERVAL',
    lambda d: isinstance(d, t.NumericType | t.DayTimeIntervalType | t.YearMonthIntervalType),
    DOUBLE,
)


def same_type(args: Sequence[Any]) -> t.DataType:
    """The type of the first argument."""
    found: t.DataType = args[0].data_type
    return found


def distinct_call(name: str, *args: Any) -> Column:
    """``name(DISTINCT args)``."""
    return Column(UnresolvedFunction((name,), tuple(column_or_name(a).expression for a in args), distinct=True))


# --- sums and means ------------------------------------------------------------------------------------------------


def _numbers(name: str) -> Any:
    """Strings and nulls become doubles; what is no number is refused."""

    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        from pyrdd.sql.analysis import coercion  # here: analysis imports the registry

        kind = args[0].data_type
        if isinstance(kind, t.StringType | t.NullType | t.TimestampType):
            return [coercion.cast(args[0], DOUBLE, ctx)]
        if not SUMMABLE.accepts(kind):
            raise mismatch(
                "UNEXPECTED_INPUT_TYPE",
                binary_text(name, args),
                paramIndex="first",
                requiredType='"NUMERIC" or "ANSI INTERVAL"',
                inputSql=f'"{_shown(args[0])}"',
                inputType=quoted_type(kind),
            )
        return args

    return coerce


def _shown(arg: Any) -> str:
    from pyrdd.sql.expressions.text import pretty_name  # here: messages alone need it

    return pretty_name(arg)


@aggregate(
    ANY, returns=sum_type, sql=sum_text, with_writer=True, nullable=True, coerce=_numbers("sum"),
)  # fmt: skip
def sum(col: ColumnOrName) -> Column:
    """Aggregate: the sum of the values that are not null; null if there are none.

    ARITHMETIC_OVERFLOW where it does not fit; see `try_sum`.

    >>> spark.range(4).select(F.sum("id").alias("sum")).collect()
    [Row(sum=6)]
    """


@aggregate(ANY, returns=mean_type, sql=mean_text, with_writer=True, nullable=True, coerce=_numbers("avg"))
def avg(col: ColumnOrName) -> Column:
    """Aggregate: the mean of the values that are not null; null if there are none.

    >>> spark.range(4).select(F.avg("id").alias("avg")).collect()
    [Row(avg=1.5)]
    """


declare(
    # what partial means of decimals end in: no name that SQL could call
    Function(
        "avg of sum",
        "scalar",
        (ANY, LONG),
        merged_mean_type,
        2,
        2,
        sql=merged_mean_text,
        with_writer=True,
        nullable=True,
    )
)


@aggregate(ANY, returns=mean_type, sql=mean_text, with_writer=True, nullable=True, coerce=_numbers("mean"))
def mean(col: ColumnOrName) -> Column:
    """Aggregate: `avg` under another name."""
    return call("avg", column_or_name(col))


def _try_sum_text(call_: Any, args: list[str], writer: Any) -> str:
    return sum_text(call_.copy(mode="try"), args, writer)


def _try_mean_text(call_: Any, args: list[str], writer: Any) -> str:
    return mean_text(call_.copy(mode="try"), args, writer)


@aggregate(ANY, returns=sum_type, sql=_try_sum_text, with_writer=True, nullable=True, coerce=_numbers("try_sum"))
def try_sum(col: ColumnOrName) -> Column:
    """Aggregate: `sum`, but null where it does not fit.

    >>> spark.range(4).select(F.try_sum("id")).first()[0]
    6
    """


@aggregate(ANY, returns=mean_type, sql=_try_mean_text, with_writer=True, nullable=True, coerce=_numbers("try_avg"))
def try_avg(col: ColumnOrName) -> Column:
    """Aggregate: `avg`, but null where the sum does not fit."""


def sum_distinct(col: ColumnOrName) -> Column:
    """Aggregate: the sum of the different values.

    >>> df = spark.createDataFrame([(1,), (1,), (2,)], ["n"])
    >>> df.select(F.sum_distinct("n").alias("sum")).collect()
    [Row(sum=3)]
    """
    return distinct_call("sum", col)


def sumDistinct(col: ColumnOrName) -> Column:
    """Aggregate: `sum_distinct` under its old name. Warns FutureWarning."""
    import warnings  # here: deprecated names alone warn

    warnings.warn("Deprecated in 3.2, use sum_distinct instead.", FutureWarning, stacklevel=2)
    return sum_distinct(col)


@aggregate(
    ANY, returns=DOUBLE, sql="product({d}CAST({0} AS DOUBLE)){f}", nullable=True, name="$product",
    coerce=_numbers("product"),
    pretty=lambda name, args, call: f"product({args[0]})",
)  # fmt: skip
def product(col: ColumnOrName) -> Column:
    """Aggregate: the product of the values. SQL does not know it.

    >>> spark.range(1, 5).select(F.product("id").alias("product")).collect()
    [Row(product=24.0)]
    """


# --- counts --------------------------------------------------------------------------------------------------------


def _without_arguments(args: Sequence[Any], ctx: Any) -> None:
    if not args and not ctx.flag("spark.sql.legacy.allowParameterlessCount", False):
        raise analysis_error(
            "WRONG_NUM_ARGS.WITH_SUGGESTION",
            functionName="`count`",
            expectedNum=" >= 1",
            actualNum="0",
            legacyNum="0",
            legacyConfKey='"spark.sql.legacy.allowParameterlessCount"',
            legacyConfValue='"true"',
        )


@aggregate(
    ANY, returns=LONG, sql=count_text, nullable=False, variadic=True, min_args=0, ignores_nulls=False,
    check=_without_arguments,
)  # fmt: skip
def count(col: ColumnOrName) -> Column:
    """Aggregate: the number of rows whose value is not null; ``count("*")`` counts all rows.

    >>> df = spark.createDataFrame([(1,), (None,)], ["n"])
    >>> df.select(F.count("n").alias("n"), F.count("*").alias("rows")).collect()
    [Row(n=1, rows=2)]
    """


def count_distinct(col: ColumnOrName, *cols: ColumnOrName) -> Column:
    """Aggregate: the number of different values, or combinations of values, in which nothing is null.

    >>> df = spark.createDataFrame([(1, "a"), (1, "a"), (1, "b")], ["n", "s"])
    >>> df.select(F.count_distinct("n", "s").alias("pairs")).collect()
    [Row(pairs=2)]
    """
    return distinct_call("count", col, *cols)


def countDistinct(col: ColumnOrName, *cols: ColumnOrName) -> Column:
    """Aggregate: `count_distinct` under its old name."""
    return count_distinct(col, *cols)


@aggregate(BOOLEAN, returns=LONG, sql="count({d}CASE WHEN {0} THEN 1 END){f}", nullable=False)
def count_if(col: ColumnOrName) -> Column:
    """Aggregate: the number of rows in which the condition is true.

    >>> spark.range(4).select(F.count_if(F.col("id") > 0)).first()[0]
    3
    """


# --- extremes ------------------------------------------------------------------------------------------------------


def _ordered(name: str, index: int = 0) -> Any:
    """Raises DATATYPE_MISMATCH.INVALID_ORDERING_TYPE if an argument has no order."""

    def check(args: Sequence[Any], ctx: Any) -> None:
        kind = args[index].data_type
        if not orderable(kind):
            shown = {"functionName": f"`{name}`", "dataType": quoted_type(kind)}
            raise mismatch("INVALID_ORDERING_TYPE", binary_text(name, args), **shown)

    return check


def _extreme(name: str) -> Any:
    """``max(x)``; inside of nested values DuckDB holds null for the greatest, so that they are compared by keys."""

    def sql(call_: Any, args: list[str], writer: Any) -> str:
        kind = call_.args[0].data_type
        if not isinstance(kind, t.StructType | t.ArrayType):
            return f"{name}({{d}}{args[0]}){{f}}"
        present = present_filter(call_, writer, f"{args[0]} IS NOT NULL")
        return f"arg_{name}({args[0]}, {order_key(args[0], kind)}){present}"

    return sql


@aggregate(ANY, returns=same_type, sql=_extreme("max"), with_writer=True, nullable=True, check=_ordered("max"))
def max(col: ColumnOrName) -> Column:
    """Aggregate: the greatest value; NaN is greater than any other number.

    >>> spark.range(4).select(F.max("id").alias("max")).collect()
    [Row(max=3)]
    """


@aggregate(ANY, returns=same_type, sql=_extreme("min"), with_writer=True, nullable=True, check=_ordered("min"))
def min(col: ColumnOrName) -> Column:
    """Aggregate: the least value.

    >>> spark.range(4).select(F.min("id")).first()[0]
    0
    """


def _by_type(args: Sequence[Any]) -> t.DataType:
    found: t.DataType = args[0].data_type
    return t.ArrayType(found, True) if len(args) > 2 else found


def _by_text(name: str) -> Any:
    def sql(call_: Any, args: list[str], writer: Any) -> str:
        kind = call_.args[1].data_type
        key = order_key(args[1], kind) if isinstance(kind, t.StructType | t.ArrayType) else args[1]
        suffix = present_filter(call_, writer, f"{args[1]} IS NOT NULL")
        if len(args) == 2:
            return f"arg_{name}_null({args[0]}, {key}){suffix}"
        way = "DESC" if name == "max" else "ASC"
        return f"list_slice(list({args[0]} ORDER BY {key} {way}){suffix}, 1, {args[2]})"

    return sql


def _check_by(name: str) -> Any:
    def check(args: Sequence[Any], ctx: Any) -> None:
        _ordered(name, 1)(args, ctx)
        if len(args) < 3:
            return
        if not args[2].foldable:
            raise mismatch(
                "NON_FOLDABLE_INPUT",
                binary_text(name, args),
                inputName="k",
                inputType="int",
                inputExpr=_shown(args[2]),
            )
        from pyrdd.sql.analysis.fold import constant_value  # here: analysis imports the registry

        value = constant_value(args[2], ctx)
        if value is None or not 1 <= value <= 100000:
            raise mismatch(
                "VALUE_OUT_OF_RANGE",
                binary_text(name, args),
                exprName="`k`",
                valueRange="[1, 100000]",
                currentValue=str(value),
            )

    return check


_K = (ANY, ANY, t.IntegerType())


@aggregate(
    *_K, returns=_by_type, sql=_by_text("max"), with_writer=True, min_args=2, nullable=True,
    check=_check_by("max_by"),
)  # fmt: skip
def max_by(col: ColumnOrName, ord: ColumnOrName, k: int | None = None) -> Column:
    """Aggregate: the value where ``ord`` is greatest; with ``k`` an array of the values of the k greatest.

    >>> df = spark.createDataFrame([("a", 1), ("b", 3), ("c", 2)], ["s", "n"])
    >>> df.select(F.max_by("s", "n").alias("one"), F.max_by("s", "n", 2).alias("two")).collect()
    [Row(one='b', two=['b', 'c'])]
    """


@aggregate(
    *_K, returns=_by_type, sql=_by_text("min"), with_writer=True, min_args=2, nullable=True,
    check=_check_by("min_by"),
)  # fmt: skip
def min_by(col: ColumnOrName, ord: ColumnOrName, k: int | None = None) -> Column:
    """Aggregate: the value where ``ord`` is least; with ``k`` an array of the values of the k least.

    >>> spark.range(4).select(F.min_by(F.col("id") * 10, "id")).first()[0]
    0
    """


# --- logic and bits ------------------------------------------------------------------------------------------------


@aggregate(BOOLEAN, returns=BOOLEAN, sql="bool_and({d}{0}){f}", nullable=True)
def bool_and(col: ColumnOrName) -> Column:
    """Aggregate: whether all values that are not null are true.

    >>> spark.range(4).select(F.bool_and(F.col("id") >= 0)).first()[0]
    True
    """


@aggregate(BOOLEAN, returns=BOOLEAN, sql="bool_and({d}{0}){f}", nullable=True)
def every(col: ColumnOrName) -> Column:
    """Aggregate: `bool_and` under another name."""


@aggregate(BOOLEAN, returns=BOOLEAN, sql="bool_or({d}{0}){f}", nullable=True)
def bool_or(col: ColumnOrName) -> Column:
    """Aggregate: whether any value is true."""


@aggregate(BOOLEAN, returns=BOOLEAN, sql="bool_or({d}{0}){f}", nullable=True, aliases=("any",))
def some(col: ColumnOrName) -> Column:
    """Aggregate: `bool_or` under another name."""


def _whole(name: str) -> Any:
    """Raises DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE for what is no integer: strings are not cast to one here."""

    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        kind = args[0].data_type
        if isinstance(kind, t.IntegralType | t.NullType):
            return args
        raise mismatch(
            "UNEXPECTED_INPUT_TYPE",
            binary_text(name, args),
            paramIndex="first",
            requiredType='"INTEGRAL"',
            inputSql=f'"{_shown(args[0])}"',
            inputType=quoted_type(kind),
        )

    return coerce


@aggregate(INTEGRAL, returns=same_type, sql="bit_and({d}{0}){f}", nullable=True, coerce=_whole("bit_and"))
def bit_and(col: ColumnOrName) -> Column:
    """Aggregate: the bits that are set in all values."""


@aggregate(INTEGRAL, returns=same_type, sql="bit_or({d}{0}){f}", nullable=True, coerce=_whole("bit_or"))
def bit_or(col: ColumnOrName) -> Column:
    """Aggregate: the bits that are set in any value.

    >>> spark.range(4).select(F.bit_or("id")).first()[0]
    3
    """


@aggregate(INTEGRAL, returns=same_type, sql="bit_xor({d}{0}){f}", nullable=True, coerce=_whole("bit_xor"))
def bit_xor(col: ColumnOrName) -> Column:
    """Aggregate: the bits that are set in an odd number of values."""


# --- grouping sets -------------------------------------------------------------------------------------------------


def _outside_sets(call_: Any, args: list[str]) -> NoReturn:
    raise analysis_error("UNSUPPORTED_GROUPING_EXPRESSION")


@aggregate(ANY, returns=t.ByteType(), sql=_outside_sets, nullable=False)
def grouping(col: ColumnOrName) -> Column:
    """Aggregate: 1 where the column is left out of the row's grouping set, else 0.

    Only with CUBE, ROLLUP, GROUPING SETS.

    >>> df = spark.createDataFrame([("a", 1), ("b", 2)], ["s", "n"])
    >>> df.cube("s").agg(F.grouping("s").alias("g"), F.sum("n").alias("n")).sort("g", "s").collect()
    [Row(s='a', g=0, n=1), Row(s='b', g=0, n=2), Row(s=None, g=1, n=3)]
    """


@aggregate(ANY, returns=LONG, sql=_outside_sets, nullable=False)
def grouping_id(*cols: ColumnOrName) -> Column:
    """Aggregate: the number whose bits are `grouping` of each key. Only with CUBE, ROLLUP, GROUPING SETS."""


def _measure(args: Sequence[Any], ctx: Any) -> NoReturn:
    raise PySparkNotImplementedError(errorClass="NOT_IMPLEMENTED", messageParameters={"feature": "measure()"})


declare(Function("measure", "aggregate", (ANY,), same_type, 1, 1, sql="{0}", coerce=_measure))
