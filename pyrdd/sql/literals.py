"""Python constants as typed literals, and internal values (`Literal.value`) to and from Python's."""

from __future__ import annotations

import datetime
import decimal
import enum
from typing import Any

from pyrdd.errors import PySparkTypeError
from pyrdd.sql import types as t
from pyrdd.sql.expressions import Literal

EPOCH = datetime.datetime(1970, 1, 1)
EPOCH_UTC = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
MICROSECOND = datetime.timedelta(microseconds=1)


def literal_of(value: Any) -> Literal:
    """The literal of a Python constant. Raises PySparkTypeError (UNSUPPORTED_LITERAL) for what SQL has no constant for."""
    match value:
        case Literal():
            return value
        case None:
            return Literal(None, t.NullType())
        case enum.Enum():
            return literal_of(value.value)
        case bool():
            return Literal(value, t.BooleanType())
        case int():
            return _int_literal(int(value))
        case float():
            return Literal(float(value), t.DoubleType())
        case str():
            return Literal(str(value), t.StringType())
        case bytes() | bytearray():
            return Literal(bytes(value), t.BinaryType())
        case decimal.Decimal():
            return Literal(value, decimal_type_of(value))
        case datetime.datetime():
            return Literal(microseconds_of(value), t.TimestampType())
        case datetime.date():
            return Literal(value, t.DateType())
        case datetime.time():
            return Literal(value, t.TimeType(6))
        case datetime.timedelta():
            return Literal(value // MICROSECOND, t.DayTimeIntervalType())
    if hasattr(value, "item") and hasattr(value, "dtype") and not getattr(value, "shape", ()):
        return _numpy_literal(value)
    raise PySparkTypeError(
        errorClass="UNSUPPORTED_LITERAL", messageParameters={"literal": repr(value), "type": type(value).__name__}
    )


def _int_literal(value: int) -> Literal:
    if -(2**31) <= value < 2**31:
        return Literal(value, t.IntegerType())
    if -(2**63) <= value < 2**63:
        return Literal(value, t.LongType())
    return Literal(decimal.Decimal(value), t.DecimalType(38, 0))


_NUMPY_TYPES = {"int8": t.ByteType, "int16": t.ShortType, "int32": t.IntegerType, "int64": t.LongType,
                "float32": t.FloatType, "float64": t.DoubleType}  # fmt: skip


def _numpy_literal(value: Any) -> Literal:
    named = _NUMPY_TYPES.get(str(value.dtype))
    return Literal(value.item(), named()) if named else literal_of(value.item())


def decimal_type_of(value: decimal.Decimal) -> t.DecimalType:
    """The narrowest decimal type that holds a value, as Spark's literals have."""
    _, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int), value
    scale = max(0, -exponent)
    return t.DecimalType(max(len(digits) + max(0, exponent), scale, 1), scale)


def microseconds_of(value: datetime.datetime) -> int:
    """Microseconds since the epoch; a naive time is local to this machine, as in PySpark."""
    if value.tzinfo is None:
        value = value.astimezone()
    return (value - EPOCH_UTC) // MICROSECOND


def naive_microseconds_of(value: datetime.datetime) -> int:
    """Microseconds between 1970-01-01 00:00:00 and a time without a zone."""
    return (value.replace(tzinfo=None) - EPOCH) // MICROSECOND
