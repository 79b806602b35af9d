"""Python functions out of expressions: each becomes a column that an `EvaluatePython` below the operator computes.

    Filter(f(a + 1) > 2, child)
    ->  Project(child's columns, Filter(u > 2, EvaluatePython(u = f(arg), Project(child's, arg = a + 1, child))))

A function of functions takes as many layers as it is deep. Deterministic calls that are equal are made once. Parts of a
filter that need no Python go below it, as in Spark, so that Python sees fewer rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.errors import AnalysisException
from pyrdd.sql.expressions import Alias, Attribute, Expression, PythonUDF, SubqueryExpression, new_id
from pyrdd.sql.physical.planner import conjuncts
from pyrdd.sql.physical.python_aggregates import extract_aggregate, extract_windows, has_python_aggregate
from pyrdd.sql.physical.python_keys import with_key_columns
from pyrdd.sql.physical.python_tables import without_lateral_call
from pyrdd.sql.plan import (
    Aggregate,
    CoGroup,
    CteReference,
    EvaluatePython,
    Filter,
    GenerateTable,
    Join,
    LogicalPlan,
    MapGroups,
    Project,
    PythonSourceScan,
)


def extract_python_udfs(plan: LogicalPlan) -> LogicalPlan:
    """The plan with no Python function left in any expression but those of the Python operators themselves."""
    return _Extraction().visit(plan)


class _Extraction:
    """One pass over a plan. Common table expressions stay shared: each definition is rewritten once."""

    def __init__(self) -> None:
        self.done: dict[int, tuple[LogicalPlan, LogicalPlan]] = {}

    def visit(self, plan: LogicalPlan) -> LogicalPlan:
        """The plan rewritten, children first."""
        if isinstance(plan, CteReference):
            known = self.done.get(id(plan.plan))
            if known is None:
                known = self.done[id(plan.plan)] = (plan.plan, self.visit(plan.plan))
            return plan if known[1] is plan.plan else plan.copy(plan=known[1])
        if isinstance(plan, PythonSourceScan):
            return plan.source.planned(plan.columns, ())[0]  # type: ignore[no-any-return]
        if isinstance(plan, Filter) and isinstance(plan.child, PythonSourceScan):
            scan, left = plan.child.source.planned(plan.child.columns, conjuncts(plan.condition))
            return self.visit(Filter(all_of(left), scan)) if left else scan
        if isinstance(plan, Join) and plan.lateral:
            plan = without_lateral_call(plan) or plan
        plan = plan.map_children(self.visit).map_expressions(self._in_subqueries)
        if isinstance(plan, MapGroups | CoGroup):
            # a key may itself be the call of a function
            plan = with_key_columns(plan)
            return plan.map_children(self.visit_node)
        if isinstance(plan, Project) and has_python_aggregate(plan):
            return extract_windows(plan, self.visit_node)
        if isinstance(plan, Aggregate) and has_python_aggregate(plan):
            return extract_aggregate(plan, self.visit_node)
        return self.visit_node(plan)

    def visit_node(self, plan: LogicalPlan) -> LogicalPlan:
        """One operator whose children are done."""
        if isinstance(plan, EvaluatePython | GenerateTable) or not _python_calls(plan.expressions):
            return plan
        if isinstance(plan, Join):
            return _out_of_join(plan)
        if isinstance(plan, Filter):
            return self._out_of_filter(plan)
        return _out_of_operator(plan)

    def _out_of_filter(self, plan: Filter) -> LogicalPlan:
        parts = conjuncts(plan.condition)
        below = [p for p in parts if p.deterministic and not p.contains(PythonUDF)]
        above = [p for p in parts if not p.deterministic or p.contains(PythonUDF)]
        if not below:
            return _out_of_operator(plan)
        child = Filter(all_of(below), plan.child)
        return _out_of_operator(plan.copy(condition=all_of(above), child=child))

    def _in_subqueries(self, expression: Any) -> Any:
        def rule(node: Any) -> Any:
            if isinstance(node, SubqueryExpression):
                made = self.visit(node.plan)
                return node if made is node.plan else node.copy(plan=made)
            return node

        return expression.transform_up(rule)


def all_of(parts: Sequence[Expression]) -> Expression:
    """Conditions joined by AND."""
    from pyrdd.sql.analysis.calls import make_call  # here: declarations load late

    made = parts[0]
    for part in parts[1:]:
        made = make_call("and", made, part)
    return made


def _python_calls(expressions: Sequence[Expression]) -> list[PythonUDF]:
    return [e for expression in expressions for e in expression.find(PythonUDF)]


def _innermost(expressions: Sequence[Expression], same: bool = False) -> list[PythonUDF]:
    """The calls whose arguments hold no further call, equal deterministic ones once (``same``: all equal ones)."""
    found: list[PythonUDF] = []
    for udf in _python_calls(expressions):
        if any(arg.contains(PythonUDF) for arg in udf.args):
            continue
        if not any(udf is known or ((same or udf.deterministic) and udf == known) for known in found):
            found.append(udf)
    return found


def _out_of_operator(plan: Any) -> LogicalPlan:
    """An operator with one child: layers of evaluation below it, its own columns restored above it."""
    wanted = plan.output
    (child,) = plan.children
    narrow = isinstance(plan, Project | Aggregate)
    # a key of a group is the same value wherever the aggregation writes it
    same = isinstance(plan, Aggregate)
    while calls := _innermost(plan.expressions, same):
        references = frozenset().union(*(e.references for e in plan.expressions)) if narrow else None
        child, columns = evaluated(child, calls, references)
        plan = plan.map_expressions(lambda e, columns=columns: _replaced(e, columns, same))
    plan = plan.map_children(lambda _: child)
    return restored(plan, wanted)


def restored(plan: LogicalPlan, wanted: Sequence[Attribute]) -> LogicalPlan:
    """The plan with only the wanted columns."""
    same = [a.id for a in plan.output] == [a.id for a in wanted]
    return plan if same else Project(tuple(wanted), plan)


def evaluated(
    child: LogicalPlan, calls: Sequence[PythonUDF], references: frozenset[int] | None = None
) -> tuple[LogicalPlan, list[tuple[PythonUDF, Attribute]]]:
    """The child with a column for each call, and which column is whose. With ``references`` only these columns of the
    child are passed on."""
    kept = tuple(a for a in child.output if references is None or a.id in references)
    arguments: list[Alias] = []
    ready = [udf.copy(args=tuple(_as_column(arg, child, arguments) for arg in udf.args)) for udf in calls]
    if arguments or len(kept) < len(child.output):
        child = Project((*kept, *arguments), child)
    made = tuple(Alias(udf, f"pythonUDF{i}", new_id()) for i, udf in enumerate(ready))
    columns = [(call, alias.to_attribute()) for call, alias in zip(calls, made, strict=True)]
    return EvaluatePython(made, child), columns


def _as_column(arg: Expression, child: LogicalPlan, made: list[Alias]) -> Expression:
    if isinstance(arg, Attribute):
        return arg
    for known in made:
        if arg.deterministic and known.child == arg:
            return known.to_attribute()
    made.append(Alias(arg, f"argument{len(made)}", new_id()))
    return made[-1].to_attribute()


def _replaced(expression: Any, columns: Sequence[tuple[PythonUDF, Attribute]], same: bool = False) -> Any:
    def rule(node: Any) -> Any:
        if isinstance(node, PythonUDF):
            for call, column in columns:
                if node is call or ((same or call.deterministic) and node == call):
                    return column
        return node

    # parents first: a call is looked for as it was collected
    return _transform(expression, rule)


def _transform(node: Any, rule: Any) -> Any:
    made = rule(node)
    return made if made is not node else node.map_children(lambda child: _transform(child, rule))


# --- joins -------------------------------------------------------------------------------------------------------


def _out_of_join(plan: Join) -> LogicalPlan:
    """Calls on columns of one side are made on that side; conditions that call on both sides filter an inner join."""
    wanted = plan.output
    left, right, condition = plan.left, plan.right, plan.condition
    assert condition is not None
    while calls := [c for c in _innermost((condition,)) if _side(c, plan) is not None]:
        for name in ("left", "right"):
            own = [c for c in calls if _side(c, plan) == name]
            if own:
                made, columns = evaluated(left if name == "left" else right, own)
                left, right = (made, right) if name == "left" else (left, made)
                condition = _replaced(condition, columns)
        plan = plan.copy(left=left, right=right, condition=condition)
    if not _python_calls((condition,)):
        return restored(plan, wanted)
    if plan.join_type not in ("inner", "cross"):
        raise AnalysisException(
            errorClass="UNSUPPORTED_FEATURE.PYTHON_UDF_IN_ON_CLAUSE",
            messageParameters={"joinType": _join_words(plan.join_type)},
        )
    parts = conjuncts(condition)
    kept = [p for p in parts if not p.contains(PythonUDF)]
    filters = [p for p in parts if p.contains(PythonUDF)]
    joined = plan.copy(condition=all_of(kept) if kept else None)
    return restored(_out_of_operator(Filter(all_of(filters), joined)), wanted)


def _side(call: PythonUDF, plan: Join) -> str | None:
    if call.references <= plan.left.output_ids:
        return "left"
    return "right" if call.references <= plan.right.output_ids else None


def _join_words(kind: str) -> str:
    return {
        "left": "LEFT OUTER",
        "right": "RIGHT OUTER",
        "full": "FULL OUTER",
        "semi": "LEFT SEMI",
        "anti": "LEFT ANTI",
    }[kind]
