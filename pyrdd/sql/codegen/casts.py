"""CAST as DuckDB text, with Spark's meaning.

A cast is written by the kinds of its two types. Where DuckDB's own cast is the same (or the same for values of a common shape,
which a pattern recognises) that is used; the rest goes to a Python kernel. Each writer gets a `_Job` and gives a text.

    mode "ansi"     what does not fit is an error
    mode "try"      ... is null
    mode "legacy"   Hive's answers: null, or the low bits of the number
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from pyrdd.sql import types as t
from pyrdd.sql.codegen.raising import raise_sql
from pyrdd.sql.codegen.types import duck_type, quote, text_literal
from pyrdd.sql.expressions import Cast
from pyrdd.sql.expressions.text import sql_type
from pyrdd.sql.kernels import cast_values, datetime_parse, intervals, number_text
from pyrdd.sql.kernels.timezones import Zone, parse_zone
from pyrdd.sql.types import DataType

if TYPE_CHECKING:
    from pyrdd.sql.codegen.expressions import Writer

UTC_NAMES = frozenset(("UTC", "Etc/UTC", "GMT", "Z", "Etc/GMT", "UCT", "Zulu"))
_BITS = {t.ByteType: 8, t.ShortType: 16, t.IntegerType: 32, t.LongType: 64}
_TEXTS = (t.StringType, t.CharType, t.VarcharType)
_MICROS = {0: 86_400_000_000, 1: 3_600_000_000, 2: 60_000_000, 3: 1_000_000}
_ANSI = "'\"spark.sql.ansi.enabled\"'"


@dataclass(frozen=True)
class _Job:
    """One cast of a text. ``strict`` is whether a value that does not fit is an error."""

    text: str
    source: Any
    target: Any
    mode: str
    writer: Writer

    @property
    def strict(self) -> bool:
        return self.mode == "ansi"

    @property
    def type(self) -> str:
        return duck_type(self.target)

    @property
    def word(self) -> str:
        return "CAST" if self.strict else "TRY_CAST"

    def cast(self, text: str | None = None) -> str:
        """DuckDB's own cast."""
        return f"{self.word}({self.text if text is None else text} AS {self.type})"

    def kernel(self, function: Callable[..., Any], text: str | None = None, source: Any = None) -> str:
        """A Python function on the value."""
        name = f"cast_{self.source.typeName().split()[0]}_{self.target.typeName().split()[0]}".lower()
        argument = self.text if text is None else text
        return self.writer.python_call(name, function, [argument], [source or self.source], self.target)

    def strict_or_null(self, strict: Callable[..., Any], null: Callable[..., Any]) -> str:
        """One of two Python functions: the one that raises, or the one that gives None."""
        return self.kernel(strict if self.strict else null)

    def let(self, body: Callable[[str], str]) -> str:
        """A text that needs the value several times."""
        return self.writer.let(self.text, body)

    @property
    def zone(self) -> Zone:
        return parse_zone(self.writer.time_zone)

    @property
    def fixed_zone(self) -> bool:
        return self.writer.time_zone in UTC_NAMES


def cast_sql(cast: Cast, text: str, writer: Writer) -> str:
    """The text of a cast."""
    return cast_text(text, cast.child.data_type, cast.data_type, cast.mode, writer)


def cast_text(text: str, source: DataType, target: DataType, mode: str, writer: Writer) -> str:
    """The text of a cast of a value of one type to another."""
    if isinstance(source, t.UserDefinedType):
        source = source.sqlType()
    if isinstance(target, t.UserDefinedType):
        target = target.sqlType()
    job = _Job(text, source, target, mode, writer)
    if source == target or (isinstance(source, _TEXTS) and isinstance(target, t.StringType)):
        return text
    if isinstance(source, t.NullType):
        return f"CAST({text} AS {job.type})"
    if isinstance(source, t.VariantType) or isinstance(target, t.VariantType):
        from pyrdd.sql.codegen.variant_casts import variant_cast  # here: queries with variants alone need the codec

        return variant_cast(text, source, target, mode, writer)
    if isinstance(target, _TEXTS):
        return _sized(job, _to_text(job))
    if isinstance(source, _TEXTS):
        return _from_text(job)
    return _TARGETS[_kind(target)](job)


