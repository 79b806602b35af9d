"""Plans as values that are equal if two plans compute the same: ids are numbered by their place, names are left out."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

from pyrdd.sql.expressions import Alias, Attribute, Literal
from pyrdd.sql.physical.nodes import (
    Distribution,
    ExchangeExec,
    PhysicalPlan,
    QueryExec,
    SourceExec,
    StageInput,
)
from pyrdd.sql.plan import (
    CachedRelation,
    FileScan,
    LocalRelation,
    LogicalPlan,
    Project,
    Range,
    RddRelation,
    SubqueryAlias,
)
from pyrdd.sql.plan.relations import Relation

_NAMES = frozenset({"name", "qualifier", "metadata", "dataset", "hidden", "written"})


def canonical(plan: LogicalPlan) -> Any:
    """A value for comparisons and hashes."""
    return _Numbering().plan(plan)


def canonical_physical(plan: PhysicalPlan) -> Any:
    """The same for a physical plan: exchanges that are equal need be run once. A value that equals only itself if the
    plan holds what cannot be compared."""
    key = _Numbering(exact=True).physical(plan)
    try:
        hash(key)
    except TypeError:
        return ("unlike others", id(plan))
    return key


class _Numbering:
    """``exact``: what reads other files of the same place is another relation."""

    def __init__(self, exact: bool = False) -> None:
        self._exact = exact
        self._numbers: dict[int, int] = {}
        self._next = itertools.count()

    def _number(self, identity: int) -> int:
        known = self._numbers.get(identity)
        if known is None:
            known = self._numbers[identity] = next(self._next)
        return known

    def physical(self, plan: PhysicalPlan) -> Any:
        """A physical operator; those that a query reads are where the query reads them."""
        if isinstance(plan, SourceExec):
            return ("source", self.plan(plan.relation), plan.together, plan.distribution.num_partitions)
        children = () if isinstance(plan, QueryExec) else tuple(map(self.physical, plan.children))
        # how rows are spread is a wish where they are exchanged, elsewhere it follows
        left_out = plan.child_fields if isinstance(plan, ExchangeExec) else (*plan.child_fields, "distribution")
        return (type(plan).__name__, children, self._fields(plan, left_out))

    def _stage_input(self, plan: StageInput) -> Any:
        source = self.physical(plan.source)
        numbers = tuple(self._number(c.id) for c in plan.source.output)
        # its columns are those of its source under other names
        for column, number in zip(plan.columns, numbers, strict=True):
            self._numbers.setdefault(column.id, number)
        return ("stage", source, numbers)

    def plan(self, plan: LogicalPlan) -> Any:
        while isinstance(plan, SubqueryAlias) or (isinstance(plan, Project) and plan.projections == plan.child.output):
            plan = plan.child
        if isinstance(plan, StageInput):
            return self._stage_input(plan)
        if isinstance(plan, Relation):
            for column in plan.output:
                self._number(column.id)
            files = plan.listing.files if self._exact and isinstance(plan, FileScan) else None
            return (_relation(plan), files)
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
            case Alias(child=Attribute() as renamed):
                # the same column under another name
                number = self._number(renamed.id)
                self._numbers.setdefault(value.id, number)
                return ("column", number)
            case Alias():
                child = self._value(value.child)
                return ("alias", child, self._number(value.id))
            case Literal():
                # by its text: zeros of either sign are equal numbers, and a nan is none
                return ("literal", repr(value.value), value.data_type.json())
            case Distribution():
                return (value.kind, value.num_partitions, self._value(value.keys), self._value(value.order))
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
            # what is kept stays so while its files change: who changes them keeps it anew
            return ("table", table, plan.schema.json(), tuple(sorted(plan.options.items())))
        case FileScan():
            return ("files", plan.format, plan.listing.root, plan.schema.json(), tuple(sorted(plan.options.items())))
        case Range():
            return ("range", plan.start, plan.end, plan.step, plan.num_slices)
        case LocalRelation():
            return ("local", id(plan.table), plan.num_slices, _types(plan))
        case RddRelation():
            return ("rdd", id(plan.rdd), plan.arrow, _types(plan))
        case CachedRelation():
            return ("cached", id(plan.cache), _types(plan))
        case _:
            return (type(plan).__name__, id(plan))


def _types(plan: Relation) -> tuple[str, ...]:
    return tuple(c.data_type.simpleString() for c in plan.output)
