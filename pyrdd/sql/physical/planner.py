"""From an optimised logical plan to a physical one: where queries are cut, and which exchanges they need.

Partitions distribute; threads parallelise. With one executor process the whole plan is one query in one task and DuckDB
uses the cores inside it: nothing is exchanged. With several processes, or where partitions can be seen
(`sees_partitions`), leaves keep Spark's partitions and operators ask for the distribution that they need.

    visit(plan) -> Fragment      operators so far, as one query, and how its rows are spread
    ensure(fragment, wanted)     an exchange if they are not spread as wanted
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from pyrdd.sql.analysis.calls import make_call
from pyrdd.sql.expressions import (
    Alias,
    Attribute,
    Call,
    Cast,
    Expression,
    Literal,
    SortOrder,
    SubqueryExpression,
    WindowExpression,
)
from pyrdd.sql.physical.group_limits import first_rows, group_limit
from pyrdd.sql.physical.nodes import (
    SINGLE,
    CoalesceExec,
    Distribution,
    ExchangeExec,
    PhysicalPlan,
    PythonExec,
    QueryExec,
    SourceExec,
    StageInput,
    UnionExec,
)
from pyrdd.sql.physical.sizes import size_of
from pyrdd.sql.plan import (
    Aggregate,
    AsOfJoin,
    CachedRelation,
    CoGroup,
    CteReference,
    Deduplicate,
    Distinct,
    EvaluatePython,
    Filter,
    GenerateTable,
    Join,
    Limit,
    LogicalPlan,
    MapBatches,
    MapGroups,
    Observe,
    Offset,
    OneRow,
    Project,
    PythonSourceScan,
    Range,
    RddRelation,
    RecursiveCte,
    Relation,
    Repartition,
    RepartitionBy,
    Sample,
    SetOperation,
    Sort,
    Tail,
    Union,
)
from pyrdd.sql.plan.outside import reads_outside
from pyrdd.sql.plan.stateful import CoGroupWithState, MapGroupsWithState

PYTHON_OPERATORS = (MapBatches, MapGroups, EvaluatePython, CoGroup, GenerateTable, Observe, Sample)
"""Operators that run in the task beside the query, not in it."""

PARTITION_FUNCTIONS = frozenset(
    "spark_partition_id monotonically_increasing_id rand randn uniform randstr uuid shuffle random".split()
)
"""Functions whose values depend on the partition that a row is in."""


@dataclass(frozen=True)
class Settings:
    """What planning needs to know: how many partitions leaves and exchanges have, and what is small."""

    partitioned: bool
    parallelism: int
    shuffle_partitions: int
    broadcast_threshold: int = 10 * 1024 * 1024
    # whether sorts may be spread by ranges of their keys, which are looked for while the plan is built
    range_sorts: bool = True
    # whether a union keeps a distribution that all its inputs have
    aligned_unions: bool = True


@dataclass(frozen=True)
class Fragment:
    """A piece of plan that one query computes; its `StageInput` leaves are the operators below."""

    plan: LogicalPlan
    distribution: Distribution


def plan_physical(plan: LogicalPlan, settings: Settings) -> PhysicalPlan:
    """The physical plan."""
    planner = Planner(settings)
    made = planner.close(planner.visit(plan))
    # what is collected next need not be brought together before
    return made.child if isinstance(made, ExchangeExec) and made.distribution.kind == "single" else made


def sees_partitions(plan: LogicalPlan) -> bool:
    """Whether the result depends on how rows are spread over partitions."""
    for node in plan.walk():
        if isinstance(node, Sample | MapBatches) or (isinstance(node, Sort) and not node.is_global):
            return True
        for expression in node.expressions:
            for e in expression.walk():
                if isinstance(e, Call) and e.function.name in PARTITION_FUNCTIONS:
                    return True
    return False


def has_python(plan: LogicalPlan) -> bool:
    """Whether Python functions of the user's run in the plan: they are worth the processes that there are."""
    kinds = (MapBatches, MapGroups, EvaluatePython, CoGroup, GenerateTable, PythonSourceScan)
    return plan.contains(kinds)