def _kind(data_type: DataType) -> str:
    if isinstance(data_type, t.IntegralType):
        return "integral"
    if isinstance(data_type, t.FloatType | t.DoubleType):
        return "floating"
    if isinstance(data_type, t.DayTimeIntervalType | t.YearMonthIntervalType):
        return "interval"
    return "calendar" if isinstance(data_type, t.CalendarIntervalType) else data_type.typeName()


# --- to text ---------------------------------------------------------------------------------------------------------


def _sized(job: _Job, text: str) -> str:
    """Padded or cut to the length of a CHAR or VARCHAR."""
    if isinstance(job.target, t.CharType):
        return f"rpad({text}, {job.target.length}, ' ')"
    return f"left({text}, {job.target.length})" if isinstance(job.target, t.VarcharType) else text


def _to_text(job: _Job) -> str:
    text = job.text
    match job.source:
        case t.BooleanType() | t.IntegralType():
            return f"CAST({text} AS VARCHAR)"
        case t.DateType():
            return job.let(lambda x: _moment_to_text(job, x, "DATE", datetime_parse.date_to_string))
        case t.CharType() | t.VarcharType() | t.StringType():
            return text
        case t.DecimalType(precision=precision, scale=scale):
            # DuckDB leaves the zero before the point away where there is no digit for it
            return (
                f"CAST(CAST({text} AS DECIMAL(38,{scale})) AS VARCHAR)"
                if precision == scale < 38
                else f"CAST({text} AS VARCHAR)"
            )
        case t.DoubleType() | t.FloatType():
            return job.let(partial(_floating_to_text, job))
        case t.BinaryType():
            return job.let(lambda x: f"coalesce(TRY(decode({x})), {job.kernel(cast_values.bytes_to_text, x)})")
        case t.TimestampType() | t.TimestampNTZType():
            local = to_local(text, job.writer) if isinstance(job.source, t.TimestampType) else text
            job = replace(job, text=local, source=t.TimestampNTZType())
            return job.let(lambda x: _moment_to_text(job, x, "TIMESTAMP", datetime_parse.local_to_string))
        case t.TimeType():
            return f"CAST({text} AS VARCHAR)"
    return _nested_to_text(job)


def _moment_to_text(job: _Job, x: str, duck: str, slow: Callable[[int], str]) -> str:
    common = f"{x} >= {duck} '0001-01-01' AND {x} < {duck} '10000-01-01'"
    number = f"epoch_us({x})" if duck == "TIMESTAMP" else f"date_diff('day', DATE '1970-01-01', {x})"
    # as a number: Python's dates end at 9999 too
    return f"CASE WHEN {common} THEN CAST({x} AS VARCHAR) ELSE {job.kernel(slow, number, t.LongType())} END"


def _floating_to_text(job: _Job, x: str) -> str:
    function = number_text.double_to_string if isinstance(job.source, t.DoubleType) else number_text.float_to_string
    return (
        f"CASE WHEN abs({x}) >= 0.001 AND abs({x}) < 1e7 THEN CAST({x} AS VARCHAR) ELSE {job.kernel(function, x)} END"
    )


def _interval_text(job: _Job) -> str:
    source = job.source
    if isinstance(source, t.CalendarIntervalType):
        return job.kernel(_calendar_to_string)
    name = (
        intervals.year_month_to_string if isinstance(source, t.YearMonthIntervalType) else intervals.day_time_to_string
    )
    return job.kernel(partial(name, start=source.startField, end=source.endField))


def _calendar_to_string(value: Any) -> str:
    return intervals.interval_to_string(tuple(value))


