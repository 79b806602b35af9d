"""Numbers as text and back: format_number, format_string, to_char, to_number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.problems import mismatch, quoted_sql
from pyrdd.sql.column import Column, ColumnOrName, column_or_name, literal
from pyrdd.sql.column import call as call_of
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import ANY, INT, NUMERIC, STRING, one_of
from pyrdd.sql.functions.string_tools import kernel
from pyrdd.sql.functions.text_tools import call_text, literal_value, require
from pyrdd.sql.kernels import number_format, numbers
from pyrdd.sql.kernels import printf as formatting

# --- format_number ---------------------------------------------------------------------------------------------------


def _format_number(value: Any, form: int | str) -> str | None:
    return (
        numbers.format_number(value, form)
        if isinstance(form, int)
        else numbers.format_number_pattern(value, form or "#,###,###,###,###,###,##0")
    )


def _number_and_form(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    # no other whole numbers, though they would fit
    require("format_number", args, 1, (t.IntegerType, t.StringType, t.NullType), '("INT" or "STRING")')
    return args


@scalar(NUMERIC, one_of(INT, STRING), returns=STRING, nullable=True, coerce=_number_and_form, python=kernel(_format_number))
def format_number(col: ColumnOrName, d: int) -> Column:
    """The number with thousands separators and so many decimals, rounded half to even; or in a pattern.

    >>> spark.range(1).select(F.format_number(F.lit(1234567.891), 2)).first()[0]
    '1,234,567.89'
    """


# --- format_string ---------------------------------------------------------------------------------------------------


class _Format:
    def __init__(self, kinds: Sequence[str]) -> None:
        self.kinds = list(kinds)

    def __call__(self, pattern: str | None, *values: Any) -> str | None:
        return None if pattern is None else formatting.format_string(pattern, values, self.kinds)


def _formatted(call: Any) -> _Format:
    return _Format(
        [
            a.data_type.typeName() if isinstance(a.data_type, t.DecimalType) else a.data_type.simpleString()
            for a in call.args[1:]
        ]
    )


_FORMAT: dict[str, Any] = {
    "returns": STRING,
    "min_args": 1,
    "null_calls": True,
    "python": _formatted,
    "nullable": lambda args: args[0].nullable,
}


@scalar(STRING, ANY, **_FORMAT)
def format_string(format: str, *cols: ColumnOrName) -> Column:
    """The values in the places of a pattern as Java's ``String.format`` takes it.

    >>> spark.range(1).select(F.format_string("%s: %.1f", F.lit("a"), F.lit(2.25))).first()[0]
    'a: 2.3'
    """
    return call_of("format_string", literal(format), *(column_or_name(c) for c in cols))


@scalar(STRING, ANY, **_FORMAT)
def printf(format: ColumnOrName, *cols: ColumnOrName) -> Column:
    """The values in the places of a pattern, as `format_string`.

    >>> spark.range(1).select(F.printf(F.lit("%03d"), F.lit(7))).first()[0]
    '007'
    """


# --- to_char, to_number ----------------------------------------------------------------------------------------------


def _format_of(name: str, args: Sequence[Any], ctx: Any) -> str | None:
    """The constant format, checked. Raises INVALID_FORMAT."""
    from pyrdd.sql.analysis.fold import constant_value  # here: folding runs a query

    if not args[1].foldable:
        raise mismatch(
            "NON_FOLDABLE_INPUT",
            call_text(name, args),
            inputName="`format`",
            inputType='"STRING"',
            inputExpr=quoted_sql(args[1]),
        )
    found: str | None = constant_value(args[1], ctx)
    if found is not None:
        number_format.number_format(str(found).upper())
    return found


def _to_char(args: Sequence[Any], ctx: Any) -> Any:
    """Of dates and times it is date_format, of bytes decode."""
    from pyrdd.sql.analysis.calls import make_call  # here: analysis imports the registry

    kind = args[0].data_type
    if isinstance(kind, t.DateType | t.TimestampType | t.TimestampNTZType):
        return make_call("date_format", *args, ctx=ctx)
    if isinstance(kind, t.BinaryType):
        return _decode_bytes(args, ctx)
    return None


def _decode_bytes(args: Sequence[Any], ctx: Any) -> Any:
    from pyrdd.sql.analysis.calls import make_call  # here: analysis imports the registry

    return (
        make_call("base64" if str(literal_value(args[1])).lower() == "base64" else "hex", args[0], ctx=ctx)
        if str(literal_value(args[1])).lower() in ("base64", "hex")
        else make_call("decode", *args, ctx=ctx)
    )


def _number_types(name: str) -> Callable[..., Sequence[Any]]:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        value = args[0]
        if isinstance(value.data_type, t.StringType | t.NullType):
            value = coercion.cast(value, t.DecimalType(38, 18), ctx)
        elif isinstance(value.data_type, t.FloatType | t.DoubleType):
            value = coercion.cast(value, coercion.decimal_for(value.data_type), ctx)
        elif not isinstance(value.data_type, t.NumericType):
            require(name, args, 0, t.NumericType, '"DECIMAL"')
        _format_of(name, args, ctx)
        return [value, coercion.cast(args[1], STRING, ctx)]

    return coerce


def _shown(value: Decimal | int, form: str) -> str:
    return number_format.to_char(value, form.upper())


_TO_CHAR: dict[str, Any] = {
    "returns": STRING,
    "rewrite": _to_char,
    "coerce": _number_types("to_char"),
    "python": kernel(_shown),
    "pretty": lambda name, args, call: f"to_char({', '.join(args)})",
}


@scalar(ANY, ANY, **_TO_CHAR)
def to_char(col: ColumnOrName, format: ColumnOrName) -> Column:
    """A number in a format such as ``'$9,999.99'``; a date or time as `date_format` shows it; bytes decoded."""


@scalar(ANY, ANY, **_TO_CHAR)
def to_varchar(col: ColumnOrName, format: ColumnOrName) -> Column:
    """A number, date, time or bytes as text, as `to_char`."""


def _text_types(name: str) -> Callable[..., Sequence[Any]]:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        _format_of(name, args, ctx)
        return args

    return coerce


def _number_type(args: Sequence[Any]) -> t.DataType:
    text = literal_value(args[1])
    if text is None:
        return t.DecimalType(38, 18)
    form = number_format.number_format(str(text).upper())
    return t.DecimalType(form.precision, form.scale)


def _parsed(text: str, form: str) -> Decimal:
    return number_format.to_number(text, form.upper())


def _parsed_or_none(text: str, form: str) -> Decimal | None:
    return number_format.try_to_number(text, form.upper())


@scalar(STRING, STRING, returns=_number_type, coerce=_text_types("to_number"), python=kernel(_parsed))
def to_number(col: ColumnOrName, format: ColumnOrName) -> Column:
    """The decimal that a text shows in a format. Raises INVALID_FORMAT.MISMATCH_INPUT when it is computed.

    >>> spark.range(1).select(F.to_number(F.lit("1,234.5"), F.lit("9,999.9"))).first()[0]
    Decimal('1234.5')
    """


@scalar(
    STRING,
    STRING,
    returns=_number_type,
    nullable=True,
    coerce=_text_types("try_to_number"),
    python=kernel(_parsed_or_none),
)
def try_to_number(col: ColumnOrName, format: ColumnOrName) -> Column:
    """As `to_number`, but null for other text."""
