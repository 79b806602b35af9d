"""Built-in table-valued functions: range, and the generators in FROM."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis.calls import build
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.fold import constant_value
from pyrdd.sql.analysis.generators import generated_columns
from pyrdd.sql.analysis.problems import mismatch, quoted_sql, quoted_type, wrong_arg_count
from pyrdd.sql.expressions import GeneratorCall
from pyrdd.sql.plan import Generate, LogicalPlan, OneRow, Project, Range


def plan_of(name: str, args: Sequence[Any], ctx: AnalysisContext, catalog: Any) -> LogicalPlan | None:
    """The plan of a call in FROM; None for a name that is no table function."""
    if name == "range":
        return _range(args, ctx)
    function = catalog.find_function((name,))
    if function is None or getattr(function, "kind", "") != "generator":
        return None
    generator = build(function, args, ctx, name)
    assert isinstance(generator, GeneratorCall)
    columns = generated_columns(generator, ())
    return Project(columns, Generate(generator, OneRow(), generator.outer, columns))


def _range(args: Sequence[Any], ctx: AnalysisContext) -> LogicalPlan:
    if not 1 <= len(args) <= 4:
        raise wrong_arg_count("range", "[1, 2, 3, 4]", len(args))
    numbers = [_number(arg, index, ctx) for index, arg in enumerate(args)]
    if len(numbers) == 1:
        numbers = [0, numbers[0]]
    step = numbers[2] if len(numbers) > 2 else 1
    slices = numbers[3] if len(numbers) > 3 else None
    assert numbers[0] is not None and numbers[1] is not None and step is not None
    return Range.of(numbers[0], numbers[1], step, slices)


def _number(arg: Any, index: int, ctx: AnalysisContext) -> int | None:
    from pyrdd.sql.analysis.coercion import cast  # here: only this conversion needs it

    if not isinstance(arg.data_type, t.NumericType | t.StringType | t.NullType):
        raise mismatch(
            "UNEXPECTED_INPUT_TYPE",
            '"range"',
            paramIndex=str(index + 1),
            requiredType='"BIGINT"',
            inputSql=quoted_sql(arg),
            inputType=quoted_type(arg.data_type),
        )
    value = constant_value(cast(arg, t.LongType(), ctx), ctx)
    return None if value is None else int(value)
