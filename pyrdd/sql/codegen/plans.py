"""Plans as DuckDB text: every operator is a SELECT around its child's.

    Filter(a > 1, Project(a, b, FileScan))   ->   SELECT * FROM (SELECT "a#1", "b#2" FROM (...)) WHERE "a#1" > 1

Leaves that are not DuckDB's own (tables of the driver, results of other stages) become inputs: ``input0``, ``input1``, ...
with columns ``c0``, ``c1``, ... DuckDB's optimiser sees through the nesting.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from pyrdd.errors import QueryContext
from pyrdd.sql import types as t
from pyrdd.sql.codegen.expressions import Kernel, Writer, column
from pyrdd.sql.codegen.ordering import is_collated, refuse_collation
from pyrdd.sql.codegen.raising import raise_sql
from pyrdd.sql.codegen.types import duck_type, field_names, quote
from pyrdd.sql.expressions import (
    AggregateCall,
    Alias,
    Attribute,
    Expression,
    GeneratorCall,
    Literal,
    OuterReference,
    SortOrder,
    SubqueryExpression,
    WindowExpression,
)
from pyrdd.sql.plan import (
    Aggregate,
    AsOfJoin,
    CteReference,
    Deduplicate,
    Distinct,
    Expand,
    Filter,
    Generate,
    Join,
    JoinHint,
    Limit,
    LogicalPlan,
    Offset,
    OneRow,
    Project,
    Range,
    RecursiveCte,
    RecursiveReference,
    Relation,
    Repartition,
    RepartitionBy,
    SetOperation,
    Sort,
    SubqueryAlias,
    Tail,
    Union,
)
from pyrdd.sql.plan.outside import reads_outside

NO_COLUMNS = '1 AS "no columns"'
"""What stands in a select list without columns: DuckDB needs one."""

EVERY_ROW = (1 << 63) - 1
"""A limit that leaves all rows, but keeps DuckDB from filtering them before functions with a state of their own see them."""


@dataclass(frozen=True)
class Query:
    """The DuckDB query of one stage. ``inputs`` are the relations that it reads as ``input0``, ``input1``, ...

    ``columns`` are its output; the text's own columns are in that order. ``origins`` are what its errors may name.
    """

    text: str
    columns: tuple[Attribute, ...]
    inputs: tuple[Relation, ...] = ()
    kernels: tuple[Kernel, ...] = ()
    origins: tuple[QueryContext, ...] = ()


def _one_constant_row(plan: LogicalPlan) -> bool:
    """Whether a plan is a row of values that depend on nothing."""
    if not (isinstance(plan, Project) and isinstance(plan.child, OneRow) and plan.projections):
        return False
    depending = (WindowExpression, GeneratorCall, SubqueryExpression, OuterReference)
    return not any(e.contains(depending) for e in plan.projections)


def _needs_form(key: Expression) -> bool:
    """Whether equal values of a grouping key may look different to DuckDB: zeros of both signs, maps in any order."""
    return key.deterministic and _varies(key.data_type)


def _varies(data_type: t.DataType) -> bool:
    match data_type:
        case t.FloatType() | t.DoubleType() | t.MapType():
            return True
        case t.StringType() if is_collated(data_type):
            raise refuse_collation("A grouping", data_type)
        case t.ArrayType():
            return _varies(data_type.elementType)
        case t.StructType():
            return any(_varies(f.dataType) for f in data_type.fields)
    return False


def _key_form(text: str, key: Expression) -> str:
    """A grouping key in the one form that all equal values have."""
    return _one_form(text, key.data_type, 0) if _needs_form(key) else text


def _one_form(text: str, data_type: t.DataType, depth: int) -> str:
    if not _varies(data_type):
        return text
    item = f"e{depth}"
    match data_type:
        case t.MapType():
            kinds = (("key", data_type.keyType), ("value", data_type.valueType))
            parts = (f"{name}: {_one_form(f'{item}.{name}', kind, depth + 1)}" for name, kind in kinds)
            entries = f"list_transform(map_entries({text}), lambda {item}: {{{', '.join(parts)}}})"
            return f"map_from_entries(list_sort({entries}))"
        case t.ArrayType():
            return f"list_transform({text}, lambda {item}: {_one_form(item, data_type.elementType, depth + 1)})"
        case t.StructType():
            names = field_names(data_type)
            parts = (
                f"{quote(n)}: {_one_form(f'({text}).{quote(n)}', f.dataType, depth + 1)}"
                for n, f in zip(names, data_type.fields, strict=True)
            )
            return f"CASE WHEN ({text}) IS NULL THEN NULL ELSE {{{', '.join(parts)}}} END"
    return f"CASE WHEN {text} = 0 THEN CAST(0 AS {duck_type(data_type)}) ELSE {text} END"


def _shown_windows(plan: LogicalPlan) -> LogicalPlan | None:
    """The projection with windows whose rows come out of the query in its order, if there is one."""
    while isinstance(plan, Project | Filter | SubqueryAlias | Limit | Offset):
        if isinstance(plan, Project) and any(e.contains(WindowExpression) for e in plan.projections):
            return plan
        plan = plan.child
    return None


@dataclass
class PlanWriter:
    """Writes one query."""

    time_zone: str = "UTC"
    inputs: list[Relation] = field(default_factory=list)
    ctes: dict[str, str] = field(default_factory=dict)
    # how a scan of files is written; None: it is an input
    scan: Callable[[Any], str | None] | None = None

    def __post_init__(self) -> None:
        self.writer = Writer(self, self.time_zone)
        self.shown_windows: LogicalPlan | None = None

    def query(self, plan: LogicalPlan) -> Query:
        """The whole query of a plan."""
        self.shown_windows = _shown_windows(plan)
        body = self.select(plan)
        columns = ", ".join(f"{column(c)} AS c{i}" for i, c in enumerate(plan.output)) or NO_COLUMNS
        text = f"SELECT {columns} FROM {body}"
        if self.ctes:
            recursive = "RECURSIVE " if any("UNION" in c for c in self.ctes.values()) else ""
            definitions = ",\n".join(f"{name} AS {body}" for name, body in self.ctes.items())
            text = f"WITH {recursive}{definitions}\n{text}"
        writer = self.writer
        return Query(
            text, plan.output, tuple(self.inputs), tuple(writer.kernels.values()), tuple(writer.places.origins)
        )

    def select(self, plan: LogicalPlan) -> str:
        """A plan as something to stand after FROM."""
        writer = self._writers.get(type(plan))
        if writer is not None:
            return f"({writer(self, plan)})"
        if isinstance(plan, Relation):
            return f"({self._relation(plan)})"
        raise AssertionError(f"no DuckDB text for {type(plan).__name__}")

    # --- leaves ----------------------------------------------------------------------------------------------

    def _relation(self, plan: Relation) -> str:
        scanned = self.scan(plan) if self.scan is not None else None
        if scanned is not None:
            return self._renamed(scanned, plan.output)
        known = next((i for i, r in enumerate(self.inputs) if r is plan), None)
        if known is None:
            known = len(self.inputs)
            self.inputs.append(plan)
        return self._renamed(f"input{known}", plan.output)

    def _renamed(self, source: str, columns: Sequence[Attribute]) -> str:
        names = ", ".join(f"c{i} AS {column(c)}" for i, c in enumerate(columns)) or NO_COLUMNS
        return f"SELECT {names} FROM {source}"

    def _one_row(self, plan: OneRow) -> str:
        return f"SELECT {NO_COLUMNS}"

    def _range(self, plan: Range) -> str:
        return f"SELECT range AS {column(plan.columns[0])} FROM range({plan.start}, {plan.end}, {plan.step})"

    # --- one input -------------------------------------------------------------------------------------------

    def _project(self, plan: Project) -> str:
        items = ", ".join(self.writer.named(e) for e in plan.projections) or NO_COLUMNS
        order = self._window_order(plan) if plan is self.shown_windows else ""
        fence = "" if all(e.deterministic for e in plan.projections) else f" LIMIT {EVERY_ROW}"
        return f"SELECT {items} FROM {self.select(plan.child)}{order}{fence}"

    def _window_order(self, plan: Project) -> str:
        """Rows come out of windows as Spark sorts them for the last one: by its partitions, then by its order."""
        last = [e for item in plan.projections for e in item.find(WindowExpression)][-1].window
        order = self.writer.order([*(SortOrder(key) for key in last.partition), *last.order])
        if not order:
            return ""
        # rows that are equal there come in the order in which they were numbered
        keys = ", ".join(self.writer.text(key) for key in last.partition if not key.foldable)
        partition = f"PARTITION BY {keys}" if keys else ""
        return f"{order}, row_number() OVER ({partition}{self.writer.order(last.order)})"

    def _filter(self, plan: Filter) -> str:
        return f"SELECT * FROM {self.select(plan.child)} WHERE {self.writer.condition(plan.condition)}"

    def _aggregate(self, plan: Aggregate) -> str:
        child = self.select(plan.child)
        # computed keys become columns first: DuckDB knows two equal texts as one key only if they are simple
        computed = {
            g: f'"key#{i}"'
            for i, g in enumerate(plan.grouping)
            if not isinstance(g, Attribute | Literal) or (isinstance(g, Attribute) and _needs_form(g))
        }
        if computed:
            items = ", ".join(f"{_key_form(self.writer.text(g), g)} AS {n}" for g, n in computed.items())
            child = f"(SELECT *, {items} FROM {child})"
        with self.writer.knowing(computed):
            items = ", ".join(
                f"{computed[e]} AS {column(e)}" if isinstance(e, Attribute) and e in computed else self.writer.named(e)
                for e in plan.aggregates
            ) or NO_COLUMNS  # fmt: skip
            text = f"SELECT {items} FROM {child}"
            if not plan.grouping:
                # without an aggregate function nothing else says that all rows are one group
                return text if any(e.contains(AggregateCall) for e in plan.aggregates) else f"{text} GROUP BY ()"
            # a bare constant would be read as a position
            keys = [
                f"({self.writer.text(g)} IS NULL)" if isinstance(g, Literal) else self.writer.text(g)
                for g in plan.grouping
            ]
        return f"{text} GROUP BY {', '.join(keys)}"

    def _expand(self, plan: Expand) -> str:
        child = self.select(plan.child)
        rows = [
            "SELECT " + ", ".join(
                f"{self.writer.text(e)} AS {column(c)}" for e, c in zip(row, plan.columns, strict=True)
            ) + " FROM expanded"
            for row in plan.projections
        ]  # fmt: skip
        return f"WITH expanded AS {child} {' UNION ALL '.join(rows)}"

    def _sort(self, plan: Sort) -> str:
        return f"SELECT * FROM {self.select(plan.child)}{self.writer.order(plan.order)}"

    def _limit(self, plan: Limit) -> str:
        text = self.writer.text(plan.limit)
        if isinstance(plan.child, Sort):
            return f"{self._sort(plan.child)} LIMIT {text}"
        return f"SELECT * FROM {self.select(plan.child)} LIMIT {text}"

    def _offset(self, plan: Offset) -> str:
        if isinstance(plan.child, Sort):
            return f"{self._sort(plan.child)} OFFSET {self.writer.text(plan.offset)}"
        return f"SELECT * FROM {self.select(plan.child)} OFFSET {self.writer.text(plan.offset)}"

    def _tail(self, plan: Tail) -> str:
        columns = ", ".join(column(c) for c in plan.output) or NO_COLUMNS
        return (
            f'SELECT {columns} FROM (SELECT *, row_number() OVER () AS "row", count(*) OVER () AS "rows"'
            f' FROM {self.select(plan.child)}) WHERE "row" > "rows" - {self.writer.text(plan.limit)} ORDER BY "row"'
        )

    def _distinct(self, plan: Distinct) -> str:
        items = ", ".join(f"{_key_form(column(c), c)} AS {column(c)}" for c in plan.output) or NO_COLUMNS
        return f"SELECT DISTINCT {items} FROM {self.select(plan.child)}"

    def _deduplicate(self, plan: Deduplicate) -> str:
        keys = ", ".join(self.writer.texts(plan.keys))
        if not keys:
            return f"SELECT * FROM {self.select(plan.child)} LIMIT 1"
        return f"SELECT DISTINCT ON ({keys}) * FROM {self.select(plan.child)}"

    def _pass(self, plan: Any) -> str:
        return f"SELECT * FROM {self.select(plan.child)}"

    def _generate(self, plan: Generate) -> str:
        """The generator's text is a list: of values for one column, of structs for several."""
        rows = self.writer.text(plan.generator)
        if plan.outer:
            struct = plan.generator.data_type
            assert isinstance(struct, t.StructType)
            kind = duck_type(struct.fields[0].dataType if len(struct.fields) == 1 else struct)
            rows = f"CASE WHEN len({rows}) > 0 THEN {rows} ELSE [CAST(NULL AS {kind})] END"
        passed = "".join(f"{column(c)}, " for c in plan.child.output)
        unnested = f"SELECT {passed}unnest({rows}) AS generated FROM {self.select(plan.child)}"
        if len(plan.columns) == 1:
            items = f"generated AS {column(plan.columns[0])}"
        else:
            struct = plan.generator.data_type
            assert isinstance(struct, t.StructType)
            items = ", ".join(
                f"generated.{quote(f.name)} AS {column(c)}" for f, c in zip(struct.fields, plan.columns, strict=True)
            )
        return f"SELECT {passed}{items} FROM ({unnested})"

    # --- several inputs --------------------------------------------------------------------------------------

    _JOIN_WORDS: ClassVar[dict[str, str]] = {
        "inner": "JOIN",
        "cross": "JOIN",
        "left": "LEFT JOIN",
        "right": "RIGHT JOIN",
        "full": "FULL JOIN",
        "semi": "SEMI JOIN",
        "anti": "ANTI JOIN",
    }

    def _join(self, plan: Join) -> str:
        left, right = self.select(plan.left), self.select(plan.right)
        columns = ", ".join(column(c) for c in plan.output) or NO_COLUMNS
        if plan.condition is None and plan.join_type in ("inner", "cross") and not plan.lateral:
            return f"SELECT {columns} FROM {self._pairs(plan, left, right)}"
        if plan.lateral:
            right = f"LATERAL {right}"
        condition = "true" if plan.condition is None else self.writer.condition(plan.condition)
        return f"SELECT {columns} FROM {left} AS l {self._JOIN_WORDS[plan.join_type]} {right} AS r ON {condition}"

    def _pairs(self, plan: Join, left: str, right: str) -> str:
        """All pairs of rows, those of a row on the left together: DuckDB's own CROSS JOIN goes through whichever side
        has fewer rows first."""
        sources = [column(c) for c in plan.right.output] or ["1"]
        lists = ", ".join(f"list({source}) AS list{i}" for i, source in enumerate(sources))
        items = ", ".join(f"unnest(list{i}) AS {source}" for i, source in enumerate(sources) if source != "1")
        return f"(SELECT l.*, {items or 'unnest(list0)'} FROM {left} AS l CROSS JOIN (SELECT {lists} FROM {right}))"

    def _as_of_join(self, plan: AsOfJoin) -> str:
        """For each left row, the right row that is nearest on the allowed side."""
        left, right = self.select(plan.left), self.select(plan.right)
        a, b = self.writer.text(plan.left_as_of), self.writer.text(plan.right_as_of)
        equal = "=" if plan.allow_exact else ""
        side = {"backward": f"{b} <{equal} {a}", "forward": f"{b} >{equal} {a}"}
        tests = [side.get(plan.direction, "true" if plan.allow_exact else f"{a} <> {b}")]
        if plan.condition is not None:
            tests.append(self.writer.text(plan.condition))
        distance = f"CASE WHEN {a} > {b} THEN {a} - {b} ELSE {b} - {a} END"
        if plan.tolerance is not None:
            tests.append(f"{distance} <= {self.writer.text(plan.tolerance)}")
        nearest = f"(SELECT * FROM {right} WHERE {' AND '.join(tests)} ORDER BY {distance} LIMIT 1)"
        columns = ", ".join(column(c) for c in plan.output)
        return f"SELECT {columns} FROM {left} AS l {self._JOIN_WORDS[plan.join_type]} LATERAL {nearest} AS r ON true"

    def _union(self, plan: Union) -> str:
        if plan.columns and all(_one_constant_row(i) for i in plan.inputs):
            return self._values(plan)
        return " UNION ALL ".join(self._as(i, plan.columns) for i in plan.inputs)

    def _as(
        self,
        plan: LogicalPlan,
        columns: Sequence[Attribute],
        form: Callable[[str, Attribute], str] = lambda text, _: text,
    ) -> str:
        items = ", ".join(
            f"{form(column(a), a)} AS {column(b)}" for a, b in zip(plan.output, columns, strict=True)
        ) or NO_COLUMNS  # fmt: skip
        return f"(SELECT {items} FROM {self.select(plan)})"

    def _values(self, plan: Union) -> str:
        """An inline table: DuckDB would read the rows of a UNION ALL side by side, and know no first or last of them."""
        rows = [i.projections for i in plan.inputs if isinstance(i, Project)]
        texts = [f"({', '.join(self.writer.text(e.child if isinstance(e, Alias) else e) for e in row)})" for row in rows]
        return f"SELECT * FROM (VALUES {', '.join(texts)}) AS v({', '.join(map(column, plan.columns))})"

    def _set_operation(self, plan: SetOperation) -> str:
        """What stays of rows is their keys, as with DISTINCT: Spark groups by them."""
        word = plan.kind.upper() + (" ALL" if plan.all else "")
        left, right = (self._as(side, plan.columns, _key_form) for side in (plan.left, plan.right))
        return f"{left} {word} {right}"

    def _cte(self, plan: CteReference) -> str:
        name = f'"{plan.name}#{plan.cte_id}"'
        if reads_outside(plan.plan):
            # a definition that depends on the query around it cannot be moved to the top
            return self._as(plan.plan, plan.columns)
        if name not in self.ctes:
            self.ctes[name] = ""
            body = self.select(plan.plan)
            # definitions that this one reads were written while its body was: it comes after them
            del self.ctes[name]
            self.ctes[name] = body
        items = ", ".join(
            f"{column(a)} AS {column(b)}" for a, b in zip(plan.plan.output, plan.columns, strict=True)
        ) or NO_COLUMNS  # fmt: skip
        return f"SELECT {items} FROM {name}"

    def _recursive(self, plan: RecursiveCte) -> str:
        """Each round knows its depth, so that a recursion without an end is an error and not a hang."""
        name = quote(f"{plan.name}#{plan.cte_id}")
        names = ", ".join(column(c) for c in plan.columns)
        anchor, recursion = self._as(plan.anchor, plan.columns), self._as(plan.recursion, plan.columns)
        limit = plan.max_depth or 100
        problem = raise_sql("RECURSION_LEVEL_LIMIT_EXCEEDED", "INTEGER", levelLimit=str(limit))
        deeper = f"CASE WHEN depth >= {limit} THEN {problem} ELSE depth + 1 END"
        before = f'(SELECT any_value("depth") AS depth FROM {name}) AS before'
        return (
            f'WITH RECURSIVE {name}({names}, "depth") AS (SELECT *, 0 FROM {anchor} UNION ALL '
            f"SELECT round.*, {deeper} FROM {recursion} AS round, {before}) SELECT {names} FROM {name}"
        )

    def _recursive_reference(self, plan: RecursiveReference) -> str:
        name = quote(f"{plan.name}#{plan.cte_id}")
        names = ", ".join(column(c) for c in plan.columns)
        return f"SELECT * FROM {name} AS round({names})"

    def subquery(self, expression: SubqueryExpression, writer: Writer) -> str:
        """A subquery as a value."""
        plan = expression.plan
        if expression.kind == "exists":
            return f"EXISTS (SELECT 1 FROM {self.select(plan)})"
        columns = ", ".join(column(c) for c in plan.output)
        body = f"(SELECT {columns} FROM {self.select(plan)})"
        if expression.kind == "scalar":
            return body
        values = writer.texts(expression.values)
        left = values[0] if len(values) == 1 else f"({', '.join(values)})"
        return f"({left} IN {body})"

    _writers: ClassVar[dict[type, Callable[..., str]]] = {
        OneRow: _one_row,
        Range: _range,
        Project: _project,
        Filter: _filter,
        Aggregate: _aggregate,
        Expand: _expand,
        Sort: _sort,
        Limit: _limit,
        Offset: _offset,
        Tail: _tail,
        Distinct: _distinct,
        Deduplicate: _deduplicate,
        SubqueryAlias: _pass,
        JoinHint: _pass,
        Repartition: _pass,
        RepartitionBy: _pass,
        Generate: _generate,
        Join: _join,
        AsOfJoin: _as_of_join,
        Union: _union,
        SetOperation: _set_operation,
        CteReference: _cte,
        RecursiveCte: _recursive,
        RecursiveReference: _recursive_reference,
    }
