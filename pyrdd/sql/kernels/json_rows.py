"""from_json, to_json and schema_of_json.

Structs are tuples here, maps lists of pairs; dates and times are numbers (see the package).
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from pyrdd.errors import AnalysisException, PySparkNotImplementedError, SparkRuntimeException
from pyrdd.sql.kernels import datetime_format, datetime_parse
from pyrdd.sql.kernels.datetime_items import DateTimeTextError
from pyrdd.sql.kernels.json_text import (
    JsonError,
    Liberties,
    Number,
    Object,
    double_text,
    join_object,
    parse,
    quote,
    write,
)
from pyrdd.sql.kernels.number_text import decimal_to_string, float_to_string, to_precision
from pyrdd.sql.kernels.timezones import Zone, parse_zone
from pyrdd.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    ByteType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    MapType,
    NullType,
    ShortType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
    TimestampType,
    TimeType,
)

_BITS: dict[type[DataType], int] = {ByteType: 8, ShortType: 16, IntegerType: 32, LongType: 64}
_SPECIAL_DOUBLES = {"NaN": math.nan, "Infinity": math.inf, "+Infinity": math.inf, "+INF": math.inf,
                    "-Infinity": -math.inf, "-INF": -math.inf}  # fmt: skip


@dataclass(frozen=True)
class JsonOptions:
    """The options of reading and writing JSON, their names without regard to case."""

    given: Mapping[str, str]
    session_zone: str = "UTC"

    @cached_property
    def _options(self) -> dict[str, str]:
        return {key.lower(): value for key, value in self.given.items()}

    def get(self, name: str) -> str | None:
        """An option's text."""
        return self._options.get(name.lower())

    def flag(self, name: str, default: bool = False) -> bool:
        """An option that is true or false."""
        value = self.get(name)
        return default if value is None else value.lower() == "true"

    @cached_property
    def zone(self) -> Zone:
        """The time zone of timestamps that name none."""
        return parse_zone(self.get("timeZone") or self.session_zone)

    @cached_property
    def liberties(self) -> Liberties:
        """What the parser lets pass."""
        return Liberties(
            comments=self.flag("allowComments"),
            unquoted_names=self.flag("allowUnquotedFieldNames"),
            single_quotes=self.flag("allowSingleQuotes", True),
            leading_zeros=self.flag("allowNumericLeadingZeros"),
            any_escape=self.flag("allowBackslashEscapingAnyCharacter"),
            control_characters=self.flag("allowUnquotedControlChars"),
            non_numeric=self.flag("allowNonNumericNumbers", True),
        )

    def mode(self, function: str) -> str:
        """PERMISSIVE or FAILFAST; ``AnalysisException`` (PARSE_MODE_UNSUPPORTED) for another."""
        mode = (self.get("mode") or "PERMISSIVE").upper()
        if mode == "DROPMALFORMED":
            raise AnalysisException(
                errorClass="PARSE_MODE_UNSUPPORTED", messageParameters={"funcName": f"`{function}`", "mode": mode}
            )
        return mode if mode == "FAILFAST" else "PERMISSIVE"


class _BadField(ValueError):
    """A value that its type cannot hold; ``partial`` is what could be kept of the record."""

    def __init__(self, partial: Any = None) -> None:
        super().__init__()
        self.partial = partial


# --- from_json -------------------------------------------------------------------------------------------------------


def from_json(text: str, schema: DataType, options: Mapping[str, str] | None = None, zone: str = "UTC") -> Any:
    """The value of a JSON text in a schema (a struct, an array or a map).

    Fields that do not fit are null; a record that is not JSON is a struct of nulls with the text in the corrupt-record
    column, or null. In the mode FAILFAST both raise MALFORMED_RECORD_IN_PARSING. Blank text is null.

    >>> from_json('{"a": 1, "b": "x"}', StructType().add("a", IntegerType()).add("b", IntegerType()))
    (1, None)
    """
    return JsonReader(schema, JsonOptions(options or {}, zone)).read(text)


