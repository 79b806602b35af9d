"""Types from JSON: the form in which Spark keeps schemas in files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from pyrdd.errors import PySparkValueError
from pyrdd.sql.types.atomic import BinaryType, BooleanType, CharType, StringType, VarcharType
from pyrdd.sql.types.base import DataType, NullType
from pyrdd.sql.types.collations import assert_string
from pyrdd.sql.types.containers import ArrayType, MapType
from pyrdd.sql.types.datetimes import DateType, TimestampNTZType, TimestampType, TimeType
from pyrdd.sql.types.intervals import CalendarIntervalType, DayTimeIntervalType, YearMonthIntervalType
from pyrdd.sql.types.numbers import ByteType, DecimalType, DoubleType, FloatType, IntegerType, LongType, ShortType
from pyrdd.sql.types.spatial import GeographyType, GeometryType
from pyrdd.sql.types.struct import StructType
from pyrdd.sql.types.udt import UserDefinedType
from pyrdd.sql.types.variant import VariantType

_all_mappable_types: dict[str, Callable[[], DataType]] = {
    "string": StringType,
    "binary": BinaryType,
    "boolean": BooleanType,
    "decimal": DecimalType,
    "float": FloatType,
    "double": DoubleType,
    "byte": ByteType,
    "short": ShortType,
    "integer": IntegerType,
    "long": LongType,
    "date": DateType,
    "timestamp": TimestampType,
    "timestamp_ntz": TimestampNTZType,
    "void": NullType,
    "variant": VariantType,
    "interval": CalendarIntervalType,
}


def _interval(kind: type[DayTimeIntervalType] | type[YearMonthIntervalType], start: str, end: str | None) -> DataType:
    units = kind._inverted_fields
    return kind(units[start], None if end is None else units[end])


_PARAMETRISED: tuple[tuple[re.Pattern[str], Callable[..., DataType]], ...] = tuple(
    (re.compile(pattern), make)
    for pattern, make in (
        (r"decimal\(\s*(\d+)\s*,\s*(-?\d+)\s*\)", lambda p, s: DecimalType(int(p), int(s))),
        (r"time\(\s*(\d+)\s*\)", lambda p: TimeType(int(p))),
        (
            r"interval (day|hour|minute|second)(?: to (day|hour|minute|second))?",
            lambda start, end: _interval(DayTimeIntervalType, start, end),
        ),
        (
            r"interval (year|month)(?: to (year|month))?",
            lambda start, end: _interval(YearMonthIntervalType, start, end),
        ),
        (r"string\s+collate\s+(\w+)", StringType),
        (r"char\(\s*(\d+)\s*\)", lambda length: CharType(int(length))),
        (r"varchar\(\s*(\d+)\s*\)", lambda length: VarcharType(int(length))),
        (r"geometry$", lambda: GeometryType._from_crs(GeometryType.DEFAULT_CRS)),
        (r"geometry\(\s*(\w+:-?\w+)\s*\)", GeometryType._from_crs),
        (r"geography$", lambda: GeographyType._from_crs(GeographyType.DEFAULT_CRS, GeographyType.DEFAULT_ALG)),
        (r"geography\(\s*(\w+:-?\w+)\s*\)", lambda crs: GeographyType._from_crs(crs, GeographyType.DEFAULT_ALG)),
        (r"geography\(\s*(\w+:-?\w+)\s*,\s*(\w+)\s*\)", GeographyType._from_crs),
        (r"geography\(\s*(\w+)\s*\)", lambda alg: GeographyType._from_crs(GeographyType.DEFAULT_CRS, alg)),
    )
)


def _parse_datatype_json_string(json_string: str) -> DataType:
    """The type of a JSON text.

    >>> _parse_datatype_json_string('{"type":"array","elementType":"integer","containsNull":false}')
    ArrayType(IntegerType(), False)
    """
    return type_of_json(json.loads(json_string))


def type_of_json(json_value: Any, fieldPath: str = "", collationsMap: Mapping[str, str] | None = None) -> DataType:
    """The type of a JSON value; ``collationsMap`` has the collations of the field it stands in, by path."""
    collation = (collationsMap or {}).get(fieldPath)
    kind = json_value["type"] if isinstance(json_value, dict) else json_value
    if collation is not None:
        assert_string(kind)
        return StringType(collation)
    return _composite(json_value, fieldPath, collationsMap) if isinstance(json_value, dict) else _atomic(json_value)


def _composite(json_value: dict[str, Any], path: str, collations: Mapping[str, str] | None) -> DataType:
    match json_value["type"]:
        case "array":
            return ArrayType.fromJson(json_value, path, collations)
        case "map":
            return MapType.fromJson(json_value, path, collations)
        case "struct":
            return StructType.fromJson(json_value)
        case "udt":
            return UserDefinedType.fromJson(json_value)
    raise PySparkValueError(
        errorClass="UNSUPPORTED_DATA_TYPE", messageParameters={"data_type": str(json_value["type"])}
    )


def _atomic(name: str) -> DataType:
    if name in _all_mappable_types:
        return _all_mappable_types[name]()
    for pattern, make in _PARAMETRISED:
        if found := pattern.match(name):
            return make(*found.groups())
    raise PySparkValueError(errorClass="CANNOT_PARSE_DATATYPE", messageParameters={"msg": str(name)})


_parse_datatype_json_value = type_of_json
