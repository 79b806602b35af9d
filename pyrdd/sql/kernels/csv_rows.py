"""from_csv, to_csv and schema_of_csv.

A row is a tuple; dates and times are numbers (see the package). The option names and their defaults are Spark's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from pyrdd.errors import PySparkNotImplementedError, SparkRuntimeException
from pyrdd.sql.kernels import datetime_format, datetime_parse, intervals, number_text
from pyrdd.sql.kernels.json_rows import _BITS, JsonOptions, _or_none
from pyrdd.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    DataType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    MapType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
    TimestampType,
    TimeType,
    YearMonthIntervalType,
)


class _BadField(ValueError):
    """Text that its type cannot hold."""


@dataclass(frozen=True)
class CsvOptions(JsonOptions):
    """The options of reading and writing CSV."""

    def text(self, name: str, default: str, *aliases: str) -> str:
        """An option's text, under any of its names."""
        for key in (name, *aliases):
            value = self.get(key)
            if value is not None:
                return value
        return default

    @cached_property
    def separator(self) -> str:
        """What stands between two values."""
        return self.text("sep", ",", "delimiter").replace("\\t", "\t")

    @cached_property
    def quote(self) -> str:
        """What encloses a value; empty when nothing does."""
        return self.text("quote", '"').replace("\0", "")

    @cached_property
    def escape(self) -> str:
        """What makes the next quote part of the value."""
        return self.text("escape", "\\")


# --- reading ---------------------------------------------------------------------------------------------------------


def split_line(line: str, options: CsvOptions) -> list[str | None]:
    """The values of a line; an empty one is ``None``, a quoted empty one the ``emptyValue``.

    >>> split_line('1,"a,b",', CsvOptions({}))
    ['1', 'a,b', None]
    """
    comment = options.get("comment")
    if not line or (comment and line.startswith(comment)):
        return []
    found: list[str | None] = []
    at = 0
    while True:
        value, quoted, at = _value(line, at, options)
        found.append(_empty(value, quoted, options))
        if at >= len(line):
            return found
        at += len(options.separator)


def _empty(value: str, quoted: bool, options: CsvOptions) -> str | None:
    if quoted and not value:
        return options.text("emptyValue", "") or None
    return value or None


def _value(line: str, at: int, options: CsvOptions) -> tuple[str, bool, int]:
    """The value that begins at a position, whether it was quoted, and where its separator is."""
    if options.quote and line.startswith(options.quote, at):
        quoted = _quoted(line, at + 1, options)
        if quoted is not None:
            return quoted[0], True, quoted[1]
    end = line.find(options.separator, at)
    end = len(line) if end < 0 else end
    return _trimmed(line[at:end], options), False, end


def _quoted(line: str, at: int, options: CsvOptions) -> tuple[str, int] | None:
    """A quoted value; ``None`` when something else than a separator follows its end: it then was not one."""
    parts = []
    while at < len(line):
        char = line[at]
        following = line[at + 1 : at + 2]
        if char == options.escape and char != options.quote and following in (options.quote, options.escape):
            parts.append(following)
            at += 2
        elif char == options.quote:
            if options.escape == options.quote and following == options.quote:
                parts.append(char)
                at += 2
                continue
            at += 1
            while line[at : at + 1] == " ":
                at += 1
            ends = at >= len(line) or line.startswith(options.separator, at)
            return ("".join(parts), at) if ends else None
        else:
            parts.append(char)
            at += 1
    return "".join(parts), at


def _trimmed(value: str, options: CsvOptions) -> str:
    if options.flag("ignoreLeadingWhiteSpace"):
        value = value.lstrip(" \t")
    return value.rstrip(" \t") if options.flag("ignoreTrailingWhiteSpace") else value


def from_csv(
    text: str, schema: StructType, options: Mapping[str, str] | None = None, zone: str = "UTC"
) -> tuple[Any, ...]:
    """The row of a CSV line: values that do not fit are null, and then the corrupt-record column has the line. In the
    mode FAILFAST they raise MALFORMED_RECORD_IN_PARSING.

    >>> from_csv("1,x", StructType([StructField("a", IntegerType()), StructField("b", StringType())]))
    (1, 'x')
    """
    return CsvReader(schema, CsvOptions(options or {}, zone)).read(text)


