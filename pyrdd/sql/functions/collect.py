"""Aggregates that keep values: lists, sets, joined strings, the first and the last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis.problems import analysis_error, mismatch, quoted_sql, quoted_type
from pyrdd.sql.codegen.types import duck_type
from pyrdd.sql.column import Column, ColumnOrName, column_or_name, literal
from pyrdd.sql.expressions import Cast, Literal, SortOrder, UnresolvedFunction
from pyrdd.sql.functions.aggregates import same_type
from pyrdd.sql.functions.aggregates_text import present_filter
from pyrdd.sql.functions.declare import WINDOW_FORMS, Function, declare
from pyrdd.sql.functions.decorators import aggregate
from pyrdd.sql.functions.inputs import ANY, BINARY, BOOLEAN, STRING
from pyrdd.sql.functions.operators import binary_text

# --- lists ---------------------------------------------------------------------------------------------------------


def _list_type(args: Sequence[Any]) -> t.DataType:
    return t.ArrayType(args[0].data_type, False)


def _list_text(call: Any, args: list[str], writer: Any) -> str:
    suffix = "{f}" if not call.args[0].nullable else present_filter(call, writer, f"{args[0]} IS NOT NULL")
    ordered = _order_of_set(call, args[0]) if call.distinct else ""
    return f"coalesce(list({{d}}{args[0]}{ordered}){suffix}, CAST([] AS {duck_type(call.data_type)}))"


def _order_of_set(call: Any, arg: str) -> str:
    """Different values have no order; that of their values is at least the same each time."""
    orderable = isinstance(call.args[0].data_type, t.AtomicType) and not call.args[0].foldable
    return f" ORDER BY {arg}" if orderable else ""


def _set_text(call: Any, args: list[str], writer: Any) -> str:
    suffix = "{f}" if not call.args[0].nullable else present_filter(call, writer, f"{args[0]} IS NOT NULL")
    values = f"list(DISTINCT {args[0]}{_order_of_set(call, args[0])}){suffix}"
    return f"coalesce({values}, CAST([] AS {duck_type(call.data_type)}))"


@aggregate(ANY, returns=_list_type, sql=_list_text, with_writer=True, nullable=False)
def collect_list(col: ColumnOrName) -> Column:
    """Aggregate: an array of the values that are not null, in the order in which they come.

    >>> spark.range(3).select(F.collect_list("id").alias("ids")).collect()
    [Row(ids=[0, 1, 2])]
    """


@aggregate(
    ANY, returns=_list_type, sql=_list_text, with_writer=True, nullable=False,
    pretty=lambda name, args, call: f"collect_list({'DISTINCT ' if call.distinct else ''}{args[0]})",
)  # fmt: skip
def array_agg(col: ColumnOrName) -> Column:
    """Aggregate: `collect_list` under another name."""


def _no_maps(args: Sequence[Any], ctx: Any) -> None:
    if _holds_map(args[0].data_type):
        raise mismatch(
            "UNSUPPORTED_INPUT_TYPE",
            binary_text("collect_set", args),
            functionName="`collect_set`",
            dataType='"MAP" or "COLLATED STRING"',
        )


def _holds_map(data_type: t.DataType) -> bool:
    match data_type:
        case t.MapType():
            return True
        case t.ArrayType():
            return _holds_map(data_type.elementType)
        case t.StructType():
            return any(_holds_map(f.dataType) for f in data_type.fields)
    return False


@aggregate(ANY, returns=_list_type, sql=_set_text, with_writer=True, nullable=False, check=_no_maps)
def collect_set(col: ColumnOrName) -> Column:
    """Aggregate: an array of the different values that are not null, in no order.

    >>> df = spark.createDataFrame([(1,), (1,), (2,)], ["n"])
    >>> df.select(F.sort_array(F.collect_set("n")).alias("set")).collect()
    [Row(set=[1, 2])]
    """


def _union_text(call: Any, args: list[str], writer: Any) -> str:
    empty = f"CAST([] AS {duck_type(call.data_type)})"
    values = f"flatten(list({args[0]}){present_filter(call, writer, f'{args[0]} IS NOT NULL')})"
    return f"list_distinct(coalesce({values}, {empty}))"


@aggregate(
    ANY,
    returns=lambda args: t.ArrayType(args[0].data_type.elementType, False),
    sql=_union_text,
    with_writer=True,
    nullable=False,
)
def collect_union(col: ColumnOrName) -> Column:
    """Aggregate: an array of the different elements of all arrays."""


# --- first and last ------------------------------------------------------------------------------------------------


def _flagged(name: str) -> Any:
    """``first(x, true)`` is ``first(x) IGNORE NULLS``."""

    def rewrite(args: Sequence[Any], ctx: Any) -> Any:
        if len(args) < 2:
            return None
        flag = args[1]
        if not (isinstance(flag, Literal) and isinstance(flag.value, bool)):
            raise analysis_error("_LEGACY_ERROR_TEMP_1210", funcName=name)
        from pyrdd.sql.analysis.calls import build  # here: analysis imports the registry
        from pyrdd.sql.functions.declare import lookup

        return build(lookup(name), args[:1], ctx, name, ignore_nulls=flag.value)

    return rewrite


def _end_text(end: str) -> Any:
    """The first or the last value. As window functions they have texts of their own (`WINDOW_FORMS`)."""

    def sql(call: Any, args: list[str], writer: Any) -> str:
        if not call.ignore_nulls:
            return f"{end}({args[0]}){{f}}"
        return f"{end}({args[0]}){present_filter(call, writer, f'{args[0]} IS NOT NULL')}"

    return sql


def _window_text(end: str) -> Any:
    """Over a frame; DuckDB's window functions take no FILTER, which chooses among the rows of the frame."""

    def sql(call: Any, args: list[str], writer: Any) -> str:
        nulls = " IGNORE NULLS" if call.ignore_nulls else ""
        if call.filter is None:
            return f"{end}_value({args[0]}{nulls}){{f}}"
        chosen = f"CASE WHEN {writer.text(call.filter)} THEN struct_pack(v := {args[0]}) END"
        if call.ignore_nulls:
            chosen = f"CASE WHEN {args[0]} IS NOT NULL THEN {chosen} END"
        return f"({end}_value({chosen} IGNORE NULLS){{o}}).v"

    return sql


