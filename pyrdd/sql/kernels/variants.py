"""Variants: parse_json, variant_get and its casts, schema_of_variant, to_variant_object.

A variant is its two parts, ``(value, metadata)``; the encoding is `pyrdd.sql.types.variant_format`'s.
"""

from __future__ import annotations

import base64
import datetime
import json
import math
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any

from pyrdd.errors import (
    PySparkException,
    PySparkNotImplementedError,
    PySparkValueError,
    SparkRuntimeException,
)
from pyrdd.sql.kernels import datetime_parse, number_text
from pyrdd.sql.kernels.json_text import quote
from pyrdd.sql.kernels.timezones import parse_zone
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
    VariantType,
    VariantVal,
)
from pyrdd.sql.types.variant_decoding import _Reader
from pyrdd.sql.types.variant_encoding import Single, encode
from pyrdd.sql.types.variant_encoding import parse_json as _parse_json
from pyrdd.sql.types.variant_format import FLOAT

Variant = tuple[bytes, bytes]
_BITS: dict[type[DataType], int] = {ByteType: 8, ShortType: 16, IntegerType: 32, LongType: 64}
_STEP = re.compile(r"""\.([^.\[]+)|\['([^']*)'\]|\["([^"]*)"\]|\[(\d+)\]""")
_EPOCH = datetime.datetime(1970, 1, 1)
_SECONDS = len("1970-01-01 00:00:00")


class _TypedReader(_Reader):
    """Keeps single precision apart from double."""

    def _wide(self, at: int, kind: int) -> Any:
        value = super()._wide(at, kind)
        return Single(value) if kind == FLOAT else value


class _NoCast(ValueError):
    """The value cannot be cast."""


def _decode(variant: Variant) -> Any:
    return _TypedReader(*variant, "UTC").python(0)


def children(variant: Variant) -> list[tuple[str | None, bytes]] | None:
    """The elements of an array (without names) or the fields of an object, as values beside the same metadata; ``None``
    for other variants.

    >>> [(name, to_json((value, b"\\1\\0\\0"))) for name, value in children(parse_json("[1, [2]]")) or ()]
    [(None, '1'), (None, '[2]')]
    """
    reader = _Reader(*variant, "UTC")
    match variant[0][0] & 3:
        case 2:
            found: list[tuple[str | None, int]] = list(reader._fields(0))
        case 3:
            found = [(None, at) for at in reader._items(0)]
        case _:
            return None
    # a value begins where it is said to and its length is its own: what follows it does no harm, but costs
    ends = sorted({at for _, at in found} | {len(variant[0])})
    after = dict(pairwise(ends))
    return [(name, variant[0][at : after[at]]) for name, at in found]


# --- JSON ------------------------------------------------------------------------------------------------------------


def parse_json(text: str) -> Variant:
    """The variant of a JSON text. ``SparkRuntimeException`` (MALFORMED_RECORD_IN_PARSING) for other text and for a key
    that an object has twice.

    >>> to_json(parse_json('{"b": 1, "a": 1.50}'))
    '{"a":1.5,"b":1}'
    """
    variant = try_parse_json(text)
    if variant is None:
        raise SparkRuntimeException(
            errorClass="MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
            messageParameters={"badRecord": text, "failFastMode": "FAILFAST"},
        )
    return variant


def try_parse_json(text: str) -> Variant | None:
    """The variant, or ``None``."""
    try:
        json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
        return _parse_json(text)
    except (ValueError, RecursionError, PySparkValueError):
        return None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("repeated key")
    return found


def _refuse_constant(text: str) -> float:
    raise ValueError(text)


def to_json(variant: Variant, zone: str = "UTC") -> str:
    """The variant as compact JSON; points in time on the clock of the zone."""
    return _json(_decode(variant), zone)


def _json(value: Any, zone: str) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{quote(key)}:{_json(item, zone)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_json(item, zone) for item in value) + "]"
    if value is None:
        return "null"
    text = _scalar_text(value, zone)
    if isinstance(value, (str, bytes, datetime.date)) or (isinstance(value, float) and not math.isfinite(value)):
        return quote(text)
    return text


def _scalar_text(value: Any, zone: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Single):
        return number_text.float_to_string(value)
    if isinstance(value, float):
        return number_text.double_to_string(value)
    if isinstance(value, Decimal):
        return _plain(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, datetime.datetime):
        return _moment_text(value if value.tzinfo is None else _on_clock(value, zone))
    return str(value)