class Planner:
    """One planning."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._shared: dict[int, tuple[LogicalPlan, PhysicalPlan | None]] = {}

    def close(self, fragment: Fragment) -> PhysicalPlan:
        """The fragment as a physical operator."""
        plan = fragment.plan
        if isinstance(plan, StageInput):
            source: PhysicalPlan = plan.source
            return source
        found = {id(leaf): leaf for leaf in stage_inputs(plan)}
        return QueryExec(plan, tuple(leaf.source for leaf in found.values()), fragment.distribution)

    def input(self, physical: PhysicalPlan) -> Fragment:
        """A physical operator as the leaf of a new fragment."""
        return Fragment(StageInput(physical.output, physical), physical.distribution)

    def ensure(self, fragment: Fragment, wanted: Distribution) -> Fragment:
        """The fragment's rows, spread as wanted."""
        if fragment.distribution.satisfies(wanted):
            return fragment
        return self.input(ExchangeExec(self.close(fragment), wanted))

    def visit(self, plan: LogicalPlan) -> Fragment:
        """The fragment of a plan."""
        if isinstance(plan, Relation):
            return self._leaf(plan)
        if isinstance(plan, PYTHON_OPERATORS):
            return self._python(plan)
        if not self.settings.partitioned:
            return self._together(plan)
        plan = plan.map_expressions(self._with_broadcast_subqueries)
        rule = _RULES.get(type(plan))
        return rule(self, plan) if rule is not None else self._narrow(plan)

    # --- one task ----------------------------------------------------------------------------------------------

    def _together(self, plan: LogicalPlan) -> Fragment:
        plan = plan.map_expressions(self._with_planned_subqueries)
        if isinstance(plan, RecursiveCte):
            return Fragment(plan.map_children(lambda c: self.visit(c).plan), SINGLE)
        return Fragment(plan.map_children(lambda child: self.visit(child).plan), SINGLE)

    def _with_planned_subqueries(self, expression: Any) -> Any:
        def rule(node: Any) -> Any:
            if isinstance(node, SubqueryExpression):
                return node.copy(plan=self.visit(node.plan).plan)
            return node

        return expression.transform_up(rule)

    def _leaf(self, plan: Relation) -> Fragment:
        if isinstance(plan, CteReference):
            return self._cte(plan)
        if not self.settings.partitioned:
            if isinstance(plan, RddRelation | PythonSourceScan | CachedRelation):
                return self.ensure(
                    self.input(SourceExec(plan, Distribution("unknown", partitions_of(plan, self.settings)))), SINGLE
                )
            return Fragment(plan, SINGLE)
        if isinstance(plan, OneRow):
            return self.input(SourceExec(plan, SINGLE, together=True))
        return self.input(SourceExec(plan, Distribution("unknown", partitions_of(plan, self.settings))))

    def _cte(self, plan: CteReference) -> Fragment:
        if not self.settings.partitioned:
            return Fragment(plan.copy(plan=self.visit(plan.plan).plan), SINGLE)
        renamed = Project(
            tuple(Alias(a, b.name, b.id) for a, b in zip(plan.plan.output, plan.columns, strict=True)), plan.plan
        )
        if id(plan.plan) not in self._shared:
            closed = self.close(self.visit(plan.plan))
            self._shared[id(plan.plan)] = (plan.plan, closed if closed.contains(ExchangeExec) else None)
        shared = self._shared[id(plan.plan)][1]
        if shared is None:
            # what reads without an exchange is read again: the filters of each use reach its files
            return self.visit(renamed)
        made = renamed.copy(child=StageInput(shared.output, shared))
        return Fragment(made, _renamed(shared.distribution, made))

    # --- Python ------------------------------------------------------------------------------------------------

    def _python(self, plan: Any) -> Fragment:
        if isinstance(plan, MapGroupsWithState | CoGroupWithState) and plan.place is not None:
            return self._with_state(plan, plan.place.num_partitions)
        if isinstance(plan, CoGroup):
            n = self.settings.shuffle_partitions
            sides = [
                self.ensure(self.visit(side), Distribution("hash", n, keys) if keys else SINGLE)
                for side, keys in ((plan.left, plan.left_grouping), (plan.right, plan.right_grouping))
            ]
            if any(side.distribution.kind == "single" for side in sides):
                sides = [self.ensure(side, SINGLE) for side in sides]
            return self.input(PythonExec(plan, tuple(self.close(s) for s in sides), sides[0].distribution))
        child = self.visit(plan.child)
        if isinstance(plan, MapGroups) and self.settings.partitioned:
            keys = plan.grouping
            child = self.ensure(child, Distribution("hash", self.settings.shuffle_partitions, keys) if keys else SINGLE)
        if isinstance(plan, Observe):
            child = self.ensure(child, SINGLE)
        kept = isinstance(plan, EvaluatePython | Observe | Sample | GenerateTable)
        distribution = child.distribution if kept else _without_keys(child.distribution)
        return self.input(PythonExec(plan, (self.close(child),), distribution))

    def _with_state(self, plan: Any, n: int) -> Fragment:
        """The groups of a partition of the state in the task of its number, however many tasks else were good."""
        keys = (plan.left_grouping, plan.right_grouping) if isinstance(plan, CoGroup) else (plan.grouping,)
        inputs = tuple(
            ExchangeExec(self.close(self.visit(child)), Distribution("hash", n, of), fixed=True)
            for child, of in zip(plan.children, keys, strict=True)
        )
        made = self.input(PythonExec(plan, inputs, Distribution("unknown", n)))
        return made if self.settings.partitioned else self.ensure(made, SINGLE)

    # --- partitions --------------------------------------------------------------------------------------------

    def _with_broadcast_subqueries(self, expression: Any) -> Any:
        """Every task that evaluates a subquery sees all rows of the relations in it."""

        def rule(node: Any) -> Any:
            if not isinstance(node, SubqueryExpression):
                return node
            return node.copy(plan=self.broadcast_leaves(node.plan))

        return expression.transform_up(rule)

    def broadcast_leaves(self, plan: LogicalPlan) -> LogicalPlan:
        """A plan whose relations are read whole by every task; parts that read nothing outside are computed before."""
        if not reads_outside(plan):
            child = self.close(self.visit(plan))
            return StageInput(plan.output, ExchangeExec(child, Distribution("broadcast")))
        if isinstance(plan, Relation):
            return plan
        return plan.map_children(self.broadcast_leaves).map_expressions(self._with_broadcast_subqueries)

    def _narrow(self, plan: LogicalPlan) -> Fragment:
        """An operator that works on each partition by itself (or has no rule for more than one)."""
        if len(plan.children) != 1:
            return self._gathered(plan)
        child = self.visit(plan.children[0])
        if any(e.contains(WindowExpression) for e in plan.expressions):
            child = self.ensure(child, self._window_distribution(plan))
        made = plan.map_children(lambda _: child.plan)
        return Fragment(made, _renamed(child.distribution, made))

    def _filter(self, plan: Filter) -> Fragment:
        below = plan.child
        limit = group_limit(conjuncts(plan.condition), below) if isinstance(below, Project) else None
        if limit is None:
            return self._narrow(plan)
        child = self.visit(below.children[0])
        wanted = self._window_distribution(below)
        if not child.distribution.satisfies(wanted):
            child = self.ensure(Fragment(first_rows(child.plan, *limit), child.distribution), wanted)
        numbered = below.map_children(lambda _: child.plan)
        made = plan.copy(child=numbered)
        return Fragment(made, _renamed(child.distribution, numbered))

    def _window_distribution(self, plan: LogicalPlan) -> Distribution:
        """Rows of one window partition must meet: by the keys that all windows share."""
        windows = [w for e in plan.expressions for w in e.find(WindowExpression)]
        shared = set(windows[0].window.partition).intersection(*(set(w.window.partition) for w in windows[1:]))
        keys = tuple(k for k in windows[0].window.partition if k in shared)
        return Distribution("hash", self.settings.shuffle_partitions, keys) if keys else SINGLE

    def _gathered(self, plan: LogicalPlan) -> Fragment:
        """An operator that needs all rows of all inputs in one task."""
        sides = [self.ensure(self.visit(child), SINGLE).plan for child in plan.children]
        remaining = iter(sides)
        return Fragment(plan.map_children(lambda _: next(remaining)), SINGLE)

    def _aggregate(self, plan: Aggregate) -> Fragment:
        from pyrdd.sql.physical.distinct_aggregates import in_steps  # here: planning needs few of its imports

        steps = in_steps(plan)
        if steps is not None:
            return self._aggregate(steps)
        wanted = SINGLE
        if plan.grouping:
            wanted = Distribution("hash", self.settings.shuffle_partitions, plan.grouping)
        child = self.visit(plan.child)
        if not child.distribution.satisfies(wanted):
            from pyrdd.sql.physical.partial_aggregate import split  # here: it plans with this planner

            parts = split(plan, self)
            if parts is not None:
                partial, final = parts
                below = Fragment(partial.copy(child=child.plan), _without_keys(child.distribution))
                keys = tuple(partial.output[: len(plan.grouping)])
                wanted = Distribution("hash", wanted.num_partitions, keys) if keys else SINGLE
                exchanged = self.ensure(below, wanted)
                made: LogicalPlan = final.copy(child=exchanged.plan)
                return Fragment(made, _renamed(exchanged.distribution, made))
        child = self.ensure(child, wanted)
        made = plan.copy(child=child.plan)
        return Fragment(made, _renamed(child.distribution, made))

    def _distinct(self, plan: Any) -> Fragment:
        keys = plan.keys if isinstance(plan, Deduplicate) else plan.child.output
        wanted = Distribution("hash", self.settings.shuffle_partitions, tuple(keys)) if keys else SINGLE
        child = self.visit(plan.child)
        if not child.distribution.satisfies(wanted):
            # no partition need send a row twice
            child = self.ensure(Fragment(plan.copy(child=child.plan), child.distribution), wanted)
        return Fragment(plan.copy(child=child.plan), child.distribution)

    def _sort(self, plan: Sort) -> Fragment:
        child = self.visit(plan.child)
        if not plan.is_global:
            return Fragment(plan.copy(child=child.plan), child.distribution)
        if not child.distribution.satisfies(SINGLE):
            n = self.settings.shuffle_partitions
            order = tuple(o for o in plan.order if not o.child.foldable)
            spread = self.settings.range_sorts and n > 1 and order
            wanted = Distribution("range", n, (), order) if spread else SINGLE
            child = self.input(ExchangeExec(self.close(child), wanted))
        return Fragment(plan.copy(child=child.plan), child.distribution)

    def _limit(self, plan: Limit) -> Fragment:
        first = _first_rows(plan)
        if first is not None:
            rows, sort = first
            child = self.visit(sort.child)
            if not child.distribution.satisfies(SINGLE):
                # the first rows of all are among the first ones of each partition
                below = Limit(Literal(rows, plan.limit.data_type), sort.copy(child=child.plan))
                child = self.ensure(Fragment(below, _without_keys(child.distribution)), SINGLE)
            sorted_ = sort.copy(child=child.plan)
            made = plan.child.copy(child=sorted_) if isinstance(plan.child, Offset) else sorted_
            return Fragment(plan.copy(child=made), SINGLE)
        child = self.visit(plan.child)
        if child.distribution.kind != "single":
            # no partition need send more rows than are wanted
            child = Fragment(plan.copy(child=child.plan), child.distribution)
        return Fragment(plan.copy(child=self.ensure(child, SINGLE).plan), SINGLE)

    def _one_task(self, plan: Any) -> Fragment:
        return self._gathered(plan)

    def _recursive(self, plan: RecursiveCte) -> Fragment:
        """All rounds in one task: what does not read the round before is computed before the first."""
        return Fragment(plan.map_children(self.broadcast_leaves), SINGLE)

    def _repartition(self, plan: Repartition) -> Fragment:
        child = self.visit(plan.child)
        if plan.shuffle:
            wanted = Distribution("round_robin", plan.num_partitions)
            return self.input(ExchangeExec(self.close(child), wanted, fixed=True))
        if plan.num_partitions >= child.distribution.num_partitions:
            return child
        return self.input(CoalesceExec(self.close(child), Distribution("unknown", plan.num_partitions)))

    def _repartition_by(self, plan: RepartitionBy) -> Fragment:
        n = plan.num_partitions or self.settings.shuffle_partitions
        child = self.visit(plan.child)
        if plan.partitioning and isinstance(plan.partitioning[0], SortOrder):
            order = tuple(o for o in plan.partitioning if isinstance(o, SortOrder))
            wanted = Distribution("range", n, (), order)
        else:
            wanted = Distribution("hash", n, plan.partitioning) if plan.partitioning else Distribution("round_robin", n)
        return self.input(ExchangeExec(self.close(child), wanted, fixed=plan.num_partitions is not None))

    def _union(self, plan: Union) -> Fragment:
        children = [self.visit(child) for child in plan.inputs]
        shared = _shared_distribution(plan, children) if self.settings.aligned_unions else None
        if shared is not None:
            # partition by partition: what depends on the place of a row in its partition is computed before
            fixed = [c if _is_deterministic(c.plan) else self.input(self.close(c)) for c in children]
            return Fragment(plan.copy(inputs=tuple(c.plan for c in fixed)), shared)
        inputs = tuple(self.close(child) for child in children)
        total = sum(i.distribution.num_partitions for i in inputs)
        return self.input(UnionExec(inputs, plan.columns, Distribution("unknown", total)))

    def _set_operation(self, plan: SetOperation) -> Fragment:
        n = self.settings.shuffle_partitions
        left = self.ensure(self.visit(plan.left), Distribution("hash", n, tuple(plan.left.output)))
        right = self.ensure(self.visit(plan.right), Distribution("hash", n, tuple(plan.right.output)))
        if left.distribution.num_partitions != right.distribution.num_partitions:
            left, right = self.ensure(left, SINGLE), self.ensure(right, SINGLE)
        made = plan.copy(left=left.plan, right=right.plan)
        return Fragment(made, _by_position(left.distribution, plan.left, plan.columns))

    def _join(self, plan: Join) -> Fragment:
        if plan.lateral:
            left = self.visit(plan.left)
            right: LogicalPlan = self.broadcast_leaves(plan.right)
            return Fragment(plan.copy(left=left.plan, right=right), left.distribution)
        left, right_side = self.visit(plan.left), self.visit(plan.right)
        pairs = equal_keys(plan)
        side = self._broadcast_side(plan, bool(pairs))
        if side == "right":
            small = self.input(ExchangeExec(self.close(right_side), Distribution("broadcast")))
            return Fragment(plan.copy(left=left.plan, right=small.plan), left.distribution)
        if side == "left":
            small = self.input(ExchangeExec(self.close(left), Distribution("broadcast")))
            return Fragment(plan.copy(left=small.plan, right=right_side.plan), right_side.distribution)
        if not pairs:
            return self._gathered(plan)
        if plan.join_type in ("inner", "semi", "right"):
            left = self._with_partners(left, [a for a, _ in pairs])
        if plan.join_type in ("inner", "semi", "left", "anti"):
            right_side = self._with_partners(right_side, [b for _, b in pairs])
        left, right_side = self._met(left, right_side, pairs)
        kept = left.distribution if plan.join_type in ("inner", "left", "semi", "anti") else right_side.distribution
        if plan.join_type == "full":
            kept = _without_keys(kept)
        return Fragment(plan.copy(left=left.plan, right=right_side.plan), kept)

    def _with_partners(self, side: Fragment, keys: Sequence[Expression]) -> Fragment:
        """The rows that may find a partner: none has one whose key is null, and all of them would go to one task."""
        if side.distribution.satisfies(Distribution("hash", self.settings.shuffle_partitions, tuple(keys))):
            return side
        columns = [key.child if isinstance(key, Cast) else key for key in keys]
        tests = [make_call("isnotnull", c) for c in columns if isinstance(c, Attribute) and c.nullable]
        made = reduce(lambda plan, test: Filter(test, plan), dict.fromkeys(tests), side.plan)
        return Fragment(made, side.distribution)

    def _met(
        self, left: Fragment, right: Fragment, pairs: Sequence[tuple[Expression, Expression]]
    ) -> tuple[Fragment, Fragment]:
        """Both sides of a join, spread so that rows with equal keys are in partitions of the same number."""
        sides = [(left, tuple(a for a, _ in pairs)), (right, tuple(b for _, b in pairs))]
        wanted = [(side, Distribution("hash", self.settings.shuffle_partitions, keys)) for side, keys in sides]
        a, b = (self.ensure(side, spread) for side, spread in wanted)
        if not _aligned(a.distribution, b.distribution, pairs):
            a, b = (
                side if side.distribution == spread else self.input(ExchangeExec(self.close(side), spread))
                for side, spread in wanted
            )
        return a, b

    def _broadcast_side(self, plan: Join, has_keys: bool) -> str | None:
        """The side to send whole to every task: small or hinted, and without unmatched rows to keep."""
        left_ok = plan.join_type in ("inner", "cross", "right")
        right_ok = plan.join_type in ("inner", "cross", "left", "semi", "anti")
        if right_ok and plan.hint[1] == "broadcast":
            return "right"
        if left_ok and plan.hint[0] == "broadcast":
            return "left"
        if has_keys and ("merge" in plan.hint or "shuffle_hash" in plan.hint):
            return None
        sizes = size_of(plan.left), size_of(plan.right)
        limit = self.settings.broadcast_threshold
        candidates = [
            (size, side)
            for size, side, fine in ((sizes[1], "right", right_ok), (sizes[0], "left", left_ok))
            if fine and (size <= limit or not has_keys)
        ]
        return min(candidates)[1] if candidates else None