def _nested_to_text(job: _Job) -> str:
    source, writer = job.source, job.writer

    def item(text: str, data_type: DataType, prefix: str = "") -> str:
        made = cast_text(text, data_type, t.StringType(), job.mode, writer)
        return f"coalesce('{prefix}' || {made}, '{prefix}null')" if prefix else f"coalesce({made}, 'null')"

    match source:
        case t.DayTimeIntervalType() | t.YearMonthIntervalType() | t.CalendarIntervalType():
            return _interval_text(job)
        case t.ArrayType():
            v = writer.fresh()
            items = f"list_transform({job.text}, lambda {v}: {item(v, source.elementType)})"
            return f"('[' || array_to_string({items}, ', ') || ']')"
        case t.MapType():
            v = writer.fresh()
            pair = f"{item(f'{v}.key', source.keyType)} || ' ->' || {item(f'{v}.value', source.valueType, ' ')}"
            return (
                f"('{{' || array_to_string(list_transform(map_entries({job.text}), lambda {v}: {pair}), ', ') || '}}')"
            )
        case t.StructType():

            def fields(x: str) -> str:
                parts = [item(f"({x}).{quote(f.name)}", f.dataType) for f in source.fields]
                joined = " || ', ' || ".join(parts) or "''"
                return f"CASE WHEN {x} IS NOT NULL THEN '{{' || {joined} || '}}' END"

            return job.let(fields)
    raise AssertionError(f"no cast of {source} to text")


# --- from text -------------------------------------------------------------------------------------------------------

# the common shapes of text, on which DuckDB's casts agree with Spark's
_DIGITS = "[+-]?[0-9]{1,18}"
_NUMBER = r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?"
_DAY = "[0-9]{4}-(0[1-9]|1[0-2])-([0-2][0-9]|3[01])"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?"


def _from_text(job: _Job) -> str:
    return job.let(lambda x: _TEXT_SOURCES[_kind(job.target)](replace(job, text=x)))


def _shaped(job: _Job, shape: str, fast: str, slow: str) -> str:
    """The fast text for strings of a shape that DuckDB reads as Spark does, the slow one for all others."""
    x = job.text
    guarded = f"CASE WHEN regexp_full_match({x}, '{shape}') THEN {fast} END"
    return f"CASE WHEN {x} IS NOT NULL THEN coalesce({guarded}, {slow}) END"


def _text_to_integral(job: _Job) -> str:
    name = sql_type(job.target)
    strict, null = number_text.cast_integer, number_text.parse_integer
    if job.mode == "legacy":
        slow = job.kernel(partial(cast_values.parse_truncated, target=name))
    else:
        slow = job.strict_or_null(partial(strict, target=name), partial(null, target=name))
    return _shaped(job, _DIGITS, f"TRY_CAST({job.text} AS {job.type})", slow)


def _text_to_floating(job: _Job) -> str:
    if isinstance(job.target, t.FloatType):
        slow = job.strict_or_null(number_text.cast_float, cast_values.OrNull(number_text.cast_float))
    else:
        slow = job.strict_or_null(number_text.cast_double, number_text.parse_double)
    return _shaped(job, _NUMBER, f"TRY_CAST({job.text} AS {job.type})", slow)


def _text_to_decimal(job: _Job) -> str:
    size = {"precision": job.target.precision, "scale": job.target.scale}
    slow = job.strict_or_null(
        partial(number_text.cast_decimal, **size), partial(cast_values.parse_fitting_decimal, **size)
    )
    return _shaped(job, _NUMBER, f"TRY_CAST({job.text} AS {job.type})", slow)


def _text_to_boolean(job: _Job) -> str:
    slow = job.strict_or_null(number_text.cast_boolean, number_text.parse_boolean)
    known = "WHEN 'true' THEN true WHEN 'false' THEN false WHEN 't' THEN true WHEN 'f' THEN false"
    return f"coalesce(CASE {job.text} {known} END, {slow})"


def _text_to_date(job: _Job) -> str:
    slow = job.strict_or_null(datetime_parse.cast_date, datetime_parse.parse_date)
    return _shaped(job, _DAY, f"TRY_CAST({job.text} AS DATE)", slow)


