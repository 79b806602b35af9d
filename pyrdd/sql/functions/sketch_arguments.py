"""What the functions on sketches share: their arguments' types, defaults and constants, and the text of aggregates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyrdd.errors import PySparkNotImplementedError, SparkRuntimeException
from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.fold import constant_value
from pyrdd.sql.analysis.problems import mismatch, quoted_sql, quoted_type
from pyrdd.sql.expressions import Literal
from pyrdd.sql.expressions.text import pretty_name
from pyrdd.sql.functions.aggregates_text import present_filter
from pyrdd.sql.functions.declare import Function, lookup
from pyrdd.sql.functions.inputs import BINARY, DOUBLE, FLOAT, INT, LONG, STRING, InputType, accepts, one_of

Expected = InputType | t.DataType
Coerce = Callable[[Sequence[Any], Any], Sequence[Any]]
Check = Callable[[Sequence[Any], Any], None]

ORDINALS = ("first", "second", "third", "4th")
MIN_LG, MAX_LG, DEFAULT_LG = 4, 26, 12
_OF_BYTES = "UTF8_BINARY"


def _array_of(name: str, element: t.DataType) -> InputType:
    array = t.ArrayType(element)
    return InputType(name, lambda kind: isinstance(kind, t.ArrayType) and kind.elementType == element, array)


KEY = one_of(
    _array_of("ARRAY<INT>", INT), _array_of("ARRAY<BIGINT>", LONG), BINARY, DOUBLE, FLOAT, INT, LONG, STRING
)  # fmt: skip
"""What theta and tuple sketches count."""


def wrong_type(name: str, args: Sequence[Any], index: int, required: str) -> Exception:
    """DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE for the argument at a position."""
    return mismatch(
        "UNEXPECTED_INPUT_TYPE",
        call_text(name, args),
        paramIndex=ORDINALS[index],
        requiredType=required,
        inputSql=quoted_sql(args[index]),
        inputType=quoted_type(args[index].data_type),
    )


def call_text(name: str, args: Sequence[Any]) -> str:
    """A call in double quotes, as messages show it."""
    return f'"{name}({", ".join(pretty_name(a) for a in args)})"'


def filled(args: Sequence[Any], *defaults: tuple[int, Any]) -> list[Any]:
    """The arguments, and the literals that follow when they are not given: (position, value) each."""
    given = list(args)
    for position, value in defaults:
        if len(given) == position:
            kind = STRING if isinstance(value, str) else t.BooleanType() if isinstance(value, bool) else INT
            given.append(Literal(value, kind))
    return given


def strict(name: str, required: Sequence[Expected], *defaults: tuple[int, Any]) -> Coerce:
    """A parameter list that casts nothing but nulls."""

    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        given = filled(args, *defaults)
        for index, (arg, expected) in enumerate(zip(given, required, strict=False)):
            if not isinstance(arg.data_type, t.NullType) and not accepts(expected, arg.data_type):
                raise wrong_type(name, given, index, _required(expected))
        return [_typed(arg, expected, ctx) for arg, expected in zip(given, required, strict=False)]

    return coerce


def _required(expected: Expected) -> str:
    if isinstance(expected, t.DataType):
        return quoted_type(expected)
    return f"({expected.name})" if expected.members else f'"{expected.name}"'


def _typed(arg: Any, expected: Expected, ctx: Any) -> Any:
    if isinstance(arg.data_type, t.NullType):
        first = expected.members[0] if isinstance(expected, InputType) and expected.members else expected
        return coercion.cast(arg, first if isinstance(first, t.DataType) else first.default or INT, ctx)
    return arg


def lenient(*defaults: tuple[int, Any]) -> Coerce:
    """A parameter list whose arguments are cast as those of most functions."""
    return lambda args, ctx: filled(args, *defaults)


# --- constants -------------------------------------------------------------------------------------------------------


def checked_constant(name: str, index: int, parameter: str, kind: str, problem: Callable[[Any], str | None]) -> Check:
    """Raises what Spark raises in analysis for a parameter that is no constant, null, or has a ``problem``."""

    def check(args: Sequence[Any], ctx: Any) -> None:
        if len(args) <= index:
            return
        arg, text = args[index], call_text(name, args)
        if not arg.foldable:
            shown = pretty_name(arg)
            raise mismatch("NON_FOLDABLE_INPUT", text, inputName=parameter, inputType=kind, inputExpr=shown)
        value = constant_value(arg, ctx)
        if value is None:
            raise mismatch("UNEXPECTED_NULL", text, exprName=parameter)
        message = problem(value)
        if message is not None:
            raise mismatch("TYPE_CHECK_FAILURE_WITH_HINT", text, msg=message, hint="")

    return check


def all_of(*checks: Check) -> Check:
    """Checks one after the other."""

    def check(args: Sequence[Any], ctx: Any) -> None:
        for one in checks:
            one(args, ctx)

    return check


def plain_key(name: str) -> Check:
    """Refuses strings whose collation is another than that of their bytes: sketches would have to hash its keys."""

    def check(args: Sequence[Any], ctx: Any) -> None:
        kind = args[0].data_type
        if isinstance(kind, t.StringType) and kind.collation != _OF_BYTES:
            raise PySparkNotImplementedError(
                errorClass="NOT_IMPLEMENTED",
                messageParameters={
                    "feature": f"{name} of strings with the collation {kind.collation}",
                    "alternative": "Take them in lower case, without the collation.",
                },
            )

    return check


def lg_entries_check(name: str, index: int) -> Check:
    """The check of the parameter `lgNomEntries` of tuple sketches."""

    def problem(value: int) -> str | None:
        return None if MIN_LG <= value <= MAX_LG else str(wrong_lg_entries(name, value))

    return checked_constant(name, index, "lgNomEntries", "int", problem)


def wrong_lg_entries(name: str, value: int) -> SparkRuntimeException:
    """SKETCH_INVALID_LG_NOM_ENTRIES."""
    return SparkRuntimeException(
        errorClass="SKETCH_INVALID_LG_NOM_ENTRIES",
        messageParameters={"function": f"`{name}`", "min": str(MIN_LG), "max": str(MAX_LG), "value": str(value)},
    )


def constant_or(call: Any, index: int, condition: str) -> None:
    """Raises a condition of a function's name when an argument of it is no constant."""
    if not call.args[index].foldable:
        raise SparkRuntimeException(errorClass=condition, messageParameters={"function": f"`{call.function.name}`"})