def stage_inputs(plan: LogicalPlan) -> list[StageInput]:
    """The inputs of a fragment's query, those in its subqueries and CTEs included, in the order of first use."""
    found: list[StageInput] = []

    def visit(node: Any) -> None:
        if isinstance(node, StageInput):
            if all(node is not known for known in found):
                found.append(node)
            return
        if isinstance(node, CteReference):
            visit(node.plan)
        for child in node.children:
            visit(child)
        for expression in node.expressions:
            for subquery in expression.find(SubqueryExpression):
                visit(subquery.plan)

    visit(plan)
    return found


def equal_keys(plan: Join) -> list[tuple[Expression, Expression]]:
    """The pairs of expressions, one for each side, that a join's condition sets equal."""
    pairs: list[tuple[Expression, Expression]] = []
    left, right = plan.left.output_ids, plan.right.output_ids
    for part in conjuncts(plan.condition):
        if isinstance(part, Call) and part.function.name == "=":
            a, b = part.args
            if a.references and b.references and a.deterministic and b.deterministic:
                if a.references <= left and b.references <= right:
                    pairs.append((a, b))
                elif a.references <= right and b.references <= left:
                    pairs.append((b, a))
    return pairs


def conjuncts(condition: Expression | None) -> list[Expression]:
    """The parts of a condition that AND joins."""
    if condition is None:
        return []
    if isinstance(condition, Call) and condition.function.name == "and":
        return [part for arg in condition.args for part in conjuncts(arg)]
    return [condition]


