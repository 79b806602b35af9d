"""Functions that take lambdas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.problems import mismatch, quoted_type
from pyrdd.sql.codegen.raising import raise_sql
from pyrdd.sql.codegen.types import duck_type
from pyrdd.sql.column import Column, ColumnOrName
from pyrdd.sql.expressions import Lambda, LambdaVariable, new_id
from pyrdd.sql.functions.array_order import sorted_list
from pyrdd.sql.functions.arrays import _extreme
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import BOOLEAN
from pyrdd.sql.functions.maps import map_text, takes_last, with_policy, without_policy
from pyrdd.sql.functions.text_tools import (
    bind,
    call_text,
    contains_null,
    first_type,
    null_if_null,
    require,
    wrong_input,
)

Parameters = Sequence[tuple[t.DataType, bool]]
_INDEX = (t.IntegerType(), False)


# --- lambdas as text -------------------------------------------------------------------------------------------------


def parts(text: str) -> tuple[list[str], str]:
    """The names of a lambda's parameters and its body."""
    head, _, body = text.partition(": ")
    return head.removeprefix("lambda ").split(", "), body


def applied(text: str, values: Sequence[str]) -> str:
    """The body of a lambda with its parameters bound to values."""
    names, body = parts(text)
    for name, value in reversed(list(zip(names, values, strict=False))):
        body = f"list_transform([{value}], lambda {name}: {body})[1]"
    return body


def with_index(text: str) -> str:
    """A lambda of an element and perhaps its index, which DuckDB counts from 1 in a bigint."""
    names, body = parts(text)
    if len(names) == 1:
        return text
    index = f"{names[1]}i"
    return f"lambda {names[0]}, {index}: list_transform([CAST({index} - 1 AS INTEGER)], lambda {names[1]}: {body})[1]"


# --- types -----------------------------------------------------------------------------------------------------------


def _element(name: str, indexed: bool = False) -> Callable[[Sequence[Any], int], Parameters]:
    def parameters(before: Sequence[Any], count: int) -> Parameters:
        require(name, before, 0, t.ArrayType, '"ARRAY"')
        first = (before[0].data_type.elementType, contains_null(before[0]))
        return [first, _INDEX] if indexed and count == 2 else [first]

    return parameters


def _entry(name: str) -> Callable[[Sequence[Any], int], Parameters]:
    def parameters(before: Sequence[Any], count: int) -> Parameters:
        require(name, before, 0, t.MapType, '"MAP"')
        kind = before[0].data_type
        return [(kind.keyType, False), (kind.valueType, kind.valueContainsNull)]

    return parameters


def _predicate(name: str, index: int = 1) -> Callable[..., Sequence[Any]]:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        return [_boolean(name, args, i, ctx) if i == index else arg for i, arg in enumerate(args)]

    return coerce


def _boolean(name: str, args: Sequence[Any], index: int, ctx: Any) -> Any:
    function = args[index]
    if not isinstance(function, Lambda):
        raise wrong_input(name, args, index, '"LAMBDA"')
    body = coercion.implicit_cast(function.body, t.BooleanType(), ctx)
    if body is None or not isinstance(function.data_type, t.BooleanType | t.NullType | t.StringType):
        raise wrong_input(name, args, index, '"BOOLEAN"')
    return function.copy(body=body)


def constant_lambdas(
    first: int, parameters: Callable[..., Parameters], then: Callable[..., Sequence[Any]] | None = None
) -> Callable[..., Sequence[Any]]:
    """Coercion that makes functions of expressions which stand where a lambda is wanted, from a position on."""

    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        found: list[Any] = []
        for index, arg in enumerate(args):
            if index >= first and not isinstance(arg, Lambda):
                kinds = parameters(found, 0)
                arg = Lambda(tuple(LambdaVariable("x", kind, nullable, new_id()) for kind, nullable in kinds), arg)
            found.append(arg)
        return then(found, ctx) if then is not None else found

    return coerce


# --- arrays ----------------------------------------------------------------------------------------------------------


@scalar(
    returns=lambda args: t.ArrayType(args[1].data_type, args[1].nullable),
    nullable=lambda args: args[0].nullable,
    lambda_params=_element("transform", True),
    coerce=constant_lambdas(1, _element("transform", True)),
    sql=lambda call, args: f"list_transform({args[0]}, {with_index(args[1])})",
)
def transform(col: ColumnOrName, f: Callable[..., Column]) -> Column:
    """The function's values for each element (and its index, counted from 0).

    >>> spark.range(1).select(F.transform(F.lit([1, 2]), lambda x: x * 10)).first()[0]
    [10, 20]
    """


