"""Resolving expressions: names to columns, calls to typed functions, casts and literals checked.

`resolve` walks an unresolved tree from the leaves up, so that a call sees the types of its arguments. What stands in the
tree already resolved is kept as it is (the Column API hands over columns that know their DataFrame).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from pyrdd.errors.origin import about
from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion, extract
from pyrdd.sql.analysis.calls import build
from pyrdd.sql.analysis.casts import check_cast, without_lengths
from pyrdd.sql.analysis.problems import analysis_error, mismatch, quoted_sql, quoted_type, unresolved_column
from pyrdd.sql.analysis.scope import Scope, find_column, match_columns
from pyrdd.sql.analysis.windows import resolve_window
from pyrdd.sql.expressions import (
    Alias,
    Attribute,
    Case,
    Cast,
    Expression,
    Lambda,
    LambdaVariable,
    Literal,
    NamedArgument,
    OuterReference,
    Parameter,
    PythonUDF,
    SortOrder,
    SubqueryExpression,
    UnresolvedAlias,
    UnresolvedAttribute,
    UnresolvedExtract,
    UnresolvedFunction,
    UnresolvedIdentifier,
    UnresolvedLambda,
    UnresolvedOrdinal,
    UnresolvedRegex,
    UnresolvedStar,
    UnresolvedWindowReference,
    WindowExpression,
    new_id,
)
from pyrdd.sql.expressions.text import pretty_name
from pyrdd.sql.functions.declare import Function
from pyrdd.sql.functions.python_aggregate import as_aggregate
from pyrdd.sql.literals import literal_of
from pyrdd.sql.names import quoted_parts

# functions that may be written without parentheses
BARE_FUNCTIONS = frozenset(
    "current_date current_timestamp current_time current_user user session_user localtimestamp current_catalog "
    "current_database current_schema".split()
)


def resolve(expression: Expression, scope: Scope) -> Expression:
    """The typed expression. Raises AnalysisException for names, functions and types that do not fit."""
    if expression.resolved and not expression.contains((SubqueryExpression, Cast, Attribute, PythonUDF)):
        return expression
    resolver: Callable[[Any, Scope], Expression] = _resolvers.get(type(expression), _resolve_children)
    with about(expression.origin):
        return resolver(expression, scope)


def resolve_all(expressions: Sequence[Expression], scope: Scope) -> list[Expression]:
    """Each expression resolved, stars spread out."""
    return [resolve(e, scope) for e in spread(expressions, scope)]


# --- names -------------------------------------------------------------------------------------------------------


def _resolve_attribute(expression: UnresolvedAttribute, scope: Scope) -> Expression:
    found = look_up(expression.parts, scope)
    if found is None:
        raise unresolved_column(expression.parts, scope.columns)
    return found


def look_up(parts: tuple[str, ...], scope: Scope) -> Expression | None:
    """What a dotted name means, from the nearest scope outwards; None if nothing has it."""
    ctx = scope.ctx
    variable = next((v for name, v in scope.lambdas.items() if ctx.same_name(name, parts[0])), None)
    if variable is not None:
        return extract.fields(variable, parts[1:], ctx)
    shared = scope.shared_names_hide and len(match_columns(parts, scope.columns, ctx)[0]) > 1
    for columns in chain((() if shared else scope.columns, scope.hidden), scope.below):
        found = find_column(parts, columns, ctx)
        if found is not None:
            return extract.fields(_as_written(found[0], parts, found[1]), found[1], ctx)
    if scope.fallback is not None:
        aliased = scope.fallback(parts)
        if aliased is not None:
            return aliased
    for columns in ctx.outer[:1]:  # Spark looks one query out, no further
        found = find_column(parts, columns, ctx)
        if found is not None:
            return extract.fields(OuterReference(found[0]), found[1], ctx)
    return _bare(parts, scope)


def _as_written(column: Attribute, parts: tuple[str, ...], rest: tuple[str, ...]) -> Attribute:
    """The column under its name as the query spells it: ``SELECT ID`` makes a column ``ID``."""
    name = parts[len(parts) - len(rest) - 1]
    return column if name == column.name else column.copy(name=name)


def _bare(parts: tuple[str, ...], scope: Scope) -> Expression | None:
    ctx = scope.ctx
    if len(parts) == 1 and parts[0].lower() == "grouping__id":
        # Hive's name for it
        return resolve(UnresolvedFunction(("grouping_id",), ()), scope)
    if len(parts) == 1 and parts[0].lower() in BARE_FUNCTIONS:
        return resolve(UnresolvedFunction((parts[0].lower(),), ()), scope)
    return ctx.find_variable(parts) if ctx.find_variable is not None else None


def _resolve_known(expression: Attribute, scope: Scope) -> Expression:
    """A column that came resolved must still be there (or in a query around)."""
    levels = chain(((*scope.columns, *scope.hidden),), scope.below)
    here = next(filter(None, ([c for c in columns if c.id == expression.id] for columns in levels)), None)
    if here:
        # one column may come out under several spellings of its name
        return next((c for c in here if c.name == expression.name), here[0])
    for columns in scope.ctx.outer:
        if any(c.id == expression.id for c in columns):
            return OuterReference(expression)
    # a column of a DataFrame that was projected anew still goes by its name there
    same = [c for c in scope.columns if scope.ctx.same_name(c.name, expression.name)]
    condition = "MISSING_ATTRIBUTES.RESOLVED_ATTRIBUTE_" + ("APPEAR_IN_OPERATION" if same else "MISSING_FROM_INPUT")
    raise analysis_error(
        condition,
        missingAttributes=f'"{expression.name}"',
        input=", ".join(f'"{c.name}"' for c in scope.columns),
        operator=scope.clause,
        operation=f'"{expression.name}"',
    )


def spread(expressions: Sequence[Expression], scope: Scope) -> list[Expression]:
    """The expressions with each star and regular expression replaced by the columns that it stands for."""
    found: list[Expression] = []
    for expression in expressions:
        match expression:
            case (UnresolvedStar() as star) | UnresolvedAlias(child=UnresolvedStar() as star, names=()):
                with about(star.origin):
                    found.extend(star_columns(star, scope))
            case UnresolvedRegex() | UnresolvedAlias(child=UnresolvedRegex()):
                regex: Any = expression if isinstance(expression, UnresolvedRegex) else expression.child
                found.extend(extract.matching(regex, scope))
            case _:
                found.append(expression)
    return found


def star_columns(star: UnresolvedStar, scope: Scope) -> list[Expression]:
    """The columns of ``*``, ``t.*`` or ``struct_column.*``. Raises CANNOT_RESOLVE_STAR_EXPAND."""
    if not star.target:
        columns: list[Expression] = list(scope.columns)
        return extract.without(columns, star.except_columns, scope) if star.except_columns else columns
    # keys of USING first, as Spark has them
    keys = [c for c in scope.hidden if c.name != "_metadata"]
    found: list[Expression] = [c for c in (*keys, *scope.columns) if _of_relation(c, star, scope)]
    if not found:
        around = (
            [OuterReference(c) for c in columns if _of_relation(c, star, scope)] for columns in scope.ctx.outer[:1]
        )
        outer: list[Expression] = [
            Alias(c, c.attribute.name, new_id(), hidden=True) for c in next(filter(None, around), [])
        ]
        found = outer or _struct_star(star, scope)
    return extract.without(found, star.except_columns, scope) if star.except_columns else found


def _of_relation(column: Attribute, star: UnresolvedStar, scope: Scope) -> bool:
    if len(column.qualifier) < len(star.target):
        return False
    ends = column.qualifier[-len(star.target) :]
    return all(scope.ctx.same_name(a, b) for a, b in zip(ends, star.target, strict=True))


def _struct_star(star: UnresolvedStar, scope: Scope) -> list[Expression]:
    matched, _ = match_columns(star.target, scope.columns, scope.ctx)
    struct = look_up(star.target, scope) if matched else None
    if struct is None or not isinstance(struct.data_type, t.StructType):
        raise analysis_error(
            "CANNOT_RESOLVE_STAR_EXPAND",
            targetString=quoted_parts(star.target),
            columns=", ".join(quoted_parts((c.name,)) for c in scope.columns),
        )
    return [Alias(extract.fields(struct, (f.name,), scope.ctx), f.name, new_id()) for f in struct.data_type.fields]


# --- named expressions -------------------------------------------------------------------------------------------


def _resolve_alias(expression: UnresolvedAlias, scope: Scope) -> Expression:
    child = resolve(expression.child, scope)
    if expression.names:
        several = {"__names__": expression.names} if len(expression.names) > 1 else expression.metadata
        return Alias(child, expression.names[0], new_id(), several)
    return named(child, expression.child, scope)


def named(resolved: Expression, written: Expression, scope: Scope) -> Expression:
    """A resolved expression as a column: itself if it is one, else under the name that Spark makes up."""
    if isinstance(resolved, Attribute | Alias):
        return resolved
    if isinstance(resolved, OuterReference):
        return Alias(resolved, resolved.attribute.name, new_id(), hidden=True)
    if isinstance(written, UnresolvedAttribute) and written.parts[-1].lower() not in BARE_FUNCTIONS:
        name = extract.field_name(resolved) or written.parts[-1]
        return Alias(resolved, name, new_id(), hidden=True)
    if isinstance(resolved, Cast) and isinstance(resolved.child, Attribute):
        # a column that is merely cast keeps its name
        return Alias(resolved, resolved.child.name, new_id(), hidden=True)
    return Alias(resolved, pretty_name(resolved), new_id(), hidden=True)


def _resolve_named_alias(expression: Alias, scope: Scope) -> Expression:
    return expression.copy(child=resolve(expression.child, scope))


# --- calls -------------------------------------------------------------------------------------------------------


def _resolve_function(expression: UnresolvedFunction, scope: Scope) -> Expression:
    ctx = scope.ctx
    name = expression.name[-1].lower()
    special = _SPECIAL.get(name) if len(expression.name) == 1 else None
    if special is not None:
        return special(expression, scope)
    function = ctx.find_function(expression.name) if ctx.find_function is not None else None
    if function is None:
        raise analysis_error(
            "UNRESOLVED_ROUTINE",
            routineName=quoted_parts(expression.name),
            searchPath="[`system`.`builtin`, `system`.`session`, `spark_catalog`.`default`]",
        )
    if not isinstance(function, Function):
        # a function that the session registered knows how to make its call
        made: Expression = function(resolve_arguments(expression.args, scope), ctx)
        return made
    return _with_function(function, expression, scope)


def _with_function(function: Function, expression: UnresolvedFunction, scope: Scope) -> Expression:
    _refuse_aggregate_syntax(function, expression)
    if function.only_table:
        raise analysis_error("NOT_A_SCALAR_FUNCTION", functionName=quoted_parts(expression.name))
    args = resolve_arguments(expression.args, scope, function)
    condition = None if expression.filter is None else resolve(expression.filter, scope)
    order = tuple(resolve(o, scope) for o in expression.order)
    written = expression.name[-1]
    if expression.ignore_nulls:
        # Spark puts the plain function in the place of its other name then
        written = {"first_value": "first", "last_value": "last"}.get(written.lower(), written)
    return build(
        function,
        args,
        scope.ctx,
        written,
        distinct=expression.distinct,
        filter=condition,
        order=order,
        ignore_nulls=expression.ignore_nulls,
    )


def _refuse_aggregate_syntax(function: Function, expression: UnresolvedFunction) -> None:
    plain = function.kind != "aggregate"
    syntax = (
        "WITHIN GROUP (ORDER BY ...)"
        if expression.order and function.within_group is None
        else "DISTINCT"
        if expression.distinct and plain
        else "FILTER CLAUSE"
        if expression.filter is not None and plain
        else "IGNORE NULLS"
        if expression.ignore_nulls and not function.null_treatment
        else None
    )
    if syntax is not None:
        raise analysis_error(
            "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX", prettyName=f"`{function.name}`", syntax=syntax
        )


def resolve_arguments(args: Sequence[Expression], scope: Scope, function: Function | None = None) -> list[Expression]:
    """The arguments of a call; lambdas are typed by the function from the arguments before them."""
    found: list[Expression] = []
    for arg in spread(args, scope):
        match arg:
            case NamedArgument():
                found.append(NamedArgument(arg.name, resolve(arg.value, scope)))
            case UnresolvedLambda():
                found.append(_resolve_lambda(arg, found, scope, function))
            case _:
                found.append(resolve(arg, scope))
    return found


def _resolve_lambda(
    expression: UnresolvedLambda, before: Sequence[Expression], scope: Scope, function: Function | None
) -> Expression:
    if function is None or function.lambda_params is None:
        raise analysis_error(
            "INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION", **{"class": function.name if function else ""}
        )
    names = [name.lower() for name in expression.params]
    if len(set(names)) < len(names) and not scope.ctx.case_sensitive:
        raise analysis_error(
            "INVALID_LAMBDA_FUNCTION_CALL.DUPLICATE_ARG_NAMES",
            args=", ".join(f"`{n}`" for n in expression.params),
            caseSensitiveConfig='"spark.sql.caseSensitive"',
        )
    offered = function.lambda_params(before, len(expression.params))
    if len(offered) != len(expression.params):
        raise analysis_error(
            "INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH",
            expectedNumArgs=len(expression.params),
            actualNumArgs=len(offered),
        )
    variables = tuple(
        LambdaVariable(name, data_type, nullable, new_id())
        for name, (data_type, nullable) in zip(expression.params, offered, strict=True)
    )
    inner = scope.with_(lambdas={**{v.name: v for v in variables}, **{
        k: v for k, v in scope.lambdas.items() if k not in expression.params
    }})  # fmt: skip
    return Lambda(variables, resolve(expression.body, inner))


def _count(expression: UnresolvedFunction, scope: Scope) -> Expression:
    assert scope.ctx.find_function is not None
    function = scope.ctx.find_function(expression.name)
    args = expression.args
    star = args[0] if len(args) == 1 and isinstance(args[0], UnresolvedStar) else None
    allowed = "spark.sql.legacy.allowStarWithSingleTableIdentifierInCount"
    if star is not None and star.target and not expression.distinct and not scope.ctx.flag(allowed, False):
        raise analysis_error(
            "INVALID_USAGE_OF_STAR_WITH_TABLE_IDENTIFIER_IN_COUNT", tableName=quoted_parts(star.target)
        )
    if star is not None and not star.target and not expression.distinct:
        args = (Literal(1, t.IntegerType()),)
    return _with_function(function, expression.copy(args=args), scope)


def _case(expression: UnresolvedFunction, scope: Scope) -> Expression:
    args = [resolve(arg, scope) for arg in expression.args]
    conditions, values = args[0 : len(args) - len(args) % 2 : 2], args[1::2]
    otherwise = args[-1] if len(args) % 2 else None
    for index, condition in enumerate(conditions):
        if not isinstance(condition.data_type, t.BooleanType | t.NullType):
            text = pretty_name(Case(tuple(args[: len(args) - len(args) % 2]), otherwise, values[0].data_type))
            raise mismatch(
                "UNEXPECTED_INPUT_TYPE",
                f'"{text}"',
                paramIndex=("first", "second", "third", "fourth", "fifth")[min(index * 2, 4)],
                requiredType='"BOOLEAN"',
                inputSql=quoted_sql(condition),
                inputType=quoted_type(condition.data_type),
            )
    outcomes = values + ([] if otherwise is None else [otherwise])
    common = coercion.to_common_type(outcomes, scope.ctx)
    if common is None:
        text = pretty_name(Case(tuple(args[: len(args) - len(args) % 2]), otherwise, values[0].data_type))
        types = ", ".join(quoted_type(v.data_type) for v in outcomes)
        raise mismatch("DATA_DIFF_TYPES", f'"{text}"', functionName="`casewhen`", dataType=f"[{types}]")
    tests = [coercion.cast(c, t.BooleanType(), scope.ctx) for c in conditions]
    branches = tuple(e for pair in zip(tests, common[: len(values)], strict=True) for e in pair)
    return Case(branches, common[-1] if otherwise is not None else None, common[0].data_type)


def _outer(expression: UnresolvedFunction, scope: Scope) -> Expression:
    """`Column.outer`: the name is looked up in the queries around only."""
    return resolve(expression.args[0], scope.with_(columns=(), hidden=(), below=(), fallback=None))


_SPECIAL: dict[str, Callable[[UnresolvedFunction, Scope], Expression]] = {
    "count": _count, "when": _case, "outer": _outer,
}  # fmt: skip


# --- the rest ----------------------------------------------------------------------------------------------------


def _resolve_cast(expression: Cast, scope: Scope) -> Expression:
    child = resolve(expression.child, scope)
    if expression.implicit and child is expression.child:
        return expression
    mode = expression.mode if expression.mode == "try" else scope.ctx.mode
    made = expression.copy(child=child, mode=mode)
    if not expression.implicit:
        made = made.copy(data_type=without_lengths(made.data_type))
    check_cast(made, scope.ctx)
    return made


def _resolve_extract(expression: UnresolvedExtract, scope: Scope) -> Expression:
    return extract.item(resolve(expression.child, scope), resolve(expression.key, scope), scope.ctx)


def _resolve_window(expression: WindowExpression, scope: Scope) -> Expression:
    function = resolve(expression.function, scope)
    window = _resolve_children(expression.window, scope)
    frame = expression.window.frame
    if frame is not None:
        bounds = [b if isinstance(b, str) else resolve(b, scope) for b in (frame.lower, frame.upper)]
        window = window.copy(frame=type(frame)(frame.kind, *bounds))
    return resolve_window(WindowExpression(function, window), scope.ctx)


def _resolve_named_window(expression: UnresolvedWindowReference, scope: Scope) -> Expression:
    raise analysis_error(
        "MISSING_WINDOW_SPECIFICATION",
        windowName=expression.name,
        docroot="https://spark.apache.org/docs/latest",
    )


def _resolve_subquery(expression: SubqueryExpression, scope: Scope) -> Expression:
    from pyrdd.sql.analysis.subqueries import resolve_subquery  # here: plans contain expressions contain plans

    values = tuple(resolve(v, scope) for v in expression.values)
    return resolve_subquery(expression.copy(values=values), scope)


def _resolve_parameter(expression: Parameter, scope: Scope) -> Expression:
    parameters = scope.ctx.parameters or {}
    if expression.key not in parameters:
        raise analysis_error("UNBOUND_SQL_PARAMETER", name=str(expression.key))
    value = parameters[expression.key]
    return resolve(value, scope) if isinstance(value, Expression) else literal_of(value)


def _resolve_identifier(expression: UnresolvedIdentifier, scope: Scope) -> Expression:
    from pyrdd.sql.names import parse_attribute_name  # here: only this form needs it

    text = resolve(expression.text, scope)
    parts = parse_attribute_name(extract.constant_text(text))
    if expression.args is None:
        return resolve(UnresolvedAttribute(parts), scope)
    return resolve(UnresolvedFunction(parts, expression.args), scope)


def _resolve_star(expression: UnresolvedStar, scope: Scope) -> Expression:
    raise analysis_error("INVALID_USAGE_OF_STAR_OR_REGEX", elem="'*'", prettyName="expression")


def _resolve_udf(expression: PythonUDF, scope: Scope) -> Expression:
    return as_aggregate(_resolve_children(expression, scope))


def _resolve_children(expression: Expression, scope: Scope) -> Any:
    return expression.map_children(lambda child: resolve(child, scope))


_resolvers: dict[type, Callable[[Any, Scope], Expression]] = {
    UnresolvedAttribute: _resolve_attribute,
    Attribute: _resolve_known,
    UnresolvedAlias: _resolve_alias,
    Alias: _resolve_named_alias,
    UnresolvedFunction: _resolve_function,
    UnresolvedExtract: _resolve_extract,
    UnresolvedStar: _resolve_star,
    UnresolvedIdentifier: _resolve_identifier,
    Parameter: _resolve_parameter,
    Cast: _resolve_cast,
    WindowExpression: _resolve_window,
    UnresolvedWindowReference: _resolve_named_window,
    SubqueryExpression: _resolve_subquery,
    PythonUDF: _resolve_udf,
    SortOrder: _resolve_children,
    # where a position means nothing, it is a number
    UnresolvedOrdinal: lambda e, scope: Literal(e.position, t.IntegerType()),
}