# --- the text of aggregates ------------------------------------------------------------------------------------------


def aggregate_text(
    columns: int, function: Callable[[Any], Callable[..., Any]], constant: str | None = None
) -> Callable[..., str]:
    """The text of an aggregate whose Python function takes the group's rows without nulls, and the other arguments.

    ``function`` makes it of the call; ``constant`` is the condition for other arguments that are no constants.
    """

    def sql(call: Any, args: list[str], writer: Any) -> str:
        kinds = [arg.data_type for arg in call.args]
        for index in range(columns, len(args)):
            if constant is not None:
                constant_or(call, index, constant)
        present = " AND ".join(f"{text} IS NOT NULL" for text in args[:columns])
        row = args[0] if columns == 1 else "{" + ", ".join(f"'c{i}': {args[i]}" for i in range(columns)) + "}"
        fields = [t.StructField(f"c{i}", kinds[i]) for i in range(columns)]
        kind: t.DataType = kinds[0] if columns == 1 else t.StructType(fields)
        texts = [f"list({{d}}{row}){present_filter(call, writer, present)}", *args[columns:]]
        types = [t.ArrayType(kind), *kinds[columns:]]
        return str(writer.python_call(call.function.name, function(call), texts, types, call.data_type, True))

    return sql


def merged_by(name: str, columns: int, *constants: Literal) -> Callable[[Any, Any], Any]:
    """How sketches of partitions merge: by another aggregate, with the other arguments or these."""

    def merge(sketches: Any, call: Any) -> Any:
        others = constants or call.args[columns:]
        return call.copy(function=lookup(name), args=(sketches, *others), written=name, filter=None)

    return merge


def make_aggregate(
    name: str,
    columns: int,
    inputs: Sequence[Expected],
    function: Callable[[Any], Callable[..., Any]],
    *,
    min_args: int,
    params: Sequence[str],
    coerce: Coerce | None = None,
    constant: str | None = None,
    **more: Any,
) -> Function:
    """The declaration of an aggregate that makes a sketch."""
    return Function(
        name, "aggregate", tuple(inputs), BINARY, min_args, len(inputs), sql=aggregate_text(columns, function, constant),
        with_writer=True, nullable=False, coerce=coerce, params=tuple(params), group="sketches", **more,
    )  # fmt: skip
