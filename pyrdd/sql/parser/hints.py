"""Hints: the text inside ``/*+ ... */``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlglot import exp

from pyrdd.sql.parser import nodes
from pyrdd.sql.parser.errors import syntax_error
from pyrdd.sql.plan import Hint, LogicalPlan

if TYPE_CHECKING:
    from pyrdd.sql.parser.expressions import ExpressionConverter


def apply_hints(convert: ExpressionConverter, text: str, plan: LogicalPlan) -> LogicalPlan:
    """A plan under its hints; the first one written is the outermost."""
    from pyrdd.sql.parser.grammar import parse_with  # here: the grammar does not need hints

    found = parse_with(text, "hint_list")
    for hint in reversed(found):
        plan = _hint(convert, hint, plan)
    return plan


def _hint(convert: ExpressionConverter, node: Any, plan: LogicalPlan) -> LogicalPlan:
    if isinstance(node, nodes.Call):
        if not node.expressions:
            raise syntax_error(")")
        return Hint(node.args["parts"][-1], tuple(convert(arg) for arg in node.expressions), plan)
    assert isinstance(node, exp.Column), node
    return Hint(node.name, (), plan)