def _text_to_timestamp(job: _Job) -> str:
    today = (datetime.datetime.now(datetime.UTC).date() - datetime.date(1970, 1, 1)).days
    options: dict[str, Any] = {"zone": job.zone, "today": today}
    slow = job.strict_or_null(
        partial(datetime_parse.cast_timestamp, **options), partial(datetime_parse.parse_timestamp, **options)
    )
    fast = to_instant(f"TRY_CAST({job.text} AS TIMESTAMP)", job.writer)
    return _shaped(job, f"{_DAY}[ T]{_CLOCK}", fast, slow)


def _text_to_timestamp_ntz(job: _Job) -> str:
    slow = job.strict_or_null(datetime_parse.cast_timestamp_ntz, datetime_parse.parse_timestamp_ntz)
    return _shaped(job, f"{_DAY}[ T]{_CLOCK}", f"TRY_CAST({job.text} AS TIMESTAMP)", slow)


def _text_to_time(job: _Job) -> str:
    function = partial(datetime_parse.cast_time, precision=job.target.precision)
    return job.strict_or_null(function, cast_values.OrNull(function))


def _text_to_interval(job: _Job) -> str:
    parse: Any = intervals.parse_day_time
    if isinstance(job.target, t.YearMonthIntervalType):
        parse = intervals.parse_year_month
    function = partial(parse, start=job.target.startField, end=job.target.endField)
    return job.kernel(cast_values.OrNull(function) if job.mode == "try" else function)


def _text_to_calendar(job: _Job) -> str:
    return job.kernel(intervals.parse_interval)


_TEXT_SOURCES: dict[str, Callable[[_Job], str]] = {
    "integral": _text_to_integral,
    "floating": _text_to_floating,
    "decimal": _text_to_decimal,
    "boolean": _text_to_boolean,
    "binary": lambda job: f"encode({job.text})",
    "date": _text_to_date,
    "timestamp": _text_to_timestamp,
    "timestamp_ntz": _text_to_timestamp_ntz,
    "time": _text_to_time,
    "interval": _text_to_interval,
    "calendar": _text_to_calendar,
}


# --- local time and instants -------------------------------------------------------------------------------------


def to_instant(text: str, writer: Writer) -> str:
    """The instant (TIMESTAMPTZ) of a local time (TIMESTAMP) on the session's clock: the earlier one of two, as in Java."""
    if writer.time_zone in UTC_NAMES:
        return f"CAST({text} AS TIMESTAMPTZ)"
    zone = parse_zone(writer.time_zone)

    def body(x: str) -> str:
        early = f"(CAST({x} AS TIMESTAMPTZ) - INTERVAL 1 HOUR)"
        slow = writer.python_call("local_to_instant", zone.to_instant, [x], [t.TimestampNTZType()], t.TimestampType())
        return (
            f"CASE WHEN {x} < TIMESTAMP '1920-01-01' THEN {slow} WHEN CAST({early} AS TIMESTAMP) = {x} THEN {early} "
            f"ELSE CAST({x} AS TIMESTAMPTZ) END"
        )

    return writer.let(text, body)


def to_local(text: str, writer: Writer) -> str:
    """The local time (TIMESTAMP) of an instant (TIMESTAMPTZ) on the session's clock."""
    if writer.time_zone in UTC_NAMES:
        return f"CAST({text} AS TIMESTAMP)"
    zone = parse_zone(writer.time_zone)

    def body(x: str) -> str:
        slow = writer.python_call("instant_to_local", zone.to_local, [x], [t.TimestampType()], t.TimestampNTZType())
        return f"CASE WHEN {x} < TIMESTAMPTZ '1920-01-01 00:00:00+00' THEN {slow} ELSE CAST({x} AS TIMESTAMP) END"

    return writer.let(text, body)


# --- numbers ---------------------------------------------------------------------------------------------------------