class CsvReader:
    """Reads CSV lines in one schema."""

    def __init__(self, schema: StructType, options: CsvOptions, corrupt_column: str = "_corrupt_record") -> None:
        self._options = options
        self._fail_fast = options.mode("from_csv") == "FAILFAST"
        self._corrupt = options.get("columnNameOfCorruptRecord") or corrupt_column
        self._schema = schema
        self._fields = [field for field in schema.fields if field.name != self._corrupt]

    def read(self, text: str) -> tuple[Any, ...]:
        """The row of one line."""
        tokens = split_line(text, self._options)
        values, bad = [], len(tokens) != len(self._fields)
        for at, field in enumerate(self._fields):
            try:
                values.append(self._convert(tokens[at] if at < len(tokens) else None, field.dataType))
            except (_BadField, ValueError, ArithmeticError):
                bad = True
                values.append(None)
        if bad and self._fail_fast:
            raise SparkRuntimeException(
                errorClass="MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
                messageParameters={"badRecord": text, "failFastMode": "FAILFAST"},
            )
        return self._with_corrupt(values, text if bad else None)

    def _with_corrupt(self, values: list[Any], record: str | None) -> tuple[Any, ...]:
        rest = iter(values)
        return tuple(record if field.name == self._corrupt else next(rest) for field in self._schema.fields)

    def _convert(self, text: str | None, data_type: DataType) -> Any:
        if text is None or text == self._options.text("nullValue", ""):
            return None
        if isinstance(data_type, StringType):
            return text
        if isinstance(data_type, BinaryType):
            return text.encode("utf-8")
        if isinstance(data_type, BooleanType):
            if text.lower() not in ("true", "false"):
                raise _BadField
            return text.lower() == "true"
        if type(data_type) in _BITS:
            value = number_text.parse_integer(text, data_type.simpleString().upper())
            if value is None or text != text.strip():
                raise _BadField
            return value
        return self._wide(text, data_type)

    def _wide(self, text: str, data_type: DataType) -> Any:
        if isinstance(data_type, (DoubleType, FloatType)):
            number = self._double(text)
            return number_text.cast_float(repr(number)) if isinstance(data_type, FloatType) else number
        if isinstance(data_type, DecimalType):
            exact = Decimal(text.replace(",", "").strip())
            rounded = number_text.to_precision(exact, data_type.precision, data_type.scale)
            if rounded is None:
                raise _BadField
            return rounded
        parsed = _parse_moment(text, data_type, self._options)
        if parsed is None:
            raise _BadField
        return parsed

    def _double(self, text: str) -> float:
        special = {
            self._options.text("nanValue", "NaN"): math.nan,
            self._options.text("positiveInf", "Inf"): math.inf,
            self._options.text("negativeInf", "-Inf"): -math.inf,
        }
        value = special.get(text, number_text.parse_double(text))
        if value is None:
            raise _BadField
        return value


def _parse_moment(text: str, data_type: DataType, options: JsonOptions) -> int | None:
    zone = options.zone
    if isinstance(data_type, DateType):
        pattern = options.get("dateFormat")
        parse = datetime_parse.parse_date if pattern is None else _or_none(datetime_format.parser(pattern).date)
        return parse(text)
    if isinstance(data_type, TimestampType):
        pattern = options.get("timestampFormat")
        if pattern is None:
            return datetime_parse.parse_timestamp(text, zone)
        parser = datetime_format.parser(pattern)
        return _or_none(lambda value: parser.timestamp(value, zone))(text)
    if isinstance(data_type, TimestampNTZType):
        pattern = options.get("timestampNTZFormat")
        if pattern is None:
            return datetime_parse.parse_timestamp_ntz(text, allow_zone=False)
        return _or_none(datetime_format.parser(pattern).local)(text)
    if isinstance(data_type, TimeType):
        return datetime_parse.parse_time(text)
    raise PySparkNotImplementedError(
        errorClass="NOT_IMPLEMENTED",
        messageParameters={
            "feature": f"from_csv of the type {data_type.simpleString()}",
            "alternative": "Read it as a STRING and cast.",
        },
    )


# --- writing ---------------------------------------------------------------------------------------------------------


def to_csv(row: Any, schema: StructType, options: Mapping[str, str] | None = None, zone: str = "UTC") -> str:
    """The row as a CSV line.

    >>> to_csv((1, "x,y"), StructType([StructField("a", IntegerType()), StructField("b", StringType())]))
    '1,"x,y"'
    """
    return CsvWriter(CsvOptions(options or {}, zone)).write(row, schema)


BLANKS = "".join(map(chr, range(33)))
"""What is cut off around the fields of a line."""


