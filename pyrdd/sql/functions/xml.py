"""XML functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.column import Column, ColumnOrName, column_or_name, literal
from pyrdd.sql.column import call as call_of
from pyrdd.sql.functions.csv import struct_schema
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import ANY, BOOLEAN, DOUBLE, FLOAT, INT, LONG, SHORT, STRING
from pyrdd.sql.functions.json import schema_types, typed_by_schema
from pyrdd.sql.functions.schemas import options_argument, options_columns, printing, reading, schema_column
from pyrdd.sql.functions.string_tools import kernel
from pyrdd.sql.functions.text_tools import require
from pyrdd.sql.kernels import xml_rows
from pyrdd.sql.kernels import xpath as paths
from pyrdd.sql.kernels.csv_rows import CsvOptions
from pyrdd.sql.kernels.json_rows import type_ddl


def _reader(schema: Any, options: dict[str, str], zone: str) -> Callable[[str], Any]:
    return xml_rows.XmlReader(schema, CsvOptions(options, zone)).read


def _writer(schema: Any, options: dict[str, str], zone: str) -> Callable[[Any], str]:
    return lambda row: xml_rows.to_xml(row, schema, options, zone)


@scalar(
    STRING, ANY, returns=typed_by_schema, coerce=struct_schema, nullable=True, with_writer=True,
    sql=reading("from_xml", _reader), pretty=lambda name, args, call: f"{name}({args[0]})",
)  # fmt: skip
def from_xml(col: ColumnOrName, schema: Any, options: Mapping[str, str] | None = None) -> Column:
    """The row of an XML element in a schema. Options as those of reading XML files."""
    return call_of("from_xml", column_or_name(col), schema_column(schema), *options_columns(options))


def _to_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    require("to_xml", args, 0, (t.StructType, t.VariantType), '"STRUCT" or "VARIANT"')
    return [args[0], *(options_argument(o) for o in args[1:])]


@scalar(
    ANY, ANY, returns=STRING, min_args=1, coerce=_to_types, nullable=True, with_writer=True, sql=printing("to_xml", _writer),
    pretty=lambda name, args, call: f"{name}({args[0]})",
)  # fmt: skip
def to_xml(col: ColumnOrName, options: Mapping[str, str] | None = None) -> Column:
    """A struct as an XML element."""
    return call_of("to_xml", column_or_name(col), *options_columns(options))


def _schema_text(text: str, options: dict[str, str]) -> str:
    return type_ddl(xml_rows.schema_of_xml(text, options))


@scalar(
    ANY, ANY, returns=STRING, min_args=1, coerce=schema_types("schema_of_xml", _schema_text), nullable=False, sql="{1}",
    pretty=lambda name, args, call: f"{name}({args[0]})",
)  # fmt: skip
def schema_of_xml(xml: Column | str, options: Mapping[str, str] | None = None) -> Column:
    """The schema of a constant XML element, as `from_xml` takes it."""
    return call_of("schema_of_xml", literal(xml), *options_columns(options))


# --- xpath -----------------------------------------------------------------------------------------------------------

_PATH: dict[str, Any] = {"nullable": True, "constants": (1,)}


def _long(xml: str, path: str) -> int:
    return paths.xpath_integer(xml, path, 64)


def _short(xml: str, path: str) -> int:
    return paths.xpath_integer(xml, path, 16)


@scalar(STRING, STRING, returns=t.ArrayType(STRING, True), python=kernel(paths.xpath), **_PATH)
def xpath(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The texts of the nodes that an XPath finds."""


@scalar(STRING, STRING, returns=BOOLEAN, python=kernel(paths.xpath_boolean), **_PATH)
def xpath_boolean(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """Whether an XPath finds something, or its truth value."""


@scalar(STRING, STRING, returns=DOUBLE, python=kernel(paths.xpath_double), **_PATH)
def xpath_double(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The number that an XPath finds; NaN for text that is none."""


@scalar(STRING, STRING, returns=DOUBLE, python=kernel(paths.xpath_double), **_PATH)
def xpath_number(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The number that an XPath finds, as `xpath_double`."""


@scalar(STRING, STRING, returns=FLOAT, python=kernel(paths.xpath_double), **_PATH)
def xpath_float(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The number that an XPath finds, in single precision."""


@scalar(STRING, STRING, returns=INT, python=kernel(paths.xpath_integer), **_PATH)
def xpath_int(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The whole number that an XPath finds; 0 for text that is none."""


@scalar(STRING, STRING, returns=LONG, python=kernel(_long), **_PATH)
def xpath_long(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The whole number that an XPath finds, as a bigint."""


@scalar(STRING, STRING, returns=SHORT, python=kernel(_short), **_PATH)
def xpath_short(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The whole number that an XPath finds, as a smallint."""


@scalar(STRING, STRING, returns=STRING, python=kernel(paths.xpath_string), **_PATH)
def xpath_string(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The text of the first node that an XPath finds."""