def _moment_text(value: datetime.datetime) -> str:
    """A moment as Python writes it, without zeros at the end of its fraction."""
    text = str(value.replace(microsecond=0))
    fraction = f".{value.microsecond:06}".rstrip("0.")
    return text[:_SECONDS] + fraction + text[_SECONDS:]


def _on_clock(value: datetime.datetime, zone: str) -> datetime.datetime:
    """A moment by the clock of a zone."""
    if zone == "UTC":
        return value.astimezone(datetime.UTC)
    seconds = int(value.timestamp())
    offset = parse_zone(zone).offset_at(seconds)
    local = value.astimezone(datetime.timezone(datetime.timedelta(seconds=offset)))
    shown = datetime.timedelta(minutes=int(offset / 60))  # offsets have no seconds here
    return local.replace(tzinfo=datetime.timezone(shown))


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# --- paths and casts -------------------------------------------------------------------------------------------------


@lru_cache(256)
def _steps(path: str) -> tuple[str | int, ...] | None:
    """The keys and indexes of a path, or ``None`` for text that is none."""
    if not path.startswith("$"):
        return None
    steps: list[str | int] = []
    at = 1
    while at < len(path):
        match = _STEP.match(path, at)
        if match is None:
            return None
        index = match[4]
        steps.append(int(index) if index is not None else next(g for g in match.groups() if g is not None))
        at = match.end()
    return tuple(steps)


def variant_get(variant: Variant, path: str, data_type: DataType, zone: str = "UTC") -> Any:
    """What the path leads to, cast to the type; ``None`` for nothing and for null. ``SparkRuntimeException``:
    INVALID_VARIANT_GET_PATH, and INVALID_VARIANT_CAST when the value cannot be cast.

    >>> variant_get(parse_json('{"a": [1, "2"]}'), "$.a[1]", IntegerType())
    2
    """
    return _get(variant, path, data_type, zone, "variant_get")


def try_variant_get(variant: Variant, path: str, data_type: DataType, zone: str = "UTC") -> Any:
    """`variant_get`, but ``None`` for what cannot be cast."""
    try:
        return _get(variant, path, data_type, zone, "try_variant_get")
    except SparkRuntimeException as error:
        if error.getCondition() == "INVALID_VARIANT_CAST":
            return None
        raise


def _get(variant: Variant, path: str, data_type: DataType, zone: str, function: str) -> Any:
    steps = _steps(path)
    if steps is None:
        raise SparkRuntimeException(
            errorClass="INVALID_VARIANT_GET_PATH",
            messageParameters={"path": path, "functionName": f"`{function}`"},
        )
    value = _decode(variant)
    for step in steps:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
        if value is None:
            return None
    return _checked_cast(value, data_type, zone)


def cast_variant(variant: Variant, data_type: DataType, zone: str = "UTC") -> Any:
    """The variant cast to a type. ``SparkRuntimeException`` (INVALID_VARIANT_CAST) when it cannot be."""
    return _checked_cast(_decode(variant), data_type, zone)


def _checked_cast(value: Any, data_type: DataType, zone: str) -> Any:
    try:
        return _cast(value, data_type, zone)
    except (_NoCast, ArithmeticError, ValueError, PySparkException) as error:
        if isinstance(error, PySparkNotImplementedError):
            raise
        raise SparkRuntimeException(
            errorClass="INVALID_VARIANT_CAST",
            messageParameters={"value": _json(value, zone), "dataType": f'"{data_type.simpleString().upper()}"'},
        ) from None


def _cast(value: Any, data_type: DataType, zone: str) -> Any:
    if isinstance(data_type, VariantType):
        return VariantVal(*encode(value))
    if value is None:
        return None
    if isinstance(data_type, ArrayType):
        return [_cast(item, data_type.elementType, zone) for item in _require(value, list)]
    if isinstance(data_type, MapType):
        return [(key, _cast(item, data_type.valueType, zone)) for key, item in _require(value, dict).items()]
    if isinstance(data_type, StructType):
        fields = _require(value, dict)
        return tuple(_cast(fields.get(field.name), field.dataType, zone) for field in data_type.fields)
    if isinstance(data_type, StringType):
        return _json(value, zone) if isinstance(value, (dict, list)) else _text(value, zone)
    if isinstance(value, (dict, list)):
        raise _NoCast
    return _cast_scalar(value, data_type, zone)


