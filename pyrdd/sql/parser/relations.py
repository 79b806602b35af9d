"""What stands in FROM, to plans: tables, subqueries, functions, joins, samples, pivots, lateral views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlglot import exp

from pyrdd.sql.expressions import Expression, Literal, NamedArgument, SortOrder, UnresolvedAlias
from pyrdd.sql.parser import nodes
from pyrdd.sql.parser.errors import parse_error, syntax_error
from pyrdd.sql.parser.expressions import row_of
from pyrdd.sql.parser.nodes import identifiers_of
from pyrdd.sql.plan import (
    ColumnAliases,
    Generate,
    Join,
    Limit,
    LogicalPlan,
    Pivot,
    RelationByExpression,
    Sample,
    SubqueryAlias,
    TableArgument,
    Unpivot,
    UnresolvedInlineTable,
    UnresolvedRelation,
    UnresolvedTableFunction,
)

if TYPE_CHECKING:
    from pyrdd.sql.parser.query import QueryConverter

UNNAMED = "__auto_generated_subquery_name"

_JOIN_TYPES = {
    ("", ""): "inner", ("", "INNER"): "inner", ("", "CROSS"): "cross", ("LEFT", ""): "left", ("LEFT", "OUTER"): "left",
    ("RIGHT", ""): "right", ("RIGHT", "OUTER"): "right", ("FULL", ""): "full", ("FULL", "OUTER"): "full",
    ("LEFT", "SEMI"): "semi", ("", "SEMI"): "semi", ("LEFT", "ANTI"): "anti", ("", "ANTI"): "anti",
}  # fmt: skip


class RelationConverter:
    """Turns syntax of relations into plans."""

    def __init__(self, queries: QueryConverter) -> None:
        self.queries = queries

    def __call__(self, node: Any) -> LogicalPlan:
        """The plan of one relation with its sample, alias, pivots and the joins that hang on it."""
        plan = self._primary(node)
        for pivot in node.args.get("pivots") or ():
            plan = self.pivoted(plan, pivot)
        return self.lateral_views(self.joined(plan, node.args.get("joins")), node.args.get("laterals"))

    def _primary(self, node: Any) -> LogicalPlan:
        alias = node.args.get("alias")
        match node:
            case exp.Values():
                return self._aliased(self.inline_table(node, _columns(alias)), alias, columns=False)
            case exp.Subquery():
                return self._subquery(node, alias)
            case exp.Table():
                with self.queries.at(node):
                    return self._table(node, alias)
            case exp.Lateral():
                return self.lateral(node)
        raise syntax_error(str(node.key))

    def _subquery(self, node: exp.Subquery, alias: Any) -> LogicalPlan:
        inner = node.this
        if _is_relation(inner):  # (a JOIN b ...): parentheses only
            plan = self(inner)
            return self._aliased(self._sampled(plan, node), alias)
        plan = self._sampled(self.queries(inner), node)
        if alias is None or alias.this is None:
            return SubqueryAlias((UNNAMED,), _renamed(plan, alias))
        return self._aliased(plan, alias)

    def _table(self, node: exp.Table, alias: Any) -> LogicalPlan:
        if isinstance(node.this, nodes.Call):
            return self._aliased(self.function(node, _columns(alias)), alias, columns=False)
        return self._sampled(self._aliased(self._named(node), alias), node)

    def _named(self, node: exp.Table) -> LogicalPlan:
        if isinstance(node.this, (exp.Values, exp.Table, exp.Subquery)):
            return self(node.this)
        if isinstance(node.this, nodes.IdentifierClause):
            return self._by_expression(self.queries.expressions(node.this.this))
        parts = identifiers_of(node)
        if parts is None:
            raise syntax_error(str(node.name))
        options = tuple(self._option(option) for option in node.args.get("hints") or ())
        return UnresolvedRelation(parts, options)

    def _by_expression(self, text: Expression) -> LogicalPlan:
        """``IDENTIFIER(text)``, known here when it is one string."""
        from pyrdd.sql.parser import parse_multipart_identifier  # here: the package imports this module

        if isinstance(text, Literal) and isinstance(text.value, str):
            return UnresolvedRelation(parse_multipart_identifier(text.value))
        return RelationByExpression(text)

    def _option(self, node: Any) -> tuple[str, str]:
        value = None if node.expression is None else self.queries.expressions(node.expression)
        if isinstance(value, Literal):
            text = {True: "true", False: "false"}.get(value.value, str(value.value)) if value.value is not None else ""
        else:
            text = "" if value is None else str(node.expression.name)
        return node.this.this, text

    def _sampled(self, plan: LogicalPlan, node: Any) -> LogicalPlan:
        sample = node.args.get("sample")
        return plan if sample is None else self.sampled(plan, sample)

    def sampled(self, plan: LogicalPlan, sample: nodes.Sampling) -> LogicalPlan:
        """A plan under TABLESAMPLE; without REPEATABLE the seed is the engine's choice (-1)."""
        kind, value = sample.args["kind"], sample.args["value"]
        if kind == "rows":
            return Limit(self.queries.expressions(value), plan)
        seed_node = sample.args.get("seed")
        seed_value = None if seed_node is None else self.queries.expressions(seed_node)
        seed = int(seed_value.value) if isinstance(seed_value, Literal) else -1
        if kind == "bucket":
            fraction = int(value[0]) / int(value[1])
        else:
            number = self.queries.expressions(value)
            fraction = float(number.value) / 100 if isinstance(number, Literal) else -1.0
        if not -1e-6 <= fraction <= 1 + 1e-6:
            message = f"Sampling fraction ({fraction}) must be on interval [0, 1]"
            raise parse_error("_LEGACY_ERROR_TEMP_0064", msg=message)
        return Sample(0.0, fraction, False, seed, plan)

    # --- aliases ---------------------------------------------------------------------------------------------

    def _aliased(self, plan: LogicalPlan, alias: Any, columns: bool = True) -> LogicalPlan:
        if alias is None:
            return plan
        if columns:
            plan = _renamed(plan, alias)
        return plan if alias.this is None else SubqueryAlias((alias.this.this,), plan)

    # --- inline tables and functions -------------------------------------------------------------------------

    def inline_table(self, node: exp.Values, names: tuple[str, ...] = ()) -> LogicalPlan:
        """VALUES: rows in parentheses, or one value for each row."""
        convert = self.queries.expressions
        rows = tuple(tuple(_unnamed(convert(e)) for e in row.expressions) for row in node.expressions)
        expected = len(names or rows[0])
        for index, row in enumerate(rows):
            if len(row) != expected:
                raise parse_error(
                    "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH", expectedNumCols=str(expected),
                    actualNumCols=str(len(row)), rowIndex=str(index),
                )  # fmt: skip
        return UnresolvedInlineTable(rows, names)

    def function(self, node: exp.Table, names: tuple[str, ...]) -> LogicalPlan:
        """A table function; arguments may be tables."""
        before = (node.args.get("catalog"), node.args.get("db"))
        prefix = tuple(part.this for part in before if isinstance(part, exp.Identifier))
        return self._function(prefix + tuple(node.this.args["parts"]), node.this, names)

    def _function(self, name: tuple[str, ...], call: nodes.Call, names: tuple[str, ...]) -> LogicalPlan:
        return UnresolvedTableFunction(name, tuple(self._argument(arg) for arg in call.expressions), names)

    def _argument(self, node: Any) -> Any:
        if isinstance(node, exp.Kwarg) and isinstance(node.expression, nodes.TableParameter):
            return NamedArgument(node.this.this, self._argument(node.expression))
        if not isinstance(node, nodes.TableParameter):
            return self.queries.expressions(node)
        convert = self.queries.expressions
        source = node.this
        plan = self(source) if isinstance(source, exp.Table) else self.queries(source)
        orders = tuple(o for o in convert.all(node.args.get("order")) if isinstance(o, SortOrder))
        return TableArgument(plan, convert.all(node.args.get("partition")), orders, bool(node.args.get("single")))

    # --- joins -----------------------------------------------------------------------------------------------

    def joined(self, plan: LogicalPlan, joins: Any) -> LogicalPlan:
        """A plan joined with what follows it, left to right."""
        for join in joins or ():
            plan = self._join(plan, join)
            for pivot in join.args.get("pivots") or ():
                plan = self.pivoted(plan, pivot)
        return plan

    def _join(self, left: LogicalPlan, node: exp.Join) -> LogicalPlan:
        side, kind = node.args.get("side") or "", node.args.get("kind") or ""
        join_type: Any = _JOIN_TYPES.get((side, kind))
        if join_type is None:
            raise syntax_error(kind or side)
        condition = node.args.get("on")
        using = tuple(column.this for column in node.args.get("using") or ())
        source = node.this
        if isinstance(source, exp.Lateral):
            if using:
                raise parse_error("UNSUPPORTED_FEATURE.LATERAL_JOIN_USING")
            if node.args.get("method") == "NATURAL":
                raise parse_error("INCOMPATIBLE_JOIN_TYPES", joinType1="LATERAL", joinType2="NATURAL")
        return Join(
            left,
            self(source),
            join_type,
            None if condition is None else self.queries.expressions(condition),
            using,
            natural=node.args.get("method") == "NATURAL",
            lateral=isinstance(source, exp.Lateral),
        )

    def lateral(self, node: exp.Lateral) -> LogicalPlan:
        """The right side of a lateral join: a subquery or a table function that sees the columns on its left."""
        alias = node.args.get("alias")
        if isinstance(node.this, nodes.Call):
            plan = self._function(tuple(node.this.args["parts"]), node.this, _columns(alias))
            return self._aliased(plan, alias, columns=False)
        plan = self.queries(node.this)
        if alias is None or alias.this is None:
            return SubqueryAlias((UNNAMED,), _renamed(plan, alias))
        return self._aliased(plan, alias)

    def lateral_views(self, plan: LogicalPlan, views: Any) -> LogicalPlan:
        """LATERAL VIEW, one after another."""
        for view in views or ():
            generator = self.queries.expressions(view.this)
            alias = view.args["alias"]
            qualifier = () if alias.this is None else (alias.this.this,)
            plan = Generate(generator, plan, bool(view.args.get("outer")), (), _columns(alias), qualifier)
        return plan

    # --- PIVOT, UNPIVOT --------------------------------------------------------------------------------------

    def pivoted(self, plan: LogicalPlan, node: Any) -> LogicalPlan:
        """A plan under PIVOT or UNPIVOT."""
        found = self._pivot(plan, node) if isinstance(node, nodes.PivotClause) else self._unpivot(plan, node)
        return self._aliased(found, node.args.get("alias"))

    def _pivot(self, plan: LogicalPlan, node: nodes.PivotClause) -> LogicalPlan:
        convert = self.queries.expressions
        columns = convert.all(node.args["columns"])
        column = columns[0] if len(columns) == 1 else row_of(columns)
        return Pivot(None, column, convert.all(node.args["values"]), convert.all(node.args["aggregates"]), plan)

    def _unpivot(self, plan: LogicalPlan, node: nodes.UnpivotClause) -> LogicalPlan:
        convert = self.queries.expressions
        values = tuple((convert.all(columns), alias) for columns, alias in node.args["values"])
        names = tuple(node.args["names"])
        return Unpivot(None, values, node.args["variable"], names, bool(node.args.get("include_nulls")), plan)


def _unnamed(value: Expression) -> Expression:
    return value.child if isinstance(value, UnresolvedAlias) else value


def _is_relation(node: Any) -> bool:
    """Whether parentheses hold a relation and not a query."""
    if not isinstance(node, exp.Subquery):
        return isinstance(node, (exp.Table, exp.Lateral))
    hanging = any(node.args.get(name) for name in ("joins", "alias", "pivots", "laterals", "sample"))
    return hanging or _is_relation(node.this)


def _columns(alias: Any) -> tuple[str, ...]:
    return () if alias is None else tuple(column.this for column in alias.args.get("columns") or ())


def _renamed(plan: LogicalPlan, alias: Any) -> LogicalPlan:
    names = _columns(alias)
    return ColumnAliases(names, plan) if names else plan
