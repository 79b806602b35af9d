"""Rows as XML files: a root element with one element for each row."""

from __future__ import annotations

import codecs
import re
from typing import Any

import pyarrow as pa

from pyrdd.errors import IllegalArgumentException
from pyrdd.sql.kernels.xml_rows import XmlWriter
from pyrdd.sql.sources.base import Options
from pyrdd.sql.sources.streams import open_sink
from pyrdd.sql.sources.value_text import internal
from pyrdd.sql.sources.xml_options import of_kernels
from pyrdd.sql.types import ArrayType, DataType, MapType, StructType

_DECLARATION = 'version="1.0" encoding="UTF-8" standalone="yes"'
_ATTRIBUTE = re.compile(r"""([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
# Java begins a file in UTF-16 with a byte order mark and the high byte
_MARKED = {"utf-16": (codecs.BOM_UTF16_BE, "utf-16-be")}


class XmlFileWriter:
    """Writes tables to one file. A file without rows is empty."""

    def __init__(self, path: str, schema: StructType, options: Options) -> None:
        self._schema = schema
        self._rows = XmlWriter(of_kernels(options))
        name = codecs.lookup(options.first("encoding", "charset", default="UTF-8")).name
        self._mark, self._encoding = _MARKED.get(name, (b"", name))
        self._declaration = options.get("declaration", _DECLARATION)
        self._root, self._attributes = root_element(options)
        self._begun = False
        self._sink = open_sink(path, options)

    def write(self, table: pa.Table) -> None:
        """Adds rows."""
        if not table.num_rows:
            return
        texts = [self._rows.element(row, self._schema, 1) for row in rows_of(table, self._schema)]
        if not self._begun:
            self._begun = True
            texts.insert(0, self._opening())
        self._put("".join(texts))

    def _opening(self) -> str:
        declaration = f"<?xml {self._declaration}?>\n" if self._declaration else ""
        return f"{declaration}<{self._root}{self._attributes}>"

    def _put(self, text: str) -> None:
        self._sink.write(self._mark + text.encode(self._encoding))
        self._mark = b""

    def close(self) -> None:
        """Completes the file."""
        if self._begun:
            self._put(f"\n</{self._root}>")
        self._sink.close()

    def abort(self) -> None:
        """Gives up; the file goes with its attempt."""
        self._sink.close()


def root_element(options: Options) -> tuple[str, str]:
    """The name of the root element, and its attributes as text: the option ``rootTag`` may have both."""
    written = options.get("rootTag", "ROWS")
    if not written or {"<", ">"} & set(written):
        fault = "should not include angle brackets" if written else "option should not be an empty string."
        raise IllegalArgumentException(f"requirement failed: 'rootTag' {fault}")
    name, _, rest = written.partition(" ")
    pairs = [(key, double or single) for key, double, single in _ATTRIBUTE.findall(rest)]
    return name, "".join(f' {key}="{value}"' for key, value in pairs)


def rows_of(table: pa.Table, schema: StructType) -> list[tuple[Any, ...]]:
    """The rows as kernels take them: structs as tuples, maps as lists of pairs, dates and times as numbers."""
    columns = [_values(table.column(at).combine_chunks(), field.dataType) for at, field in enumerate(schema.fields)]
    return list(zip(*columns, strict=True))


def _values(column: pa.Array, kind: DataType) -> list[Any]:
    if isinstance(kind, StructType):
        children = [_values(column.field(at), field.dataType) for at, field in enumerate(kind.fields)]
        rows = list(zip(*children, strict=True)) if children else [()] * len(column)
        return [row if there else None for row, there in zip(rows, column.is_valid().to_pylist(), strict=True)]
    if isinstance(kind, MapType):
        pairs = list(zip(_values(column.keys, kind.keyType), _values(column.items, kind.valueType), strict=True))
        return _cut(column, pairs)
    if isinstance(kind, ArrayType):
        return _cut(column, _values(column.values, kind.elementType))
    found: list[Any] = internal(column).to_pylist()
    return found


def _cut(column: pa.Array, items: list[Any]) -> list[Any]:
    """The items of all lists, given to each its own."""
    ends, valid = column.offsets.to_pylist(), column.is_valid().to_pylist()
    return [items[ends[at] : ends[at + 1]] if there else None for at, there in enumerate(valid)]