def wrapped(text: str, bits: int) -> str:
    """The low bits of a HUGEINT as a signed number: what the JVM's arithmetic leaves."""
    half, mask = 1 << (bits - 1), (1 << bits) - 1
    return f"(((({text}) + {half}::HUGEINT) & {mask}::HUGEINT) - {half}::HUGEINT)"


def _to_integral(job: _Job) -> str:
    text, bits = job.text, _BITS[type(job.target)]
    match job.source:
        case t.BooleanType():
            return job.cast()
        case t.IntegralType():
            if _BITS[type(job.source)] <= bits:
                return job.cast()
            if job.mode == "legacy":
                return f"CAST({wrapped(f'CAST({text} AS HUGEINT)', bits)} AS {job.type})"
            return job.cast()
        case t.FloatType() | t.DoubleType():
            return _floating_to_integral(job, bits)
        case t.DecimalType():
            return _decimal_to_integral(job, bits)
        case t.DateType():
            return f"CAST(NULL AS {job.type})"
        case t.TimestampType():
            seconds = f"CAST(floor(epoch({text})) AS BIGINT)"
            return f"TRY_CAST({seconds} AS {job.type})" if job.mode == "legacy" else job.cast(seconds)
        case t.TimeType():
            return job.cast(f"(epoch_us({text}) // 1000000)")
        case t.DayTimeIntervalType():
            return _counted(job, f"({{}} // {_MICROS[job.source.endField]})")
        case t.YearMonthIntervalType():
            return _counted(job, "({} // 12)" if job.source.endField == 0 else "{}")
    raise AssertionError(f"no cast of {job.source} to {job.target}")


def _counted(job: _Job, units: str) -> str:
    """An interval as a number of its last unit; what does not fit is an error in the legacy mode too."""
    if job.mode == "try":
        return job.cast(units.format(f"({job.text})"))

    def checked(x: str) -> str:
        failure = _overflow(job, cast_text(x, job.source, t.StringType(), "ansi", job.writer))
        return f"coalesce(TRY_CAST({units.format(x)} AS {job.type}), CASE WHEN {x} IS NOT NULL THEN {failure} END)"

    return job.let(checked)


def _floating_to_integral(job: _Job, bits: int) -> str:
    x = job.text
    if job.mode != "legacy":
        return job.let(partial(_checked_truncation, job, bits))

    def saturated(x: str) -> str:
        # narrow types take the low bits of the int that the JVM makes first
        wide = max(bits, 32)
        low, high = -(1 << (wide - 1)), (1 << (wide - 1)) - 1
        made = (
            f"CASE WHEN isnan({x}) THEN 0 WHEN {x} >= {high}.0::DOUBLE THEN {high} WHEN {x} <= {low}.0::DOUBLE THEN {low} "
            f"ELSE CAST(trunc({x}) AS HUGEINT) END"
        )
        made = made if bits == wide else wrapped(made, bits)
        return f"CAST({made} AS {job.type})"

    return job.writer.let(x, saturated)


def _checked_truncation(job: _Job, bits: int, x: str) -> str:
    low, high = -(1 << (bits - 1)), 1 << (bits - 1)
    top = f"{x} < {high}.0::DOUBLE" if bits < 64 else f"{x} <= {high}.0::DOUBLE"
    fits = f"({x} > {low - 1}.0::DOUBLE OR {x} = {low}.0::DOUBLE) AND {top} AND NOT isnan({x})"
    exact = f"CAST(trunc({x}) AS {job.type})"
    if bits == 64:
        exact = f"CASE WHEN {x} = {high}.0::DOUBLE THEN {high - 1} ELSE {exact} END"
    failure = _overflow(job, _floating_literal(job, x)) if job.strict else "NULL"
    return f"CASE WHEN {fits} THEN {exact} WHEN {x} IS NOT NULL THEN {failure} END"