def _require(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise _NoCast
    return value


def _text(value: Any, zone: str) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, datetime.datetime):
        micros = _micros(value)
        local = parse_zone(zone).to_local(micros) if value.tzinfo else micros
        return datetime_parse.local_to_string(local)
    return _scalar_text(value, zone)


def _micros(value: datetime.datetime) -> int:
    naive = value.astimezone(datetime.UTC).replace(tzinfo=None) if value.tzinfo else value
    return (naive - _EPOCH) // datetime.timedelta(microseconds=1)


def _cast_scalar(value: Any, data_type: DataType, zone: str) -> Any:
    if type(data_type) in _BITS:
        return _cast_integer(value, data_type)
    if isinstance(data_type, (DoubleType, FloatType)):
        number = number_text.cast_double(value) if isinstance(value, str) else float(_number(value))
        return number_text.cast_float(repr(number)) if isinstance(data_type, FloatType) else number
    if isinstance(data_type, DecimalType):
        return _cast_decimal(value, data_type)
    if isinstance(data_type, BooleanType):
        return number_text.cast_boolean(value) if isinstance(value, str) else bool(_number(value))
    if isinstance(data_type, BinaryType):
        return value.encode("utf-8") if isinstance(value, str) else _require(value, bytes)
    return _cast_moment(value, data_type, zone)


def _number(value: Any) -> Any:
    return _require(value, (int, float, Decimal))  # type: ignore[arg-type]


def _cast_integer(value: Any, data_type: DataType) -> int:
    if isinstance(value, str):
        return number_text.cast_integer(value, data_type.simpleString().upper())
    number: int = math.trunc(_number(value))
    limit = 1 << (_BITS[type(data_type)] - 1)
    if not -limit <= number < limit:
        raise _NoCast
    return number


def _cast_decimal(value: Any, data_type: DecimalType) -> Decimal:
    if isinstance(value, str):
        return number_text.cast_decimal(value, data_type.precision, data_type.scale)
    exact = Decimal(repr(float(value))) if isinstance(value, float) else Decimal(_number(value))
    rounded = number_text.to_precision(exact, data_type.precision, data_type.scale)
    if rounded is None:
        raise _NoCast
    return rounded


def _cast_moment(value: Any, data_type: DataType, zone: str) -> int:
    clock = parse_zone(zone)
    if isinstance(data_type, DateType):
        if isinstance(value, str):
            return datetime_parse.cast_date(value)
        if isinstance(value, datetime.datetime):
            micros = _micros(value)
            return (clock.to_local(micros) if value.tzinfo else micros) // 86_400_000_000
        return _days(_require(value, datetime.date))
    if isinstance(data_type, (TimestampType, TimestampNTZType)):
        return _cast_timestamp(value, isinstance(data_type, TimestampNTZType), zone)
    raise PySparkNotImplementedError(
        errorClass="NOT_IMPLEMENTED",
        messageParameters={
            "feature": f"A variant cast to {data_type.simpleString()}",
            "alternative": "Cast it to STRING first.",
        },
    )


def _days(value: datetime.date) -> int:
    return value.toordinal() - _EPOCH.toordinal()


def _cast_timestamp(value: Any, ntz: bool, zone: str) -> int:
    clock = parse_zone(zone)
    if isinstance(value, str):
        return datetime_parse.cast_timestamp_ntz(value) if ntz else datetime_parse.cast_timestamp(value, clock)
    if isinstance(value, datetime.datetime):
        micros = _micros(value)
        if (value.tzinfo is None) == ntz:
            return micros
        return clock.to_local(micros) if ntz else clock.to_instant(micros)
    if isinstance(value, datetime.date):
        local = _days(value) * 86_400_000_000
        return local if ntz else clock.to_instant(local)
    if ntz:
        raise _NoCast
    return math.floor(Decimal(repr(float(value)) if isinstance(value, float) else _number(value)) * 1_000_000)


def is_variant_null(variant: Variant) -> bool:
    """Whether the variant is JSON's null."""
    return _decode(variant) is None


# --- schemas ---------------------------------------------------------------------------------------------------------


