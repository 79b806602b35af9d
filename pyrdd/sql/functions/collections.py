"""Functions of several kinds of collections: size, concat, reverse, element_at, sequence, array_sort."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.problems import mismatch, quoted_type
from pyrdd.sql.codegen.raising import raise_sql
from pyrdd.sql.codegen.types import duck_type
from pyrdd.sql.column import Column, ColumnOrName
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import ANY, INT
from pyrdd.sql.functions.sequences import Sequences, sequence_types
from pyrdd.sql.functions.special import item_nullable
from pyrdd.sql.functions.text_tools import (
    MOST_ELEMENTS,
    at_most,
    bind,
    call_text,
    contains_null,
    first_type,
    int_argument,
    map_key_of,
    null_if_null,
    require,
    too_large,
)

# --- size ------------------------------------------------------------------------------------------------------------


def _sized(name: str) -> Callable[..., Sequence[Any]]:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        require(name, args, 0, (t.ArrayType, t.MapType, t.NullType), '("ARRAY" or "MAP")')
        return args

    return coerce


def _size_text(call: Any, args: list[str]) -> str:
    kind = call.args[0].data_type
    if isinstance(kind, t.NullType):
        size = "CAST(NULL AS INTEGER)"
    elif isinstance(kind, t.MapType):
        size = f"CAST(cardinality({args[0]}) AS INTEGER)"
    else:
        size = f"CAST(len({args[0]}) AS INTEGER)"
    return size if call.mode == "ansi" else f"coalesce({size}, -1)"


@scalar(ANY, returns=INT, coerce=_sized("size"), sql=_size_text)
def size(col: ColumnOrName) -> Column:
    """The number of elements or entries; for null, null (-1 if ``spark.sql.ansi.enabled`` is off).

    >>> spark.range(1).select(F.size(F.lit([1, 2]))).first()[0]
    2
    """


@scalar(ANY, returns=INT, coerce=_sized("cardinality"), sql=_size_text)
def cardinality(col: ColumnOrName) -> Column:
    """The number of elements or entries, as `size`."""


# --- concat ----------------------------------------------------------------------------------------------------------


def _concat_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    kinds = [a.data_type for a in args]
    if any(isinstance(k, t.ArrayType) for k in kinds):
        found = coercion.to_common_type(args, ctx) if all(isinstance(k, t.ArrayType) for k in kinds) else None
        if found is None:
            types = " or ".join(dict.fromkeys(quoted_type(k) for k in (_shown(k) for k in kinds)))
            raise mismatch("DATA_DIFF_TYPES", call_text("concat", args), functionName="`concat`", dataType=f"({types})")
        return found
    if args and all(isinstance(k, t.BinaryType) for k in kinds):
        return args
    texts = [a if isinstance(a.data_type, t.StringType) else _as_text(a, args, i, ctx) for i, a in enumerate(args)]
    return texts


def _shown(kind: t.DataType) -> t.DataType:
    return kind if isinstance(kind, t.ArrayType | t.MapType | t.StructType) else t.StringType()


def _as_text(arg: Any, args: Sequence[Any], index: int, ctx: Any) -> Any:
    if isinstance(arg.data_type, t.StructType | t.MapType | t.VariantType):
        require("concat", args, index, (), '("STRING" or "BINARY" or "ARRAY")')
    return coercion.cast(arg, t.StringType(), ctx)


def _concat_type(args: Sequence[Any]) -> t.DataType:
    if not args:
        return t.StringType()
    kind = args[0].data_type
    if isinstance(kind, t.ArrayType):
        return t.ArrayType(kind.elementType, any(contains_null(a) for a in args))
    return kind if isinstance(kind, t.BinaryType | t.StringType) else t.StringType()


def _concat_text(call: Any, args: list[str]) -> str:
    if not args:
        return "''"
    if not isinstance(call.data_type, t.ArrayType):
        return f"({' || '.join(args)})" if len(args) > 1 else args[0]
    if len(args) == 1:
        return args[0]
    return bind(args, lambda *a: null_if_null(a, f"list_concat({', '.join(a)})"))


@scalar(
    ANY,
    returns=_concat_type,
    coerce=_concat_types,
    sql=_concat_text,
    aliases=("||",),
    pretty=lambda n, a, c: f"concat({', '.join(a)})",
)
def concat(*cols: ColumnOrName) -> Column:
    """The strings, binaries or arrays one after the other; null if one of them is.

    >>> spark.range(1).select(F.concat(F.lit("a"), F.lit("b"))).first()[0]
    'ab'
    """


# --- reverse ---------------------------------------------------------------------------------------------------------


def _reversible(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    kind = args[0].data_type
    if isinstance(kind, t.MapType | t.StructType | t.VariantType):
        require("reverse", args, 0, (), '("STRING" or "BINARY" or "ARRAY")')
    keep = isinstance(kind, t.ArrayType | t.BinaryType | t.StringType)
    return args if keep else [coercion.cast(args[0], t.StringType(), ctx)]


def _reverse_text(call: Any, args: list[str]) -> str:
    kind = call.data_type
    if isinstance(kind, t.ArrayType):
        return f"list_reverse({args[0]})"
    if isinstance(kind, t.BinaryType):
        return bind(args, lambda x: f"unhex(array_to_string(list_reverse(regexp_extract_all(hex({x}), '..')), ''))")
    # DuckDB's own reverse keeps combining characters behind their letters
    points = "array_to_string(list_reverse(regexp_extract_all({0}, '(?s:.)')), '')"
    return bind(args, lambda x: f"CASE WHEN strlen({x}) = length({x}) THEN reverse({x}) ELSE {points.format(x)} END")


@scalar(ANY, returns=first_type, coerce=_reversible, sql=_reverse_text)
def reverse(col: ColumnOrName) -> Column:
    """A string or array backwards.

    >>> spark.range(1).select(F.reverse(F.lit("abc"))).first()[0]
    'cba'
    """


# --- element_at ------------------------------------------------------------------------------------------------------


def _element_types(name: str) -> Callable[..., Sequence[Any]]:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        if isinstance(args[0].data_type, t.MapType):
            found: Sequence[Any] = map_key_of(name, strict=False)(args, ctx)
            return found
        require(name, args, 0, t.ArrayType, '("ARRAY" or "MAP")')
        if isinstance(args[1].data_type, t.StringType):
            require(name, args, 1, (), '"INT"')
        return [args[0], int_argument(name, args, 1, ctx)]

    return coerce


def _element_type(args: Sequence[Any]) -> t.DataType:
    kind = args[0].data_type
    found: t.DataType = kind.valueType if isinstance(kind, t.MapType) else kind.elementType
    return found


def _element_text(failing: bool) -> Callable[..., str]:
    def sql(call: Any, args: list[str]) -> str:
        if isinstance(call.args[0].data_type, t.MapType):
            return f"map_extract_value({args[0]}, {args[1]})"
        kind = duck_type(call.data_type)

        def body(array: str, index: str) -> str:
            outside = "NULL"
            if failing and call.mode == "ansi":
                outside = raise_sql(
                    "INVALID_ARRAY_INDEX_IN_ELEMENT_AT",
                    kind,
                    indexValue=index,
                    arraySize=f"len({array})",
                    ansiConfig="'\"spark.sql.ansi.enabled\"'",
                )
            zero = raise_sql("INVALID_INDEX_OF_ZERO", kind)
            return null_if_null(
                [array, index],
                f"CASE WHEN {index} = 0 THEN {zero} WHEN abs(CAST({index} AS BIGINT)) > len({array}) THEN {outside} "
                f"ELSE {array}[{index}] END",
            )

        return bind(args, body)

    return sql


@scalar(
    returns=_element_type,
    coerce=_element_types("element_at"),
    nullable=lambda args: isinstance(args[0].data_type, t.MapType) or item_nullable(args, 1),
    sql=_element_text(True),
)
def element_at(col: ColumnOrName, extraction: Any) -> Column:
    """The element at a place, counted from 1 or from -1 at the end, or the value of a key (null if there is none).

    Raises INVALID_ARRAY_INDEX_IN_ELEMENT_AT and INVALID_INDEX_OF_ZERO when it is computed.

    >>> spark.range(1).select(F.element_at(F.lit([1, 2, 3]), -1)).first()[0]
    3
    """


@scalar(returns=_element_type, coerce=_element_types("try_element_at"), nullable=True, sql=_element_text(False))
def try_element_at(col: ColumnOrName, extraction: ColumnOrName) -> Column:
    """As `element_at`, but null outside of the array."""


# --- sequence --------------------------------------------------------------------------------------------------------


def _whole_numbers(args: Sequence[Any], ctx: Any) -> Any:
    """Without a step there is nothing that can go wrong with whole numbers, and DuckDB makes them."""
    from pyrdd.sql.analysis.calls import build  # here: analysis imports the registry
    from pyrdd.sql.functions.declare import lookup  # here: as above

    if len(args) == 2 and all(isinstance(a.data_type, t.IntegralType) for a in args):
        return build(lookup("sequence_of_numbers"), args, ctx, "sequence")
    return None


def _count_text(call: Any, args: list[str]) -> str:
    kind = duck_type(call.data_type)

    def body(start: str, stop: str) -> str:
        size = f"abs(CAST({stop} AS HUGEINT) - CAST({start} AS HUGEINT)) + 1"
        limit = too_large("PARAMETER", "sequence", call.data_type, size, parameter="'`count`'")
        step = f"CASE WHEN {start} <= {stop} THEN 1 ELSE -1 END"
        last = at_most(size, f"CAST({stop} AS BIGINT)")
        numbers = f"CAST(generate_series(CAST({start} AS BIGINT), {last}, {step}) AS {kind})"
        return f"CASE WHEN {size} > {MOST_ELEMENTS} THEN {limit} ELSE {numbers} END"

    return bind(args, body)


declare(
    Function(
        "sequence_of_numbers", "scalar", (), lambda args: t.ArrayType(args[0].data_type, False), 2, 2, sql=_count_text,
        coerce=lambda args, ctx: coercion.to_common_type(args, ctx) or args, pretty=lambda n, a, c: f"sequence({', '.join(a)})",
    )
)  # fmt: skip


@scalar(
    ANY,
    returns=lambda args: t.ArrayType(args[0].data_type, False),
    rewrite=_whole_numbers,
    coerce=sequence_types,
    python=Sequences,
    with_writer=True,
)
def sequence(start: ColumnOrName, stop: ColumnOrName, step: ColumnOrName | None = None) -> Column:
    """An array from start to stop, both included, in steps of 1, of a day, or of what is given.

    Raises IllegalArgumentException for a step that does not lead from one to the other.

    >>> spark.range(1).select(F.sequence(F.lit(1), F.lit(5), F.lit(2))).first()[0]
    [1, 3, 5]
    """
