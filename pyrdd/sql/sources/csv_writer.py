"""CSV files as Spark writes them: quotes where a value needs them, ``""`` for the empty string."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pyrdd.sql.kernels.csv_rows import BLANKS
from pyrdd.sql.kernels.datetime_format import ISO_INSTANT, ISO_LOCAL, formatter
from pyrdd.sql.kernels.datetime_parse import date_to_string
from pyrdd.sql.kernels.timezones import parse_zone
from pyrdd.sql.sources.base import Options
from pyrdd.sql.sources.csv_dialect import flag, line_separator, separator
from pyrdd.sql.sources.streams import open_sink
from pyrdd.sql.sources.value_text import internal, mapped, text_column
from pyrdd.sql.types import DataType, DateType, DecimalType, StringType, StructType, TimestampNTZType, TimestampType


@dataclass(frozen=True, slots=True)
class _Style:
    sep: str
    quote: str
    escape: str
    escape_escape: str
    quote_all: bool
    escape_quotes: bool
    trim_left: bool
    trim_right: bool
    null_value: str
    empty_value: str
    line_sep: str


def _style(options: Options) -> _Style:
    escape, quote = options.get("escape", "\\"), options.get("quote", '"')
    return _Style(
        sep=separator(options),
        quote="\0" if quote == "" else quote,
        escape=escape,
        escape_escape=options.get("charToEscapeQuoteEscaping", escape if escape != quote else ""),
        quote_all=flag(options, "quoteAll", False),
        escape_quotes=flag(options, "escapeQuotes", True),
        trim_left=flag(options, "ignoreLeadingWhiteSpace", True),
        trim_right=flag(options, "ignoreTrailingWhiteSpace", True),
        null_value=options.get("nullValue", ""),
        empty_value=options.get("emptyValue", '""'),
        line_sep=line_separator(options) or "\n",
    )


class CsvWriter:
    """Writes tables to one file; the header comes first when the options want one."""

    def __init__(self, path: str, schema: StructType, options: Options) -> None:
        self._style = _style(options)
        self._schema, self._options = schema, options
        self._encoding = options.first("encoding", "charset", default="UTF-8")
        self._quoter = _quoter(self._style)
        self._sink = open_sink(path, options)
        if flag(options, "header", False):
            self._put(self._style.sep.join(self._quoter(field.name) for field in schema.fields) + self._style.line_sep)

    def write(self, table: pa.Table) -> None:
        """Adds rows."""
        fields = enumerate(self._schema.fields)
        columns = [self._texts(_one(table.column(at)), field.dataType).to_pylist() for at, field in fields]
        lines = map(self._style.sep.join, zip(*columns, strict=True))
        text = self._style.line_sep.join(lines)
        if text or table.num_rows:
            self._put(text + self._style.line_sep)

    def close(self) -> None:
        """Completes the file."""
        self._sink.close()

    def abort(self) -> None:
        """Gives up; the file goes with its attempt."""
        self._sink.close()

    def _put(self, text: str) -> None:
        self._sink.write(text.encode(self._encoding))

    def _texts(self, column: pa.Array, kind: DataType) -> pa.Array:
        texts = csv_text(column, kind, self._options)
        if self._style.quote_all or isinstance(kind, StringType) or _may_need_quotes(texts, self._style):
            encoded = texts.dictionary_encode()
            quoted = [self._quoter(text) for text in encoded.dictionary.to_pylist()]
            texts = pa.array(quoted, pa.string()).take(encoded.indices)
        null = self._quoter(self._style.null_value) if self._style.quote_all else self._style.null_value
        return pc.fill_null(texts, null)


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks()


def csv_text(column: pa.Array, kind: DataType, options: Options) -> pa.Array:
    """The values as text, before quotes."""
    write: Callable[[Any], str]
    zone = parse_zone(options.timezone)
    if isinstance(kind, DateType):
        pattern = options.get("dateFormat")
        write = formatter(pattern).date if pattern else date_to_string
    elif isinstance(kind, TimestampType):
        stamp = formatter(options.get("timestampFormat", ISO_INSTANT))
        write = lambda micros: stamp.timestamp(micros, zone)  # noqa: E731
    elif isinstance(kind, TimestampNTZType):
        write = formatter(options.get("timestampNTZFormat", ISO_LOCAL)).local
    elif isinstance(kind, DecimalType):
        write = str  # as BigDecimal prints itself: small numbers with an exponent
    else:
        return text_column(column, kind, options.timezone)
    return mapped(internal(column), write)


def _may_need_quotes(texts: pa.Array, style: _Style) -> bool:
    found = [pc.any(pc.match_substring(texts, sign)).as_py() for sign in (style.sep, style.quote, " ", "\n", "\r")]
    return any(found) or style.quote == "\0"


def _quoter(style: _Style) -> Callable[[str | None], str]:
    """The function that writes one text, quoted when it has to be."""
    quote, escape = style.quote, style.escape

    def quoted(text: str | None) -> str:
        if text is None:
            return style.null_value
        if not text:
            return style.empty_value
        if style.trim_left:
            text = text.lstrip(BLANKS)
        if style.trim_right:
            text = text.rstrip(BLANKS)
        needed = style.quote_all or style.sep in text or "\n" in text or "\r" in text
        needed = needed or text.startswith(quote) or (style.escape_quotes and quote in text)
        if not needed:
            return text
        if style.escape_escape and escape and escape != quote:
            text = text.replace(escape, style.escape_escape + escape)
        return f"{quote}{text.replace(quote, escape + quote)}{quote}"

    return quoted