class JsonReader:
    """Reads JSON records in one schema."""

    def __init__(self, schema: DataType, options: JsonOptions, corrupt_column: str = "_corrupt_record") -> None:
        self._schema, self._options = schema, options
        self._fail_fast = options.mode("from_json") == "FAILFAST"
        self._corrupt = options.get("columnNameOfCorruptRecord") or corrupt_column

    def read(self, text: str) -> Any:
        """The record of one text."""
        if not text.strip():
            return None
        try:
            return self._root(parse(text, self._options.liberties))
        except JsonError:
            return self._malformed(text, None)
        except _BadField as error:
            return self._malformed(text, error.partial)

    def _root(self, value: Any) -> Any:
        schema = self._schema
        if isinstance(schema, StructType) and not isinstance(value, Object):
            if value is None:
                return self._nulls(schema)
            raise _BadField
        if isinstance(schema, ArrayType) and isinstance(schema.elementType, StructType) and isinstance(value, Object):
            value = [value]
        return self._convert(value, schema)

    def _nulls(self, schema: StructType) -> tuple[Any, ...]:
        return (None,) * len(schema.fields)

    def _malformed(self, text: str, partial: Any) -> Any:
        if self._fail_fast:
            raise SparkRuntimeException(
                errorClass="MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
                messageParameters={"badRecord": "[null]", "failFastMode": "FAILFAST"},
            )
        if not isinstance(self._schema, StructType):
            return partial
        row = partial if partial is not None else self._nulls(self._schema)
        return tuple(
            text if field.name == self._corrupt else item for field, item in zip(self._schema.fields, row, strict=True)
        )

    def _convert(self, value: Any, data_type: DataType) -> Any:
        """The value in its type. `_BadField` when it does not fit."""
        if value is None:
            return None
        if isinstance(data_type, StructType):
            return self._struct(value, data_type)
        if isinstance(data_type, ArrayType):
            return self._array(value, data_type)
        if isinstance(data_type, MapType):
            if not isinstance(value, Object):
                raise _BadField
            return [(key, self._convert(item, data_type.valueType)) for key, item in dict(value).items()]
        return self._atom(value, data_type)

    def _struct(self, value: Any, schema: StructType) -> tuple[Any, ...]:
        if not isinstance(value, Object):
            raise _BadField
        fields = dict(value)
        row, bad = [], False
        for field in schema.fields:
            item = None if field.name == self._corrupt else fields.get(field.name)
            try:
                row.append(self._convert(item, field.dataType))
            except _BadField as error:
                bad = True
                row.append(error.partial)
        if bad:
            raise _BadField(tuple(row))
        return tuple(row)

    def _array(self, value: Any, data_type: ArrayType) -> list[Any]:
        if isinstance(value, Object) or not isinstance(value, list):
            raise _BadField
        items, bad = [], False
        for item in value:
            try:
                items.append(self._convert(item, data_type.elementType))
            except _BadField as error:
                if error.partial is None:
                    raise
                bad = True
                items.append(error.partial)
        if bad:
            raise _BadField(items)
        return items

    def _atom(self, value: Any, data_type: DataType) -> Any:
        if isinstance(data_type, StringType):
            return _plain_text(value)
        if isinstance(data_type, BooleanType):
            return _require(value, isinstance(value, bool))
        bits = _BITS.get(type(data_type))
        if bits is not None:
            return _integer(value, bits)
        if isinstance(data_type, (FloatType, DoubleType)):
            return _double(value)
        if isinstance(data_type, DecimalType):
            return _decimal(value, data_type)
        if isinstance(data_type, BinaryType):
            return _binary(value)
        return self._moment(value, data_type)

    def _moment(self, value: Any, data_type: DataType) -> int:
        if isinstance(value, Number):
            if isinstance(data_type, TimestampType) and value.is_integer:
                return int(value) * 1_000_000
            raise _BadField
        if not isinstance(value, str):
            raise _BadField
        parsed = self._date_parser(data_type)(value)
        if parsed is None:
            raise _BadField
        return parsed

    def _date_parser(self, data_type: DataType) -> Callable[[str], int | None]:
        zone = self._options.zone
        if isinstance(data_type, DateType):
            pattern = self._options.get("dateFormat")
            return datetime_parse.parse_date if pattern is None else _or_none(datetime_format.parser(pattern).date)
        if isinstance(data_type, TimestampType):
            pattern = self._options.get("timestampFormat")
            if pattern is None:
                return lambda text: datetime_parse.parse_timestamp(text, zone)
            parser = datetime_format.parser(pattern)
            return _or_none(lambda text: parser.timestamp(text, zone))
        if isinstance(data_type, TimestampNTZType):
            pattern = self._options.get("timestampNTZFormat")
            if pattern is None:
                return lambda text: datetime_parse.parse_timestamp_ntz(text, allow_zone=False)
            return _or_none(datetime_format.parser(pattern).local)
        if isinstance(data_type, TimeType):
            return datetime_parse.parse_time
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED",
            messageParameters={
                "feature": f"from_json of the type {data_type.simpleString()}",
                "alternative": "Read it as a STRING and cast.",
            },
        )


