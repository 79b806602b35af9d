"""Map functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyrdd.errors import SparkRuntimeException
from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.problems import mismatch, quoted_type
from pyrdd.sql.codegen.raising import raise_sql
from pyrdd.sql.codegen.types import duck_type
from pyrdd.sql.column import Column, ColumnOrName
from pyrdd.sql.expressions import Literal
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import ANY, BOOLEAN, STRING
from pyrdd.sql.functions.text_tools import bind, call_text, map_key_of, null_if_null, require
from pyrdd.sql.kernels import regexps

POLICY = "spark.sql.mapKeyDedupPolicy"
_SPARE = t.StringType()


def with_policy(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    """The arguments, and a last one that says so if a repeated key takes its last value instead of being an error."""
    last_wins = str(ctx.conf.get(POLICY, "EXCEPTION")).upper() == "LAST_WIN"
    return [*args, Literal("LAST_WIN", _SPARE)] if last_wins else args


def takes_last(call: Any) -> bool:
    """Whether the call has the extra argument of `with_policy`."""
    last = call.args[-1] if call.args else None
    return isinstance(last, Literal) and last.value == "LAST_WIN" and last.data_type is _SPARE


def without_policy(name: str, args: list[str], call: Any) -> str:
    """The name of such a call."""
    return f"{name}({', '.join(args[:-1] if takes_last(call) else args)})"


def map_text(keys: str, values: str, kind: t.MapType, last_wins: bool) -> str:
    """A map from lists of keys and values of one length. NULL_MAP_KEY and DUPLICATED_MAP_KEY are raised by the query."""
    duck = duck_type(kind)

    def body(k: str, v: str) -> str:
        made = f"CAST(map({k}, {v}) AS {duck})"
        no_nulls = f"WHEN list_count({k}) < len({k}) THEN {raise_sql('NULL_MAP_KEY', duck)}"
        if last_wins:
            unique = f"list_filter({k}, lambda x, i: list_position({k}, x) = i)"
            last = f"list_reverse({v})[list_position(list_reverse({k}), x)]"
            made = f"CAST(map({unique}, list_transform({unique}, lambda x: {last})) AS {duck})"
            return f"CASE WHEN {k} IS NULL OR {v} IS NULL THEN NULL {no_nulls} ELSE {made} END"
        repeated = f"list_filter({k}, lambda x, i: list_position({k}, x) < i)[1]"
        twice = raise_sql("DUPLICATED_MAP_KEY", duck, key=repeated, mapKeyDedupPolicy=f"'\"{POLICY}\"'")
        return (
            f"CASE WHEN {k} IS NULL OR {v} IS NULL THEN NULL {no_nulls} "
            f"WHEN len(list_distinct({k})) < len({k}) THEN {twice} ELSE {made} END"
        )

    return bind([keys, values], body)


def entries_text(entries: str, kind: t.MapType, last_wins: bool) -> str:
    """A map from a list of structs of key and value."""

    def body(e: str) -> str:
        keys, values = (f"list_transform({e}, lambda x: struct_extract_at(x, {i}))" for i in (1, 2))
        return map_text(keys, values, kind, last_wins)

    return bind([entries], body)


# --- making ----------------------------------------------------------------------------------------------------------


def _pairs(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    if len(args) % 2:
        from pyrdd.sql.analysis.problems import wrong_arg_count  # here: the rare case

        raise wrong_arg_count("map", "2n (n > 0)", len(args))
    if not args:
        return args
    sides = []
    for kind, side in (("KEYS", args[0::2]), ("VALUES", args[1::2])):
        found = coercion.to_common_type(side, ctx)
        if found is None:
            types = "[" + ", ".join(quoted_type(a.data_type) for a in side) + "]"
            raise mismatch(
                f"CREATE_MAP_{kind[:-1]}_DIFF_TYPES", call_text("map", args), functionName="`map`", dataType=types
            )
        sides.append(found)
    if _has_map(sides[0][0].data_type):
        raise mismatch("INVALID_MAP_KEY_TYPE", call_text("map", args), keyType=quoted_type(sides[0][0].data_type))
    return with_policy([e for pair in zip(*sides, strict=True) for e in pair], ctx)


def _has_map(data_type: t.DataType) -> bool:
    match data_type:
        case t.MapType() | t.VariantType():
            return True
        case t.ArrayType():
            return _has_map(data_type.elementType)
        case t.StructType():
            return any(_has_map(f.dataType) for f in data_type.fields)
    return False


def _map_type(args: Sequence[Any]) -> t.DataType:
    if len(args) < 2:
        return t.MapType(t.NullType(), t.NullType(), False)
    values = args[1::2] if len(args) % 2 == 0 else args[1:-1:2]
    return t.MapType(args[0].data_type, values[0].data_type, any(v.nullable for v in values))


def _create_text(call: Any, args: list[str]) -> str:
    kind = call.data_type
    if len(args) < 2:
        return f"CAST(map([], []) AS {duck_type(kind)})"
    texts = args[:-1] if takes_last(call) else args
    keys = f"CAST([{', '.join(texts[0::2])}] AS {duck_type(kind.keyType)}[])"
    values = f"CAST([{', '.join(texts[1::2])}] AS {duck_type(kind.valueType)}[])"
    return map_text(keys, values, kind, takes_last(call))


@scalar(ANY, name="map", returns=_map_type, coerce=_pairs, nullable=False, sql=_create_text, pretty=without_policy)
def create_map(*cols: ColumnOrName) -> Column:
    """A map of these keys and values, given in turns. Raises NULL_MAP_KEY and DUPLICATED_MAP_KEY when it is computed.

    >>> spark.range(1).select(F.create_map(F.lit("a"), F.lit(1))).first()[0]
    {'a': 1}
    """


def _two_arrays(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    for index in (0, 1):
        require("map_from_arrays", args, index, t.ArrayType, '"ARRAY"')
    return with_policy(args, ctx)


def _from_arrays_text(call: Any, args: list[str]) -> str:
    def body(keys: str, values: str) -> str:
        uneven = raise_sql("_LEGACY_ERROR_TEMP_2128", duck_type(call.data_type))
        made = map_text(keys, values, call.data_type, takes_last(call))
        return f"CASE WHEN len({keys}) <> len({values}) THEN {uneven} ELSE {made} END"

    return bind(args[:2], body)


@scalar(
    ANY,
    ANY,
    returns=lambda args: t.MapType(
        args[0].data_type.elementType, args[1].data_type.elementType, args[1].data_type.containsNull
    ),
    coerce=_two_arrays,
    sql=_from_arrays_text,
    pretty=without_policy,
)
def map_from_arrays(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """A map from an array of keys and one of values. Raises as `create_map` does.

    >>> spark.range(1).select(F.map_from_arrays(F.lit(["a", "b"]), F.lit([1, 2]))).first()[0]
    {'a': 1, 'b': 2}
    """


def _entries(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    inner = getattr(args[0].data_type, "elementType", None)
    if not isinstance(inner, t.StructType) or len(inner.fields) != 2:
        require("map_from_entries", args, 0, (), '"ARRAY" of pair "STRUCT"')
    return with_policy(args, ctx)


def _entries_type(args: Sequence[Any]) -> t.DataType:
    key, value = args[0].data_type.elementType.fields
    return t.MapType(key.dataType, value.dataType, value.nullable)


def _from_entries_text(call: Any, args: list[str]) -> str:
    def body(e: str) -> str:
        return f"CASE WHEN list_count({e}) = len({e}) THEN {entries_text(e, call.data_type, takes_last(call))} END"

    return bind(args[:1], body)


@scalar(
    ANY,
    returns=_entries_type,
    coerce=_entries,
    nullable=lambda args: args[0].nullable or args[0].data_type.containsNull,
    sql=_from_entries_text,
    pretty=without_policy,
)
def map_from_entries(col: ColumnOrName) -> Column:
    """A map from an array of structs of two fields; null if one of the structs is. Raises as `create_map` does."""


# --- taking apart ----------------------------------------------------------------------------------------------------


def map_only(name: str) -> Callable[..., Sequence[Any]]:
    """Coercion of functions whose first argument must be a map."""

    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        if isinstance(args[0].data_type, t.NullType):
            return [coercion.cast(args[0], t.MapType(t.NullType(), t.NullType()), ctx)]
        require(name, args, 0, t.MapType, '"MAP"')
        return args

    return coerce


@scalar(
    ANY,
    returns=lambda args: t.ArrayType(args[0].data_type.keyType, True),
    coerce=map_only("map_keys"),
    sql="map_keys({0})",
)
def map_keys(col: ColumnOrName) -> Column:
    """The keys, in an array.

    >>> spark.range(1).select(F.map_keys(F.create_map(F.lit("a"), F.lit(1)))).first()[0]
    ['a']
    """


@scalar(
    ANY,
    returns=lambda args: t.ArrayType(args[0].data_type.valueType, args[0].data_type.valueContainsNull),
    coerce=map_only("map_values"),
    sql="map_values({0})",
)
def map_values(col: ColumnOrName) -> Column:
    """The values, in an array.

    >>> spark.range(1).select(F.map_values(F.create_map(F.lit("a"), F.lit(1)))).first()[0]
    [1]
    """


def entry_type(kind: t.MapType) -> t.StructType:
    """The struct of a map's key and value."""
    return t.StructType(
        [t.StructField("key", kind.keyType, False), t.StructField("value", kind.valueType, kind.valueContainsNull)]
    )