def _floating_literal(job: _Job, x: str) -> str:
    """How SQL writes the number."""
    shown = cast_text(x, job.source, t.StringType(), "ansi", job.writer)
    single = isinstance(job.source, t.FloatType)
    kind = "FLOAT" if single else "DOUBLE"
    quoted_text = text_literal("CAST('") + f" || {shown} || " + text_literal(f"' AS {kind})")
    return quoted_text if single else f"CASE WHEN isfinite({x}) THEN {shown} || 'D' ELSE {quoted_text} END"


def _overflow(job: _Job, value: str) -> str:
    return raise_sql(
        "CAST_OVERFLOW",
        job.type,
        value=value,
        sourceType=text_literal(f'"{sql_type(job.source)}"'),
        targetType=text_literal(f'"{sql_type(job.target)}"'),
        ansiConfig=_ANSI,
    )


def _decimal_to_integral(job: _Job, bits: int) -> str:
    whole = f"CAST(trunc({job.text}) AS HUGEINT)"
    if job.mode == "legacy":
        return f"CAST({wrapped(whole, bits)} AS {job.type})"
    if job.source.precision - job.source.scale <= {8: 2, 16: 4, 32: 9, 64: 18}[bits] or not job.strict:
        return job.cast(whole)

    def checked(x: str) -> str:
        shown = cast_text(x, job.source, t.StringType(), "ansi", job.writer)
        failure = _overflow(job, f"{shown} || 'BD'")
        problem = f"CASE WHEN {x} IS NOT NULL THEN {failure} END"
        return f"coalesce(TRY_CAST(CAST(trunc({x}) AS HUGEINT) AS {job.type}), {problem})"

    return job.let(checked)


def _to_floating(job: _Job) -> str:
    text = job.text
    match job.source:
        case t.DoubleType() if isinstance(job.target, t.FloatType):
            return job.let(
                lambda x: (
                    f"coalesce(TRY_CAST({x} AS FLOAT), CAST(CASE WHEN {x} > 0 THEN 'inf' WHEN {x} < 0 THEN '-inf' END AS FLOAT))"
                )
            )
        case t.DecimalType(precision=precision):
            return f"CAST(CAST({text} AS VARCHAR) AS {job.type})" if precision > 15 else f"CAST({text} AS {job.type})"
        case t.DateType():
            return f"CAST(NULL AS {job.type})"
        case t.TimestampType():
            return f"CAST(epoch_us({text}) / 1e6::DOUBLE AS {job.type})"
    return job.cast()


def decimal_out_of_range(text: str, source: DataType, target: t.DecimalType, writer: Writer) -> str:
    """The text that raises NUMERIC_VALUE_OUT_OF_RANGE for a number."""
    return raise_sql(
        "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
        duck_type(target),
        value=cast_text(text, source, t.StringType(), "ansi", writer),
        precision=str(target.precision),
        scale=str(target.scale),
        config=_ANSI,
    )


def _to_decimal(job: _Job) -> str:
    text, target = job.text, job.target
    whole = target.precision - target.scale
    match job.source:
        case t.BooleanType():
            text = f"CAST({text} AS INTEGER)"
        case t.IntegralType():
            bits = _BITS[type(job.source)]
            # a written number shows its digits, and a bare cast is one that DuckDB folds
            digits = len(text.lstrip("-")) if text.lstrip("-").isdigit() else {8: 3, 16: 5, 32: 10, 64: 19}[bits]
            if whole >= digits:
                return f"CAST({text} AS {job.type})"
        case t.DecimalType(precision=precision, scale=scale):
            if whole >= precision - scale + (scale > target.scale):
                return f"CAST({text} AS {job.type})"
        case t.FloatType() | t.DoubleType():
            return job.writer.let(f"CAST({text} AS DOUBLE)", partial(_floating_to_decimal, job))
        case t.TimestampType():
            text = f"(CAST(epoch_us({text}) AS DECIMAL(20,0)) * 0.000001::DECIMAL(6,6))"
        case t.TimeType():
            text = f"(CAST(epoch_us({text}) AS DECIMAL(20,0)) * 0.000001::DECIMAL(6,6))"
        case t.DayTimeIntervalType():
            if job.source.endField == 3:
                text = f"(CAST({text} AS DECIMAL(20,0)) * 0.000001::DECIMAL(6,6))"
            else:
                text = f"(({text}) // {_MICROS[job.source.endField]})"
        case t.YearMonthIntervalType():
            text = f"(({text}) // 12)" if job.source.endField == 0 else text
        case t.DateType():
            return f"CAST(NULL AS {job.type})"
    return _decimal_or_failure(job, text)


