"""From a function's name and resolved arguments to a typed call: arity, named arguments, coercion, result type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.problems import analysis_error, mismatch, quoted_sql, quoted_type, wrong_arg_count
from pyrdd.sql.expressions import (
    AggregateCall,
    Call,
    Expression,
    GeneratorCall,
    Literal,
    NamedArgument,
    SortOrder,
    WindowCall,
)
from pyrdd.sql.expressions.text import operator_text, pretty_name
from pyrdd.sql.functions.declare import Function, lookup
from pyrdd.sql.functions.inputs import InputType
from pyrdd.sql.names import quoted

ORDINALS = ("first", "second", "third", "4th", "5th", "6th", "7th", "8th", "9th", "10th")


def make_call(name: str, *args: Expression, ctx: AnalysisContext | None = None, mode: Any = None) -> Expression:
    """A call of a built-in function on resolved arguments, for rules and rewrites."""
    return build(lookup(name), args, ctx or AnalysisContext(), name, mode=mode)


def build(
    function: Function,
    args: Sequence[Expression],
    ctx: AnalysisContext,
    written: str = "",
    *,
    distinct: bool = False,
    filter: Expression | None = None,
    order: tuple[Expression, ...] = (),
    ignore_nulls: bool | None = None,
    mode: Any = None,
) -> Expression:
    """The typed call. Raises AnalysisException for what Spark refuses."""
    written = written or function.name
    args = arrange(function, args, written)
    if function.rewrite is not None:
        replaced = function.rewrite(args, ctx)
        if replaced is not None:
            return replaced
    if function.within_group is not None:
        args, order = function.within_group(args, order, distinct, ctx)
    if function.coerce is not None:
        args = function.coerce(args, ctx)
    args = [_accepted(function, i, arg, args, ctx, written) for i, arg in enumerate(args)]
    _check_constants(function, args, written)
    if function.check is not None:
        function.check(args, ctx)
    data_type = function.returns if isinstance(function.returns, t.DataType) else function.returns(args)
    chosen = mode or ctx.mode
    match function.kind:
        case "aggregate":
            return AggregateCall(
                function, tuple(args), data_type, _nullable(function, args), chosen, written, distinct, filter, order,
                bool(ignore_nulls),
            )  # fmt: skip
        case "window":
            return WindowCall(function, tuple(args), data_type, _nullable(function, args), written, bool(ignore_nulls))
        case "generator":
            return GeneratorCall(function, tuple(args), data_type, True, written, function.outer)
        case _:
            return Call(function, tuple(args), data_type, _nullable(function, args), chosen, written)


def arrange(function: Function, args: Sequence[Expression], written: str) -> list[Expression]:
    """The arguments in the order of the parameters, named ones put in their place, missing ones by their defaults."""
    found = _place_named(function, args, written) if any(isinstance(a, NamedArgument) for a in args) else list(args)
    most = function.max_args
    if len(found) < function.min_args or (most is not None and len(found) > most):
        raise wrong_arg_count(written, expected_count(function), len(found))
    return found


def expected_count(function: Function) -> str:
    """How many arguments a function takes, as messages say it."""
    if function.max_args is None:
        return f"> {function.min_args - 1}"
    if function.min_args == function.max_args:
        return str(function.min_args)
    counts = [str(n) for n in range(function.min_args, function.max_args + 1)]
    return "[" + ", ".join(counts) + "]"


def _place_named(function: Function, args: Sequence[Expression], written: str) -> list[Expression]:
    named = [a for a in args if isinstance(a, NamedArgument)]
    positional = list(args[: len(args) - len(named)])
    if any(isinstance(a, NamedArgument) for a in positional):
        first = next(i for i, a in enumerate(args) if isinstance(a, NamedArgument))
        raise analysis_error(
            "UNEXPECTED_POSITIONAL_ARGUMENT",
            routineName=quoted(written),
            parameterName=quoted(args[first].name),  # type: ignore[attr-defined]
        )
    if not function.params:
        raise analysis_error("NAMED_PARAMETERS_NOT_SUPPORTED", functionName=quoted(written))
    lower = {p.lower(): i for i, p in enumerate(function.params)}
    slots: list[Expression | None] = [*positional, *[None] * (len(function.params) - len(positional))]
    seen: set[str] = set()
    for argument in named:
        _check_named(argument, lower, seen, len(positional), written)
        slots[lower[argument.name.lower()]] = argument.value
    return _fill_defaults(function, slots, written)


def _check_named(argument: NamedArgument, lower: dict[str, int], seen: set[str], taken: int, written: str) -> None:
    key = argument.name.lower()
    if key not in lower:
        proposal = ", ".join(quoted(p) for p in lower)
        raise analysis_error(
            "UNRECOGNIZED_PARAMETER_NAME",
            routineName=quoted(written),
            argumentName=quoted(argument.name),
            proposal=f"[{proposal}]",
        )
    if key in seen:
        raise analysis_error(
            "DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.DOUBLE_NAMED_ARGUMENT_REFERENCE",
            routineName=quoted(written),
            parameterName=quoted(argument.name),
        )
    if lower[key] < taken:
        raise analysis_error(
            "DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.BOTH_POSITIONAL_AND_NAMED",
            routineName=quoted(written),
            parameterName=quoted(argument.name),
        )
    seen.add(key)


def _fill_defaults(function: Function, slots: list[Expression | None], written: str) -> list[Expression]:
    while len(slots) > function.min_args and slots[-1] is None:
        slots.pop()
    filled: list[Expression] = []
    for index, slot in enumerate(slots):
        name = function.params[index]
        if slot is None and name not in function.defaults:
            raise analysis_error(
                "REQUIRED_PARAMETER_NOT_FOUND",
                routineName=quoted(written),
                parameterName=quoted(name),
                index=str(index),
            )
        filled.append(function.defaults[name] if slot is None else slot)
    return filled


def input_of(function: Function, index: int) -> InputType | t.DataType | None:
    """What the parameter at a position accepts; the last one repeats. None: anything."""
    if not function.inputs:
        return None
    return function.inputs[min(index, len(function.inputs) - 1)]


def _accepted(
    function: Function, index: int, arg: Expression, args: Sequence[Expression], ctx: AnalysisContext, written: str
) -> Expression:
    expected = input_of(function, index)
    if expected is None or (isinstance(expected, InputType) and expected.name in ("ANY", "LAMBDA")):
        return arg
    found = coercion.implicit_cast(arg, expected, ctx)
    if found is None:
        raise unexpected_type(call_text(function, args, written), index, expected, arg)
    return found


def unexpected_type(call: str, index: int, expected: Any, arg: Expression) -> Exception:
    """DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE for the argument at a position."""
    return mismatch(
        "UNEXPECTED_INPUT_TYPE",
        call,
        paramIndex=ORDINALS[index] if index < len(ORDINALS) else str(index + 1),
        requiredType=_family_text(expected),
        inputSql=quoted_sql(arg),
        inputType=quoted_type(arg.data_type),
    )


def _family_text(expected: InputType | t.DataType) -> str:
    if isinstance(expected, t.DataType):
        return quoted_type(expected)
    return f"({expected.name})" if expected.members else f'"{expected.name}"'


def call_text(function: Function, args: Sequence[Expression], written: str) -> str:
    """A call in double quotes, as messages show it."""
    texts = [pretty_name(arg) for arg in args]
    text = operator_text(written.lower(), texts) or f"{written}({', '.join(texts)})"
    return f'"{text}"'


def _check_constants(function: Function, args: Sequence[Expression], written: str) -> None:
    for index in function.constants:
        if index < len(args) and not args[index].foldable:
            raise mismatch(
                "NON_FOLDABLE_INPUT",
                call_text(function, args, written),
                inputName=quoted(function.params[index]) if index < len(function.params) else str(index),
                inputType=quoted_type(args[index].data_type),
                inputExpr=quoted_sql(args[index]),
            )


def _nullable(function: Function, args: Sequence[Expression]) -> bool:
    if function.nullable is None:
        return any(arg.nullable for arg in args)
    return function.nullable if isinstance(function.nullable, bool) else bool(function.nullable(args))


def constant(expression: Expression) -> Any:
    """The value of a literal, casts of it included where they do not change it; raises ValueError for anything else."""
    if isinstance(expression, Literal):
        return expression.value
    raise ValueError(f"{expression!r} is not a literal")


def sort_key(expression: Expression) -> SortOrder:
    """An ORDER BY key in the default direction, or as it was given."""
    return expression if isinstance(expression, SortOrder) else SortOrder(expression)