@scalar(
    returns=first_type,
    nullable=lambda args: args[0].nullable,
    lambda_params=_element("filter", True),
    coerce=constant_lambdas(1, _element("filter", True), _predicate("filter")),
    sql=lambda call, args: f"list_filter({args[0]}, {with_index(args[1])})",
)
def filter(col: ColumnOrName, f: Callable[..., Column]) -> Column:
    """The elements (with index, if the function takes two) for which the function is true.

    >>> spark.range(1).select(F.filter(F.lit([1, 2, 3]), lambda x: x > 1)).first()[0]
    [2, 3]
    """


def _quantified(call: Any, args: list[str], decisive: str, otherwise: str) -> str:
    tests = f"list_transform({args[0]}, {args[1]})"
    return bind(
        [tests],
        lambda r: (
            f"CASE WHEN {r} IS NULL THEN NULL WHEN list_contains({r}, {decisive}) THEN {decisive} "
            f"WHEN list_count({r}) < len({r}) THEN NULL ELSE {otherwise} END"
        ),
    )


@scalar(
    returns=BOOLEAN,
    nullable=lambda args: args[0].nullable or args[1].nullable,
    lambda_params=_element("exists"),
    coerce=constant_lambdas(1, _element("exists"), _predicate("exists")),
    sql=lambda call, args: _quantified(call, args, "true", "false"),
)
def exists(col: ColumnOrName, f: Callable[[Column], Column]) -> Column:
    """Whether the function is true for an element; null if it is for none but null for some.

    >>> spark.range(1).select(F.exists(F.lit([1, 2, 3]), lambda x: x > 2)).first()[0]
    True
    """


@scalar(
    returns=BOOLEAN,
    nullable=lambda args: args[0].nullable or args[1].nullable,
    lambda_params=_element("forall"),
    coerce=constant_lambdas(1, _element("forall"), _predicate("forall")),
    sql=lambda call, args: _quantified(call, args, "false", "true"),
)
def forall(col: ColumnOrName, f: Callable[[Column], Column]) -> Column:
    """Whether the function is true for every element; null if it is false for none but null for some.

    >>> spark.range(1).select(F.forall(F.lit([1, 2, 3]), lambda x: x > 2)).first()[0]
    False
    """


def _two_elements(before: Sequence[Any], count: int) -> Parameters:
    for index in (0, 1):
        require("zip_with", before, index, t.ArrayType, '"ARRAY"')
    return [(a.data_type.elementType, True) for a in before[:2]]


def _zip_text(call: Any, args: list[str]) -> str:
    def body(a: str, b: str) -> str:
        pair = applied(args[2], [f"{a}[i]", f"{b}[i]"])
        return null_if_null([a, b], f"list_transform(range(1, greatest(len({a}), len({b})) + 1), lambda i: {pair})")

    return bind(args[:2], body)


@scalar(
    returns=lambda args: t.ArrayType(args[2].data_type, args[2].nullable),
    nullable=lambda args: args[0].nullable or args[1].nullable,
    lambda_params=_two_elements,
    coerce=constant_lambdas(2, _two_elements),
    sql=_zip_text,
)
def zip_with(left: ColumnOrName, right: ColumnOrName, f: Callable[[Column, Column], Column]) -> Column:
    """The function's values for the first elements of both arrays, the second ones, ...; missing ones are null.

    >>> spark.range(1).select(F.zip_with(F.lit([1, 2]), F.lit([3, 4]), lambda x, y: x * y)).first()[0]
    [3, 8]
    """


# --- aggregate -------------------------------------------------------------------------------------------------------


def _accumulator(name: str) -> Callable[[Sequence[Any], int], Parameters]:
    def parameters(before: Sequence[Any], count: int) -> Parameters:
        require(name, before, 0, t.ArrayType, '"ARRAY"')
        kind = (_nullable_inside(before[1].data_type), True)
        return [kind] if len(before) > 2 else [kind, (before[0].data_type.elementType, contains_null(before[0]))]

    return parameters


def _nullable_inside(data_type: t.DataType) -> t.DataType:
    return data_type


def _merge_types(name: str) -> Callable[..., Sequence[Any]]:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        start, merge = args[1], args[2]
        if not isinstance(merge, Lambda):
            raise wrong_input(name, args, 2, '"LAMBDA"')
        given = args if len(args) > 3 else [*args, _identity(merge)]
        if start.data_type._as_nullable() != merge.data_type._as_nullable():
            if not isinstance(merge.data_type, t.NullType):
                raise wrong_input(name, given, 2, quoted_type(start.data_type))
            merge = merge.copy(body=coercion.cast(merge.body, start.data_type, ctx))
        return [*given[:2], merge, *given[3:]]

    return coerce