def _decimal_or_failure(job: _Job, text: str) -> str:
    interval = isinstance(job.source, t.DayTimeIntervalType | t.YearMonthIntervalType)
    if job.mode == "try" or (job.mode == "legacy" and not interval):
        return f"TRY_CAST({text} AS {job.type})"
    shown = job.source if isinstance(job.source, t.NumericType) else t.LongType()

    def checked(x: str) -> str:
        failure = decimal_out_of_range(x, shown, job.target, job.writer)
        return f"coalesce(TRY_CAST({x} AS {job.type}), CASE WHEN {x} IS NOT NULL THEN {failure} END)"

    return job.writer.let(text, checked)


def _floating_to_decimal(job: _Job, x: str) -> str:
    # by its digits, as Java's BigDecimal takes a double: 1.005 is exactly that
    # DuckDB does not read all texts with an exponent
    slow = partial(cast_values.fitting_decimal, precision=job.target.precision, scale=job.target.scale)
    made = f"coalesce(TRY_CAST(CAST({x} AS VARCHAR) AS {job.type}), {job.kernel(slow, x, t.DoubleType())})"
    if not job.strict:
        return made
    failure = decimal_out_of_range(x, t.DoubleType(), job.target, job.writer)
    return f"coalesce({made}, CASE WHEN isfinite({x}) THEN {failure} END)"


# --- the other targets -----------------------------------------------------------------------------------------------


def _to_boolean(job: _Job) -> str:
    if isinstance(job.source, t.TimestampType):
        return f"(epoch_us({job.text}) <> 0)"
    if isinstance(job.source, t.NumericType):
        return f"({job.text} <> 0)"
    return "CAST(NULL AS BOOLEAN)"