def _first_rows(plan: Limit) -> tuple[int, Sort] | None:
    """The sort below a limit, and how many of its first rows are wanted; None where there is none."""
    child: LogicalPlan = plan.child
    skipped = 0
    if isinstance(child, Offset) and isinstance(child.offset, Literal):
        skipped, child = child.offset.value, child.child
    if isinstance(child, Sort) and child.is_global and isinstance(plan.limit, Literal):
        return plan.limit.value + skipped, child
    return None


def _aligned(a: Distribution, b: Distribution, pairs: Sequence[tuple[Expression, Expression]]) -> bool:
    """Whether two sides hashed by some of their keys agree on which."""
    if a.num_partitions == b.num_partitions == 1:
        return True
    if a.kind != "hash" or b.kind != "hash" or a.num_partitions != b.num_partitions or len(a.keys) != len(b.keys):
        return False
    known = set(pairs)
    return all((x, y) in known for x, y in zip(a.keys, b.keys, strict=True))


def _by_position(distribution: Distribution, plan: LogicalPlan, columns: Sequence[Attribute]) -> Distribution:
    """A distribution of a plan's rows, where its columns have other names."""
    if distribution.kind != "hash":
        return _without_keys(distribution)
    names = {a.id: b for a, b in reversed(list(zip(plan.output, columns, strict=True)))}
    if not all(key.references <= names.keys() for key in distribution.keys):
        return _without_keys(distribution)
    keys = (key.transform_up(lambda e: names[e.id] if isinstance(e, Attribute) else e) for key in distribution.keys)
    return Distribution("hash", distribution.num_partitions, tuple(keys))