def schema_of_variant(variant: Variant) -> str:
    """The variant's type as text.

    >>> schema_of_variant(parse_json('{"a": [1, 2.5], "b": null}'))
    'OBJECT<a: ARRAY<DECIMAL(21,1)>, b: VOID>'
    """
    return type_text(variant_type(variant))


def variant_type(variant: Variant) -> DataType:
    """The variant's type; `merge_types` joins those of several."""
    return _type_of(_decode(variant))


def _type_of(value: Any) -> DataType:
    if isinstance(value, dict):
        return StructType([StructField(key, _type_of(value[key])) for key in sorted(value)])
    if isinstance(value, list):
        merged: DataType = NullType()
        for item in value:
            merged = merge_types(merged, _type_of(item))
        return ArrayType(merged)
    if isinstance(value, Decimal):
        _, digits, exponent = value.normalize().as_tuple()
        scale = max(-int(exponent), 0)
        return DecimalType(max(len(digits) + max(int(exponent), 0), scale), scale)
    if isinstance(value, datetime.datetime):
        return TimestampNTZType() if value.tzinfo is None else TimestampType()
    kinds: list[tuple[type, DataType]] = [
        (type(None), NullType()), (bool, BooleanType()), (int, LongType()), (Single, FloatType()),
        (float, DoubleType()), (str, StringType()), (bytes, BinaryType()), (datetime.date, DateType()),
    ]  # fmt: skip
    return next(data_type for kind, data_type in kinds if isinstance(value, kind))


def merge_types(first: DataType, second: DataType) -> DataType:
    """The type of values of both: numbers widen, objects have the fields of both, else it is VARIANT."""
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
    numbers = (LongType, DecimalType, FloatType, DoubleType)
    if not (isinstance(first, numbers) and isinstance(second, numbers)):
        return VariantType()
    if isinstance(first, (FloatType, DoubleType)) or isinstance(second, (FloatType, DoubleType)):
        return DoubleType()
    left = first if isinstance(first, DecimalType) else DecimalType(20, 0)
    right = second if isinstance(second, DecimalType) else DecimalType(20, 0)
    scale = max(left.scale, right.scale)
    precision = scale + max(left.precision - left.scale, right.precision - right.scale)
    return DecimalType(precision, scale) if precision <= 38 else DoubleType()


def type_text(data_type: DataType) -> str:
    """A type as `schema_of_variant` writes it."""
    if isinstance(data_type, StructType):
        fields = ", ".join(f"{_name(field.name)}: {type_text(field.dataType)}" for field in data_type.fields)
        return f"OBJECT<{fields}>"
    if isinstance(data_type, ArrayType):
        return f"ARRAY<{type_text(data_type.elementType)}>"
    return "VOID" if isinstance(data_type, NullType) else data_type.simpleString().upper()


def _name(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) else "`" + name.replace("`", "``") + "`"


# --- from SQL values -------------------------------------------------------------------------------------------------


def to_variant_object(value: Any, data_type: DataType) -> Variant:
    """The variant of a SQL value; structs are tuples, maps have strings as keys, dates and times are numbers."""
    return encode(_plain_value(value, data_type))


def _plain_value(value: Any, data_type: DataType) -> Any:
    if value is None:
        return None
    if isinstance(data_type, StructType):
        items = value.values() if isinstance(value, Mapping) else value
        return {f.name: _plain_value(item, f.dataType) for f, item in zip(data_type.fields, items, strict=True)}
    if isinstance(data_type, ArrayType):
        return [_plain_value(item, data_type.elementType) for item in value]
    if isinstance(data_type, MapType):
        pairs = value.items() if isinstance(value, Mapping) else value
        return {key: _plain_value(item, data_type.valueType) for key, item in pairs}
    if isinstance(data_type, VariantType):
        parts = (value["value"], value["metadata"]) if isinstance(value, Mapping) else (value.value, value.metadata)
        return _decode(parts)
    if isinstance(data_type, FloatType):
        return Single(value)
    if isinstance(data_type, DateType) and isinstance(value, int):
        return (_EPOCH + datetime.timedelta(days=value)).date()
    if isinstance(data_type, (TimestampType, TimestampNTZType)) and isinstance(value, int):
        moment = _EPOCH + datetime.timedelta(microseconds=value)
        return moment.replace(tzinfo=datetime.UTC) if isinstance(data_type, TimestampType) else moment
    return value