@scalar(
    ANY,
    returns=lambda args: t.ArrayType(entry_type(args[0].data_type), False),
    coerce=map_only("map_entries"),
    sql="map_entries({0})",
)
def map_entries(col: ColumnOrName) -> Column:
    """The pairs of key and value, in an array of structs.

    >>> spark.range(1).select(F.map_entries(F.create_map(F.lit("a"), F.lit(1)))).first()[0]
    [Row(key='a', value=1)]
    """


@scalar(
    returns=BOOLEAN,
    coerce=map_key_of("map_contains_key"),
    nullable=True,
    sql="CASE WHEN {1} IS NOT NULL THEN list_contains(map_keys({0}), {1}) END",
)
def map_contains_key(col: ColumnOrName, value: Any) -> Column:
    """Whether the map has the key.

    >>> spark.range(1).select(F.map_contains_key(F.create_map(F.lit("a"), F.lit(1)), "b")).first()[0]
    False
    """


# --- putting together ------------------------------------------------------------------------------------------------


def _concat_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    for arg in args:
        if not isinstance(arg.data_type, t.MapType | t.NullType):
            kinds = ", ".join(quoted_type(a.data_type) for a in args)
            raise mismatch(
                "MAP_CONCAT_DIFF_TYPES",
                call_text("map_concat", args),
                functionName="`map_concat`",
                dataType=f"[{kinds}]",
            )
    if not args:
        return args
    found = coercion.to_common_type(args, ctx)
    if found is None:
        kinds = ", ".join(quoted_type(a.data_type) for a in args)
        raise mismatch(
            "MAP_CONCAT_DIFF_TYPES", call_text("map_concat", args), functionName="`map_concat`", dataType=f"[{kinds}]"
        )
    return with_policy(found, ctx)


