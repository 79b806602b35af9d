"""Checks of columns that were taken from DataFrames (``df.a``): whether an operator's input has them, and only once.

In a self-join the right side's columns get new ids. A column of a DataFrame that is on that side too may then mean
either side: Spark refuses to guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from weakref import WeakValueDictionary

from pyrdd.errors import AnalysisException
from pyrdd.sql.analysis.select import expose
from pyrdd.sql.expressions import Alias, Attribute, Expression
from pyrdd.sql.plan import Join, LogicalPlan, Project
from pyrdd.sql.types import LongType

_SETTING = "spark.sql.analyzer.failAmbiguousSelfJoin"

plans_of_datasets: WeakValueDictionary[int, LogicalPlan] = WeakValueDictionary()
"""The plan of each DataFrame that columns were taken from. A plan lives on in the plans that are built on it."""


def check_unambiguous(plan: LogicalPlan) -> None:
    """Raises AnalysisException if a column of a new operator means two columns of its input."""
    taken = [e for e in _own_expressions(plan) if isinstance(e, Attribute) and e.dataset is not None]
    if not taken:
        return
    inputs = frozenset().union(*(child.output_ids for child in plan.children))
    copies = [copy for child in plan.children for copy in _copies(child, inputs)]
    wrong = [a for a in taken if any(old == a.id and _contains(side, a) for old, side in copies)]
    if wrong:
        raise AnalysisException(
            errorClass="_LEGACY_ERROR_TEMP_1182",
            messageParameters={"ambiguousAttrs": ", ".join(map(_shown, wrong)), "config": _SETTING},
        )


def _own_expressions(plan: LogicalPlan) -> Iterator[Any]:
    for expression in plan.expressions:
        yield from expression.walk()


def _copies(plan: LogicalPlan, wanted: frozenset[int]) -> Iterator[tuple[int, LogicalPlan]]:
    """The columns in the input that are copies made for a self-join: the original's id, and the side they are of."""
    for node in plan.walk():
        if isinstance(node, Project):
            for e in node.projections:
                if isinstance(e, Alias) and e.hidden and isinstance(e.child, Attribute) and e.id in wanted:
                    yield e.child.id, node.child


def _contains(side: LogicalPlan, attribute: Attribute) -> bool:
    plan = plans_of_datasets.get(attribute.dataset or 0)
    return plan is not None and any(node is plan for node in side.walk())


def _shown(attribute: Attribute) -> str:
    return f"{attribute.name}#{attribute.id}{'L' if isinstance(attribute.data_type, LongType) else ''}"


def exposing(plan: LogicalPlan, expressions: Iterable[Expression]) -> LogicalPlan:
    """The plan with columns that were projected away, if expressions read such: ``df.select("a").filter(df.b > 1)``."""
    read = {e.id for top in expressions for e in top.walk() if isinstance(e, Attribute) and e.dataset is not None}
    if not read or not plan.resolved:
        return plan
    missing = frozenset(read) - plan.output_ids
    if not missing:
        return plan
    wider = expose(plan, missing)
    return wider if missing <= wider.output_ids else plan


def check_present(analyzed: LogicalPlan, known: Iterable[LogicalPlan]) -> None:
    """Raises AnalysisException if a new operator reads a column that its input does not have. ``known`` are the plans
    that it was built on."""
    done = {id(plan) for plan in known}
    stack = [analyzed]
    while stack:
        node = stack.pop()
        if id(node) in done or not node.children or isinstance(node, Join):
            continue
        _check_node(node)
        stack.extend(node.children)


def _check_node(node: LogicalPlan) -> None:
    columns = tuple(a for child in node.children for a in child.output)
    ids = {a.id for a in columns}
    missing = {e.id: e.name for e in _own_expressions(node) if isinstance(e, Attribute) and e.id not in ids}
    if not missing:
        return
    same = [name for name in missing.values() if any(name == a.name for a in columns)]
    parameters = {
        "missingAttributes": ", ".join(f'"{name}"' for name in missing.values()),
        "input": ", ".join(f'"{a.name}"' for a in columns),
        "operator": f"!{type(node).__name__}",
    }
    if same:
        parameters["operation"] = ", ".join(f'"{name}"' for name in same)
    kind = "APPEAR_IN_OPERATION" if same else "MISSING_FROM_INPUT"
    raise AnalysisException(errorClass=f"MISSING_ATTRIBUTES.RESOLVED_ATTRIBUTE_{kind}", messageParameters=parameters)
