"""Built-in table-valued functions: range, lists of keywords and collations, and the generators in FROM."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis.calls import build
from pyrdd.sql.analysis.coercion import cast
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.fold import constant_value
from pyrdd.sql.analysis.generators import generated_columns
from pyrdd.sql.analysis.problems import analysis_error, quoted_sql, quoted_type, wrong_arg_count
from pyrdd.sql.commands.results import table
from pyrdd.sql.expressions import GeneratorCall, NamedArgument
from pyrdd.sql.names import quoted
from pyrdd.sql.parser.keywords import keywords
from pyrdd.sql.plan import Generate, LogicalPlan, OneRow, Project, Range

_PARAMETERS = {1: ("end",), 2: ("start", "end"), 3: ("start", "end", "step"), 4: ("start", "end", "step", "numSlices")}
_ORDINALS = ("first", "second", "third", "fourth")


def plan_of(name: str, args: Sequence[Any], ctx: AnalysisContext, catalog: Any) -> LogicalPlan | None:
    """The plan of a call in FROM; None for a name that is no function. Raises NOT_A_TABLE_FUNCTION for others."""
    own = _OWN.get(name)
    if own is not None:
        return own(args, ctx)
    function = catalog.find_function((name,))
    if function is None:
        return None
    if getattr(function, "kind", "") != "generator":
        raise analysis_error("NOT_A_TABLE_FUNCTION", functionName=quoted(name))
    for arg in args:
        value = arg.value if isinstance(arg, NamedArgument) else arg
        if getattr(value, "contains", None) is not None and value.contains(GeneratorCall):
            inside = ", ".join(quoted_sql(a.value if isinstance(a, NamedArgument) else a)[1:-1] for a in args)
            raise analysis_error("UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS", expression=f'"{name}({inside})"')
    generator = build(function, args, ctx, name)
    assert isinstance(generator, GeneratorCall)
    columns = generated_columns(generator, ())
    return Project(columns, Generate(generator, OneRow(), generator.outer, columns))


# --- range -------------------------------------------------------------------------------------------------------


def _range(args: Sequence[Any], ctx: AnalysisContext) -> LogicalPlan:
    if not 1 <= len(args) <= 4:
        raise wrong_arg_count("range", "[1, 2, 3, 4]", len(args))
    names = _PARAMETERS[len(args)]
    numbers = {name: _number(arg, name, ctx) for name, arg in zip(names, args, strict=True)}
    if numbers.get("step") == 0:
        raise analysis_error("FAILED_FUNCTION_CALL", funcName="`range`")
    return Range.of(numbers.get("start", 0), numbers["end"], numbers.get("step", 1), numbers.get("numSlices"))


def _number(arg: Any, name: str, ctx: AnalysisContext) -> int:
    kind = t.IntegerType() if name == "numSlices" else t.LongType()
    if isinstance(arg, NamedArgument) or not arg.foldable:
        raise analysis_error(
            "NON_FOLDABLE_ARGUMENT", funcName="`range`", paramName=quoted(name), paramType=quoted_type(kind)
        )
    value = None
    if isinstance(arg.data_type, t.NumericType | t.StringType):
        value = constant_value(cast(arg, kind, ctx), ctx)
    if value is None:
        raise analysis_error(
            "UNEXPECTED_INPUT_TYPE",
            functionName="`range`",
            paramIndex=_ORDINALS[_PARAMETERS[4].index(name)],
            requiredType=quoted_type(kind),
            inputSql=quoted_sql(arg),
            inputType=quoted_type(arg.data_type),
        )
    return int(value)


# --- lists -------------------------------------------------------------------------------------------------------


def _sql_keywords(args: Sequence[Any], ctx: AnalysisContext) -> LogicalPlan:
    if args:
        raise wrong_arg_count("sql_keywords", "0", len(args))
    enforced = ctx.ansi and ctx.flag("spark.sql.ansi.enforceReservedKeywords", False)
    return table("keyword string not null, reserved boolean not null", keywords(enforced))


def _collations(args: Sequence[Any], ctx: AnalysisContext) -> LogicalPlan:
    from pyrdd.sql.collation_table import DDL, rows  # here: few queries ask

    if args:
        raise wrong_arg_count("collations", "0", len(args))
    return table(DDL, rows())


_OWN: dict[str, Callable[[Sequence[Any], AnalysisContext], LogicalPlan]] = {
    "range": _range,
    "sql_keywords": _sql_keywords,
    "collations": _collations,
}
