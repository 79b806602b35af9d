"""Array functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyrdd.errors import AnalysisException
from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.extract import field_name
from pyrdd.sql.analysis.problems import analysis_error, mismatch, quoted_type
from pyrdd.sql.codegen.raising import raise_sql
from pyrdd.sql.codegen.types import duck_type, quote
from pyrdd.sql.column import Column, ColumnOrName, column_or_name, literal
from pyrdd.sql.column import call as call_of
from pyrdd.sql.expressions import Alias, Attribute, Literal
from pyrdd.sql.functions.array_order import sorted_list
from pyrdd.sql.functions.declare import lookup
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import ANY, BOOLEAN, INT, LONG, STRING, orderable
from pyrdd.sql.functions.text_tools import (
    MOST_ELEMENTS,
    at_most,
    bind,
    bound_sql,
    call_text,
    contains_null,
    element,
    element_and_value,
    first_type,
    int_argument,
    literal_value,
    null_if_null,
    require,
    same_arrays,
    too_large,
    typed_null,
    wrong_input,
)


def _array_of(index: int = 0, contains: bool | None = None) -> Callable[..., t.DataType]:
    def returns(args: Sequence[Any]) -> t.DataType:
        return t.ArrayType(element(args, index), contains_null(args[index]) if contains is None else contains)

    return returns


def _only_array(name: str) -> Callable[..., Sequence[Any]]:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        if isinstance(args[0].data_type, t.NullType):
            return [coercion.cast(args[0], t.ArrayType(t.NullType()), ctx), *args[1:]]
        require(name, args, 0, t.ArrayType, '"ARRAY"')
        return args

    return coerce


# --- making ----------------------------------------------------------------------------------------------------------


def _common_elements(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    if not args:
        return args
    found = coercion.to_common_type(args, ctx)
    if found is None:
        types = " or ".join(dict.fromkeys(quoted_type(a.data_type) for a in args))
        raise mismatch("DATA_DIFF_TYPES", call_text("array", args), functionName="`array`", dataType=f"({types})")
    return found


@scalar(
    ANY,
    returns=lambda args: t.ArrayType(args[0].data_type if args else t.NullType(), any(a.nullable for a in args)),
    coerce=_common_elements,
    nullable=False,
    sql=lambda call, args: (
        f"CAST([{', '.join(args)}] AS {duck_type(call.data_type)})" if args else "CAST([] AS INTEGER[])"
    ),
)
def array(*cols: ColumnOrName) -> Column:
    """An array of the values of these columns, brought to one type.

    >>> spark.range(1).select(F.array(F.lit(1), F.lit(2))).first()[0]
    [1, 2]
    """


def _repeat_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    if not isinstance(args[1].data_type, t.IntegerType | t.NullType):
        raise wrong_input("array_repeat", args, 1, '"INT"')
    return [args[0], int_argument("array_repeat", args, 1, ctx)]


def _repeat_text(call: Any, args: list[str]) -> str:
    def body(value: str, count: str) -> str:
        limit = too_large("PARAMETER", "array_repeat", call.data_type, count, parameter="'`count`'")
        repeated = f"list_transform(range({at_most(count, f'CAST({count} AS BIGINT)')}), lambda i: {value})"
        return f"CASE WHEN {count} > {MOST_ELEMENTS} THEN {limit} WHEN {count} IS NOT NULL THEN {repeated} END"

    return bind(args, body)


@scalar(
    returns=lambda args: t.ArrayType(args[0].data_type, args[0].nullable),
    coerce=_repeat_types,
    nullable=lambda args: args[1].nullable,
    sql=_repeat_text,
)
def array_repeat(col: ColumnOrName, count: ColumnOrName | int) -> Column:
    """An array of so many times the value; empty for a negative number.

    >>> spark.range(1).select(F.array_repeat(F.lit("a"), 2)).first()[0]
    ['a', 'a']
    """
    return call_of("array_repeat", column_or_name(col), count if isinstance(count, int) else column_or_name(count))


# --- looking ---------------------------------------------------------------------------------------------------------


def _contains_text(call: Any, args: list[str]) -> str:
    def body(array: str, value: str) -> str:
        nulls = f" WHEN list_count({array}) < len({array}) THEN NULL" if contains_null(call.args[0]) else ""
        return null_if_null(
            [array, value], f"CASE WHEN list_contains({array}, {value}) THEN true{nulls} ELSE false END"
        )

    return bind(args, body)


@scalar(
    returns=BOOLEAN,
    coerce=element_and_value("array_contains"),
    nullable=lambda args: args[0].nullable or args[1].nullable or contains_null(args[0]),
    sql=_contains_text,
)
def array_contains(col: ColumnOrName, value: Any) -> Column:
    """Whether the array has the value; null if it does not but has a null.

    >>> spark.range(1).select(F.array_contains(F.lit([1, 2]), 2)).first()[0]
    True
    """


@scalar(
    returns=LONG,
    coerce=element_and_value("array_position", strict=False),
    sql=bound_sql(lambda a, v: null_if_null([a, v], f"coalesce(list_position({a}, {v}), 0)")),
)
def array_position(col: ColumnOrName, value: Any) -> Column:
    """Where the value is first found, counted from 1; 0 if it is nowhere.

    >>> spark.range(1).select(F.array_position(F.lit(["a", "b"]), "b")).first()[0]
    2
    """


@scalar(ANY, returns=INT, coerce=_only_array("array_size"), sql="CAST(len({0}) AS INTEGER)")
def array_size(col: ColumnOrName) -> Column:
    """The number of elements.

    >>> spark.range(1).select(F.array_size(F.lit([1, 2]))).first()[0]
    2
    """


def _extreme(name: str) -> Callable[..., Sequence[Any]]:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        require(name, args, 0, t.ArrayType, '"ARRAY"')
        if not orderable(element(args)):
            raise mismatch(
                "INVALID_ORDERING_TYPE",
                call_text(name, args),
                functionName=f"`{name}`",
                dataType=quoted_type(args[0].data_type),
            )
        return args

    return coerce


def _extreme_text(which: int) -> Callable[..., str]:
    def sql(call: Any, args: list[str]) -> str:
        kind = call.data_type
        if not isinstance(kind, t.ArrayType | t.StructType):
            return f"list_{'max' if which < 0 else 'min'}({args[0]})"
        some = f"list_filter({args[0]}, lambda x: x IS NOT NULL)"
        return f"({sorted_list(some, kind, True, True)})[{which}]"

    return sql


@scalar(ANY, returns=element, coerce=_extreme("array_max"), nullable=True, sql=_extreme_text(-1))
def array_max(col: ColumnOrName) -> Column:
    """The greatest element that is not null; NaN is greater than all numbers.

    >>> spark.range(1).select(F.array_max(F.lit([1, 3, 2]))).first()[0]
    3
    """


@scalar(ANY, returns=element, coerce=_extreme("array_min"), nullable=True, sql=_extreme_text(1))
def array_min(col: ColumnOrName) -> Column:
    """The least element that is not null.

    >>> spark.range(1).select(F.array_min(F.lit([1, 3, 2]))).first()[0]
    1
    """


def _join_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    array = args[0]
    if not isinstance(array.data_type, t.ArrayType | t.NullType):
        require("array_join", args, 0, t.ArrayType, '"ARRAY<STRING>"')
    kind = t.ArrayType(t.StringType(), contains_null(array))
    if isinstance(array.data_type, t.ArrayType) and not isinstance(array.data_type.elementType, t.StringType):
        if not coercion.can_become(array.data_type.elementType, t.StringType(), ctx):
            require("array_join", args, 0, (), '"ARRAY<STRING>"')
        array = coercion.cast(array, kind, ctx)
    elif not isinstance(array.data_type, t.ArrayType):
        array = coercion.cast(array, kind, ctx)
    return [array, *args[1:]]


def _join_text(array: str, delimiter: str, replacement: str | None = None) -> str:
    if delimiter == typed_null(t.StringType()):
        return delimiter
    inputs = [array, delimiter]
    filled = array
    if replacement is not None:
        inputs.append(replacement)
        filled = f"list_transform({array}, lambda x: coalesce(x, {replacement}))"
    joined = f"array_to_string({filled}, {delimiter})"
    if not delimiter.startswith("'"):
        # DuckDB's own function takes constant delimiters only
        some = f"list_filter({filled}, lambda x: x IS NOT NULL)"
        joined = f"substring(list_reduce({some}, lambda a, x: a || {delimiter} || x, ''), length({delimiter}) + 1)"
    return null_if_null(inputs, joined)


def _joined(call: Any, args: list[str]) -> str:
    constant = isinstance(call.args[1], Literal)
    return bind(
        [args[0], *args[1 + constant :]], lambda a, *rest: _join_text(a, *((args[1],) if constant else ()), *rest)
    )


@scalar(ANY, STRING, STRING, returns=STRING, coerce=_join_types, sql=_joined)
def array_join(col: ColumnOrName, delimiter: str, null_replacement: str | None = None) -> Column:
    """The elements as one text; nulls are left out, or replaced.

    >>> spark.range(1).select(F.array_join(F.lit(["a", "b"]), "-")).first()[0]
    'a-b'
    """


# --- sets ------------------------------------------------------------------------------------------------------------


def distinct_text(array: str) -> str:
    """The array (a name) without what came before; a null counts as a value."""
    return f"list_filter({array}, lambda x, i: list_position({array}, x) = i)"


@scalar(ANY, returns=first_type, coerce=_only_array("array_distinct"), sql=bound_sql(lambda a: distinct_text(a)))
def array_distinct(col: ColumnOrName) -> Column:
    """The array without duplicates, in the order of their first appearance.

    >>> spark.range(1).select(F.array_distinct(F.lit([1, 2, 1]))).first()[0]
    [1, 2]
    """


def _union_text(left: str, right: str) -> str:
    return null_if_null([left, right], bind([f"list_concat({left}, {right})"], distinct_text))


@scalar(
    returns=lambda args: t.ArrayType(element(args), contains_null(args[0]) or contains_null(args[1])),
    coerce=same_arrays("array_union"),
    sql=bound_sql(_union_text),
)
def array_union(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """What is in either array, without duplicates.

    >>> spark.range(1).select(F.array_union(F.lit([1, 2]), F.lit([2, 3]))).first()[0]
    [1, 2, 3]
    """


def _kept(where: str) -> Callable[[str, str], str]:
    def body(left: str, right: str) -> str:
        test = where.format(f"list_position({right}, x)")
        kept = f"list_filter({left}, lambda x, i: {test} AND list_position({left}, x) = i)"
        return null_if_null([left, right], kept)

    return body


@scalar(
    returns=lambda args: t.ArrayType(element(args), contains_null(args[0]) and contains_null(args[1])),
    coerce=same_arrays("array_intersect"),
    sql=bound_sql(_kept("{} IS NOT NULL")),
)
def array_intersect(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """What is in both arrays, without duplicates, in the order of the first.

    >>> spark.range(1).select(F.array_intersect(F.lit([1, 2]), F.lit([2, 3]))).first()[0]
    [2]
    """


@scalar(returns=_array_of(), coerce=same_arrays("array_except"), sql=bound_sql(_kept("{} IS NULL")))
def array_except(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """What is in the first array and not in the second, without duplicates.

    >>> spark.range(1).select(F.array_except(F.lit([1, 2]), F.lit([2, 3]))).first()[0]
    [1]
    """


def _overlap_text(a: str, b: str) -> str:
    nulls = f"len({a}) > 0 AND len({b}) > 0 AND (list_count({a}) < len({a}) OR list_count({b}) < len({b}))"
    return null_if_null([a, b], f"CASE WHEN list_has_any({a}, {b}) THEN true WHEN {nulls} THEN NULL ELSE false END")


@scalar(
    returns=BOOLEAN,
    coerce=same_arrays("arrays_overlap"),
    nullable=lambda args: any(a.nullable or contains_null(a) for a in args),
    sql=bound_sql(_overlap_text),
)
def arrays_overlap(a1: ColumnOrName, a2: ColumnOrName) -> Column:
    """Whether a value is in both; null if none is but there are nulls in one of them.

    >>> spark.range(1).select(F.arrays_overlap(F.lit([1, 2]), F.lit([2, 3]))).first()[0]
    True
    """


# --- changing --------------------------------------------------------------------------------------------------------


@scalar(
    returns=first_type,
    coerce=element_and_value("array_remove", strict=False),
    sql=bound_sql(lambda a, v: null_if_null([a, v], f"list_filter({a}, lambda x: x IS DISTINCT FROM {v})")),
)
def array_remove(col: ColumnOrName, element: Any) -> Column:
    """The array without the elements that equal the value; nulls stay.

    >>> spark.range(1).select(F.array_remove(F.lit([1, 2, 1]), 1)).first()[0]
    [2]
    """


@scalar(
    ANY,
    returns=_array_of(contains=False),
    coerce=_only_array("array_compact"),
    sql="list_filter({0}, lambda x: x IS NOT NULL)",
)
def array_compact(col: ColumnOrName) -> Column:
    """The array without its nulls.

    >>> spark.range(1).select(F.array_compact(F.array(F.lit(1), F.lit(None)))).first()[0]
    [1]
    """


@scalar(
    returns=_array_of(contains=True),
    coerce=element_and_value("array_append", strict=False),
    nullable=lambda args: args[0].nullable,
    sql=bound_sql(lambda a, v: null_if_null([a], f"list_append({a}, {v})")),
)
def array_append(col: ColumnOrName, value: Any) -> Column:
    """The array with one more element at its end.

    >>> spark.range(1).select(F.array_append(F.lit([1]), 2)).first()[0]
    [1, 2]
    """
    return call_of("array_append", column_or_name(col), literal(value))


@scalar(
    returns=_array_of(contains=True),
    coerce=element_and_value("array_prepend", strict=False),
    nullable=lambda args: args[0].nullable,
    sql=bound_sql(lambda a, v: null_if_null([a], f"list_prepend({v}, {a})")),
)
def array_prepend(col: ColumnOrName, value: Any) -> Column:
    """The array with one more element at its beginning.

    >>> spark.range(1).select(F.array_prepend(F.lit([1]), 2)).first()[0]
    [2, 1]
    """
    return call_of("array_prepend", column_or_name(col), literal(value))


def _insert_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    try:
        array, value = element_and_value("array_insert", strict=False)([args[0], args[2]], ctx)
    except AnalysisException:
        # where they have no common type, Spark leaves the position as it is too
        require("array_insert", args, 1, t.IntegerType, '"INT"')
        raise
    if not isinstance(args[1].data_type, t.ByteType | t.ShortType | t.IntegerType):
        require("array_insert", args, 1, t.IntegerType, '"INT"')
    return [array, coercion.cast(args[1], t.IntegerType(), ctx), value]


def _insert_text(call: Any, args: list[str]) -> str:
    kind = call.data_type
    zero = raise_sql("INVALID_INDEX_OF_ZERO", duck_type(kind))
    gap = typed_null(kind.elementType)

    def body(a: str, p: str, v: str) -> str:
        size = f"abs(CAST({p} AS BIGINT))"
        nulls = f"list_transform(range({at_most(size, '{}')}), lambda i: {gap})"
        after = f"list_concat(list_append(list_concat({a}[1:{p} - 1], {nulls.format(f'{p} - len({a}) - 1')}), {v}), {a}[{p}:])"
        split = f"(len({a}) + {p} + 1)"
        inside = f"list_concat(list_append({a}[1:{split}], {v}), {a}[{split} + 1:])"
        before = f"list_concat(list_prepend({v}, {nulls.format(f'-{p} - len({a}) - 1')}), {a})"
        within = f"CASE WHEN {split} = 0 THEN list_prepend({v}, {a}) ELSE {inside} END"
        backwards = f"CASE WHEN -{p} <= len({a}) + 1 THEN {within} ELSE {before} END"
        large = f"WHEN {size} > {MOST_ELEMENTS} THEN {too_large('FUNCTION', 'array_insert', kind, size)}"
        made = f"CASE WHEN {p} = 0 THEN {zero} {large} WHEN {p} > 0 THEN {after} ELSE {backwards} END"
        return null_if_null([a, p], made)

    return bind(args, body)


@scalar(
    returns=_array_of(contains=True),
    coerce=_insert_types,
    nullable=lambda args: args[0].nullable or args[1].nullable,
    sql=_insert_text,
)
def array_insert(arr: ColumnOrName, pos: ColumnOrName | int, value: Any) -> Column:
    """The array with the value at a place, counted from 1, or from -1 at the end; gaps are filled with nulls.

    Raises INVALID_INDEX_OF_ZERO.

    >>> spark.range(1).select(F.array_insert(F.lit([1, 3]), 2, 2)).first()[0]
    [1, 2, 3]
    """
    return call_of(
        "array_insert", column_or_name(arr), pos if isinstance(pos, int) else column_or_name(pos), literal(value)
    )


def _slice_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    require("slice", args, 0, t.ArrayType, '"ARRAY"')
    numbers = [coercion.implicit_cast(arg, INT, ctx) for arg in args[1:]]
    for index, found in enumerate(numbers, 1):
        if found is None:
            require("slice", args, index, (), '"INT"')
    return [args[0], *numbers]


def _slice_text(call: Any, args: list[str]) -> str:
    kind = duck_type(call.data_type)
    start_error = raise_sql("INVALID_PARAMETER_VALUE.START", kind, parameter="'`start`'", functionName="'`slice`'")

    def body(a: str, start: str, length: str) -> str:
        length_error = raise_sql(
            "INVALID_PARAMETER_VALUE.LENGTH", kind, parameter="'`length`'", length=length, functionName="'`slice`'"
        )
        first = f"CASE WHEN {start} < 0 THEN len({a}) + {start} + 1 ELSE CAST({start} AS BIGINT) END"
        part = bind(
            [first],
            lambda f: f"CASE WHEN {f} < 1 THEN CAST([] AS {kind}) ELSE list_slice({a}, {f}, {f} + {length} - 1) END",
        )
        return null_if_null(
            [a, start, length],
            f"CASE WHEN {start} = 0 THEN {start_error} WHEN {length} < 0 THEN {length_error} ELSE {part} END",
        )

    return bind(args, body)


@scalar(returns=first_type, coerce=_slice_types, sql=_slice_text)
def slice(x: ColumnOrName, start: ColumnOrName | int, length: ColumnOrName | int) -> Column:
    """A part of the array from a place on, counted from 1, or from -1 at the end.

    Raises INVALID_PARAMETER_VALUE.START and .LENGTH for a start of 0 and a negative length.

    >>> spark.range(1).select(F.slice(F.lit([1, 2, 3]), 2, 2)).first()[0]
    [2, 3]
    """
    numbers = [n if isinstance(n, int) else column_or_name(n) for n in (start, length)]
    return call_of("slice", column_or_name(x), *numbers)


def _nested(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    inner = getattr(args[0].data_type, "elementType", None)
    if not isinstance(inner, t.ArrayType):
        require("flatten", args, 0, (), '"ARRAY" of "ARRAY"')
    return args


@scalar(
    returns=lambda args: t.ArrayType(element(args).elementType, element(args).containsNull),  # type: ignore[attr-defined]
    coerce=_nested,
    nullable=lambda args: args[0].nullable or contains_null(args[0]),
    sql=bound_sql(lambda a: f"CASE WHEN list_count({a}) = len({a}) THEN flatten({a}) END"),
)
def flatten(col: ColumnOrName) -> Column:
    """The arrays of an array one after the other; null if one of them is.

    >>> spark.range(1).select(F.flatten(F.array(F.lit([1]), F.lit([2, 3])))).first()[0]
    [1, 2, 3]
    """


def _sorted_text(call: Any, args: list[str]) -> str:
    if len(args) == 1 or literal_value(call.args[1]) is True:
        return sorted_list(args[0], element(call.args), True, True)
    if literal_value(call.args[1]) is False:
        return sorted_list(args[0], element(call.args), False, False)
    up, down = (sorted_list(args[0], element(call.args), way, way) for way in (True, False))
    return f"CASE WHEN {args[1]} IS NULL THEN NULL WHEN {args[1]} THEN {up} ELSE {down} END"


def _sort_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    found = [*args, Literal(True, t.BooleanType())] if len(args) == 1 else list(args)
    _extreme("sort_array")(found, ctx)
    require("sort_array", found, 1, t.BooleanType, '"BOOLEAN"')
    return found


@scalar(returns=first_type, coerce=_sort_types, sql=_sorted_text)
def sort_array(col: ColumnOrName, asc: bool = True) -> Column:
    """The array sorted: nulls come first, or last when descending.

    >>> spark.range(1).select(F.sort_array(F.lit([2, 1, 3]), asc=False)).first()[0]
    [3, 2, 1]
    """


# --- together --------------------------------------------------------------------------------------------------------


def _zip_name(index: int, arg: Any) -> str:
    if isinstance(arg, Attribute | Alias):
        return arg.name
    return field_name(arg) or str(index)


def _zip_type(args: Sequence[Any]) -> t.DataType:
    fields = [
        t.StructField(_zip_name(i, a), getattr(a.data_type, "elementType", a.data_type), True)
        for i, a in enumerate(args)
    ]
    return t.ArrayType(t.StructType(fields), False)


def _zip_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    for index in range(len(args)):
        require("arrays_zip", args, index, (t.ArrayType, t.NullType), '"ARRAY"')
    return args


def _zip_text(call: Any, args: list[str]) -> str:
    kind = duck_type(call.data_type)
    if not args or any(isinstance(a.data_type, t.NullType) for a in call.args):
        return f"CAST([] AS {kind})" if not args else f"CAST(NULL AS {kind})"
    names = [f.name for f in call.data_type.elementType.fields]

    def body(*arrays: str) -> str:
        fields = ", ".join(f"{quote(n)} := {a}[i]" for n, a in zip(names, arrays, strict=True))
        longest = f"greatest({', '.join(f'len({a})' for a in arrays)})"
        return null_if_null(arrays, f"list_transform(range(1, {longest} + 1), lambda i: struct_pack({fields}))")

    return bind(args, body)


@scalar(returns=_zip_type, coerce=_zip_types, sql=_zip_text)
def arrays_zip(*cols: ColumnOrName) -> Column:
    """An array of structs: the first elements, the second ones, ...; missing ones are null.

    >>> spark.range(1).select(F.arrays_zip(F.lit([1, 2]).alias("a"), F.lit([3, 4]).alias("b"))).first()[0]
    [Row(a=1, b=3), Row(a=2, b=4)]
    """


def _get(args: Sequence[Any], ctx: Any) -> Any:
    from pyrdd.sql.analysis.calls import build  # here: analysis imports the registry

    require("get", args, 0, t.ArrayType, '"ARRAY"')
    index = args[1]
    if isinstance(index.data_type, t.NullType):
        index = Literal(None, t.IntegerType())
    if not isinstance(index.data_type, t.IntegralType):
        require("get", args, 1, t.IntegralType, '"INTEGRAL"')
    return build(lookup("get_item_or_null"), [args[0], index], ctx, "get", mode="legacy")


@scalar(ANY, returns=element, rewrite=_get)
def get(col: ColumnOrName, index: ColumnOrName | int) -> Column:
    """The element at an index, counted from 0; null outside of the array.

    >>> spark.range(1).select(F.get(F.lit([1, 2]), 0)).first()[0]
    1
    """
    return call_of("get", column_or_name(col), index if isinstance(index, int) else column_or_name(index))


def _shuffled(call: Any, args: list[str], writer: Any) -> str:
    from pyrdd.sql.functions.shuffling import shuffle_text  # here: only this function needs it

    return shuffle_text(writer, args[0], call.args[1].value, call.data_type)


def _shuffle_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    require("shuffle", args, 0, t.ArrayType, '"ARRAY"')
    if len(args) > 1 and not args[1].foldable:
        raise analysis_error(
            "SEED_EXPRESSION_IS_UNFOLDABLE",
            seedExpr=call_text("", args[1:])[2:-2],
            exprWithSeed=call_text("shuffle", args),
        )
    from pyrdd.sql.functions.randomness import seeded  # here: only this function needs it

    return seeded(args, ctx, 1)


@scalar(
    ANY,
    ANY,
    returns=first_type,
    coerce=_shuffle_types,
    sql=_shuffled,
    with_writer=True,
    min_args=1,
    deterministic=False,
    pretty=lambda n, a, c: f"{n}({a[0]})",
)
def shuffle(col: ColumnOrName, seed: Column | int | None = None) -> Column:
    """The array in a random order, which a seed determines."""
