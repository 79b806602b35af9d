"""Which types can be cast to which (Spark's Cast.canCast, canAnsiCast, canTryCast)."""

from __future__ import annotations

from pyrdd.sql import types as t
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.problems import mismatch, quoted_type
from pyrdd.sql.expressions import Cast
from pyrdd.sql.types import DataType

_TEXT_LIKE = (t.StringType, t.CharType, t.VarcharType)
_DATETIME = (t.DateType, t.TimestampType, t.TimestampNTZType)
_SHAPES = (t.GeometryType, t.GeographyType)
_INTERVALS = (t.DayTimeIntervalType, t.YearMonthIntervalType)


def can_cast(source: DataType, target: DataType, ansi: bool) -> bool:
    """Whether a cast is defined, under ANSI rules or Hive's."""
    if isinstance(source, _SHAPES) or (isinstance(target, _SHAPES) and not isinstance(source, t.NullType)):
        return source == target
    if source == target or isinstance(source, t.NullType) or isinstance(target, _TEXT_LIKE):
        return not isinstance(source, t.UserDefinedType) or source == target or isinstance(target, _TEXT_LIKE)
    if isinstance(source, t.UserDefinedType):
        return can_cast(source.sqlType(), target, ansi)
    if isinstance(source, t.VariantType):
        return not isinstance(target, (*_INTERVALS, t.CalendarIntervalType))
    if isinstance(target, t.VariantType):
        if isinstance(source, t.ArrayType):
            return not isinstance(source.elementType, t.NullType) and can_cast(source.elementType, target, ansi)
        return not isinstance(source, (t.MapType, t.StructType, *_INTERVALS, t.CalendarIntervalType))
    match source, target:
        case t.StringType(), _:
            return isinstance(target, t.AtomicType | t.CalendarIntervalType)
        case t.ArrayType(), t.ArrayType():
            return can_cast(source.elementType, target.elementType, ansi) and _nulls_fit(
                source.containsNull, target.containsNull
            )
        case t.MapType(), t.MapType():
            return can_cast(source.keyType, target.keyType, ansi) and can_cast(source.valueType, target.valueType, ansi)
        case t.StructType(), t.StructType():
            return len(source.fields) == len(target.fields) and all(
                can_cast(a.dataType, b.dataType, ansi) and _nulls_fit(a.nullable, b.nullable)
                for a, b in zip(source.fields, target.fields, strict=True)
            )
    return _can_cast_atomic(source, target, ansi)


def _nulls_fit(source: bool, target: bool) -> bool:
    return target or not source


def _can_cast_atomic(source: DataType, target: DataType, ansi: bool) -> bool:
    if isinstance(target, t.BinaryType):
        return isinstance(source, t.IntegralType) and not ansi
    if isinstance(target, t.BooleanType):
        return isinstance(source, t.NumericType) or (
            not ansi and isinstance(source, t.DateType | t.TimestampType)
        )
    if isinstance(target, t.DateType | t.TimestampNTZType):
        return isinstance(source, _DATETIME)
    if isinstance(target, t.TimestampType):
        return isinstance(source, (*_DATETIME, t.NumericType)) or (not ansi and isinstance(source, t.BooleanType))
    if isinstance(target, t.TimeType):
        return isinstance(source, (t.TimeType, t.TimestampNTZType, t.TimestampType))
    if isinstance(target, _INTERVALS):
        return type(source) is type(target) or isinstance(source, t.IntegralType | t.DecimalType)
    if isinstance(target, t.NumericType):
        if isinstance(source, t.NumericType | t.BooleanType | t.TimestampType):
            return True
        if isinstance(source, t.DateType):
            return not ansi
        return isinstance(source, (*_INTERVALS, t.TimeType)) and isinstance(target, t.IntegralType | t.DecimalType)
    return False


def check_cast(cast: Cast, ctx: AnalysisContext) -> None:
    """Raises DATATYPE_MISMATCH.CAST_WITH... for a cast that is not defined."""
    source, target = cast.child.data_type, cast.data_type
    ansi = cast.mode != "legacy"
    if can_cast(source, target, ansi):
        return
    parameters = {"srcType": quoted_type(source), "targetType": quoted_type(target)}
    instead = _instead(source, target) if ansi else None
    if instead:
        raise mismatch("CAST_WITH_FUNC_SUGGESTION", cast, functionNames=f"`{instead}`", **parameters)
    if cast.mode == "ansi" and can_cast(source, target, False):
        raise mismatch(
            "CAST_WITH_CONF_SUGGESTION", cast, config='"spark.sql.ansi.enabled"', configVal="'false'", **parameters
        )
    raise mismatch("CAST_WITHOUT_SUGGESTION", cast, **parameters)


def _instead(source: DataType, target: DataType) -> str | None:
    """The function that does what a cast of these types cannot."""
    if isinstance(source, t.NumericType) and isinstance(target, t.DateType):
        return "DATE_FROM_UNIX_DATE"
    return "UNIX_DATE" if isinstance(source, t.DateType) and isinstance(target, t.NumericType) else None


def without_lengths(data_type: DataType) -> DataType:
    """The type with STRING for CHAR and VARCHAR: what a cast that is written out makes of them, as only tables keep lengths."""
    match data_type:
        case t.CharType() | t.VarcharType():
            return t.StringType()
        case t.ArrayType():
            return t.ArrayType(without_lengths(data_type.elementType), data_type.containsNull)
        case t.MapType():
            key, value = without_lengths(data_type.keyType), without_lengths(data_type.valueType)
            return t.MapType(key, value, data_type.valueContainsNull)
        case t.StructType():
            fields = data_type.fields
            return t.StructType(
                [t.StructField(f.name, without_lengths(f.dataType), f.nullable, f.metadata) for f in fields]
            )
    return data_type