def _to_binary(job: _Job) -> str:
    return job.kernel(partial(cast_values.integer_to_bytes, size=_BITS[type(job.source)] // 8))


def _to_date(job: _Job) -> str:
    text = to_local(job.text, job.writer) if isinstance(job.source, t.TimestampType) else job.text
    return f"CAST({text} AS DATE)"


def _to_timestamp(job: _Job) -> str:
    text = job.text
    match job.source:
        case t.DateType():
            return to_instant(f"CAST({text} AS TIMESTAMP)", job.writer)
        case t.TimestampNTZType():
            return to_instant(text, job.writer)
        case t.BooleanType():
            return f"make_timestamptz(CAST({text} AS BIGINT))"
        case t.IntegralType():
            return f"make_timestamptz(CAST({text} AS BIGINT) * 1000000)"
        case t.DecimalType():
            return f"make_timestamptz(CAST(trunc(CAST({text} AS DECIMAL(38,{job.source.scale})) * 1000000) AS BIGINT))"
    return job.let(partial(_floating_to_timestamp, job))


def _floating_to_timestamp(job: _Job, x: str) -> str:
    word = "TRY_CAST" if job.mode == "try" else "CAST"
    made = (
        f"CASE WHEN isfinite({x}) THEN make_timestamptz({word}(trunc(CAST({x} AS DOUBLE) * 1e6::DOUBLE) AS BIGINT)) END"
    )
    if not job.strict:
        return made
    failure = raise_sql(
        "CAST_INVALID_INPUT",
        "TIMESTAMPTZ",
        expression=cast_text(x, job.source, t.StringType(), "ansi", job.writer),
        sourceType=text_literal(f'"{sql_type(job.source)}"'),
        targetType="'\"TIMESTAMP\"'",
        ansiConfig=_ANSI,
    )
    return f"coalesce({made}, CASE WHEN {x} IS NOT NULL THEN {failure} END)"


def _to_timestamp_ntz(job: _Job) -> str:
    if isinstance(job.source, t.TimestampType):
        return to_local(job.text, job.writer)
    return f"CAST({job.text} AS TIMESTAMP)"


def _to_time(job: _Job) -> str:
    text = job.text
    if not isinstance(job.source, t.TimeType):
        local = to_local(text, job.writer) if isinstance(job.source, t.TimestampType) else text
        text = f"CAST({local} AS TIME)"
    unit = int(10 ** (6 - job.target.precision))
    if unit == 1 or (isinstance(job.source, t.TimeType) and job.source.precision <= job.target.precision):
        return text
    return f"CAST(make_timestamp(epoch_us({text}) // {unit} * {unit}) AS TIME)"


def _to_interval(job: _Job) -> str:
    text, target = job.text, job.target
    unit = (_MICROS if isinstance(target, t.DayTimeIntervalType) else {0: 12, 1: 1})[target.endField]
    if isinstance(job.source, t.DayTimeIntervalType | t.YearMonthIntervalType):
        kept = 1 if target.endField == 3 else unit
        return text if kept == 1 else f"CAST((({text}) // {kept}) * {kept} AS {job.type})"
    return job.let(partial(_number_to_interval, job, unit=unit))


def _number_to_interval(job: _Job, x: str, unit: int) -> str:
    scale = job.source.scale if isinstance(job.source, t.DecimalType) else 0
    exact = f"CAST({x} AS DECIMAL(38,{scale})) * {unit}" if scale else f"CAST({x} AS HUGEINT) * {unit}"
    made = f"TRY_CAST(TRY_CAST({exact} AS HUGEINT) AS {job.type})"
    if job.mode == "try":
        return made
    suffix = {t.ByteType: "Y", t.ShortType: "S", t.LongType: "L", t.DecimalType: "BD"}.get(type(job.source), "")
    failure = _overflow(job, f"CAST({x} AS VARCHAR) || '{suffix}'")
    return f"coalesce({made}, CASE WHEN {x} IS NOT NULL THEN {failure} END)"


def _to_array(job: _Job) -> str:
    v = job.writer.fresh()
    item = cast_text(v, job.source.elementType, job.target.elementType, job.mode, job.writer)
    return job.text if item == v else f"list_transform({job.text}, lambda {v}: {item})"


def _to_map(job: _Job) -> str:
    v = job.writer.fresh()
    key = cast_text(f"{v}.key", job.source.keyType, job.target.keyType, job.mode, job.writer)
    value = cast_text(f"{v}.value", job.source.valueType, job.target.valueType, job.mode, job.writer)
    if (key, value) == (f"{v}.key", f"{v}.value"):
        return job.text
    return f"map_from_entries(list_transform(map_entries({job.text}), lambda {v}: {{'key': {key}, 'value': {value}}}))"


def _to_struct(job: _Job) -> str:
    def body(x: str) -> str:
        pairs = zip(job.source.fields, job.target.fields, strict=True)
        fields = ", ".join(
            f"{quote(b.name)} := {cast_text(f'({x}).{quote(a.name)}', a.dataType, b.dataType, job.mode, job.writer)}"
            for a, b in pairs
        )
        return f"CASE WHEN {x} IS NOT NULL THEN struct_pack({fields}) END"

    return job.let(body) if job.source.fields else job.text


_TARGETS: dict[str, Callable[[_Job], str]] = {
    "integral": _to_integral,
    "floating": _to_floating,
    "decimal": _to_decimal,
    "boolean": _to_boolean,
    "binary": _to_binary,
    "date": _to_date,
    "timestamp": _to_timestamp,
    "timestamp_ntz": _to_timestamp_ntz,
    "time": _to_time,
    "interval": _to_interval,
    "array": _to_array,
    "map": _to_map,
    "struct": _to_struct,
}