def _shown(name: str, args: Sequence[str], call: Any) -> str:
    condition = ""
    if call.filter is not None:
        from pyrdd.sql.expressions.text import pretty_name  # here: names alone need it

        condition = f" FILTER (WHERE {pretty_name(call.filter)})"
    return f"{name}({'DISTINCT ' if call.distinct else ''}{args[0]}){condition}"


_END: dict[str, Any] = {
    "returns": same_type,
    "with_writer": True,
    "nullable": True,
    "null_treatment": True,
    "ignores_nulls": False,
    "pretty": _shown,
}


def _ends(name: str, col: Any, ignore_nulls: Any) -> Column:
    arg = column_or_name(col).expression
    given = () if ignore_nulls is None else (literal(ignore_nulls).expression,)
    return Column(UnresolvedFunction((name,), (arg, *given)))


@aggregate(ANY, BOOLEAN, sql=_end_text("first"), rewrite=_flagged("first"), **_END)
def first(col: ColumnOrName, ignorenulls: bool = False) -> Column:
    """Aggregate: the first value, or the first that is not null. Which one that is depends on the order of the rows.

    >>> df = spark.createDataFrame([(None,), (1,), (2,)], "n int")
    >>> df.select(F.first("n").alias("any"), F.first("n", ignorenulls=True).alias("value")).collect()
    [Row(any=None, value=1)]
    """
    return _ends("first", col, ignorenulls)


@aggregate(ANY, BOOLEAN, sql=_end_text("last"), rewrite=_flagged("last"), **_END)
def last(col: ColumnOrName, ignorenulls: bool = False) -> Column:
    """Aggregate: the last value, or the last that is not null."""
    return _ends("last", col, ignorenulls)


@aggregate(ANY, BOOLEAN, sql=_end_text("first"), rewrite=_flagged("first_value"), **_END)
def first_value(col: ColumnOrName, ignoreNulls: bool | Column | None = None) -> Column:
    """Aggregate: `first` under another name."""
    return _ends("first_value", col, ignoreNulls)


@aggregate(ANY, BOOLEAN, sql=_end_text("last"), rewrite=_flagged("last_value"), **_END)
def last_value(col: ColumnOrName, ignoreNulls: bool | Column | None = None) -> Column:
    """Aggregate: `last` under another name."""
    return _ends("last_value", col, ignoreNulls)


@aggregate(ANY, BOOLEAN, sql=_end_text("first"), rewrite=_flagged("any_value"), **_END)
def any_value(col: ColumnOrName, ignoreNulls: bool | Column | None = None) -> Column:
    """Aggregate: some value of the group: the first that comes.

    >>> spark.range(4).select(F.any_value(F.lit("a"))).first()[0]
    'a'
    """
    return _ends("any_value", col, ignoreNulls)


# what the first and the last value become over a window
WINDOW_FORMS.update(
    (name, declare(
        Function(f"$window {name}", "aggregate", (ANY,), min_args=1, max_args=1, sql=_window_text(end), **_END)
    ))
    for name, end in (
        ("first", "first"), ("first_value", "first"), ("any_value", "first"), ("last", "last"), ("last_value", "last"),
    )
)  # fmt: skip


# --- strings -------------------------------------------------------------------------------------------------------


