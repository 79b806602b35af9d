"""JSON functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis.problems import mismatch, quoted_type, wrong_arg_count
from pyrdd.sql.column import Column, ColumnOrName, column_or_name, literal
from pyrdd.sql.column import call as call_of
from pyrdd.sql.expressions import Literal
from pyrdd.sql.functions.decorators import generator, scalar
from pyrdd.sql.functions.inputs import ANY, INT, STRING
from pyrdd.sql.functions.schemas import (
    options_argument,
    options_columns,
    options_of,
    printing,
    reading,
    schema_argument,
    schema_column,
    type_of_text,
)
from pyrdd.sql.functions.string_tools import kernel
from pyrdd.sql.functions.text_tools import call_text, require
from pyrdd.sql.kernels import json_path, json_rows, variants

# --- from_json, to_json ----------------------------------------------------------------------------------------------


def make_reader(schema: t.DataType, options: dict[str, str], zone: str) -> Callable[[str], Any]:
    """What reads JSON of a schema."""
    return json_rows.JsonReader(schema, json_rows.JsonOptions(options, zone)).read


def make_writer(schema: t.DataType, options: dict[str, str], zone: str) -> Callable[[Any], str]:
    """What writes values of a type as JSON."""
    if isinstance(schema, t.VariantType):
        return lambda value: variants.to_json((bytes(value.value), bytes(value.metadata)), zone)
    write = json_rows.JsonWriter(json_rows.JsonOptions(options, zone)).write
    return lambda value: write(value, schema)


def _from_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    schema = schema_argument(args[1], ctx)
    kind = type_of_text(schema.value)
    if not isinstance(kind, t.StructType | t.ArrayType | t.MapType | t.VariantType):
        raise mismatch("INVALID_JSON_SCHEMA", call_text("from_json", args[:1]), schema=quoted_type(kind))
    if isinstance(kind, t.MapType) and not isinstance(kind.keyType, t.StringType):
        raise mismatch("INVALID_JSON_MAP_KEY_TYPE", call_text("from_json", args[:1]), schema=quoted_type(kind))
    return [args[0], schema, *(options_argument(o) for o in args[2:])]


def typed_by_schema(args: Sequence[Any]) -> t.DataType:
    """The type that the second argument, a schema, describes."""
    return type_of_text(args[1].value)


@scalar(
    STRING, ANY, returns=typed_by_schema, coerce=_from_types, nullable=True, with_writer=True,
    sql=reading("from_json", make_reader),
    pretty=lambda name, args, call: "entries" if isinstance(call.data_type, t.MapType) else f"{name}({args[0]})",
)  # fmt: skip
def from_json(col: ColumnOrName, schema: Any, options: Mapping[str, str] | None = None) -> Column:
    """The value of JSON text in a schema; null for text that is not JSON. Options as those of reading JSON files.

    >>> spark.range(1).select(F.from_json(F.lit('{"a": 1}'), "a int")).first()[0]
    Row(a=1)
    """
    return call_of("from_json", column_or_name(col), schema_column(schema), *options_columns(options))


def _to_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    require(
        "to_json",
        args,
        0,
        (t.StructType, t.ArrayType, t.MapType, t.VariantType),
        '("STRUCT" or "ARRAY" or "MAP" or "VARIANT")',
    )
    return [args[0], *(options_argument(o) for o in args[1:])]


@scalar(
    ANY, ANY, returns=STRING, min_args=1, coerce=_to_types, nullable=True, with_writer=True,
    sql=printing("to_json", make_writer), pretty=lambda name, args, call: f"{name}({args[0]})",
)  # fmt: skip
def to_json(col: ColumnOrName, options: Mapping[str, str] | None = None) -> Column:
    """A struct, array, map or variant as JSON text; null fields are left out.

    >>> spark.range(1).select(F.to_json(F.struct(F.lit(1).alias("a")))).first()[0]
    '{"a":1}'
    """
    return call_of("to_json", column_or_name(col), *options_columns(options))


# --- schema_of_json --------------------------------------------------------------------------------------------------


def schema_types(name: str, infer: Callable[[str, dict[str, str]], str]) -> Callable[..., Sequence[Any]]:
    """Coercion of ``schema_of_...(text, options)``: the text is a constant, the answer is found while analysing."""

    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        from pyrdd.sql.analysis.fold import constant_value  # here: folding runs a query

        if isinstance(args[0].data_type, t.NullType):
            raise mismatch("UNEXPECTED_NULL", call_text(name, args[:1]), exprName=name.rpartition("_")[2])
        if not args[0].foldable or not isinstance(args[0].data_type, t.StringType):
            kind = "NON_FOLDABLE_INPUT" if isinstance(args[0].data_type, t.StringType) else "UNEXPECTED_INPUT_TYPE"
            if kind == "UNEXPECTED_INPUT_TYPE":
                require(name, args, 0, t.StringType, '"STRING"')
            raise mismatch(
                kind, call_text(name, args[:1]), inputName=f"`{name.rpartition('_')[2]}`", inputType='"STRING"',
                inputExpr=call_text("", args[:1])[2:-2],
            )  # fmt: skip
        options = [options_argument(o) for o in args[1:]]
        text = constant_value(args[0], ctx)
        if text is None:
            raise mismatch("UNEXPECTED_NULL", call_text(name, args[:1]), exprName=name.rpartition("_")[2])
        given = options_of(_Arguments([args[0], *options]), 1)
        return [args[0], Literal(infer(text, given), STRING)]

    return coerce


class _Arguments:
    def __init__(self, args: Sequence[Any]) -> None:
        self.args = args


def _schema_text(text: str, options: dict[str, str]) -> str:
    return json_rows.type_ddl(json_rows.schema_of_json(text, options))


@scalar(
    ANY, ANY, returns=STRING, min_args=1, coerce=schema_types("schema_of_json", _schema_text), nullable=False, sql="{1}",
    pretty=lambda name, args, call: f"{name}({args[0]})",
)  # fmt: skip
def schema_of_json(json: Column | str, options: Mapping[str, str] | None = None) -> Column:
    """The schema of constant JSON text, as `from_json` takes it."""
    return call_of("schema_of_json", literal(json), *options_columns(options))


# --- paths -----------------------------------------------------------------------------------------------------------


@scalar(STRING, STRING, returns=STRING, nullable=True, python=kernel(json_path.get_json_object))
def get_json_object(col: ColumnOrName, path: str) -> Column:
    """What a path such as ``$.a[0]`` leads to in JSON text; null for nothing.

    >>> spark.range(1).select(F.get_json_object(F.lit('{"a": [1, 2]}'), "$.a[1]")).first()[0]
    '2'
    """


def _text_only(name: str) -> Callable[..., Sequence[Any]]:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        require(name, args, 0, (t.StringType, t.NullType), '"STRING"')
        return args

    return coerce


@scalar(
    STRING,
    returns=INT,
    nullable=True,
    coerce=_text_only("json_array_length"),
    python=kernel(json_path.json_array_length),
)
def json_array_length(col: ColumnOrName) -> Column:
    """The number of elements of the outermost array; null for anything else."""


@scalar(
    STRING, returns=t.ArrayType(STRING, True), nullable=True, coerce=_text_only("json_object_keys"),
    python=kernel(json_path.json_object_keys),
)  # fmt: skip
def json_object_keys(col: ColumnOrName) -> Column:
    """The keys of the outermost object; null for anything else."""


def _tuple_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    if len(args) < 2:
        raise wrong_arg_count("json_tuple", "> 1", len(args))
    if any(not isinstance(a.data_type, t.StringType) for a in args):
        raise mismatch("NON_STRING_TYPE", call_text("json_tuple", args), funcName="`json_tuple`")
    return args


def _tuple_rows(text: str | None, *names: str | None) -> list[Any]:
    found = [None] * len(names) if text is None else json_path.json_tuple(text, [n or "" for n in names])
    if len(names) == 1:
        return [found[0]]
    return [{f"c{i}": value for i, value in enumerate(found)}]


def _tuple_text(call: Any, args: list[str], writer: Any) -> str:
    kind = STRING if len(args) == 2 else call.data_type
    types = [a.data_type if isinstance(a.data_type, t.StringType) else STRING for a in call.args]
    return str(writer.python_call("json_tuple", _tuple_rows, args, types, t.ArrayType(kind, True), null_calls=True))


@generator(
    STRING,
    returns=lambda args: t.StructType([t.StructField(f"c{i}", STRING, True) for i in range(len(args) - 1)]),
    min_args=2,
    coerce=_tuple_types,
    sql=_tuple_text,
    with_writer=True,
)
def json_tuple(col: ColumnOrName, *fields: str) -> Column:
    """A row of the values of these keys (columns ``c0``, ``c1``, ...)."""
    return call_of("json_tuple", column_or_name(col), *(literal(f) for f in fields))
