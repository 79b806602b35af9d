"""Relations by name: tables, views, common table expressions, VALUES, table functions, column aliases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.problems import analysis_error, quoted_sql
from pyrdd.sql.analysis.resolve import resolve
from pyrdd.sql.analysis.scope import Scope
from pyrdd.sql.expressions import Alias, Attribute, Expression, Literal, NamedArgument, OuterReference, new_id
from pyrdd.sql.names import quoted, quoted_parts
from pyrdd.sql.plan import (
    ColumnAliases,
    CteReference,
    LogicalPlan,
    OneRow,
    Project,
    RelationByExpression,
    SubqueryAlias,
    ToSchema,
    Union,
    UnresolvedInlineTable,
    UnresolvedRelation,
    UnresolvedTableFunction,
    UnresolvedWith,
)

Analyze = Callable[[LogicalPlan, AnalysisContext], LogicalPlan]


def resolve_relation(plan: UnresolvedRelation, ctx: AnalysisContext, analyze: Analyze) -> LogicalPlan:
    """A name in FROM: a common table expression in scope, else what the catalog has."""
    if len(plan.parts) == 1:
        found = ctx.ctes.get(plan.parts[0] if ctx.case_sensitive else plan.parts[0].lower())
        if found is not None:
            return SubqueryAlias(plan.parts, found())
    if ctx.find_relation is None:
        raise table_not_found(plan.parts)
    return analyze(ctx.find_relation(plan.parts, dict(plan.options)), ctx)


def resolve_relation_by_expression(plan: RelationByExpression, ctx: AnalysisContext, analyze: Analyze) -> LogicalPlan:
    """``FROM IDENTIFIER(text)``: the relation that the text names."""
    return analyze(UnresolvedRelation(name_of_text(plan.text, ctx)), ctx)


def name_of_text(text: Expression, ctx: AnalysisContext) -> tuple[str, ...]:
    """The parts of the name that a constant expression spells. Raises NOT_A_CONSTANT_STRING."""
    from pyrdd.sql.analysis.extract import constant_text  # here: few statements name things by texts
    from pyrdd.sql.analysis.fold import constant_value  # here: as above
    from pyrdd.sql.names import parse_attribute_name  # here: as above

    found = resolve(text, Scope(ctx))
    known = isinstance(found, Literal) or not found.foldable
    return parse_attribute_name(constant_text(found) if known else str(constant_value(found, ctx)))


def table_not_found(parts: Sequence[str], searched: str = "[]") -> Exception:
    """TABLE_OR_VIEW_NOT_FOUND; ``searched`` lists the databases that were looked through."""
    return analysis_error("TABLE_OR_VIEW_NOT_FOUND", relationName=quoted_parts(tuple(parts)), searchPath=searched)


# --- WITH --------------------------------------------------------------------------------------------------------


def resolve_with(plan: UnresolvedWith, ctx: AnalysisContext, analyze: Analyze) -> LogicalPlan:
    """WITH: each definition is analysed once; every use is a `CteReference` with columns of its own."""
    from pyrdd.sql.analysis.recursion import is_recursive, resolve_recursive  # here: few queries recurse

    for definition in plan.definitions:
        check_hiding(definition.plan, ctx)
        if plan.recursive and is_recursive(definition, ctx):
            made = resolve_recursive(definition, ctx, analyze)
        else:
            made = analyze(_aliased(definition.plan, definition.columns), ctx)
        ctx = ctx.with_(ctes={**ctx.ctes, _key(definition.name, ctx): _user_of(definition.name, made)})
    return analyze(plan.child, ctx)


def check_hiding(query: LogicalPlan, ctx: AnalysisContext) -> None:
    """Raises AMBIGUOUS_ALIAS_IN_NESTED_CTE where the setting asks for it: a query, which is a definition or a subquery
    in an expression, begins with a WITH that hides a definition further out."""
    policy = ctx.conf.get("spark.sql.legacy.ctePrecedencePolicy") or "CORRECTED"
    if policy.upper() != "EXCEPTION" or not isinstance(query, UnresolvedWith):
        return
    hiding = [d.name for d in query.definitions if _key(d.name, ctx) in ctx.ctes]
    if hiding:
        raise analysis_error(
            "AMBIGUOUS_ALIAS_IN_NESTED_CTE",
            name=quoted(hiding[0]),
            config='"spark.sql.legacy.ctePrecedencePolicy"',
            docroot="https://spark.apache.org/docs/latest",
        )


def _key(name: str, ctx: AnalysisContext) -> str:
    return name if ctx.case_sensitive else name.lower()


def _aliased(plan: LogicalPlan, names: tuple[str, ...]) -> LogicalPlan:
    return ColumnAliases(names, plan) if names else plan


def _user_of(name: str, plan: LogicalPlan) -> Callable[[], LogicalPlan]:
    identity = new_id()

    def use() -> LogicalPlan:
        # one column under two names stays one column
        ids = {c.id: new_id() for c in plan.output}
        columns = tuple(c.copy(id=ids[c.id], qualifier=()) for c in plan.output)
        return CteReference(columns, name, identity, plan)

    return use


# --- column aliases ----------------------------------------------------------------------------------------------


def resolve_column_aliases(plan: ColumnAliases, ctx: AnalysisContext) -> LogicalPlan:
    """``AS t(a, b)``. Raises ASSIGNMENT_ARITY_MISMATCH for a wrong number of names."""
    child = plan.child
    if len(plan.names) != len(child.output):
        raise analysis_error("ASSIGNMENT_ARITY_MISMATCH", numTarget=len(plan.names), numExpr=len(child.output))
    renamed = tuple(
        Alias(c, name, new_id(), c.metadata, c.qualifier) for c, name in zip(child.output, plan.names, strict=True)
    )
    return Project(renamed, child)


def resolve_to_schema(plan: ToSchema, ctx: AnalysisContext) -> LogicalPlan:
    """`DataFrame.to`: columns matched by name, in the order and the types of the schema."""
    from pyrdd.sql.analysis.store import reconciled  # here: few programs use it

    return reconciled(plan.child, plan.schema, ctx)


# --- VALUES ------------------------------------------------------------------------------------------------------


def resolve_inline_table(plan: UnresolvedInlineTable, ctx: AnalysisContext) -> LogicalPlan:
    """VALUES: rows of constants, each column of one type. Becomes a union of one-row projections."""
    width = len(plan.rows[0])
    names = plan.names or tuple(f"col{i + 1}" for i in range(width))
    for index, row in enumerate(plan.rows):
        if len(row) != len(names):
            raise analysis_error(
                "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH",
                expectedNumCols=len(names),
                actualNumCols=len(row),
                rowIndex=index,
            )
    rows = [[_value(e, ctx) for e in row] for row in plan.rows]
    columns = [_column(names[i], [row[i] for row in rows], ctx) for i in range(width)]
    inputs = tuple(
        Project(tuple(Alias(columns[i][n], names[i], new_id()) for i in range(width)), OneRow())
        for n in range(len(rows))
    )
    if len(inputs) == 1:
        return inputs[0]
    output = tuple(
        Attribute(names[i], columns[i][0].data_type, any(e.nullable for e in columns[i]), new_id())
        for i in range(width)
    )
    return Union(inputs, columns=output)


def _value(expression: Expression, ctx: AnalysisContext) -> Expression:
    found = resolve(expression, Scope(ctx.with_(outer=ctx.outer)))
    if isinstance(found, Alias):
        found = found.child
    from pyrdd.sql.analysis.select import has_aggregate  # here: it imports this package's resolver first

    if has_aggregate(found) or found.references or not found.deterministic or found.contains(OuterReference):
        raise analysis_error(
            "INVALID_INLINE_TABLE.CANNOT_EVALUATE_EXPRESSION_IN_INLINE_TABLE", expr=quoted_sql(expression)
        )
    return found


def _column(name: str, values: list[Expression], ctx: AnalysisContext) -> list[Expression]:
    common = coercion.to_common_type(values, ctx)
    if common is None:
        raise analysis_error("INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE", colName=quoted(name))
    return common


# --- table functions ---------------------------------------------------------------------------------------------


def resolve_table_function(plan: UnresolvedTableFunction, ctx: AnalysisContext, analyze: Analyze) -> LogicalPlan:
    """A function in FROM: the session knows which plan it is."""
    if ctx.find_table_function is None:
        raise unknown_table_function(plan.name)
    args: list[Any] = []
    for arg in plan.args:
        if isinstance(arg, NamedArgument):
            args.append(NamedArgument(arg.name, _argument(arg.value, ctx, analyze)))
        else:
            args.append(_argument(arg, ctx, analyze))
    found = analyze(ctx.find_table_function(plan.name, args, ctx), ctx)
    if not plan.column_names:
        return found
    if len(plan.column_names) != len(found.output):
        raise analysis_error(
            "NUM_TABLE_VALUE_ALIASES_MISMATCH",
            funcName=quoted_parts(tuple(plan.name)),
            aliasesNum=len(plan.column_names),
            outColsNum=len(found.output),
        )
    return resolve_column_aliases(ColumnAliases(plan.column_names, found), ctx)


def _argument(arg: Any, ctx: AnalysisContext, analyze: Analyze) -> Any:
    from pyrdd.sql.plan import TableArgument  # here: few queries pass tables

    if isinstance(arg, TableArgument):
        from dataclasses import replace  # here: as above

        return replace(arg, plan=analyze(arg.plan, ctx))
    return resolve(arg, Scope(ctx))


def unknown_table_function(name: Sequence[str]) -> Exception:
    """UNRESOLVABLE_TABLE_VALUED_FUNCTION."""
    return analysis_error("UNRESOLVABLE_TABLE_VALUED_FUNCTION", name=quoted_parts(tuple(name)))
