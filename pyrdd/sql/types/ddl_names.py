"""The type that a name in SQL text stands for, with its parameters; the errors are Spark's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pyrdd.errors import ArithmeticException, ParseException
from pyrdd.sql.types.atomic import BinaryType, BooleanType, CharType, StringType, VarcharType
from pyrdd.sql.types.base import DataType, NullType
from pyrdd.sql.types.datetimes import DateType, TimestampNTZType, TimestampType, TimeType
from pyrdd.sql.types.intervals import CalendarIntervalType, DayTimeIntervalType, YearMonthIntervalType
from pyrdd.sql.types.numbers import ByteType, DecimalType, DoubleType, FloatType, IntegerType, LongType, ShortType
from pyrdd.sql.types.spatial import GeographyType, GeometryType
from pyrdd.sql.types.variant import VariantType

MAX_PRECISION = 38
MAX_TIME_PRECISION = 9

_SIMPLE: dict[str, Callable[[], DataType]] = {
    "BOOLEAN": BooleanType,
    "TINYINT": ByteType,
    "BYTE": ByteType,
    "SMALLINT": ShortType,
    "SHORT": ShortType,
    "INT": IntegerType,
    "INTEGER": IntegerType,
    "BIGINT": LongType,
    "LONG": LongType,
    "FLOAT": FloatType,
    "REAL": FloatType,
    "DOUBLE": DoubleType,
    "DATE": DateType,
    "TIMESTAMP": TimestampType,
    "TIMESTAMP_LTZ": TimestampType,
    "TIMESTAMP_NTZ": TimestampNTZType,
    "STRING": StringType,
    "BINARY": BinaryType,
    "DECIMAL": DecimalType,
    "DEC": DecimalType,
    "NUMERIC": DecimalType,
    "TIME": TimeType,
    "VOID": NullType,
    "VARIANT": VariantType,
}


_OTHERS = frozenset("CHAR CHARACTER VARCHAR ARRAY MAP STRUCT INTERVAL GEOMETRY GEOGRAPHY".split())


def is_type_name(name: str) -> bool:
    """Whether there are types called ``name``, in capitals."""
    return name in _SIMPLE or name in _OTHERS


def simple_type(name: str, parameters: Sequence[str]) -> DataType:
    """The type called ``name``, in capitals, with these numbers behind it in parentheses."""
    numbers = [int(parameter) for parameter in parameters]
    match name, numbers:
        case "CHAR" | "CHARACTER", [length]:
            return CharType(length)
        case "VARCHAR", [length]:
            return VarcharType(length)
        case "CHAR" | "CHARACTER" | "VARCHAR", []:
            raise ParseException(errorClass="DATATYPE_MISSING_SIZE", messageParameters={"type": f'"{name}"'})
        case "DECIMAL" | "DEC" | "NUMERIC", [precision]:
            return decimal_type(precision, 0)
        case "DECIMAL" | "DEC" | "NUMERIC", [precision, scale]:
            return decimal_type(precision, scale)
        case "TIME", [precision]:
            return _time_type(precision)
        case "TIMESTAMP" | "TIMESTAMP_LTZ" | "TIMESTAMP_NTZ", [_]:
            return _SIMPLE[name]()
        case "ARRAY" | "MAP" | "STRUCT", []:
            raise _incomplete(name)
    if name in _SIMPLE and not numbers:
        return _SIMPLE[name]()
    text = f"{name}({','.join(parameters)})" if parameters else name
    raise ParseException(errorClass="UNSUPPORTED_DATATYPE", messageParameters={"typeName": f'"{text}"'})


def decimal_type(precision: int, scale: int) -> DecimalType:
    """The decimal type, if there is one with this precision and scale."""
    if scale > precision:
        raise ParseException(
            errorClass="DECIMAL_SCALE_EXCEEDS_PRECISION",
            messageParameters={"scale": str(scale), "precision": str(precision)},
        )
    if precision > MAX_PRECISION:
        raise ArithmeticException(
            errorClass="DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
            messageParameters={"precision": str(precision), "maxPrecision": str(MAX_PRECISION)},
        )
    return DecimalType(precision, scale)


def _time_type(precision: int) -> TimeType:
    if precision > MAX_TIME_PRECISION:
        raise ParseException(errorClass="UNSUPPORTED_TIME_PRECISION", messageParameters={"precision": str(precision)})
    return TimeType(precision)


def _incomplete(name: str) -> ParseException:
    parameters = {"elementType": "<INT>"} if name == "ARRAY" else {}
    return ParseException(errorClass=f"INCOMPLETE_TYPE_DEFINITION.{name}", messageParameters=parameters)


def interval_type(start: str, end: str | None = None) -> DataType:
    """The interval type of these units. One that ends before it starts, or where it starts, does not exist."""
    for kind in (YearMonthIntervalType, DayTimeIntervalType):
        units = kind._inverted_fields
        if start.lower() not in units:
            continue
        first, last = units[start.lower()], units[(end or start).lower()]
        if end is not None and last <= first:
            raise ParseException(
                errorClass="INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION",
                messageParameters={"input": "", "from": start, "to": end},
            )
        return kind(first, last)
    return CalendarIntervalType()


def spatial_type(name: str, srid: int | str) -> DataType:
    """The type of shapes in this reference system."""
    return GeometryType(srid) if name == "GEOMETRY" else GeographyType(srid)
