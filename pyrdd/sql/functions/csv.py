"""CSV functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis.problems import analysis_error, quoted_type
from pyrdd.sql.column import Column, ColumnOrName, column_or_name, literal
from pyrdd.sql.column import call as call_of
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import ANY, STRING
from pyrdd.sql.functions.json import schema_types, typed_by_schema
from pyrdd.sql.functions.schemas import (
    options_argument,
    options_columns,
    printing,
    reading,
    schema_argument,
    schema_column,
    type_of_text,
)
from pyrdd.sql.functions.text_tools import require
from pyrdd.sql.kernels import csv_rows
from pyrdd.sql.kernels.json_rows import type_ddl


def _reader(schema: Any, options: dict[str, str], zone: str) -> Callable[[str], Any]:
    return csv_rows.CsvReader(schema, csv_rows.CsvOptions(options, zone)).read


def _writer(schema: Any, options: dict[str, str], zone: str) -> Callable[[Any], str]:
    return lambda row: csv_rows.to_csv(row, schema, options, zone)


def struct_schema(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    """Coercion of ``from_...(text, schema, options)`` where the schema is a struct's. Raises INVALID_SCHEMA.NON_STRUCT_TYPE."""
    schema = schema_argument(args[1], ctx)
    kind = type_of_text(schema.value)
    if not isinstance(kind, t.StructType):
        raise analysis_error(
            "INVALID_SCHEMA.NON_STRUCT_TYPE",
            inputSchema=f'"{getattr(args[1], "value", "")}"',
            dataType=quoted_type(kind),
        )
    return [args[0], schema, *(options_argument(o) for o in args[2:])]


@scalar(
    STRING, ANY, returns=typed_by_schema, coerce=struct_schema, with_writer=True, sql=reading("from_csv", _reader),
    pretty=lambda name, args, call: f"{name}({args[0]})",
)  # fmt: skip
def from_csv(col: ColumnOrName, schema: Any, options: Mapping[str, str] | None = None) -> Column:
    """The row of a CSV line in a schema. Options as those of reading CSV files."""
    return call_of("from_csv", column_or_name(col), schema_column(schema), *options_columns(options))


def _to_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    require("to_csv", args, 0, t.StructType, '"STRUCT"')
    return [args[0], *(options_argument(o) for o in args[1:])]


@scalar(
    ANY, ANY, returns=STRING, min_args=1, coerce=_to_types, nullable=True, with_writer=True, sql=printing("to_csv", _writer),
    pretty=lambda name, args, call: f"{name}({args[0]})",
)  # fmt: skip
def to_csv(col: ColumnOrName, options: Mapping[str, str] | None = None) -> Column:
    """A struct as a CSV line."""
    return call_of("to_csv", column_or_name(col), *options_columns(options))


def _schema_text(text: str, options: dict[str, str]) -> str:
    return type_ddl(csv_rows.schema_of_csv(text, options))


@scalar(
    ANY, ANY, returns=STRING, min_args=1, coerce=schema_types("schema_of_csv", _schema_text), nullable=False, sql="{1}",
    pretty=lambda name, args, call: f"{name}({args[0]})",
)  # fmt: skip
def schema_of_csv(csv: Column | str, options: Mapping[str, str] | None = None) -> Column:
    """The schema of a constant CSV line, as `from_csv` takes it."""
    return call_of("schema_of_csv", literal(csv), *options_columns(options))
