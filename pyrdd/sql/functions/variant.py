"""VARIANT functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from pyrdd.errors import SparkRuntimeException
from pyrdd.sql import types as t
from pyrdd.sql.analysis.problems import mismatch, quoted_type
from pyrdd.sql.column import Column, ColumnOrName, column_or_name, literal
from pyrdd.sql.column import call as call_of
from pyrdd.sql.expressions import Literal
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.decorators import aggregate, scalar
from pyrdd.sql.functions.inputs import ANY, BOOLEAN, STRING, VARIANT
from pyrdd.sql.functions.kernel_values import inward, outward, variant_out
from pyrdd.sql.functions.schemas import schema_argument, type_of_text
from pyrdd.sql.functions.string_tools import defaults, kernel, text
from pyrdd.sql.functions.text_tools import call_text, literal_value
from pyrdd.sql.kernels import variant_paths, variants

Bytes = tuple[bytes, bytes]


def pair(value: dict[str, bytes]) -> Bytes:
    """A query's variant as the kernels take it."""
    return value["value"], value["metadata"]


class On:
    """A kernel of functions of variants on the values of queries: the first argument is a variant, ``out`` makes the result."""

    def __init__(self, function: Callable[..., Any], makes_variant: bool = False) -> None:
        self.function, self.makes_variant = function, makes_variant

    def __call__(self, value: dict[str, bytes], *rest: Any) -> Any:
        found = self.function(pair(value), *rest)
        return variant_out(found) if self.makes_variant and found is not None else found


# --- making ----------------------------------------------------------------------------------------------------------


def _parse(source: str) -> dict[str, bytes]:
    return variant_out(variants.parse_json(source))


def _try_parse(source: str) -> dict[str, bytes] | None:
    found = variants.try_parse_json(source)
    return None if found is None else variant_out(found)


@scalar(STRING, returns=VARIANT, python=kernel(_parse))
def parse_json(col: ColumnOrName) -> Column:
    """The variant of JSON text. Raises MALFORMED_RECORD_IN_PARSING when it is computed."""


@scalar(STRING, returns=VARIANT, nullable=True, python=kernel(_try_parse))
def try_parse_json(col: ColumnOrName) -> Column:
    """The variant of JSON text; null for other text."""


class _ToVariant:
    def __init__(self, data_type: t.DataType) -> None:
        self.data_type = data_type

    def __call__(self, value: Any) -> dict[str, bytes]:
        return variant_out(variants.to_variant_object(inward(value, self.data_type), self.data_type))


def _object_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    kind = args[0].data_type
    if not isinstance(kind, t.StructType | t.ArrayType | t.MapType):
        raise mismatch(
            "CAST_WITHOUT_SUGGESTION",
            call_text("to_variant_object", args),
            srcType=quoted_type(kind),
            targetType='"VARIANT"',
        )
    return args


@scalar(ANY, returns=VARIANT, coerce=_object_types, python=lambda call: _ToVariant(call.args[0].data_type))
def to_variant_object(col: ColumnOrName) -> Column:
    """A struct, array or map as a variant; structs become objects."""


# --- looking ---------------------------------------------------------------------------------------------------------


@scalar(VARIANT, returns=BOOLEAN, nullable=False, python=lambda call: _is_variant_null, null_calls=True)
def is_variant_null(v: ColumnOrName) -> Column:
    """Whether the variant is JSON's null; false for a null of SQL."""


def _is_variant_null(value: dict[str, bytes] | None) -> bool:
    return value is not None and variants.is_variant_null(pair(value))


def _valid(value: Bytes) -> bool:
    try:
        variants.variant_type(value)
    except Exception:  # whatever reading wrong bytes raises
        return False
    return True


@scalar(VARIANT, returns=BOOLEAN, python=kernel(On(_valid)))
def is_valid_variant(v: ColumnOrName) -> Column:
    """Whether the bytes are those of a variant."""


@scalar(VARIANT, returns=STRING, python=kernel(On(variants.schema_of_variant)))
def schema_of_variant(v: ColumnOrName) -> Column:
    """The variant's type, as text."""


class _Get:
    """The kernel of variant_get for a type and zone."""

    def __init__(self, function: Callable[..., Any], data_type: t.DataType, zone: str) -> None:
        self.function, self.data_type, self.zone = function, data_type, zone

    def __call__(self, value: dict[str, bytes], path: str, *schema: str) -> Any:
        return outward(self.function(pair(value), path, self.data_type, self.zone), self.data_type)


def _get_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    schema = Literal(VARIANT.json(), STRING) if len(args) < 3 else schema_argument(args[2], ctx)
    path = literal_value(args[1])
    if isinstance(path, str) and variants._steps(path) is None:
        raise SparkRuntimeException(
            errorClass="INVALID_VARIANT_GET_PATH", messageParameters={"path": path, "functionName": "`variant_get`"}
        )
    return [args[0], args[1], schema]


def _get(function: Callable[..., Any]) -> dict[str, Any]:
    return {
        "returns": lambda args: type_of_text(args[2].value),
        "min_args": 2,
        "coerce": _get_types,
        "nullable": True,
        "with_writer": True,
        "python": lambda call, writer: _Get(function, call.data_type, writer.time_zone),
        "pretty": lambda name, args, call: f"{name}({', '.join(args[:2])})",
    }


