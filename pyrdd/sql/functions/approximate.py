"""Quantiles, exact and approximate; the mode; approximate counts and histograms."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.fold import constant_value
from pyrdd.sql.analysis.problems import analysis_error, mismatch, quoted_sql, quoted_type
from pyrdd.sql.codegen.raising import raise_sql
from pyrdd.sql.codegen.types import duck_type, text_literal
from pyrdd.sql.column import Column, ColumnOrName, call, column_or_name, literal
from pyrdd.sql.expressions import Literal, SortOrder
from pyrdd.sql.functions.aggregates import same_type
from pyrdd.sql.functions.aggregates_text import present_filter
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.decorators import aggregate
from pyrdd.sql.functions.inputs import ANY, DOUBLE, INT, LONG, accepts
from pyrdd.sql.functions.operators import binary_text
from pyrdd.sql.kernels.quantile_summary import QuantileSummary
from pyrdd.sql.kernels.sketches import DistinctCounter, NumericHistogram

_INTERVALS = (t.DayTimeIntervalType, t.YearMonthIntervalType)
_NUMERIC_OR_INTERVAL = '("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH")'


def _wrong(name: str, args: Sequence[Any], index: int, required: str) -> Exception:
    return mismatch(
        "UNEXPECTED_INPUT_TYPE",
        binary_text(name, args),
        paramIndex=("first", "second", "third")[index],
        requiredType=required,
        inputSql=quoted_sql(args[index]),
        inputType=quoted_type(args[index].data_type),
    )


def _double(value: Any) -> str:
    from pyrdd.sql.expressions.text import java_double  # here: messages alone need it

    return java_double(float(value)) + "D"


def _shares(name: str, args: Sequence[Any], index: int, ctx: Any, shown: Sequence[Any] | None = None) -> Any:
    """The constant share, or array of shares, at a position, as doubles. Raises what Spark refuses."""
    shown = shown or args
    arg = args[index]
    is_array = isinstance(arg.data_type, t.ArrayType)
    wanted: t.DataType = t.ArrayType(DOUBLE, False) if is_array else DOUBLE
    if not arg.foldable:
        raise mismatch(
            "NON_FOLDABLE_INPUT",
            binary_text(name, shown),
            inputName="`percentage`",
            inputType=quoted_type(wanted),
            inputExpr=quoted_sql(arg),
        )
    value = constant_value(coercion.cast(arg, t.ArrayType(DOUBLE, True) if is_array else DOUBLE, ctx), ctx)
    values = value if is_array else [value]
    if value is None or any(v is None for v in values):
        raise mismatch("UNEXPECTED_NULL", binary_text(name, shown), exprName="percentage")
    if any(not 0.0 <= v <= 1.0 for v in values):
        text = ",".join(map(_double, values))
        raise mismatch(
            "VALUE_OUT_OF_RANGE",
            binary_text(name, shown),
            exprName="percentage",
            valueRange="[0.0, 1.0]",
            currentValue=f"[{text[:-1]}]" if is_array else text,
        )
    return [float(v) for v in values] if is_array else float(value)


def _quantile_type(args: Sequence[Any]) -> t.DataType:
    match args[0].data_type:
        case t.DayTimeIntervalType():
            one: t.DataType = t.DayTimeIntervalType()
        case t.YearMonthIntervalType():
            one = t.YearMonthIntervalType()
        case _:
            one = DOUBLE
    return t.ArrayType(one, False) if len(args) > 1 and isinstance(args[1].data_type, t.ArrayType) else one


def _values_to_rank(name: str, args: Sequence[Any], ctx: Any, shown: Sequence[Any]) -> Any:
    value = args[0]
    if isinstance(value.data_type, t.StringType | t.NullType):
        return coercion.cast(value, DOUBLE, ctx)
    if not isinstance(value.data_type, (t.NumericType, *_INTERVALS)):
        raise _wrong(name, shown, 0, _NUMERIC_OR_INTERVAL)
    return value


# --- exact quantiles -----------------------------------------------------------------------------------------------


def _percentile_args(name: str) -> Any:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        frequency = args[2] if len(args) > 2 else Literal(1, INT)
        shown = [args[0], args[1], frequency]
        value = _values_to_rank(name, args, ctx, shown)
        _shares(name, args, 1, ctx, shown)
        if isinstance(frequency.data_type, t.StringType):
            frequency = coercion.cast(frequency, LONG, ctx)
        if not isinstance(frequency.data_type, t.IntegralType):
            raise _wrong(name, shown, 2, '"INTEGRAL"')
        return [value, args[1], frequency]

    return coerce


def _interpolated(values: str, share: str) -> str:
    """The value at a share of the ranks in a sorted list, between two of them in proportion."""
    at = f"((len({values}) - 1) * {share})"
    low, high = f"CAST(floor({at}) AS BIGINT)", f"CAST(ceil({at}) AS BIGINT)"
    a, b = f"CAST({values}[{low} + 1] AS DOUBLE)", f"CAST({values}[{high} + 1] AS DOUBLE)"
    between = f"({high} - {at}) * {a} + ({at} - {low}) * {b}"
    return f"CASE WHEN {low} = {high} OR {a} = {b} THEN {a} ELSE {between} END"


def _discrete(values: str, share: str) -> str:
    """The first value whose cumulative share reaches the given one."""
    return f"CAST({values}[greatest(CAST(ceil(len({values}) * {share}) AS BIGINT), 1)] AS DOUBLE)"


def _quantile(call_: Any, args: list[str], writer: Any, pick: Callable[[str, str], str], way: str) -> str:
    result = call_.data_type
    one = result.elementType if isinstance(result, t.ArrayType) else result
    duck = duck_type(one)
    values = f"list({{d}}{args[0]} ORDER BY {args[0]} {way}){present_filter(call_, writer, args[0] + ' IS NOT NULL')}"

    def cast(text: str) -> str:
        return f"CAST(trunc({text}) AS {duck})" if isinstance(one, _INTERVALS) else text

    if isinstance(result, t.ArrayType):
        shares = f"CAST({args[1]} AS DOUBLE[])"
        body = f"list_transform({shares}, lambda share: {cast(pick('v', 'share'))})"
    else:
        body = cast(pick("v", f"CAST({args[1]} AS DOUBLE)"))
    return f"list_transform([{values}], lambda v: CASE WHEN len(v) > 0 THEN {body} END)[1]"


def _percentile_text(call_: Any, args: list[str], writer: Any) -> str:
    frequency = call_.args[2]
    if isinstance(frequency, Literal) and frequency.value == 1:
        return _quantile(call_, args, writer, _interpolated, "ASC")
    weight = f"CAST({args[2]} AS BIGINT)"
    problem = raise_sql(
        "NEGATIVE_VALUES_IN_FREQUENCY_EXPRESSION",
        "BIGINT",
        frequencyExpression=text_literal(quoted_sql(frequency)).replace("{", "\0"),
        negativeValue=f"({weight} || 'L')",
    )
    checked = f"CASE WHEN {weight} < 0 THEN {problem} ELSE {weight} END"
    row = t.StructType([t.StructField("x", DOUBLE), t.StructField("n", LONG)])
    pairs = f"list({{d}}{{'x': CAST({args[0]} AS DOUBLE), 'n': {checked}}})"
    present = f"{args[0]} IS NOT NULL AND {args[2]} IS NOT NULL"
    listed = f"{pairs}{present_filter(call_, writer, present)}"
    one = call_.data_type.elementType if isinstance(call_.data_type, t.ArrayType) else call_.data_type
    shares = (
        f"CAST({args[1]} AS DOUBLE[])" if isinstance(call_.data_type, t.ArrayType) else f"[CAST({args[1]} AS DOUBLE)]"
    )
    found = writer.python_call(
        "percentile", weighted_quantiles, [listed, shares], [t.ArrayType(row), t.ArrayType(DOUBLE)], t.ArrayType(DOUBLE)
    )
    typed = (
        f"list_transform({found}, lambda q: CAST(trunc(q) AS {duck_type(one)}))"
        if isinstance(one, _INTERVALS)
        else found
    )
    return typed if isinstance(call_.data_type, t.ArrayType) else f"({typed})[1]"


def weighted_quantiles(rows: Sequence[dict[str, Any]], shares: Sequence[float]) -> list[float] | None:
    """Quantiles of values that count several times each."""
    counts: dict[float, int] = {}
    for row in rows:
        counts[row["x"]] = counts.get(row["x"], 0) + row["n"]
    ranked = sorted(((x, n) for x, n in counts.items() if n > 0), key=lambda pair: (pair[0] != pair[0], pair[0]))
    total = sum(n for _, n in ranked)
    if total == 0:
        return None
    return [_weighted_quantile(ranked, (total - 1) * share) for share in shares]


def _weighted_quantile(ranked: Sequence[tuple[float, int]], position: float) -> float:
    low, high = math.floor(position), math.ceil(position)
    a, b = _at_rank(ranked, low + 1), _at_rank(ranked, high + 1)
    return a if low == high or a == b else (high - position) * a + (position - low) * b


def _at_rank(ranked: Sequence[tuple[float, int]], rank: int) -> float:
    seen = 0
    for value, count in ranked:
        seen += count
        if seen >= rank:
            return value
    return ranked[-1][0]


def _percentage(value: Any) -> Column:
    return literal(list(value)) if isinstance(value, (list, tuple)) else literal(value)


@aggregate(
    ANY, ANY, ANY, returns=_quantile_type, sql=_percentile_text, with_writer=True, nullable=True, min_args=2,
    coerce=_percentile_args("percentile"),
)  # fmt: skip
def percentile(col: ColumnOrName, percentage: Any, frequency: Column | int = 1) -> Column:
    """Aggregate: the exact quantile at a share, or an array of those at several.

    ``frequency`` says how often values count.

    >>> spark.range(5).select(F.percentile("id", [0.0, 0.5]).alias("some")).collect()
    [Row(some=[0.0, 2.0])]
    """
    return call("percentile", column_or_name(col), _percentage(percentage), literal(frequency))


def _median_args(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    return [_values_to_rank("median", args, ctx, args)]


def _median_text(call_: Any, args: list[str], writer: Any) -> str:
    return _quantile(call_, [args[0], "0.5"], writer, _interpolated, "ASC")


@aggregate(
    ANY,
    returns=_quantile_type,
    sql=_median_text,
    with_writer=True,
    nullable=True,
    coerce=_median_args,
    whole_partition=True,
)
def median(col: ColumnOrName) -> Column:
    """Aggregate: the value in the middle, between two of them if their number is even.

    >>> spark.range(4).select(F.median("id").alias("median")).collect()
    [Row(median=1.5)]
    """


def _one_key(name: str) -> Any:
    """WITHIN GROUP of a quantile: the key is what is ranked."""

    def within(args: Sequence[Any], order: tuple[Any, ...], distinct: bool, ctx: Any) -> Any:
        if distinct:
            raise analysis_error("INVALID_WITHIN_GROUP_EXPRESSION.DISTINCT_UNSUPPORTED", funcName=f"`{name}`")
        if not order:
            raise analysis_error("INVALID_WITHIN_GROUP_EXPRESSION.WITHIN_GROUP_MISSING", funcName=f"`{name}`")
        if len(order) != 1:
            raise _orderings(name, 1, len(order))
        return [order[0].child, args[0]], order

    return within


def _orderings(name: str, expected: int, actual: int) -> Exception:
    return analysis_error(
        "INVALID_WITHIN_GROUP_EXPRESSION.WRONG_NUM_ORDERINGS",
        funcName=f"`{name}`",
        expectedNum=str(expected),
        actualNum=str(actual),
    )


def _ordered_args(name: str) -> Any:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        value = _values_to_rank(name, args, ctx, args)
        _shares(name, args, 1, ctx)
        return [value, args[1]]

    return coerce


def _ordered_text(pick: Callable[[str, str], str]) -> Any:
    def sql(call_: Any, args: list[str], writer: Any) -> str:
        ascending = all(o.ascending for o in call_.order)
        return _quantile(call_, args, writer, pick, "ASC" if ascending else "DESC")

    return sql


def _ordered_name(name: str, args: Sequence[str], call_: Any) -> str:
    way = "" if all(o.ascending for o in call_.order) else " DESC"
    shown = f"{name}({args[1]}) WITHIN GROUP (ORDER BY {args[0]}{way})"
    return shown + _filter_name(call_)


def _filter_name(call_: Any) -> str:
    from pyrdd.sql.expressions.text import pretty_name  # here: names alone need it

    return f" FILTER (WHERE {pretty_name(call_.filter)})" if call_.filter is not None else ""


for _name, _pick in (("percentile_cont", _interpolated), ("percentile_disc", _discrete)):
    declare(
        Function(
            _name, "aggregate", (ANY,), _quantile_type, 1, 1, sql=_ordered_text(_pick), with_writer=True, nullable=True,
            within_group=_one_key(_name), coerce=_ordered_args(_name), whole_partition=True, pretty=_ordered_name,
        )
    )  # fmt: skip


# --- the mode ------------------------------------------------------------------------------------------------------


def _mode_group(args: Sequence[Any], order: tuple[Any, ...], distinct: bool, ctx: Any) -> Any:
    if distinct:
        raise analysis_error("INVALID_WITHIN_GROUP_EXPRESSION.DISTINCT_UNSUPPORTED", funcName="`mode`")
    if not args:
        if not order:
            raise analysis_error("INVALID_WITHIN_GROUP_EXPRESSION.WITHIN_GROUP_MISSING", funcName="`mode`")
        if len(order) != 1:
            raise _orderings("mode", 1, len(order))
        return [order[0].child], order
    if order:
        raise _orderings("mode", 0, len(order))
    if len(args) == 2:
        return _mode_flag(args)
    return args, ()


def _mode_flag(args: Sequence[Any]) -> Any:
    """``mode(x, true)``: the least of those that come equally often."""
    flag = args[1]
    if isinstance(flag, Literal) and flag.value is None:
        raise mismatch("UNEXPECTED_NULL", binary_text("mode", args), exprName="deterministic")
    if not isinstance(flag.data_type, t.BooleanType) or not isinstance(flag, Literal):
        raise analysis_error(
            "UNEXPECTED_INPUT_TYPE",
            functionName="`mode`",
            paramIndex="second",
            requiredType='"BOOLEAN"',
            inputSql=quoted_sql(flag),
            inputType=quoted_type(flag.data_type),
        )
    return args[:1], (SortOrder(args[0]),) if flag.value else ()


def _mode_text(call_: Any, args: list[str], writer: Any) -> str:
    if not call_.order:
        return f"mode({args[0]}){{f}}"
    kind = call_.args[0].data_type
    values = f"list({args[0]}){present_filter(call_, writer, f'{args[0]} IS NOT NULL')}"
    function = partial(chosen_mode, least=call_.order[0].ascending)
    return str(writer.python_call("mode", function, [values], [t.ArrayType(kind)], kind))


def chosen_mode(values: Sequence[Any], least: bool) -> Any:
    """The value that comes most often, of several the least or the greatest."""
    counts = Counter(values)
    most = max(counts.values())
    return (min if least else max)(value for value, number in counts.items() if number == most)


def _mode_name(name: str, args: Sequence[str], call_: Any) -> str:
    if not call_.order:
        return f"mode({args[0]}){_filter_name(call_)}"
    # the name tells the order in which later values replace earlier ones
    way = " DESC" if call_.order[0].ascending else ""
    return f"mode() WITHIN GROUP (ORDER BY {args[0]}{way}){_filter_name(call_)}"


@aggregate(
    ANY, ANY, returns=same_type, sql=_mode_text, with_writer=True, nullable=True, min_args=0, within_group=_mode_group,
    pretty=_mode_name, whole_partition=False,
)  # fmt: skip
def mode(col: ColumnOrName, deterministic: bool = False) -> Column:
    """Aggregate: the value that comes most often; ``deterministic`` chooses the least of several, else any.

    >>> df = spark.createDataFrame([("a",), ("b",), ("b",)], ["s"])
    >>> df.select(F.mode("s").alias("mode")).collect()
    [Row(mode='b')]
    """
    return call("mode", column_or_name(col), literal(deterministic))


# --- approximate quantiles -----------------------------------------------------------------------------------------

_RANKED = (t.NumericType, t.DateType, t.TimestampType, t.TimestampNTZType, *_INTERVALS)


def _approximate_args(name: str) -> Any:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        accuracy = args[2] if len(args) > 2 else Literal(10000, INT)
        shown = [args[0], args[1], accuracy]
        value = (
            coercion.cast(args[0], DOUBLE, ctx) if isinstance(args[0].data_type, t.StringType | t.NullType) else args[0]
        )
        if not isinstance(value.data_type, _RANKED):
            raise _wrong(
                name, shown, 0,
                '("NUMERIC" or "DATE" or "TIMESTAMP" or "TIMESTAMP_NTZ" or '
                '"INTERVAL YEAR TO MONTH" or "INTERVAL DAY TO SECOND")',
            )  # fmt: skip
        _shares(name, args, 1, ctx, shown)
        _check_accuracy(name, shown, accuracy, ctx)
        return [value, args[1], accuracy]

    return coerce


def _check_accuracy(name: str, shown: Sequence[Any], accuracy: Any, ctx: Any) -> None:
    if not accepts(LONG, accuracy.data_type) and not isinstance(accuracy.data_type, t.IntegralType):
        raise _wrong(name, shown, 2, '"INTEGRAL"')
    if not accuracy.foldable:
        raise mismatch(
            "NON_FOLDABLE_INPUT",
            binary_text(name, shown),
            inputName="`accuracy`",
            inputType=quoted_type(accuracy.data_type),
            inputExpr=quoted_sql(accuracy),
        )
    value = constant_value(accuracy, ctx)
    if value is None:
        raise mismatch("UNEXPECTED_NULL", binary_text(name, shown), exprName="accuracy")
    if not 0 < value <= 2147483647:
        raise mismatch(
            "VALUE_OUT_OF_RANGE",
            binary_text(name, shown),
            exprName="accuracy",
            valueRange="(0, 2147483647]",
            currentValue=f"{value}L",
        )


def _approximate_type(args: Sequence[Any]) -> t.DataType:
    kind: t.DataType = args[0].data_type
    return t.ArrayType(kind, False) if isinstance(args[1].data_type, t.ArrayType) else kind


def _as_double(kind: t.DataType, text: str) -> str:
    match kind:
        case t.DateType():
            return f"CAST(({text} - DATE '1970-01-01') AS DOUBLE)"
        case t.TimestampType() | t.TimestampNTZType():
            return f"CAST(epoch_us({text}) AS DOUBLE)"
    return f"CAST({text} AS DOUBLE)"


def _from_double(kind: t.DataType, text: str) -> str:
    match kind:
        case t.DateType():
            return f"(DATE '1970-01-01' + CAST({text} AS INTEGER))"
        case t.TimestampType():
            return f"make_timestamptz(CAST({text} AS BIGINT))"
        case t.TimestampNTZType():
            return f"make_timestamp(CAST({text} AS BIGINT))"
    return f"CAST({text} AS {duck_type(kind)})"


def _approximate_text(call_: Any, args: list[str], writer: Any) -> str:
    kind = call_.args[0].data_type
    several = isinstance(call_.data_type, t.ArrayType)
    present = present_filter(call_, writer, f"{args[0]} IS NOT NULL")
    values = f"list({{d}}{_as_double(kind, args[0])}){present}"
    shares = f"CAST({args[1]} AS DOUBLE[])" if several else f"[CAST({args[1]} AS DOUBLE)]"
    doubles = t.ArrayType(DOUBLE)
    found = writer.python_call(
        "percentile_approx",
        quantiles,
        [values, shares, f"CAST({args[2]} AS BIGINT)"],
        [doubles, doubles, LONG],
        doubles,
    )
    if several:
        return f"list_transform({found}, lambda q: {_from_double(kind, 'q')})"
    return _from_double(kind, f"({found})[1]")


def quantiles(values: Sequence[float], shares: Sequence[float], accuracy: int) -> list[float] | None:
    """Approximate quantiles, with the error that the accuracy allows."""
    summary = QuantileSummary(1.0 / accuracy)
    summary.insert_all(values)
    return summary.compress().query(shares)


@aggregate(
    ANY, ANY, ANY, returns=_approximate_type, sql=_approximate_text, with_writer=True, nullable=True, min_args=2,
    coerce=_approximate_args("percentile_approx"),
)  # fmt: skip
def percentile_approx(col: ColumnOrName, percentage: Any, accuracy: Column | int = 10000) -> Column:
    """Aggregate: a value whose rank is near a share, or an array of those at several. The error is ``1 / accuracy``.

    >>> spark.range(5).select(F.percentile_approx("id", 0.5).alias("half")).collect()
    [Row(half=2)]
    """
    return call("percentile_approx", column_or_name(col), _percentage(percentage), literal(accuracy))


@aggregate(
    ANY, ANY, ANY, returns=_approximate_type, sql=_approximate_text, with_writer=True, nullable=True, min_args=2,
    coerce=_approximate_args("approx_percentile"),
)  # fmt: skip
def approx_percentile(col: ColumnOrName, percentage: Any, accuracy: Column | int = 10000) -> Column:
    """Aggregate: `percentile_approx` under another name."""
    return call("approx_percentile", column_or_name(col), _percentage(percentage), literal(accuracy))


# --- distinct values -----------------------------------------------------------------------------------------------


def _error_rate(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    if len(args) < 2:
        return args
    rate = args[1]
    if not isinstance(rate, Literal) or not isinstance(rate.value, float | Decimal):
        raise analysis_error("_LEGACY_ERROR_TEMP_1104")
    if rate.value > 0.39:
        raise analysis_error("FAILED_FUNCTION_CALL", funcName="`approx_count_distinct`")
    return [args[0], Literal(float(rate.value), DOUBLE)]


def _distinct_text(call_: Any, args: list[str], writer: Any) -> str:
    kind = call_.args[0].data_type
    rate = call_.args[1].value if len(args) > 1 else 0.05
    values = f"list(DISTINCT {args[0]}){present_filter(call_, writer, f'{args[0]} IS NOT NULL')}"
    function = partial(count_distinct_values, data_type=kind, rate=rate)
    return str(writer.python_call("approx_count_distinct", function, [values], [t.ArrayType(kind)], LONG, True))


def count_distinct_values(values: Sequence[Any] | None, data_type: t.DataType, rate: float) -> int:
    """About how many different values there are."""
    counter = DistinctCounter(data_type, rate)
    counter.add_all(values or ())
    return counter.estimate()


@aggregate(
    ANY, ANY, returns=LONG, sql=_distinct_text, with_writer=True, nullable=False, min_args=1, coerce=_error_rate,
    pretty=lambda name, args, call: f"{name}({args[0]}){_filter_name(call)}",
)  # fmt: skip
def approx_count_distinct(col: ColumnOrName, rsd: float | None = None) -> Column:
    """Aggregate: about how many different values there are, within a relative error of ``rsd`` (0.05).

    >>> spark.range(100).select(F.approx_count_distinct(F.col("id") % 3).alias("n")).collect()
    [Row(n=3)]
    """


def approxCountDistinct(col: ColumnOrName, rsd: float | None = None) -> Column:
    """Aggregate: `approx_count_distinct` under its old name. Warns FutureWarning."""
    import warnings  # here: deprecated names alone warn

    warnings.warn("Deprecated in 2.1, use approx_count_distinct instead.", FutureWarning, stacklevel=2)
    return approx_count_distinct(col, rsd)


# --- histograms ----------------------------------------------------------------------------------------------------


def _doubled(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    return [coercion.cast(args[0], DOUBLE, ctx), *args[1:]] if isinstance(args[0].data_type, t.NullType) else args


def _bins(args: Sequence[Any], ctx: Any) -> None:
    name = "histogram_numeric"
    if not isinstance(args[0].data_type, (*_RANKED, t.NullType)):
        raise _wrong(
            name, args, 0,
            '("NUMERIC" or "DATE" or "TIMESTAMP" or "TIMESTAMP_NTZ" or '
            '"INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH")',
        )  # fmt: skip
    if not args[1].foldable:
        raise mismatch(
            "NON_FOLDABLE_INPUT",
            binary_text(name, args),
            inputName="`nb`",
            inputType='"INT"',
            inputExpr=quoted_sql(args[1]),
        )
    value = constant_value(args[1], ctx)
    if value is None:
        raise mismatch("UNEXPECTED_NULL", binary_text(name, args), exprName="nb")
    if value < 2:
        raise mismatch(
            "VALUE_OUT_OF_RANGE",
            binary_text(name, args),
            exprName="nb",
            valueRange="[2, 2147483647]",
            currentValue=str(value),
        )


def _histogram_type(args: Sequence[Any]) -> t.DataType:
    fields = [t.StructField("x", args[0].data_type, True), t.StructField("y", DOUBLE, True)]
    return t.ArrayType(t.StructType(fields), True)


def _histogram_text(call_: Any, args: list[str], writer: Any) -> str:
    kind = call_.args[0].data_type
    present = present_filter(call_, writer, f"{args[0]} IS NOT NULL")
    values = f"list({{d}}{_as_double(kind, args[0])}){present}"
    pairs = t.ArrayType(t.ArrayType(DOUBLE))
    found = writer.python_call("histogram_numeric", bins_of, [values, args[1]], [t.ArrayType(DOUBLE), INT], pairs)
    whole = isinstance(
        kind,
        t.IntegralType
        | t.DateType
        | t.TimestampType
        | t.TimestampNTZType
        | t.DayTimeIntervalType
        | t.YearMonthIntervalType,
    )
    centre = _from_double(kind, "trunc(p[1])" if whole else "p[1]")
    return f"list_transform({found}, lambda p: {{'x': {centre}, 'y': p[2]}})"


def bins_of(values: Sequence[float], size: int) -> list[list[float]]:
    """Centres and heights of a histogram's bins."""
    histogram = NumericHistogram(size)
    histogram.add_all(values)
    return histogram.bins


@aggregate(
    ANY, INT, returns=_histogram_type, sql=_histogram_text, with_writer=True, nullable=True, coerce=_doubled,
    check=_bins,
)  # fmt: skip
def histogram_numeric(col: ColumnOrName, nBins: Column) -> Column:
    """Aggregate: a histogram of at most so many bins, as an array of their centres and heights.

    >>> df = spark.createDataFrame([(0,), (1,), (2,), (10,)], ["n"])
    >>> df.select(F.histogram_numeric("n", F.lit(2)).alias("h")).collect()
    [Row(h=[Row(x=1, y=3.0), Row(x=10, y=1.0)])]
    """
    return call("histogram_numeric", column_or_name(col), literal(nBins))
