"""CUBE, ROLLUP and GROUPING SETS: each row is expanded once for each set, with the keys outside the set set to null.

The set is told apart by ``spark_grouping_id``, a number with one bit for each key that is left out (Spark's Expand).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis.canonical import unified
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.problems import analysis_error, quoted_sql
from pyrdd.sql.expressions import (
    AggregateCall,
    Alias,
    Attribute,
    Call,
    Cast,
    Expression,
    Literal,
    new_id,
)
from pyrdd.sql.expressions.text import pretty_name
from pyrdd.sql.plan import Expand, GroupingSets, LogicalPlan, Project


def expand(
    grouping: Sequence[Expression],
    outputs: Sequence[Expression],
    sets: GroupingSets,
    child: LogicalPlan,
    ctx: AnalysisContext,
) -> LogicalPlan:
    """The aggregation over the expanded rows."""
    from pyrdd.sql.analysis.aggregates import aggregate  # here: it calls this module

    written: list[Expression] = []
    for g in grouping:
        written.append(unified(g.child if isinstance(g, Alias) else g, written))
    # a key may be written more than once, in several sets: positions become those of its first place
    keys = list(dict.fromkeys(written))
    place = [keys.index(k) for k in written]
    chosen_sets = [tuple(sorted({place[i] for i in chosen})) for chosen in sets.sets]
    named = [k if isinstance(k, Attribute) else Alias(k, pretty_name(k), new_id()) for k in keys]
    below = Project((*child.output, *(n for n in named if isinstance(n, Alias))), child)
    sources = [n if isinstance(n, Attribute) else n.to_attribute() for n in named]
    # the keys that groups have: null where a set leaves one out
    targets = [s.copy(id=new_id(), nullable=True) for s in sources]
    identifier = Attribute("spark_grouping_id", t.LongType(), False, new_id())
    position = Attribute("_gen_grouping_pos", t.IntegerType(), False, new_id())
    repeated = len(set(chosen_sets)) < len(chosen_sets)
    extra = [identifier, position] if repeated else [identifier]
    rows = tuple(
        _row(child.output, sources, chosen, index if repeated else None) for index, chosen in enumerate(chosen_sets)
    )
    expanded = Expand(rows, (*child.output, *targets, *extra), below, tuple(keys), tuple(targets))
    replace = Replacement(keys, sources, targets, identifier)
    groups: list[Expression] = [*targets, *extra]
    return aggregate(groups, [replace.output(o) for o in outputs], expanded, ctx)


def replacement_of(plan: LogicalPlan) -> Replacement | None:
    """How expressions over the input are read over an expansion by grouping sets; None for any other plan."""
    if not isinstance(plan, Expand) or not plan.keys:
        return None
    identifier = plan.columns[len(plan.columns) - 1]
    if identifier.name != "spark_grouping_id":
        identifier = plan.columns[len(plan.columns) - 2]
    below = plan.child.projections if isinstance(plan.child, Project) else ()
    columns = {e.child: e.to_attribute() for e in below if isinstance(e, Alias)}
    return Replacement(plan.keys, [columns.get(key, key) for key in plan.keys], plan.targets, identifier)


def _row(
    passed: Sequence[Attribute], sources: Sequence[Attribute], chosen: Sequence[int], position: int | None
) -> tuple[Expression, ...]:
    kept = [s if i in chosen else Literal(None, s.data_type) for i, s in enumerate(sources)]
    bits = sum(1 << (len(sources) - 1 - i) for i in range(len(sources)) if i not in chosen)
    row: list[Expression] = [*passed, *kept, Literal(bits, t.LongType())]
    if position is not None:
        row.append(Literal(position, t.IntegerType()))
    return tuple(row)


class Replacement:
    """Keys outside aggregate functions, or the columns of their values below the expansion (``sources``), become the
    expanded ones; grouping() and grouping_id() become bits."""

    def __init__(
        self,
        keys: Sequence[Expression],
        sources: Sequence[Expression],
        targets: Sequence[Attribute],
        identifier: Attribute,
    ) -> None:
        self.keys, self.sources, self.targets, self.identifier = list(keys), list(sources), list(targets), identifier

    def output(self, expression: Expression) -> Expression:
        """One column of the select list, under the name that it had."""
        if isinstance(expression, Alias):
            return expression.copy(child=self.value(expression.child))
        made = self.value(expression)
        assert isinstance(expression, Attribute)
        return made if made is expression else Alias(made, expression.name, new_id(), qualifier=expression.qualifier)

    def value(self, expression: Any) -> Any:
        """An expression over the expanded rows."""
        if expression in self.keys:
            return self.targets[self.keys.index(expression)]
        if expression in self.sources:
            return self.targets[self.sources.index(expression)]
        if isinstance(expression, AggregateCall | Call) and expression.function.name == "grouping":
            return self._grouping(expression)
        if isinstance(expression, AggregateCall | Call) and expression.function.name == "grouping_id":
            return self._grouping_id(expression)
        if isinstance(expression, AggregateCall):
            return expression
        return expression.map_children(self.value)

    def _bit(self, key: Expression, asked: Expression) -> Expression:
        from pyrdd.sql.analysis.calls import make_call  # here: few queries ask

        if key not in self.keys:
            columns = ", ".join(quoted_sql(k)[1:-1] for k in self.keys)
            raise analysis_error("GROUPING_COLUMN_MISMATCH", grouping=quoted_sql(asked), groupingColumns=columns)
        shift = Literal(len(self.keys) - 1 - self.keys.index(key), t.IntegerType())
        return make_call("&", make_call("shiftright", self.identifier, shift), Literal(1, t.LongType()))

    def _grouping(self, call: Any) -> Expression:
        return Cast(self._bit(call.args[0], call.args[0]), t.ByteType(), implicit=True)

    def _grouping_id(self, call: Any) -> Expression:
        if call.args and list(call.args) != self.keys:
            asked, keys = (", ".join(quoted_sql(e)[1:-1] for e in es) for es in (call.args, self.keys))
            raise analysis_error("GROUPING_ID_COLUMN_MISMATCH", groupingIdColumn=asked, groupByColumns=keys)
        return self.identifier
