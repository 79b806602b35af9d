"""What a parameter accepts: a Spark type, or one of these families (Spark's AbstractDataType).

Coercion (`pyrdd.sql.analysis.coercion`) brings an argument to what a parameter accepts, if Spark's rules allow it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pyrdd.sql import types as t
from pyrdd.sql.types import DataType


@dataclass(frozen=True, eq=False)
class InputType:
    """A family of types. ``default`` is what a null or a castable argument of another family becomes (None: no cast).

    ``name`` is how messages write it, e.g. ``"NUMERIC"``.
    """

    name: str
    accepts: Callable[[DataType], bool]
    default: DataType | None = None
    members: tuple[InputType | DataType, ...] = ()


def family(name: str, *classes: type[DataType], default: DataType | None = None) -> InputType:
    """The family of some type classes."""
    return InputType(name, lambda data_type: isinstance(data_type, classes), default)


def one_of(*members: InputType | DataType) -> InputType:
    """A parameter that takes any of several; an argument of none of them is cast to the first that it can become."""
    return InputType(
        " or ".join(f'"{m.name if isinstance(m, InputType) else m.simpleString().upper()}"' for m in members),
        lambda data_type: any(accepts(m, data_type) for m in members),
        None,
        members,
    )


def accepts(expected: InputType | DataType, data_type: DataType) -> bool:
    """Whether an argument of this type needs no cast."""
    if isinstance(expected, InputType):
        return expected.accepts(data_type)
    if isinstance(expected, t.StringType):
        return isinstance(data_type, t.StringType)
    return expected == data_type


BOOLEAN, BYTE, SHORT, INT, LONG = t.BooleanType(), t.ByteType(), t.ShortType(), t.IntegerType(), t.LongType()
FLOAT, DOUBLE, STRING, BINARY = t.FloatType(), t.DoubleType(), t.StringType(), t.BinaryType()
DATE, TIMESTAMP, TIMESTAMP_NTZ, NULL = t.DateType(), t.TimestampType(), t.TimestampNTZType(), t.NullType()
CALENDAR_INTERVAL, VARIANT = t.CalendarIntervalType(), t.VariantType()

ANY = InputType("ANY", lambda data_type: True)
NUMERIC = family("NUMERIC", t.NumericType, default=DOUBLE)
INTEGRAL = family("INTEGRAL", t.IntegralType, default=LONG)
DECIMAL = family("DECIMAL", t.DecimalType, default=t.DecimalType(38, 18))
ARRAY = family("ARRAY", t.ArrayType)
MAP = family("MAP", t.MapType)
STRUCT = family("STRUCT", t.StructType)
TIME = family("TIME", t.TimeType)
ANY_TIMESTAMP = family("(TIMESTAMP OR TIMESTAMP_NTZ)", t.TimestampType, t.TimestampNTZType, default=TIMESTAMP)
DAY_TIME_INTERVAL = family("INTERVAL DAY TO SECOND", t.DayTimeIntervalType, default=t.DayTimeIntervalType())
YEAR_MONTH_INTERVAL = family("INTERVAL YEAR TO MONTH", t.YearMonthIntervalType, default=t.YearMonthIntervalType())


def orderable(data_type: DataType) -> bool:
    """Whether values of the type can be compared with ``<``."""
    match data_type:
        case t.MapType() | t.VariantType() | t.CalendarIntervalType() | t.GeometryType() | t.GeographyType():
            return False
        case t.ArrayType():
            return orderable(data_type.elementType)
        case t.StructType():
            return all(orderable(f.dataType) for f in data_type.fields)
        case _:
            return True


ORDERABLE = InputType("ORDERABLE", orderable)