def _identity(merge: Lambda) -> Lambda:
    return Lambda((merge.params[0],), merge.params[0])


def _aggregate_text(call: Any, args: list[str]) -> str:
    array, start, merge = args[:3]
    acc, element = duck_type(call.args[1].data_type), duck_type(call.args[0].data_type.elementType)
    none = f"CAST(NULL AS {element})"
    rows = f"list_transform({array}, lambda x: struct_pack(a := CAST(NULL AS {acc}), x := x))"
    step = f"lambda s, e: struct_pack(a := CAST({applied(merge, ['s.a', 'e.x'])} AS {acc}), x := {none})"
    first = f"struct_pack(a := CAST({start} AS {acc}), x := {none})"
    reduced = f"list_reduce({rows}, {step}, {first}).a" if acc != element else f"list_reduce({array}, {merge}, {start})"
    names, body = parts(args[3])
    done = reduced if body == names[0] else applied(args[3], [reduced])
    return f"CASE WHEN {array} IS NOT NULL THEN {done} END"


_AGGREGATE: dict[str, Any] = {
    "returns": lambda args: args[3].data_type,
    "nullable": lambda args: args[0].nullable or args[3].nullable,
    "sql": _aggregate_text,
}


@scalar(
    lambda_params=_accumulator("aggregate"),
    coerce=constant_lambdas(2, _accumulator("aggregate"), _merge_types("aggregate")),
    **_AGGREGATE,
)
def aggregate(
    col: ColumnOrName,
    initialValue: ColumnOrName,
    merge: Callable[[Column, Column], Column],
    finish: Callable[[Column], Column] | None = None,
) -> Column:
    """The elements folded into the initial value from left to right, and what ``finish`` makes of the result.

    >>> spark.range(1).select(F.aggregate(F.lit([1, 2, 3]), F.lit(0), lambda total, x: total + x)).first()[0]
    6
    """


@scalar(
    lambda_params=_accumulator("reduce"),
    coerce=constant_lambdas(2, _accumulator("reduce"), _merge_types("reduce")),
    **_AGGREGATE,
)
def reduce(
    col: ColumnOrName,
    initialValue: ColumnOrName,
    merge: Callable[[Column, Column], Column],
    finish: Callable[[Column], Column] | None = None,
) -> Column:
    """The same as `aggregate`."""


# --- array_sort ------------------------------------------------------------------------------------------------------

_DEFAULT_COMPARATOR = (
    "lambdafunction((IF(((namedlambdavariable() IS NULL) AND (namedlambdavariable() IS NULL)), 0, "
    "(IF((namedlambdavariable() IS NULL), 1, (IF((namedlambdavariable() IS NULL), -1, "
    "(IF((namedlambdavariable() < namedlambdavariable()), -1, "
    "(IF((namedlambdavariable() > namedlambdavariable()), 1, 0)))))))))), namedlambdavariable(), namedlambdavariable())"
)


def _pairs(before: Sequence[Any], count: int) -> Parameters:
    require("array_sort", before, 0, t.ArrayType, '"ARRAY"')
    return [(before[0].data_type.elementType, contains_null(before[0]))] * 2


def _sort_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    if len(args) == 1:
        return _extreme("array_sort")(args, ctx)
    require("array_sort", args, 0, t.ArrayType, '"ARRAY"')
    function = args[1]
    if not isinstance(function, Lambda) or not isinstance(function.data_type, t.IntegerType):
        raise mismatch(
            "UNEXPECTED_RETURN_TYPE",
            call_text("array_sort", args),
            functionName="`lambdafunction`",
            expectedType='"INT"',
            actualType=quoted_type(function.data_type),
        )
    return args


def _sort_text(call: Any, args: list[str]) -> str:
    if len(args) == 1:
        return sorted_list(args[0], call.data_type.elementType, True, False)
    (x, y), compare = parts(args[1])
    null = raise_sql("COMPARATOR_RETURNS_NULL", "INTEGER", firstValue=x, secondValue=y)
    compared = f"coalesce({compare}, {null})"

    def body(array: str) -> str:
        # an element's place is the number of those that come before it; equal ones stay in their order
        before = bind([compared], lambda c: f"({c} < 0 OR ({c} = 0 AND {x}i < {y}i))")
        ranks = (
            f"list_transform({array}, lambda {y}, {y}i: struct_pack("
            f"r := len(list_filter({array}, lambda {x}, {x}i: {x}i <> {y}i AND {before})), v := {y}))"
        )
        return f"list_transform(list_sort({ranks}), lambda p: p.v)"

    return bind(args[:1], body)


