"""The schema and the options that from_json, from_csv and from_xml take: constants, known while analysing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis.problems import analysis_error, quoted_sql
from pyrdd.sql.column import Column, literal
from pyrdd.sql.column import call as call_of
from pyrdd.sql.expressions import Call, Literal
from pyrdd.sql.expressions.text import sql_type
from pyrdd.sql.functions.kernel_values import inward, outward
from pyrdd.sql.functions.text_tools import literal_value


def schema_column(schema: Any) -> Column:
    """A schema as Python gives it: a type, its text, or a Column."""
    return literal(schema.json() if isinstance(schema, t.DataType) else schema)


def options_columns(options: Mapping[str, Any] | None) -> list[Column]:
    """Options as the last argument of a call, if there are any."""
    if not options:
        return []
    items = [
        literal(x if isinstance(x, str) else str(x).lower() if isinstance(x, bool) else str(x))
        for o in options.items()
        for x in o
    ]
    return [call_of("map", *items)]


@lru_cache(256)
def type_of_text(text: str) -> t.DataType:
    """The type that DDL or JSON text describes."""
    if text.lstrip().startswith(("{", '"')):
        from pyrdd.sql.types.json_schema import type_of_json  # here: schemas are mostly DDL

        return type_of_json(json.loads(text))
    return t.DataType.fromDDL(text)


def schema_argument(argument: Any, ctx: Any) -> Literal:
    """The schema as a literal of its JSON text. Raises INVALID_SCHEMA and what the parser raises."""
    from pyrdd.sql.analysis.fold import constant_value  # here: folding runs a query

    if not argument.foldable or not isinstance(argument.data_type, t.StringType):
        raise analysis_error("INVALID_SCHEMA.NON_STRING_LITERAL", inputSchema=quoted_sql(argument))
    text = constant_value(argument, ctx)
    if text is None:
        raise analysis_error("INVALID_SCHEMA.NON_STRING_LITERAL", inputSchema=quoted_sql(argument))
    try:
        found = type_of_text(text)
    except ValueError as error:
        raise analysis_error("INVALID_SCHEMA.PARSE_ERROR", inputSchema=f'"{text}"', reason=str(error)) from None
    return Literal(found._as_nullable().json(), t.StringType())


def options_argument(argument: Any) -> Literal:
    """The options as a literal of JSON text. Raises INVALID_OPTIONS."""
    if not (isinstance(argument, Call) and argument.function.name == "map"):
        raise analysis_error("INVALID_OPTIONS.NON_MAP_FUNCTION")
    kind = argument.data_type
    assert isinstance(kind, t.MapType)
    if not (isinstance(kind.keyType, t.StringType) and isinstance(kind.valueType, t.StringType)):
        raise analysis_error("INVALID_OPTIONS.NON_STRING_TYPE", mapType=f'"{sql_type(kind)}"')
    texts = [literal_value(a) for a in argument.args]
    return Literal(json.dumps(dict(zip(texts[0::2], texts[1::2], strict=True))), t.StringType())


def options_of(call: Any, index: int) -> dict[str, str]:
    """The options of an analysed call."""
    return dict(json.loads(call.args[index].value)) if len(call.args) > index else {}


class Reader:
    """A kernel that reads texts into values of a type: ``make(schema, options, zone)`` is called once."""

    def __init__(self, make: Callable[..., Any], schema: str, options: dict[str, str], zone: str) -> None:
        self._arguments = (make, schema, options, zone)
        self._type = type_of_text(schema)
        self._read = make(self._type, options, zone)

    def __reduce__(self) -> tuple[Any, ...]:
        return Reader, self._arguments

    def __call__(self, text: str) -> Any:
        return outward(self._read(text), self._type)


class Printer:
    """A kernel that writes values of a type as texts."""

    def __init__(self, make: Callable[..., Any], schema: str, options: dict[str, str], zone: str) -> None:
        self._arguments = (make, schema, options, zone)
        self._type = type_of_text(schema)
        self._write = make(self._type, options, zone)

    def __reduce__(self) -> tuple[Any, ...]:
        return Printer, self._arguments

    def __call__(self, value: Any) -> Any:
        return self._write(inward(value, self._type))


def reading(name: str, make: Callable[..., Any]) -> Callable[..., str]:
    """The text of a call of ``from_...(text, schema, options)``."""

    def sql(call: Any, args: list[str], writer: Any) -> str:
        kernel = Reader(make, call.args[1].value, options_of(call, 2), writer.time_zone)
        return str(writer.python_call(name, kernel, [args[0]], [t.StringType()], call.data_type))

    return sql


def printing(name: str, make: Callable[..., Any]) -> Callable[..., str]:
    """The text of a call of ``to_...(value, options)``."""

    def sql(call: Any, args: list[str], writer: Any) -> str:
        kind = call.args[0].data_type
        kernel = Printer(make, kind.json(), options_of(call, 1), writer.time_zone)
        return str(writer.python_call(name, kernel, [args[0]], [kind], call.data_type))

    return sql