def _or_none(parse_text: Callable[[str], int]) -> Callable[[str], int | None]:
    def attempt(text: str) -> int | None:
        try:
            return parse_text(text)
        except DateTimeTextError:
            return None

    return attempt


def _require(value: Any, fits: bool) -> Any:
    if not fits:
        raise _BadField
    return value


def _plain_text(value: Any) -> str:
    return str(value) if isinstance(value, str) else write(value)


def _integer(value: Any, bits: int) -> int:
    _require(value, isinstance(value, Number) and value.is_integer)
    number = int(value)
    return int(_require(number, -(1 << (bits - 1)) <= number < 1 << (bits - 1)))


def _double(value: Any) -> float:
    if isinstance(value, Number):
        return float(value.replace("Infinity", "inf"))
    if isinstance(value, str) and value in _SPECIAL_DOUBLES:
        return _SPECIAL_DOUBLES[value]
    raise _BadField


def _decimal(value: Any, data_type: DecimalType) -> Decimal:
    _require(value, isinstance(value, str))
    try:
        rounded = to_precision(Decimal(value.replace(",", "")), data_type.precision, data_type.scale)
    except ArithmeticError:
        raise _BadField from None
    if rounded is None:
        raise _BadField
    return rounded


def _binary(value: Any) -> bytes:
    _require(value, isinstance(value, str) and not isinstance(value, Number))
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        raise _BadField from None


# --- to_json ---------------------------------------------------------------------------------------------------------


def to_json(value: Any, data_type: DataType, options: Mapping[str, str] | None = None, zone: str = "UTC") -> str:
    """The value as JSON text: null fields are left out unless ``ignoreNullFields`` is false.

    >>> to_json((1, None), StructType().add("a", IntegerType()).add("b", IntegerType()))
    '{"a":1}'
    """
    return JsonWriter(JsonOptions(options or {}, zone)).write(value, data_type)