def _shared_distribution(plan: Union, children: Sequence[Fragment]) -> Distribution | None:
    """The distribution that all inputs of a union have, by the union's columns: rows of equal keys are in partitions of
    the same number, or all rows are in one partition."""
    if all(map(_is_in_one, children)):
        return SINGLE
    found = {
        _by_position(child.distribution, below, plan.columns)
        for child, below in zip(children, plan.inputs, strict=True)
    }
    only = found.pop()
    return only if not found and only.kind == "hash" else None


def _is_in_one(fragment: Fragment) -> bool:
    """Whether all rows are sure to be in one partition, as Spark knows it: of files and local rows it does not."""
    plan = fragment.plan
    while isinstance(plan, Project | Filter):
        plan = plan.child
    source = plan.source if isinstance(plan, StageInput) else None
    known = not isinstance(source, SourceExec) or isinstance(source.relation, Range)
    return known and fragment.distribution.num_partitions == 1


def _is_deterministic(plan: LogicalPlan) -> bool:
    return all(e.deterministic for node in plan.walk() for e in node.expressions)


def _without_keys(distribution: Distribution) -> Distribution:
    if distribution.kind in ("single", "unknown"):
        return distribution
    return Distribution("unknown", distribution.num_partitions)


def _renamed(distribution: Distribution, plan: LogicalPlan) -> Distribution:
    """The distribution above a projection: by the names that the keys have there, if they are passed on."""
    if distribution.kind != "hash":
        return distribution
    names: dict[Expression, Attribute] = {}
    for item in (*getattr(plan, "projections", ()), *getattr(plan, "aggregates", ())):
        if isinstance(item, Alias):
            names.setdefault(item.child, item.to_attribute())
    ids = plan.output_ids
    keys = tuple(k if k.references <= ids else names.get(k) for k in distribution.keys)
    if any(k is None for k in keys):
        return _without_keys(distribution)
    return Distribution("hash", distribution.num_partitions, tuple(k for k in keys if k is not None))


def partitions_of(plan: Relation, settings: Settings) -> int:
    """Into how many partitions a leaf falls by itself."""
    from pyrdd.sql.physical.partitions import count  # here: listing files needs the sources

    return count(plan, settings.parallelism)


_RULES: dict[type, Callable[[Planner, Any], Fragment]] = {
    Aggregate: Planner._aggregate,
    Filter: Planner._filter,
    Distinct: Planner._distinct,
    Deduplicate: Planner._distinct,
    Sort: Planner._sort,
    Limit: Planner._limit,
    Offset: Planner._one_task,
    Tail: Planner._one_task,
    Repartition: Planner._repartition,
    RepartitionBy: Planner._repartition_by,
    Union: Planner._union,
    SetOperation: Planner._set_operation,
    Join: Planner._join,
    AsOfJoin: Planner._one_task,
    RecursiveCte: Planner._recursive,
}