@scalar(VARIANT, STRING, ANY, **_get(variants.variant_get))
def variant_get(v: ColumnOrName, path: Column | str, targetType: str) -> Column:
    """What a path leads to, as a type; null for nothing. Raises INVALID_VARIANT_CAST when it is computed."""


@scalar(VARIANT, STRING, ANY, **_get(variants.try_variant_get))
def try_variant_get(v: ColumnOrName, path: Column | str, targetType: str) -> Column:
    """As `variant_get`, but null for what cannot be cast."""


def _item(args: Sequence[Any], ctx: Any) -> Any:
    """``v:a``, ``v['a']`` and ``v[0]``."""
    from pyrdd.sql.analysis.calls import make_call  # here: analysis imports the registry

    key = literal_value(args[1])
    path = f"$[{key}]" if isinstance(key, int) else key if str(key).startswith("$") else f"$['{key}']"
    return make_call("variant_get", args[0], text(path), ctx=ctx)


declare(Function("get_variant_item", "scalar", (), VARIANT, 2, 2, rewrite=_item))

# --- changing --------------------------------------------------------------------------------------------------------


class _Change:
    """A kernel that changes a variant at a path; the value comes with its type."""

    def __init__(self, function: Callable[..., Any], value_type: t.DataType | None) -> None:
        self.function, self.value_type = function, value_type

    def __call__(self, value: dict[str, bytes] | None, path: str | None, new: Any = None, *rest: Any) -> Any:
        if value is None or path is None or new is None or None in rest:
            return None
        assert self.value_type is not None
        content = variants._plain_value(inward(new, self.value_type), self.value_type)
        found = self.function(pair(value), path, content, *rest)
        return None if found is None else variant_out(found)


def _changing(function: Callable[..., Any], failing: bool, **more: Any) -> dict[str, Any]:
    return {
        "returns": VARIANT,
        "null_calls": True,
        "nullable": (lambda args: args[0].nullable or args[1].nullable) if failing else True,
        "python": lambda call: _Change(function, call.args[2].data_type),
        **more,
    }


_CREATE = {"coerce": defaults(None, None, None, Literal(True, BOOLEAN))}


@scalar(VARIANT, STRING, ANY, **_changing(variant_paths.insert, True))
def variant_insert(v: ColumnOrName, path: Column | str, value: ColumnOrName) -> Column:
    """The variant with a new value at a path where there was none. Raises when it is computed and there is one."""
    return call_of("variant_insert", column_or_name(v), literal(path), column_or_name(value))


@scalar(VARIANT, STRING, ANY, **_changing(variant_paths.try_insert, False))
def try_variant_insert(v: ColumnOrName, path: Column | str, value: ColumnOrName) -> Column:
    """As `variant_insert`, but null where that is an error."""


@scalar(VARIANT, STRING, ANY, BOOLEAN, **_changing(variant_paths.put, True, **_CREATE))
def variant_set(v: ColumnOrName, path: Column | str, value: ColumnOrName, create_if_missing: bool = True) -> Column:
    """The variant with the value at a path replaced, or made if there is none."""


@scalar(VARIANT, STRING, ANY, BOOLEAN, **_changing(variant_paths.try_put, False, **_CREATE))
def try_variant_set(v: ColumnOrName, path: Column | str, value: ColumnOrName, create_if_missing: bool = True) -> Column:
    """As `variant_set`, but null where that is an error."""


@scalar(VARIANT, STRING, ANY, **_changing(variant_paths.append, True))
def variant_array_append(v: ColumnOrName, path: Column | str, value: ColumnOrName) -> Column:
    """The variant with one more element at the end of the array at a path."""


@scalar(VARIANT, STRING, ANY, **_changing(variant_paths.try_append, False))
def try_variant_array_append(v: ColumnOrName, path: Column | str, value: ColumnOrName) -> Column:
    """As `variant_array_append`, but null where that is an error."""


def _delete(value: dict[str, bytes] | None, *paths: str | None) -> dict[str, bytes] | None:
    return (
        None if value is None else variant_out(variant_paths.delete(pair(value), *(p for p in paths if p is not None)))
    )


@scalar(
    VARIANT, STRING, returns=VARIANT, min_args=2, python=kernel(_delete), null_calls=True,
    nullable=lambda args: args[0].nullable,
)  # fmt: skip
def variant_delete(v: ColumnOrName, *paths: Column | str) -> Column:
    """The variant without what these paths lead to."""


@scalar(
    VARIANT, BOOLEAN, returns=VARIANT, min_args=1, coerce=defaults(None, Literal(True, BOOLEAN)),
    python=kernel(On(variant_paths.strip_nulls, True)),
)  # fmt: skip
def variant_strip_nulls(v: ColumnOrName, include_arrays: bool = True) -> Column:
    """The variant without the fields (and elements of arrays) that are null."""


# --- schemas of many -------------------------------------------------------------------------------------------------


def merged_schema(values: Sequence[dict[str, bytes] | None] | None) -> str:
    """The type that holds all of the variants, as text."""
    kinds = [variants.variant_type(pair(v)) for v in values or () if v is not None]
    nothing: t.DataType = t.NullType()
    return variants.type_text(reduce(variants.merge_types, kinds, nothing))


@aggregate(VARIANT, returns=STRING, nullable=False, python=kernel(merged_schema))
def schema_of_variant_agg(v: ColumnOrName) -> Column:
    """Aggregate: the type that holds all of the variants, as text."""