class JsonWriter:
    """Writes values as JSON."""

    def __init__(self, options: JsonOptions) -> None:
        self._options = options
        self._skip_nulls = options.flag("ignoreNullFields", True)
        self._pretty = options.flag("pretty")

    def write(self, value: Any, data_type: DataType) -> str:
        """The text of a value."""
        return self._text(value, data_type, 0)

    def _text(self, value: Any, data_type: DataType, depth: int) -> str:
        if value is None or isinstance(data_type, NullType):
            return "null"
        if isinstance(data_type, StructType):
            items = value.values() if isinstance(value, dict) else value
            pairs = [
                (field.name, self._text(item, field.dataType, depth + 1))
                for field, item in zip(data_type.fields, items, strict=True)
                if item is not None or not self._skip_nulls
            ]
            return self._object(pairs, depth)
        if isinstance(data_type, MapType):
            entries = value.items() if isinstance(value, dict) else value
            return self._object(
                [
                    (self._key(key, data_type.keyType), self._text(item, data_type.valueType, depth + 1))
                    for key, item in entries
                ],
                depth,
            )
        if isinstance(data_type, ArrayType):
            texts = [self._text(item, data_type.elementType, depth) for item in value]
            return "[ " + ", ".join(texts) + " ]" if self._pretty else "[" + ",".join(texts) + "]"
        return self._atom(value, data_type)

    def _object(self, pairs: list[tuple[str, str]], depth: int) -> str:
        if not self._pretty:
            return join_object(pairs)
        if not pairs:
            return "{ }"
        indent = "\n" + "  " * (depth + 1)
        body = ",".join(f"{indent}{quote(name)} : {text}" for name, text in pairs)
        return "{" + body + "\n" + "  " * depth + "}"

    def _key(self, key: Any, data_type: DataType) -> str:
        if isinstance(data_type, StringType):
            return str(key)
        if isinstance(data_type, DateType):
            return str(key)
        if isinstance(data_type, StructType):
            # a key that is a row shows the values of its fields
            items = zip(data_type.fields, key, strict=True)
            return "[" + ",".join("null" if v is None else self._key(v, f.dataType) for f, v in items) + "]"
        text = self._atom(key, data_type)
        return text.strip('"')

    def _atom(self, value: Any, data_type: DataType) -> str:
        if isinstance(data_type, BooleanType):
            return "true" if value else "false"
        if isinstance(data_type, DoubleType):
            return double_text(value)
        if isinstance(data_type, FloatType):
            return float_to_string(value) if math.isfinite(value) else quote(float_to_string(value))
        if isinstance(data_type, DecimalType):
            return decimal_to_string(value)
        if isinstance(data_type, BinaryType):
            return quote(base64.b64encode(value).decode("ascii"))
        if type(data_type) in _BITS:
            return str(int(value))
        if isinstance(data_type, (DateType, TimestampType, TimestampNTZType)):
            return quote(self._moment(value, data_type))
        if isinstance(data_type, TimeType):
            return quote(datetime_parse.time_to_string(value))
        if isinstance(value, str):
            return quote(value)
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED",
            messageParameters={
                "feature": f"to_json of the type {data_type.simpleString()}",
                "alternative": "Cast it to STRING.",
            },
        )

    def _moment(self, value: int, data_type: DataType) -> str:
        if isinstance(data_type, DateType):
            pattern = self._options.get("dateFormat")
            if pattern is None:
                return datetime_parse.date_to_string(value)
            return datetime_format.formatter(pattern).date(value)
        if isinstance(data_type, TimestampNTZType):
            return datetime_format.formatter(
                self._options.get("timestampNTZFormat") or datetime_format.ISO_LOCAL
            ).local(value)
        pattern = self._options.get("timestampFormat") or datetime_format.ISO_INSTANT
        return datetime_format.formatter(pattern).timestamp(value, self._options.zone)


# --- schema_of_json --------------------------------------------------------------------------------------------------


def schema_of_json(text: str, options: Mapping[str, str] | None = None) -> DataType:
    """The type of a JSON text: fields in the order of their names, whole numbers BIGINT, what is always null STRING.
    `JsonError` for text that is not JSON.

    >>> schema_of_json('{"b": [1, 2.5], "a": null}').simpleString()
    'struct<a:string,b:array<double>>'
    """
    chosen = JsonOptions(options or {})
    return finish_type(infer_type(parse(text, chosen.liberties), chosen))


def infer_type(value: Any, options: JsonOptions) -> DataType:
    """The type of a parsed value; `NullType` where nothing is known yet."""
    if value is None:
        return NullType()
    if isinstance(value, Object):
        fields = {key: infer_type(item, options) for key, item in value}
        return StructType([StructField(key, fields[key]) for key in sorted(fields)])
    if isinstance(value, list):
        merged: DataType = NullType()
        for item in value:
            merged = merge_types(merged, infer_type(item, options))
        return ArrayType(merged)
    if options.flag("primitivesAsString"):
        return StringType()
    if isinstance(value, bool):
        return BooleanType()
    return _infer_number(value, options) if isinstance(value, Number) else _infer_string(value, options)