def _joined_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    from pyrdd.sql.analysis import coercion  # here: analysis imports the registry

    value = args[0]
    delimiter = args[1] if len(args) > 1 else Literal(None, t.NullType())
    if not isinstance(value.data_type, t.StringType | t.BinaryType):
        if not isinstance(value.data_type, t.AtomicType | t.NullType):
            raise mismatch(
                "UNEXPECTED_INPUT_TYPE",
                binary_text("listagg", [value, delimiter]),
                paramIndex="first",
                requiredType='("STRING" or "BINARY")',
                inputSql=quoted_sql(value),
                inputType=quoted_type(value.data_type),
            )
        value = coercion.cast(value, STRING, ctx)
    if isinstance(value.data_type, t.BinaryType) and isinstance(delimiter.data_type, t.StringType):
        kinds = f"{quoted_type(value.data_type)} or {quoted_type(delimiter.data_type)}"
        shown = {"functionName": "`listagg`", "dataType": f"({kinds})"}
        raise mismatch("DATA_DIFF_TYPES", binary_text("listagg", [value, delimiter]), **shown)
    wanted = BINARY if isinstance(value.data_type, t.BinaryType) else STRING
    if not isinstance(delimiter.data_type, type(wanted)):
        delimiter = coercion.cast(delimiter, wanted, ctx)
    return [value, delimiter]


def _check_joined(args: Sequence[Any], ctx: Any) -> None:
    if not args[1].foldable:
        raise mismatch(
            "NON_FOLDABLE_INPUT",
            binary_text("listagg", args),
            inputName="`delimiter`",
            inputType=quoted_type(args[1].data_type),
            inputExpr=quoted_sql(args[1]),
        )


def _bare(expression: Any) -> Any:
    while isinstance(expression, Cast):
        expression = expression.child
    return expression


def _join_order(
    args: Sequence[Any], order: tuple[Any, ...], distinct: bool, ctx: Any
) -> tuple[Sequence[Any], tuple[Any, ...]]:
    """With DISTINCT the one sort key must be the value itself."""
    if distinct and order and (len(order) > 1 or _bare(order[0].child) != _bare(args[0])):
        raise analysis_error(
            "INVALID_WITHIN_GROUP_EXPRESSION.MISMATCH_WITH_DISTINCT_INPUT",
            funcName="`listagg`",
            funcArg=quoted_sql(args[0]),
            orderingExpr=", ".join(quoted_sql(o.child) for o in order),
        )
    return args, order


def _joined_text(call: Any, args: list[str], writer: Any) -> str:
    value, delimiter = args
    order = call.order
    if call.distinct and order:
        # DuckDB wants the key to be the value in that case, which was cast to a string
        order = tuple(_key_of_value(o, call.args[0]) for o in order)
    keys = writer.order(order).replace("{", "\0") or (
        f" ORDER BY {value}" if call.distinct and not call.args[0].foldable else ""
    )
    if isinstance(call.data_type, t.StringType):
        return f"string_agg({{d}}{value}, coalesce({delimiter}, ''){keys}){{f}}"
    suffix = present_filter(call, writer, f"{value} IS NOT NULL")
    listed = f"list({{d}}{value}{keys}){suffix}"
    return f"list_reduce({listed}, lambda a, b: a || coalesce({delimiter}, CAST('' AS BLOB)) || b)"


def _key_of_value(order: SortOrder, value: Any) -> Any:
    return order.copy(child=value)


_JOINED: dict[str, Any] = {
    "returns": same_type,
    "sql": _joined_text,
    "with_writer": True,
    "nullable": True,
    "coerce": _joined_types,
    "check": _check_joined,
    "within_group": _join_order,
}


@aggregate(ANY, ANY, **_JOINED)
def listagg(col: ColumnOrName, delimiter: Column | str | bytes | None = None) -> Column:
    """Aggregate: the values that are not null joined to one string (or binary); null if there are none.

    >>> df = spark.createDataFrame([("a",), ("b",), (None,)], ["s"])
    >>> df.select(F.listagg("s", ",").alias("all")).collect()
    [Row(all='a,b')]
    """


@aggregate(ANY, ANY, **_JOINED)
def string_agg(col: ColumnOrName, delimiter: Column | str | bytes | None = None) -> Column:
    """Aggregate: `listagg` under another name."""


def _distinct_joined(name: str, col: Any, delimiter: Any) -> Column:
    args = [column_or_name(col).expression]
    if delimiter is not None:
        args.append(literal(delimiter).expression)
    return Column(UnresolvedFunction((name,), tuple(args), distinct=True))


def listagg_distinct(col: ColumnOrName, delimiter: Column | str | bytes | None = None) -> Column:
    """Aggregate: the different values joined to one string."""
    return _distinct_joined("listagg", col, delimiter)


def string_agg_distinct(col: ColumnOrName, delimiter: Column | str | bytes | None = None) -> Column:
    """Aggregate: `listagg_distinct` under another name."""
    return _distinct_joined("string_agg", col, delimiter)
