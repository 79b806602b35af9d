"""LogicalPlan: an immutable tree of relational operators, before anything is decided about how to run it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, ClassVar, Self

from pyrdd.sql.expressions import Attribute, Expression, TreeNode


class LogicalPlan(TreeNode):
    """The base of all logical operators. Two questions: which columns come out, and which expressions are inside.

    ``child_fields`` hold plans, ``expression_fields`` expressions (one, a tuple, or None).
    """

    expression_fields: ClassVar[tuple[str, ...]] = ()

    @cached_property
    def output(self) -> tuple[Attribute, ...]:
        """The columns of the result, in order. Defined once the plan is resolved."""
        raise NotImplementedError(type(self).__name__)

    @cached_property
    def resolved(self) -> bool:
        """Whether analysis is done with this plan and everything below it."""
        return all(c.resolved for c in self.children) and all(e.resolved for e in self.expressions)

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """The expressions of this node alone."""
        found: list[Expression] = []
        for name in self.expression_fields:
            value = getattr(self, name)
            if isinstance(value, tuple):
                found.extend(value)
            elif value is not None:
                found.append(value)
        return tuple(found)

    def map_expressions(self, function: Callable[[Any], Any]) -> Self:
        """This node with ``function`` applied to each of its expressions; the same object if none changed."""
        changes: dict[str, Any] = {}
        for name in self.expression_fields:
            value = getattr(self, name)
            if isinstance(value, tuple):
                new: Any = tuple([function(e) for e in value])
                if any(a is not b for a, b in zip(new, value, strict=True)):
                    changes[name] = new
            elif value is not None:
                new = function(value)
                if new is not value:
                    changes[name] = new
        return self.copy(**changes) if changes else self

    def transform_expressions(self, rule: Callable[[Any], Any]) -> Any:
        """The plan with ``rule`` applied to every expression node of every operator, bottom up."""
        return self.transform_up(lambda node: node.map_expressions(lambda e: e.transform_up(rule)))

    @property
    def output_ids(self) -> frozenset[int]:
        """The ids of the output columns."""
        return frozenset(a.id for a in self.output)

    def all_expressions(self) -> Iterator[Expression]:
        """Every expression node in the whole plan (not those inside subquery expressions)."""
        for node in self.walk():
            for expression in node.expressions:
                yield from expression.walk()


class Leaf(LogicalPlan):
    """An operator without children."""


class Unary(LogicalPlan):
    """An operator with one child, whose columns it passes on unless it says otherwise."""

    child: LogicalPlan
    child_fields = ("child",)

    @cached_property
    def output(self) -> tuple[Attribute, ...]:
        return self.child.output


class UnresolvedPlan(LogicalPlan):
    """The base of what analysis replaces."""

    @cached_property
    def resolved(self) -> bool:
        return False