@scalar(
    returns=first_type,
    nullable=lambda args: args[0].nullable,
    lambda_params=_pairs,
    coerce=constant_lambdas(1, _pairs, _sort_types),
    sql=_sort_text,
    pretty=lambda name, args, call: f"{name}({args[0]}, {args[1] if len(args) > 1 else _DEFAULT_COMPARATOR})",
)
def array_sort(col: ColumnOrName, comparator: Callable[[Column, Column], Column] | None = None) -> Column:
    """The array in ascending order with nulls last, or in the order of a comparator (negative, 0 or positive).

    Raises COMPARATOR_RETURNS_NULL when it is computed.

    >>> spark.range(1).select(F.array_sort(F.lit([2, 1, 3]))).first()[0]
    [1, 2, 3]
    """


# --- maps ------------------------------------------------------------------------------------------------------------


@scalar(
    returns=first_type,
    nullable=lambda args: args[0].nullable,
    lambda_params=_entry("map_filter"),
    coerce=constant_lambdas(1, _entry("map_filter"), _predicate("map_filter")),
    sql=lambda call, args: (
        f"map_from_entries(list_filter(map_entries({args[0]}), lambda e: {applied(args[1], ['e.key', 'e.value'])}))"
    ),
)
def map_filter(col: ColumnOrName, f: Callable[[Column, Column], Column]) -> Column:
    """The entries for which the function of key and value is true.

    >>> spark.range(1).select(F.map_filter(F.create_map(F.lit("a"), F.lit(1)), lambda key, value: value > 1)).first()[0]
    {}
    """


def _values_text(call: Any, args: list[str]) -> str:
    value = applied(args[1], ["e.key", "e.value"])
    return bind(
        args[:1],
        lambda m: (
            f"CAST(map(map_keys({m}), list_transform(map_entries({m}), lambda e: {value})) AS {duck_type(call.data_type)})"
        ),
    )


@scalar(
    returns=lambda args: t.MapType(args[0].data_type.keyType, args[1].data_type, args[1].nullable),
    nullable=lambda args: args[0].nullable,
    lambda_params=_entry("transform_values"),
    coerce=constant_lambdas(1, _entry("transform_values")),
    sql=_values_text,
)
def transform_values(col: ColumnOrName, f: Callable[[Column, Column], Column]) -> Column:
    """The map with values that the function of key and value makes."""


def _keys_text(call: Any, args: list[str]) -> str:
    key = applied(args[1], ["e.key", "e.value"])

    def body(m: str) -> str:
        keys = f"list_transform(map_entries({m}), lambda e: {key})"
        return map_text(keys, f"map_values({m})", call.data_type, takes_last(call))

    return bind(args[:1], body)


@scalar(
    returns=lambda args: t.MapType(args[1].data_type, args[0].data_type.valueType, args[0].data_type.valueContainsNull),
    nullable=lambda args: args[0].nullable,
    lambda_params=_entry("transform_keys"),
    coerce=constant_lambdas(1, _entry("transform_keys"), with_policy),
    sql=_keys_text,
    pretty=without_policy,
)
def transform_keys(col: ColumnOrName, f: Callable[[Column, Column], Column]) -> Column:
    """The map with keys that the function of key and value makes. Raises NULL_MAP_KEY, DUPLICATED_MAP_KEY when it is computed."""


def _two_maps(before: Sequence[Any], count: int) -> Parameters:
    for index in (0, 1):
        require("map_zip_with", before, index, t.MapType, '"MAP"')
    left, right = before[0].data_type, before[1].data_type
    return [(left.keyType, False), (left.valueType, True), (right.valueType, True)]


def _zip_maps_text(call: Any, args: list[str]) -> str:
    def body(left: str, right: str) -> str:
        more = f"list_filter(map_keys({right}), lambda k: NOT list_contains(map_keys({left}), k))"
        value = applied(args[2], ["k", f"map_extract_value({left}, k)", f"map_extract_value({right}, k)"])
        made = bind(
            [f"list_concat(map_keys({left}), {more})"],
            lambda keys: f"CAST(map({keys}, list_transform({keys}, lambda k: {value})) AS {duck_type(call.data_type)})",
        )
        return null_if_null([left, right], made)

    return bind(args[:2], body)


@scalar(
    returns=lambda args: t.MapType(args[0].data_type.keyType, args[2].data_type, args[2].nullable),
    nullable=lambda args: args[0].nullable or args[1].nullable,
    lambda_params=_two_maps,
    coerce=constant_lambdas(2, _two_maps),
    sql=_zip_maps_text,
)
def map_zip_with(col1: ColumnOrName, col2: ColumnOrName, f: Callable[[Column, Column, Column], Column]) -> Column:
    """A map of the keys of both, with the function's values for key and both values (null where there is none)."""
