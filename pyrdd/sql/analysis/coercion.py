"""Type coercion: which casts Spark puts in by itself (AnsiTypeCoercion, and Hive's rules when ANSI mode is off).

common_type(a, b)          the type two operands meet at            1 and 1.5 -> decimal, 1 and '2' -> bigint
implicit_cast(e, expected) an argument brought to what a parameter accepts, or None
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyrdd.sql import types as t
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.expressions import Cast, Expression, Literal
from pyrdd.sql.functions.inputs import InputType, accepts
from pyrdd.sql.types import DataType

_PRECEDENCE: tuple[type[DataType], ...] = (
    t.ByteType,
    t.ShortType,
    t.IntegerType,
    t.LongType,
    t.FloatType,
    t.DoubleType,
)
_INTEGRAL_DIGITS: dict[type[DataType], int] = {t.ByteType: 3, t.ShortType: 5, t.IntegerType: 10, t.LongType: 20}
_DATETIMES = (t.DateType, t.TimestampType, t.TimestampNTZType)


def cast(expression: Expression, data_type: DataType, ctx: AnalysisContext) -> Expression:
    """The expression as another type, by a cast that does not show in names; the same if it has the type."""
    if expression.data_type == data_type:
        return expression
    if isinstance(expression, Literal) and expression.value is None:
        return Literal(None, data_type)
    return Cast(expression, data_type, ctx.mode, implicit=True)


# --- decimals ----------------------------------------------------------------------------------------------


def decimal_for(data_type: DataType) -> t.DecimalType:
    """The decimal type that holds every value of a numeric type."""
    if isinstance(data_type, t.DecimalType):
        return data_type
    if isinstance(data_type, t.FloatType):
        return t.DecimalType(14, 7)
    if isinstance(data_type, t.DoubleType):
        return t.DecimalType(30, 15)
    return t.DecimalType(_INTEGRAL_DIGITS[type(data_type)], 0)


def decimal_for_literal(expression: Expression) -> t.DecimalType:
    """As `decimal_for`, but an integer constant takes only the digits that it has."""
    if (
        isinstance(expression, Literal)
        and isinstance(expression.data_type, t.IntegralType)
        and expression.value is not None
    ):
        return t.DecimalType(max(1, len(str(abs(expression.value)))), 0)
    return decimal_for(expression.data_type)


def bounded(precision: int, scale: int) -> t.DecimalType:
    """A decimal type cut at 38 digits."""
    return t.DecimalType(min(precision, 38), min(scale, 38))


def wider_decimal(a: t.DecimalType, b: t.DecimalType) -> t.DecimalType:
    """The decimal type that holds both."""
    scale = max(a.scale, b.scale)
    whole = max(a.precision - a.scale, b.precision - b.scale)
    if whole + scale > 38:
        # digits before the point are kept in favour of those after it
        return t.DecimalType(38, max(0, min(scale, 38 - whole)))
    return bounded(whole + scale, scale)


# --- common types --------------------------------------------------------------------------------------------


def tightest_common_type(a: DataType, b: DataType, ctx: AnalysisContext) -> DataType | None:
    """The type both become without losing anything; no strings involved."""
    if a == b:
        return a
    if isinstance(a, t.NullType):
        return b
    if isinstance(b, t.NullType):
        return a
    if isinstance(a, t.StringType) and isinstance(b, t.StringType):
        return _common_string(a, b)
    if isinstance(a, t.NumericType) and isinstance(b, t.NumericType):
        return _common_number(a, b, ctx)
    if isinstance(a, _DATETIMES) and isinstance(b, _DATETIMES):
        return t.TimestampType() if t.TimestampType in (type(a), type(b)) else t.TimestampNTZType()
    if isinstance(a, t.DayTimeIntervalType) and isinstance(b, t.DayTimeIntervalType):
        return t.DayTimeIntervalType(min(a.startField, b.startField), max(a.endField, b.endField))
    if isinstance(a, t.YearMonthIntervalType) and isinstance(b, t.YearMonthIntervalType):
        return t.YearMonthIntervalType(min(a.startField, b.startField), max(a.endField, b.endField))
    if isinstance(a, t.TimeType) and isinstance(b, t.TimeType):
        return a if a.precision >= b.precision else b
    return None


def _common_string(a: t.StringType, b: t.StringType) -> DataType | None:
    plain = [s for s in (a, b) if type(s) is t.StringType]
    if len(plain) < 2:
        return t.StringType()
    # the one that was named
    collated = [s for s in plain if s.collation != "UTF8_BINARY"]
    return collated[0] if len(collated) == 1 else None


def _common_number(a: DataType, b: DataType, ctx: AnalysisContext) -> DataType:
    if isinstance(a, t.DecimalType) or isinstance(b, t.DecimalType):
        if isinstance(a, t.FloatType | t.DoubleType) or isinstance(b, t.FloatType | t.DoubleType):
            return t.DoubleType()
        return wider_decimal(decimal_for(a), decimal_for(b))
    widest = max(_PRECEDENCE.index(type(a)), _PRECEDENCE.index(type(b)))
    if _PRECEDENCE[widest] is t.FloatType and ctx.ansi and type(a) is not type(b):
        # an integer does not fit a float without loss
        return t.DoubleType()
    return _PRECEDENCE[widest]()


def common_type(a: DataType, b: DataType, ctx: AnalysisContext) -> DataType | None:
    """The type that two operands (of CASE, coalesce, UNION, comparisons) meet at; None if there is none."""
    found = tightest_common_type(a, b, ctx)
    if found is not None:
        return found
    if isinstance(a, t.StringType) != isinstance(b, t.StringType):
        promoted = _with_string(b if isinstance(a, t.StringType) else a, ctx)
        if promoted is not None:
            return promoted
    return _common_nested(a, b, ctx)


def _with_string(other: DataType, ctx: AnalysisContext) -> DataType | None:
    if not isinstance(other, t.AtomicType):
        return None
    if not ctx.ansi:
        return None if isinstance(other, t.BinaryType | t.BooleanType) else t.StringType()
    if isinstance(other, t.DayTimeIntervalType | t.YearMonthIntervalType):
        # there are many kinds of intervals that the string could mean
        return None
    if isinstance(other, t.IntegralType):
        return t.LongType()
    if isinstance(other, t.FractionalType):
        return t.DoubleType()
    return other


def _common_nested(a: DataType, b: DataType, ctx: AnalysisContext) -> DataType | None:
    match a, b:
        case t.ArrayType(), t.ArrayType():
            element = common_type(a.elementType, b.elementType, ctx)
            return None if element is None else t.ArrayType(element, a.containsNull or b.containsNull)
        case t.MapType(), t.MapType():
            key, value = common_type(a.keyType, b.keyType, ctx), common_type(a.valueType, b.valueType, ctx)
            if key is None or value is None:
                return None
            return t.MapType(key, value, a.valueContainsNull or b.valueContainsNull)
        case t.StructType(), t.StructType():
            return _common_struct(a, b, ctx)
    return None


def _common_struct(a: t.StructType, b: t.StructType, ctx: AnalysisContext) -> DataType | None:
    if len(a.fields) != len(b.fields):
        return None
    fields = []
    for x, y in zip(a.fields, b.fields, strict=True):
        found = common_type(x.dataType, y.dataType, ctx)
        if found is None or not ctx.same_name(x.name, y.name):
            return None
        fields.append(t.StructField(x.name, found, x.nullable or y.nullable))
    return t.StructType(fields)


def common_type_of(types: Iterable[DataType], ctx: AnalysisContext) -> DataType | None:
    """The type that many operands meet at. Strings come last, so that the order does not matter."""
    ordered = sorted(types, key=lambda d: isinstance(d, t.StringType))
    if not ordered:
        return None
    found: DataType | None = ordered[0]
    for data_type in ordered[1:]:
        assert found is not None
        found = common_type(found, data_type, ctx)
        if found is None:
            return None
    return found


def to_common_type(args: Sequence[Expression], ctx: AnalysisContext) -> list[Expression] | None:
    """The arguments cast to the type that they meet at; None if there is none."""
    if all(arg.data_type == args[0].data_type for arg in args):
        return list(args)
    found = common_type_of([arg.data_type for arg in args], ctx)
    return None if found is None else [cast(arg, found, ctx) for arg in args]


def to_comparable(
    args: Sequence[Expression], ctx: AnalysisContext, equality: bool = False
) -> list[Expression] | None:
    """The two sides of a comparison cast to one type. Without ANSI rules a string becomes what it is compared with, and a
    boolean may equal a number."""
    a, b = (arg.data_type for arg in args)
    if ctx.ansi or a == b:
        return to_common_type(args, ctx)
    found = _hive_comparison(a, b, equality) or _hive_comparison(b, a, equality)
    return to_common_type(args, ctx) if found is None else [cast(arg, found, ctx) for arg in args]


def _hive_comparison(a: DataType, b: DataType, equality: bool) -> DataType | None:
    match a, b:
        case t.BooleanType(), t.NumericType() if equality:
            return b
        case t.StringType(), t.DecimalType():
            return t.DoubleType()
        case t.StringType(), t.StringType() | t.NullType() | t.DayTimeIntervalType() | t.YearMonthIntervalType():
            return None
        case t.StringType(), t.AtomicType():
            return b
    return None


def promote_strings(a: Expression, b: Expression, ctx: AnalysisContext) -> tuple[Expression, Expression]:
    """The operands of arithmetic with strings cast to numbers (or, under ANSI rules, to the type beside them)."""
    left, right = isinstance(a.data_type, t.StringType), isinstance(b.data_type, t.StringType)
    if not left and not right:
        return a, b
    if not ctx.ansi:
        a = cast(a, t.DoubleType(), ctx) if left and not _is_interval(b) else a
        b = cast(b, t.DoubleType(), ctx) if right and not _is_interval(a) else b
        return a, b
    if left and right:
        return a, b
    found = _with_string((b if left else a).data_type, ctx)
    return (a, b) if found is None else (cast(a, found, ctx), cast(b, found, ctx))


def _is_interval(expression: Expression) -> bool:
    return isinstance(expression.data_type, t.CalendarIntervalType | t.DayTimeIntervalType | t.YearMonthIntervalType)


# --- parameters ------------------------------------------------------------------------------------------------


def implicit_cast(expression: Expression, expected: InputType | DataType, ctx: AnalysisContext) -> Expression | None:
    """The argument as the parameter accepts it: itself, in an implicit cast, or None if Spark would refuse it."""
    actual = expression.data_type
    if accepts(expected, actual):
        return expression
    target = _target(actual, expected, ctx)
    return None if target is None else cast(expression, target, ctx)


def _target(actual: DataType, expected: InputType | DataType, ctx: AnalysisContext) -> DataType | None:
    if isinstance(expected, DataType):
        return expected if can_become(actual, expected, ctx) else None
    if expected.members:
        return next((found for m in expected.members if (found := _target(actual, m, ctx)) is not None), None)
    if isinstance(actual, t.NullType):
        return expected.default or (actual if expected.accepts(actual) else None)
    if expected.name == "DECIMAL" and isinstance(actual, t.NumericType):
        return decimal_for(actual)
    if isinstance(actual, t.StringType) and expected.name in (
        "NUMERIC",
        "INTEGRAL",
        "DECIMAL",
        "(TIMESTAMP OR TIMESTAMP_NTZ)",
    ):
        return expected.default if ctx.ansi or expected.name != "INTEGRAL" else None
    if isinstance(actual, t.DateType) and expected.name == "(TIMESTAMP OR TIMESTAMP_NTZ)":
        return t.TimestampType()
    return None


def can_become(actual: DataType, expected: DataType, ctx: AnalysisContext) -> bool:
    """Whether a value of one type is accepted where another is wanted (the rules for storing, in ANSI mode)."""
    if isinstance(actual, t.NullType) or actual == expected:
        return True
    if isinstance(actual, t.NumericType) and isinstance(expected, t.NumericType):
        return True
    if isinstance(expected, t.StringType):
        return isinstance(actual, t.AtomicType | t.CalendarIntervalType)
    if isinstance(actual, t.StringType):
        return isinstance(expected, t.AtomicType) and (ctx.ansi or not isinstance(expected, t.BooleanType))
    if isinstance(actual, _DATETIMES) and isinstance(expected, _DATETIMES):
        return True
    if isinstance(actual, t.ArrayType) and isinstance(expected, t.ArrayType):
        return can_become(actual.elementType, expected.elementType, ctx)
    if isinstance(actual, t.MapType) and isinstance(expected, t.MapType):
        return can_become(actual.keyType, expected.keyType, ctx) and can_become(
            actual.valueType, expected.valueType, ctx
        )
    return type(actual) is type(expected) and isinstance(
        actual, t.DayTimeIntervalType | t.YearMonthIntervalType | t.TimeType
    )