def _concat_type(args: Sequence[Any]) -> t.DataType:
    maps = [a.data_type for a in args if isinstance(a.data_type, t.MapType)]
    if not maps:
        return t.MapType(t.StringType(), t.StringType(), True)
    return t.MapType(maps[0].keyType, maps[0].valueType, any(m.valueContainsNull for m in maps))


def _concat_text(call: Any, args: list[str]) -> str:
    maps = args[:-1] if takes_last(call) else args
    if not maps:
        return f"CAST(map([], []) AS {duck_type(call.data_type)})"

    def body(*names: str) -> str:
        whole = f"list_concat({', '.join(f'map_entries({n})' for n in names)})"
        return null_if_null(names, entries_text(whole, call.data_type, takes_last(call)))

    return bind(maps, body)


@scalar(ANY, returns=_concat_type, coerce=_concat_types, sql=_concat_text, pretty=without_policy)
def map_concat(*cols: ColumnOrName) -> Column:
    """The entries of all the maps. Raises DUPLICATED_MAP_KEY when computed."""


# --- from text -------------------------------------------------------------------------------------------------------


def _defaults(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    given = [*args, *(Literal(x, t.StringType()) for x in (",", ":")[len(args) - 1 :])]
    return with_policy(given, ctx)


class StringToMap:
    """The kernel of `str_to_map`."""

    def __init__(self, last_wins: bool) -> None:
        self.last_wins = last_wins

    def __call__(self, text: str, pairs: str, values: str, *policy: str) -> list[tuple[str, str | None]]:
        found: dict[str, str | None] = {}
        for pair in regexps.split(text, pairs):
            key, *rest = regexps.split(pair, values, 2)
            if key in found and not self.last_wins:
                raise SparkRuntimeException(
                    errorClass="DUPLICATED_MAP_KEY",
                    messageParameters={"key": key, "mapKeyDedupPolicy": f'"{POLICY}"'},
                )
            found[key] = rest[0] if rest else None
        return list(found.items())


@scalar(
    STRING,
    returns=t.MapType(t.StringType(), t.StringType(), True),
    coerce=_defaults,
    python=lambda call: StringToMap(takes_last(call)),
    pretty=without_policy,
)
def str_to_map(
    text: ColumnOrName, pairDelim: ColumnOrName | None = None, keyValueDelim: ColumnOrName | None = None
) -> Column:
    """A map from text such as ``a:1,b:2``; delimiters are regular expressions. Raises DUPLICATED_MAP_KEY when it is computed.

    >>> spark.range(1).select(F.str_to_map(F.lit("a:1,b:2"))).first()[0]
    {'a': '1', 'b': '2'}
    """
