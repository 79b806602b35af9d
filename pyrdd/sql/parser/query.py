"""Syntax of queries to logical plans, clause by clause in the order in which Spark applies them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from sqlglot import exp

from pyrdd.errors.origin import about
from pyrdd.errors.query_context import SQLQueryContext
from pyrdd.sql import types as t
from pyrdd.sql.expressions import (
    Cast,
    Expression,
    Literal,
    SortOrder,
    SubqueryExpression,
    UnresolvedAlias,
    UnresolvedAttribute,
    UnresolvedFunction,
    UnresolvedOrdinal,
    UnresolvedStar,
)
from pyrdd.sql.parser import nodes
from pyrdd.sql.parser.errors import parse_error, syntax_error
from pyrdd.sql.parser.expressions import ExpressionConverter
from pyrdd.sql.parser.hints import apply_hints
from pyrdd.sql.parser.nodes import SPAN
from pyrdd.sql.parser.relations import RelationConverter
from pyrdd.sql.parser.windows import named_windows
from pyrdd.sql.plan import (
    Aggregate,
    CteDefinition,
    Distinct,
    Filter,
    GroupingSets,
    Limit,
    LogicalPlan,
    NamedWindows,
    Offset,
    OneRow,
    Project,
    RepartitionBy,
    SetOperation,
    Sort,
    Union,
    UnresolvedWith,
)


class QueryConverter:
    """Turns syntax of queries into plans. ``expressions`` and ``relations`` share it. ``text`` is what was read, which
    may belong to an ``object``: its type and its name."""

    def __init__(self, time_zone: str = "UTC", timestamp_ntz: bool = False, group_by_ordinal: bool = True,
                 order_by_ordinal: bool = True, having_is_where: bool = False, text: str = "",
                 object: tuple[str, str] = ("", "")) -> None:  # fmt: skip
        self.text, self.object = text, object
        self.expressions = ExpressionConverter(self, time_zone, timestamp_ntz)
        self.relations = RelationConverter(self)
        self.group_by_ordinal = group_by_ordinal
        self.order_by_ordinal = order_by_ordinal
        self.having_is_where = having_is_where

    def at(self, node: Any) -> about:
        """Within it, trees are made of that part of the text, if the node's place in it is known."""
        span = node.meta.get(SPAN)
        if span is None:
            return about(None)
        (start, stop), (kind, name) = span, self.object
        return about(SQLQueryContext(self.text, start, stop, kind, name))

    def __call__(self, node: Any) -> LogicalPlan:
        """The plan of a query, with its WITH clause."""
        with self.at(node):
            with_ = node.args.get("with_")
            plan = self.modified(node, self._body(node))
            return plan if with_ is None else self._with(with_, plan)

    # --- bodies ----------------------------------------------------------------------------------------------

    def _body(self, node: Any) -> LogicalPlan:
        match node:
            case exp.Select():
                return self.select(node, self._source(node))
            case exp.SetOperation():
                return self._set_operation(node)
            case exp.Subquery() if node.args.get("alias") is None and not node.args.get("joins"):
                return self(node.this)
            case exp.Values() if node.args.get("alias") is None:
                return self.relations.inline_table(node)
            case nodes.Pipe():
                from pyrdd.sql.parser.pipes import pipe_plan  # here: pipes use the whole converter

                return pipe_plan(self, node)
            case exp.Table() | exp.Subquery() | exp.Values():
                return self.relations(node)
        raise syntax_error(str(node.key))

    def _set_operation(self, node: exp.SetOperation) -> LogicalPlan:
        left, right = self(node.this), self(node.expression)
        distinct = bool(node.args.get("distinct"))
        if isinstance(node, exp.Union):
            if node.args.get("by_name"):
                raise syntax_error("BY")
            union = Union((left, right))
            return Distinct(union) if distinct else union
        kind: Any = "except" if isinstance(node, exp.Except) else "intersect"
        return SetOperation(kind, not distinct, left, right)

    def _with(self, node: exp.With, child: LogicalPlan) -> LogicalPlan:
        definitions = []
        for cte in node.expressions:
            alias = cte.args["alias"]
            depth = cte.args.get("max_depth")
            columns = tuple(column.this for column in alias.args.get("columns") or ())
            if depth and not node.args.get("recursive"):
                message = "MAX RECURSION LEVEL is for a WITH RECURSIVE only"
                raise parse_error("_LEGACY_ERROR_TEMP_0035", message=message)
            definitions.append(CteDefinition(alias.this.this, self(cte.this), columns, int(depth) if depth else None))
        names = [definition.name.lower() for definition in definitions]
        twice = sorted({f"`{name}`" for name in names if names.count(name) > 1})
        if twice:
            raise parse_error("DUPLICATED_CTE_NAMES", duplicateNames=", ".join(twice))
        return UnresolvedWith(tuple(definitions), child, bool(node.args.get("recursive")))

    # --- SELECT ----------------------------------------------------------------------------------------------

    def select(self, node: exp.Select, plan: LogicalPlan) -> LogicalPlan:
        """A SELECT over what it reads."""
        where = node.args.get("where")
        if where is not None:
            plan = Filter(self.expressions(where.this), plan)
        plan = self._projected(node, plan)
        if node.args.get("distinct"):
            plan = Distinct(plan)
        hint = node.args.get("hint")
        return plan if hint is None else apply_hints(self.expressions, hint.this, plan)

    def _source(self, node: exp.Select) -> LogicalPlan:
        from_ = node.args.get("from_")
        plan: LogicalPlan = OneRow() if from_ is None else self.relations(from_.this)
        plan = self.relations.joined(plan, node.args.get("joins"))
        return self.relations.lateral_views(plan, node.args.get("laterals"))

    def _projected(self, node: exp.Select, plan: LogicalPlan) -> LogicalPlan:
        items = self.expressions.all(node.expressions)
        qualify = node.args.get("qualify")
        if qualify is None:
            return self._listed(node, items, plan)
        # one more column of the same list, which sees the windows and the aliases that QUALIFY may name
        condition = UnresolvedAlias(self.expressions(qualify.this), (_QUALIFY,))
        kept = Filter(UnresolvedAttribute((_QUALIFY,)), self._listed(node, (*items, condition), plan))
        return Project((UnresolvedStar((), ((_QUALIFY,),)),), kept)

    def _listed(self, node: exp.Select, items: tuple[Expression, ...], plan: LogicalPlan) -> LogicalPlan:
        group, having = node.args.get("group"), node.args.get("having")
        if group is not None:
            plan = self._aggregate(group, items, plan)
        elif having is not None and not self.having_is_where:
            plan = Aggregate((), items, plan)
        else:
            plan = Project(items, plan)
        if having is None:
            return plan
        over_groups = group is not None or not self.having_is_where
        return Filter(_condition(self.expressions(having.this)), plan, having=over_groups)

    # --- GROUP BY --------------------------------------------------------------------------------------------

    def _aggregate(self, group: nodes.GroupBy, items: tuple[Expression, ...], plan: LogicalPlan) -> LogicalPlan:
        if _is_all(group):
            return Aggregate((), items, plan, group_by_all=True)
        elements, suffix = group.expressions, group.args.get("suffix")
        if suffix is None and not any(isinstance(e, nodes.GroupingAnalytics) for e in elements):
            return Aggregate(tuple(self._grouping_key(e) for e in elements), items, plan)
        collected = _Keys()
        if suffix is not None:
            for element in elements:
                collected.position(self._grouping_key(element))
            elements = [suffix]
        choices = [self._sets(element, collected) for element in elements]
        sets = tuple(tuple(dict.fromkeys(itertools.chain(*choice))) for choice in itertools.product(*choices))
        kinds = {e.args["kind"] for e in elements if isinstance(e, nodes.GroupingAnalytics)}
        kind: Any = kinds.pop() if len(kinds) == 1 and len(elements) == 1 else "sets"
        return Aggregate(tuple(collected.found), items, plan, GroupingSets(kind, sets))

    def _grouping_key(self, node: Any) -> Expression:
        return _ordinal(self.expressions(node)) if self.group_by_ordinal else self.expressions(node)

    def _sets(self, node: Any, keys: _Keys) -> list[tuple[int, ...]]:
        """The grouping sets that one element of GROUP BY stands for, as positions in ``keys``."""
        if not isinstance(node, nodes.GroupingAnalytics):
            return [(keys.position(self._grouping_key(node)),)]
        kind = node.args["kind"]
        if kind == "sets":
            return [one for element in node.expressions for one in self._set(element, keys)]
        if any(not isinstance(element, list) or not element for element in node.expressions):
            raise parse_error("_LEGACY_ERROR_TEMP_0051", element=kind.upper())
        groups = [tuple(keys.position(self._grouping_key(e)) for e in element) for element in node.expressions]
        if kind == "rollup":
            return [tuple(itertools.chain(*groups[:size])) for size in range(len(groups), -1, -1)]
        return list(_subsets(groups))

    def _set(self, element: Any, keys: _Keys) -> list[tuple[int, ...]]:
        if isinstance(element, nodes.GroupingAnalytics):
            return self._sets(element, keys)
        return [tuple(keys.position(self._grouping_key(e)) for e in element)]

    # --- ORDER BY, LIMIT, ... --------------------------------------------------------------------------------

    def modified(self, node: Any, plan: LogicalPlan) -> LogicalPlan:
        """A plan under the clauses behind a query: WINDOW, ORDER BY, LIMIT and their like."""
        for name, modify in _MODIFIERS:
            found = node.args.get(name)
            if found:
                plan = modify(self, plan, found)
        return plan

    def _orders(self, found: Any) -> tuple[SortOrder, ...]:
        return tuple([self._order(node) for node in found.expressions])

    def _order(self, node: Any) -> SortOrder:
        order = self.expressions(node)
        if not isinstance(order, SortOrder):
            return SortOrder(order)
        return order.copy(child=_ordinal(order.child)) if self.order_by_ordinal else order

    def order(self, plan: LogicalPlan, found: Any) -> LogicalPlan:
        return Sort(self._orders(found), True, plan)

    def sort(self, plan: LogicalPlan, found: Any) -> LogicalPlan:
        return Sort(self._orders(found), False, plan)

    def distribute(self, plan: LogicalPlan, found: Any) -> LogicalPlan:
        return RepartitionBy(tuple(order.child for order in self._orders(found)), None, plan)

    def cluster(self, plan: LogicalPlan, found: Any) -> LogicalPlan:
        orders = self._orders(found)
        return Sort(orders, False, RepartitionBy(tuple(order.child for order in orders), None, plan))

    def windows(self, plan: LogicalPlan, found: Any) -> LogicalPlan:
        return NamedWindows(named_windows(self.expressions, found), plan)

    def offset(self, plan: LogicalPlan, found: Any) -> LogicalPlan:
        return Offset(self.expressions(found.expression), plan)

    def limit(self, plan: LogicalPlan, found: Any) -> LogicalPlan:
        if isinstance(found.expression, exp.Var):  # LIMIT ALL
            return plan
        return Limit(self.expressions(found.expression), plan)


