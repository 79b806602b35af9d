"""Syntax to expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from pyrdd.sql import types as t
from pyrdd.sql.expressions import (
    Cast,
    Expression,
    Literal,
    NamedArgument,
    Parameter,
    SortOrder,
    SubqueryExpression,
    UnresolvedAlias,
    UnresolvedAttribute,
    UnresolvedExtract,
    UnresolvedFunction,
    UnresolvedIdentifier,
    UnresolvedLambda,
    UnresolvedStar,
)
from pyrdd.sql.parser import nodes
from pyrdd.sql.parser.errors import not_supported, parse_error, syntax_error
from pyrdd.sql.parser.intervals import interval_between_units, interval_from_pairs
from pyrdd.sql.parser.literals import number_literal, typed_literal
from pyrdd.sql.parser.nodes import identifiers_of
from pyrdd.sql.parser.windows import window_expression

if TYPE_CHECKING:
    from pyrdd.sql.parser.query import QueryConverter

_STRING = t.StringType()
_BOOLEAN = t.BooleanType()


def text_literal(text: str) -> Literal:
    """A string constant."""
    return Literal(text, _STRING)


def call(name: str, *args: Expression) -> UnresolvedFunction:
    """A call by a name of one part."""
    return UnresolvedFunction((name,), args)


def row_of(values: tuple[Expression, ...]) -> UnresolvedFunction:
    """``(a, 1)``: a struct whose fields have the names of columns, or ``col1``, ``col2``, ... by position."""
    args: list[Expression] = []
    for position, value in enumerate(values, 1):
        named = isinstance(value, UnresolvedAttribute)
        args += [text_literal(value.parts[-1] if named else f"col{position}"), value]  # type: ignore[attr-defined]
    return call("named_struct", *args)


def _balanced(name: str, operands: list[Expression]) -> Expression:
    if len(operands) == 1:
        return operands[0]
    middle = (len(operands) + 1) // 2
    return call(name, _balanced(name, operands[:middle]), _balanced(name, operands[middle:]))


class ExpressionConverter:
    """Turns syntax nodes into expressions; queries inside go to ``queries``."""

    def __init__(self, queries: QueryConverter, time_zone: str, timestamp_ntz: bool) -> None:
        self.queries = queries
        self.time_zone = time_zone
        self.timestamp_ntz = timestamp_ntz

    def __call__(self, node: Any) -> Expression:
        """The expression of a syntax node."""
        converter = _CONVERTERS.get(type(node))
        if converter is None:
            raise syntax_error(str(getattr(node, "key", node)))
        with self.queries.at(node):
            return converter(self, node)

    def all(self, found: Any) -> tuple[Expression, ...]:
        """The expressions of several nodes."""
        return tuple([self(node) for node in found or ()])

    # --- names -----------------------------------------------------------------------------------------------

    def column(self, node: exp.Column) -> Expression:
        return UnresolvedAttribute(identifiers_of(node) or ())

    def dot(self, node: exp.Dot) -> Expression:
        if isinstance(node.expression, exp.Star):
            return self.star(node.expression, identifiers_of(node.this))
        names = identifiers_of(node)
        if names is not None:
            return UnresolvedAttribute(names)
        child = self(node.this)
        if isinstance(child, UnresolvedAttribute):
            return UnresolvedAttribute((*child.parts, node.expression.this))
        return UnresolvedExtract(child, text_literal(node.expression.this))

    def star(self, node: exp.Star, target: tuple[str, ...] | None = ()) -> Expression:
        if target is None:
            raise syntax_error("*")
        left_out = tuple(identifiers_of(column) or () for column in node.args.get("except_") or ())
        return UnresolvedStar(target, left_out)

    def alias(self, node: exp.Alias) -> Expression:
        return UnresolvedAlias(self(node.this), (node.args["alias"].this,))

    def aliases(self, node: exp.Aliases) -> Expression:
        return UnresolvedAlias(self(node.this), tuple(name.this for name in node.expressions))

    def item(self, node: nodes.Item) -> Expression:
        return UnresolvedExtract(self(node.this), self(node.args["key"]))

    def identifier_clause(self, node: nodes.IdentifierClause) -> Expression:
        args = node.args.get("args")
        return UnresolvedIdentifier(self(node.this), None if args is None else self.all(args.expressions))

    # --- literals --------------------------------------------------------------------------------------------

    def literal(self, node: exp.Literal) -> Expression:
        return text_literal(node.this)

    def number(self, node: nodes.Number) -> Expression:
        return number_literal(node.this)

    def typed(self, node: nodes.TypedLiteral) -> Expression:
        return typed_literal(node.args["name"], node.this, self.time_zone, self.timestamp_ntz)

    def interval(self, node: nodes.IntervalLiteral) -> Expression:
        pairs, end = node.args["pairs"], node.args.get("to")
        if end is None:
            return interval_from_pairs(pairs)
        value, start = pairs[0]
        return interval_between_units(value, start, end)

    def null(self, node: exp.Null) -> Expression:
        return Literal(None, t.NullType())

    def boolean(self, node: exp.Boolean) -> Expression:
        return Literal(bool(node.this), _BOOLEAN)

    def marker(self, node: nodes.ParameterMarker) -> Expression:
        return Parameter(node.args["key"])

    # --- operators -------------------------------------------------------------------------------------------

    def binary(self, node: exp.Binary) -> Expression:
        return call(_BINARY[type(node)], self(node.this), self(node.expression))

    def connected(self, node: exp.Connector) -> Expression:
        """A chain of one connective, as the balanced tree that Spark makes of it."""
        kind, name = type(node), _BINARY[type(node)]
        operands: list[Any] = []
        left: Any = node
        while type(left) is kind:
            operands.append(left.expression)
            left = left.this
        return _balanced(name, [self(operand) for operand in (left, *reversed(operands))])

    def comparison(self, node: nodes.Comparison) -> Expression:
        name, args = node.args["name"], self.all(node.expressions)
        if name == "!=":
            return call("not", call("=", *args))
        return call(name, *args)

    def not_(self, node: exp.Not) -> Expression:
        return call("not", self(node.this))

    def negative(self, node: exp.Neg) -> Expression:
        return call("-", self(node.this))

    def paren(self, node: exp.Paren) -> Expression:
        return self(node.this)

    def tuple(self, node: exp.Tuple) -> Expression:
        return row_of(self.all(node.expressions))

    def in_(self, node: exp.In) -> Expression:
        query = node.args.get("query")
        if query is None:
            return call("in", self(node.this), *self.all(node.expressions))
        left = node.this
        values = self.all(left.expressions) if isinstance(left, exp.Tuple) else (self(left),)
        return SubqueryExpression("in", self.queries(query), values)

    def quantified_like(self, node: nodes.QuantifiedLike) -> Expression:
        if not node.expressions:
            raise parse_error("INVALID_SQL_SYNTAX.EMPTY_QUANTIFIED_PATTERN")
        value, name = self(node.this), node.args["name"]
        patterns = self.all(node.expressions)
        tests: list[Expression] = [call(name, value, pattern) for pattern in patterns]
        if node.args.get("negated"):
            tests = [call("not", test) for test in tests]
        found = tests[0]
        for test in tests[1:]:
            found = call("and" if node.args["every"] else "or", found, test)
        if not all(map(_is_constant_text, patterns)):
            return found
        written = f"{'not ' if node.args.get('negated') else ''}like {'all' if node.args['every'] else 'any'}"
        return call(written, found, call("lower", value) if name == "ilike" else value)

    def case(self, node: exp.Case) -> Expression:
        value = None if node.this is None else self(node.this)
        args: list[Expression] = []
        for branch in node.args["ifs"]:
            condition = self(branch.this)
            args += [condition if value is None else call("=", value, condition), self(branch.args["true"])]
        default = node.args.get("default")
        if default is not None:
            args.append(self(default))
        return call("when", *args)

    def cast(self, node: nodes.TypeCast) -> Expression:
        return Cast(self(node.this), node.args["to"].this, "try" if node.args.get("safe") else "ansi")

    # --- calls -----------------------------------------------------------------------------------------------

    def function(self, node: nodes.Call) -> Expression:
        args = self.all(node.expressions)
        parts, distinct = node.args["parts"], bool(node.args.get("distinct"))
        if args == (UnresolvedStar(),) and len(parts) == 1 and parts[0].lower() == "count" and not distinct:
            args = (Literal(1, t.IntegerType()),)
        condition, nulls = node.args.get("filter"), node.args.get("nulls")
        return UnresolvedFunction(
            parts,
            args,
            distinct,
            None if condition is None else self(condition),
            self.all(node.args.get("order")),
            None if nulls is None else nulls == "ignore",
        )

    def lambda_(self, node: exp.Lambda) -> Expression:
        return UnresolvedLambda(tuple(name.this for name in node.expressions), self(node.this))

    def named_argument(self, node: exp.Kwarg) -> Expression:
        return NamedArgument(node.this.this, self(node.expression))

    def sort_order(self, node: exp.Ordered) -> Expression:
        child = UnresolvedAttribute(("ALL",)) if isinstance(node.this, exp.Var) else self(node.this)
        return SortOrder(child, not node.args.get("desc"), bool(node.args.get("nulls_first")))

    def over(self, node: nodes.Over) -> Expression:
        return window_expression(self, node)

    def subquery(self, node: exp.Subquery) -> Expression:
        return SubqueryExpression("scalar", self.queries(node.this))

    def exists(self, node: exp.Exists) -> Expression:
        return SubqueryExpression("exists", self.queries(node.this))

    def table_parameter(self, node: nodes.TableParameter) -> Expression:
        not_supported("A table as the argument of a function outside FROM")


_BINARY: dict[type[exp.Expr], str] = {
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%", exp.IntDiv: "div", exp.DPipe: "concat",
    exp.And: "and", exp.Or: "or",
}  # fmt: skip

_C = ExpressionConverter
_CONVERTERS: dict[type[Any], Callable[[Any, Any], Expression]] = {
    **dict.fromkeys(_BINARY, _C.binary),
    exp.And: _C.connected, exp.Or: _C.connected,
    exp.Column: _C.column, exp.Dot: _C.dot, exp.Star: _C.star, exp.Alias: _C.alias, exp.Aliases: _C.aliases,
    exp.Literal: _C.literal, exp.Null: _C.null, exp.Boolean: _C.boolean, exp.Not: _C.not_, exp.Neg: _C.negative,
    exp.Paren: _C.paren, exp.Tuple: _C.tuple, exp.In: _C.in_, exp.Case: _C.case, exp.Lambda: _C.lambda_,
    exp.Kwarg: _C.named_argument, exp.Ordered: _C.sort_order, exp.Subquery: _C.subquery, exp.Exists: _C.exists,
    nodes.Item: _C.item, nodes.IdentifierClause: _C.identifier_clause, nodes.Number: _C.number,
    nodes.TypedLiteral: _C.typed, nodes.IntervalLiteral: _C.interval, nodes.ParameterMarker: _C.marker,
    nodes.Comparison: _C.comparison, nodes.QuantifiedLike: _C.quantified_like, nodes.TypeCast: _C.cast,
    nodes.Call: _C.function, nodes.Over: _C.over, nodes.TableParameter: _C.table_parameter,
}  # fmt: skip


def _is_constant_text(pattern: Expression) -> bool:
    """Whether Spark knows a pattern when it reads it: as a string, or as a constant that is cast to one."""
    value = pattern
    while isinstance(value, Cast):
        value = value.child
    return isinstance(value, Literal) and isinstance(pattern.data_type, t.StringType)