def _infer_number(number: Number, options: JsonOptions) -> DataType:
    if number.is_integer:
        value = int(number)
        if -(1 << 63) <= value < 1 << 63:
            return LongType()
        digits = len(str(abs(value)))
        return DecimalType(digits, 0) if digits <= 38 else DoubleType()
    if options.flag("prefersDecimal") and "N" not in number and "I" not in number:
        return _decimal_type(Decimal(number))
    return DoubleType()


def _decimal_type(value: Decimal) -> DataType:
    _, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    scale = max(-exponent, 0)
    precision = max(len(digits) + max(exponent, 0), scale)
    return DecimalType(precision, scale) if precision <= 38 else DoubleType()


def _infer_string(text: str, options: JsonOptions) -> DataType:
    if options.flag("inferTimestamp"):
        pattern = options.get("timestampFormat")
        if pattern is None:
            if datetime_parse.parse_timestamp(text, options.zone) is not None:
                return TimestampType()
        elif _or_none(lambda t: datetime_format.parser(pattern).timestamp(t, options.zone))(text) is not None:
            return TimestampType()
    return StringType()


def merge_types(first: DataType, second: DataType) -> DataType:
    """The type that holds values of both: of numbers the wider one, of structs all fields, else STRING."""
    if first == second or isinstance(second, NullType):
        return first
    if isinstance(first, NullType):
        return second
    if isinstance(first, StructType) and isinstance(second, StructType):
        fields = {field.name: field.dataType for field in first.fields}
        for field in second.fields:
            known = fields.get(field.name)
            fields[field.name] = field.dataType if known is None else merge_types(known, field.dataType)
        return StructType([StructField(name, fields[name]) for name in sorted(fields)])
    if isinstance(first, ArrayType) and isinstance(second, ArrayType):
        return ArrayType(merge_types(first.elementType, second.elementType))
    return _merge_numbers(first, second)


def _merge_numbers(first: DataType, second: DataType) -> DataType:
    kinds = (LongType, DoubleType, DecimalType)
    if not (isinstance(first, kinds) and isinstance(second, kinds)):
        return StringType()
    if isinstance(first, DoubleType) or isinstance(second, DoubleType):
        return DoubleType()
    left = first if isinstance(first, DecimalType) else DecimalType(20, 0)
    right = second if isinstance(second, DecimalType) else DecimalType(20, 0)
    scale = max(left.scale, right.scale)
    precision = scale + max(left.precision - left.scale, right.precision - right.scale)
    return DecimalType(precision, scale) if precision <= 38 else DoubleType()


def finish_type(data_type: DataType) -> DataType:
    """The type with STRING for what was always null."""
    if isinstance(data_type, StructType):
        return StructType([StructField(f.name, finish_type(f.dataType)) for f in data_type.fields])
    if isinstance(data_type, ArrayType):
        return ArrayType(finish_type(data_type.elementType))
    return StringType() if isinstance(data_type, NullType) else data_type


def type_ddl(data_type: DataType) -> str:
    """A type as SQL writes it: ``STRUCT<a: BIGINT>``.

    >>> type_ddl(ArrayType(LongType()))
    'ARRAY<BIGINT>'
    """
    if isinstance(data_type, StructType):
        return "STRUCT<" + ", ".join(f"{_name(f.name)}: {type_ddl(f.dataType)}" for f in data_type.fields) + ">"
    if isinstance(data_type, ArrayType):
        return f"ARRAY<{type_ddl(data_type.elementType)}>"
    if isinstance(data_type, MapType):
        return f"MAP<{type_ddl(data_type.keyType)}, {type_ddl(data_type.valueType)}>"
    return data_type.simpleString().upper()


def _name(name: str) -> str:
    plain = name.replace("_", "a").isalnum() and name.isascii() and not name[0].isdigit()
    return name if plain else "`" + name.replace("`", "``") + "`"
