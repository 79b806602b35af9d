"""Plans as values that are equal if two plans compute the same: ids are numbered by their place, names are left out."""

from __future__ import annotations

import dataclasses
from typing import Any

from pyrdd.sql.expressions import Alias, Attribute, Literal
from pyrdd.sql.plan import FileScan, LogicalPlan, Project, Range, SubqueryAlias
from pyrdd.sql.plan.relations import Relation

_NAMES = frozenset({"name", "qualifier", "metadata", "dataset", "hidden", "written"})


def canonical(plan: LogicalPlan) -> Any:
    """A value for comparisons and hashes."""
    return _Numbering().plan(plan)


class _Numbering:
    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}

    def _number(self, identity: int) -> int:
        return self._numbers.setdefault(identity, len(self._numbers))

    def plan(self, plan: LogicalPlan) -> Any:
        while isinstance(plan, SubqueryAlias) or (isinstance(plan, Project) and plan.projections == plan.child.output):
            plan = plan.child
        if isinstance(plan, Relation):
            for column in plan.output:
                self._number(column.id)
            return _relation(plan)
        # children first: they define the ids that the node's expressions use
        children = tuple(self.plan(child) for child in plan.children)
        return (type(plan).__name__, children, self._fields(plan, plan.child_fields))

    def _fields(self, node: Any, left_out: tuple[str, ...] = ()) -> Any:
        names = (f.name for f in dataclasses.fields(node) if f.name not in left_out)
        return tuple(self._value(getattr(node, name)) for name in names if name not in _NAMES)

    def _value(self, value: Any) -> Any:
        match value:
            case Attribute():
                return ("column", self._number(value.id))
            case Alias():
                child = self._value(value.child)
                return ("alias", child, self._number(value.id))
            case Literal():
                return value
            case LogicalPlan():
                return self.plan(value)
            case tuple() | list():
                return tuple(map(self._value, value))
            case dict():
                return tuple(sorted((str(k), str(v)) for k, v in value.items()))
        if dataclasses.is_dataclass(value) and hasattr(value, "children"):
            return (type(value).__name__, self._fields(value))
        try:
            hash(value)
        except TypeError:
            return repr(value)
        return value


def _relation(plan: Relation) -> Any:
    match plan:
        case FileScan(table=str(table)):
            # a table that is kept stays so while its files change: who changes them keeps it anew
            return ("table", table, plan.schema.json(), tuple(sorted(plan.options.items())))
        case FileScan():
            return ("files", plan.format, plan.listing, plan.schema.json(), tuple(sorted(plan.options.items())))
        case Range():
            return ("range", plan.start, plan.end, plan.step, plan.num_slices)
        case _:
            return (type(plan).__name__, id(plan))