class CsvWriter:
    """Writes rows as CSV lines."""

    def __init__(self, options: CsvOptions) -> None:
        self._options = options
        self._all = options.flag("quoteAll")

    def write(self, row: Any, schema: StructType) -> str:
        """The line of a row."""
        items = row.values() if isinstance(row, dict) else row
        texts = (self._text(item, field.dataType) for item, field in zip(items, schema.fields, strict=True))
        return self._options.separator.join(texts)

    def _text(self, value: Any, data_type: DataType) -> str:
        if value is None:
            return self._options.text("nullValue", "")
        text = self._plain(value, data_type)
        if self._options.flag("ignoreLeadingWhiteSpace", True):
            text = text.lstrip(BLANKS)
        quoted = self._needs_quotes(text)  # what is cut off behind it counts
        if self._options.flag("ignoreTrailingWhiteSpace", True):
            text = text.rstrip(BLANKS)
        if not text:
            return self._options.text("emptyValue", '""')
        return self._quoted(text) if quoted else text

    def _needs_quotes(self, text: str) -> bool:
        special = (self._options.separator, "\n", "\r", *filter(None, [self._options.quote]))
        return self._all or text.startswith("#") or any(part in text for part in special)

    def _quoted(self, text: str) -> str:
        quote, escape = self._options.quote, self._options.escape
        escaped = text.replace(quote, escape + quote) if quote and self._options.flag("escapeQuotes", True) else text
        return f"{quote}{escaped}{quote}"

    def _plain(self, value: Any, data_type: DataType) -> str:
        if isinstance(data_type, BooleanType):
            return "true" if value else "false"
        if isinstance(data_type, FloatType):
            return number_text.float_to_string(value)
        if isinstance(data_type, DoubleType):
            return number_text.double_to_string(value)
        if isinstance(data_type, DecimalType):
            return number_text.decimal_to_string(value)
        if isinstance(data_type, (DateType, TimestampType, TimestampNTZType)):
            return self._moment(value, data_type)
        if isinstance(data_type, (ArrayType, MapType, StructType)):
            return self._nested(value, data_type)
        if isinstance(data_type, BinaryType):
            return "[" + " ".join(f"{byte:02X}" for byte in value) + "]"
        if isinstance(data_type, TimeType):
            return datetime_parse.time_to_string(value)
        if isinstance(data_type, (DayTimeIntervalType, YearMonthIntervalType)):
            return intervals.interval_text(value, data_type)
        if isinstance(value, (str, int)):
            return str(value)
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED",
            messageParameters={
                "feature": f"to_csv of the type {data_type.simpleString()}",
                "alternative": "Cast it to STRING.",
            },
        )

    def _nested(self, value: Any, data_type: DataType) -> str:
        """A collection as `show` writes it."""
        if isinstance(data_type, ArrayType):
            return "[" + ", ".join(self._item(item, data_type.elementType) for item in value) + "]"
        if isinstance(data_type, MapType):
            entries = value.items() if isinstance(value, dict) else value
            pairs = (f"{self._item(k, data_type.keyType)} -> {self._item(v, data_type.valueType)}" for k, v in entries)
            return "{" + ", ".join(pairs) + "}"
        assert isinstance(data_type, StructType)
        fields = zip(data_type.fields, value, strict=True)
        return "{" + ", ".join(self._item(item, field.dataType) for field, item in fields) + "}"

    def _item(self, value: Any, data_type: DataType) -> str:
        if value is None:
            return "NULL"
        if isinstance(data_type, TimestampType):
            return datetime_parse.timestamp_to_string(value, self._options.zone)
        if isinstance(data_type, TimestampNTZType):
            return datetime_parse.local_to_string(value)
        if isinstance(data_type, DateType):
            return datetime_parse.date_to_string(value)
        return self._plain(value, data_type)

    def _moment(self, value: int, data_type: DataType) -> str:
        options = self._options
        if isinstance(data_type, DateType):
            pattern = options.get("dateFormat")
            if pattern is None:
                return datetime_parse.date_to_string(value)
            return datetime_format.formatter(pattern).date(value)
        if isinstance(data_type, TimestampNTZType):
            return datetime_format.formatter(options.get("timestampNTZFormat") or datetime_format.ISO_LOCAL).local(
                value
            )
        pattern = options.get("timestampFormat") or datetime_format.ISO_INSTANT
        return datetime_format.formatter(pattern).timestamp(value, options.zone)


# --- schema_of_csv ---------------------------------------------------------------------------------------------------


def schema_of_csv(text: str, options: Mapping[str, str] | None = None) -> StructType:
    """The types of a line's values, in columns ``_c0``, ``_c1``, ...

    >>> schema_of_csv("1,abc").simpleString()
    'struct<_c0:int,_c1:string>'
    """
    chosen = CsvOptions(options or {})
    types = [infer_type(value, chosen) for value in split_line(text, chosen)]
    return StructType([StructField(f"_c{at}", data_type) for at, data_type in enumerate(types)])


def infer_type(text: str | None, options: CsvOptions) -> DataType:
    """The narrowest type that holds a value."""
    if text is None or text == options.text("nullValue", ""):
        return StringType()
    for name, data_type in (("INT", IntegerType()), ("BIGINT", LongType())):
        if text == text.strip() and number_text.parse_integer(text, name) is not None:
            return data_type
    return _infer_wide(text, options)


def _infer_wide(text: str, options: CsvOptions) -> DataType:
    exact = number_text.parse_decimal(text)
    if exact is not None and text.lstrip("+-").isdigit() and len(exact.as_tuple().digits) <= 38:
        return DecimalType(len(exact.as_tuple().digits), 0)
    if number_text.parse_double(text) is not None or text in ("Inf", "-Inf"):
        return DoubleType()
    dates = datetime_format.parser(options.text("dateFormat", "yyyy-MM-dd"))
    if options.flag("preferDate", True) and _or_none(dates.date)(text) is not None:
        return DateType()
    if _is_timestamp(text, options):
        return TimestampType()
    return BooleanType() if text.lower() in ("true", "false") else StringType()


def _is_timestamp(text: str, options: CsvOptions) -> bool:
    """Whether the text names a point in time; a time alone is one of today."""
    if options.get("timestampFormat") is not None:
        return _parse_moment(text, TimestampType(), options) is not None
    return datetime_parse.parse_timestamp(text, options.zone, today=0) is not None
