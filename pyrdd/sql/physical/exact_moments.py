"""Deviations and moments to Spark's last digit, where the input is small.

Spark computes them partition by partition and merges the results; the digits depend on which rows were in which partition.

    stddev(x)   ->   "stddev by partition"(x, spark_partition_id() of the row)

The plan then sees partitions, so it is planned in Spark's. A large input keeps DuckDB's own functions, which are fast and may
differ in the last digit.
"""

from __future__ import annotations

from typing import Any

from pyrdd.sql.analysis.calls import make_call
from pyrdd.sql.expressions import AggregateCall, Alias, Attribute, Expression, new_id
from pyrdd.sql.physical.sizes import size_of
from pyrdd.sql.plan import Aggregate, LogicalPlan, Project

SMALL = 1 << 20
"""Bytes of input up to which the digits are Spark's."""

MOMENTS = frozenset("stddev std stddev_samp stddev_pop variance var_samp var_pop skewness kurtosis".split())


def exact_moments(plan: LogicalPlan) -> LogicalPlan:
    """The plan with such aggregates of small inputs told the partitions of their rows."""
    if not any(_calls(node) for node in plan.walk()) or size_of(plan) > SMALL:
        return plan
    found: LogicalPlan = plan.transform_up(_marked)
    return found


def _calls(plan: Any) -> list[AggregateCall]:
    if not isinstance(plan, Aggregate):
        return []
    calls = [e for output in plan.aggregates for e in output.find(AggregateCall)]
    return [c for c in calls if c.function.name in MOMENTS and not c.distinct]


def _marked(plan: Any) -> Any:
    calls = _calls(plan)
    if not calls:
        return plan
    partition = Alias(make_call("spark_partition_id"), "partition", new_id())
    below = Project((*plan.child.output, partition), plan.child)
    column = partition.to_attribute()
    exact: dict[Expression, Expression] = {call: _exact(call, column) for call in calls}

    def rule(node: Any) -> Any:
        return exact.get(node, node) if isinstance(node, AggregateCall) else node

    outputs = tuple(e if isinstance(e, Attribute) else e.transform_up(rule) for e in plan.aggregates)
    return plan.copy(aggregates=outputs, child=below)


def _exact(call: AggregateCall, partition: Attribute) -> AggregateCall:
    made = make_call(f"{call.function.name} by partition", *call.args, partition)
    assert isinstance(made, AggregateCall)
    return made.copy(filter=call.filter)