_MODIFIERS: tuple[tuple[str, Callable[[QueryConverter, LogicalPlan, Any], LogicalPlan]], ...] = (
    ("windows", QueryConverter.windows),
    ("order", QueryConverter.order),
    ("distribute", QueryConverter.distribute),
    ("sort", QueryConverter.sort),
    ("cluster", QueryConverter.cluster),
    ("offset", QueryConverter.offset),
    ("limit", QueryConverter.limit),
)


class _Keys:
    """The grouping expressions found so far, each once."""

    def __init__(self) -> None:
        self.found: list[Expression] = []

    def position(self, key: Expression) -> int:
        if key not in self.found:
            self.found.append(key)
        return self.found.index(key)


def _subsets(groups: list[tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
    """CUBE's grouping sets: every choice of groups, those with the first group before those without."""
    if not groups:
        yield ()
        return
    for rest in _subsets(groups[1:]):
        yield groups[0] + rest
    yield from _subsets(groups[1:])


def _ordinal(key: Expression) -> Expression:
    """A whole number as a key is a position in the select list."""
    if isinstance(key, Literal) and isinstance(key.data_type, t.IntegerType) and key.value is not None:
        return UnresolvedOrdinal(key.value).comes_from(key.origin)
    return key


_QUALIFY = "__qualify"
_PREDICATES = frozenset(
    ("and", "or", "not", "=", "<=>", "<", "<=", ">", ">=", "in", "like", "ilike", "rlike", "isnull", "isnotnull")
)


def _condition(found: Expression) -> Expression:
    """The condition of HAVING: Spark casts what does not look like a predicate, even numbers."""
    if isinstance(found, UnresolvedFunction) and len(found.name) == 1 and found.name[0] in _PREDICATES:
        return found
    if isinstance(found, SubqueryExpression) and found.kind != "scalar":
        return found
    return Cast(found, t.BooleanType())


def _is_all(group: nodes.GroupBy) -> bool:
    found = group.expressions
    return (
        len(found) == 1
        and group.args.get("suffix") is None
        and isinstance(found[0], exp.Column)
        and found[0].name.upper() == "ALL"
        and not found[0].this.quoted
    )
