"""SQL functions: CREATE FUNCTION with a body in SQL. A call is replaced by the body when a query is analysed.

f(a, 1)  --arguments in the order and types of the parameters-->  body with the parameters' names meaning them
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.analyzer import analyze
from pyrdd.sql.analysis.calls import arrange
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.problems import analysis_error, mismatch, quoted_sql, quoted_type
from pyrdd.sql.analysis.resolve import resolve
from pyrdd.sql.analysis.scope import Scope
from pyrdd.sql.analysis.subqueries import outer_columns
from pyrdd.sql.catalog_tables import ViewText
from pyrdd.sql.expressions import (
    Alias,
    Attribute,
    Call,
    Cast,
    Expression,
    NamedArgument,
    OuterReference,
    SubqueryExpression,
    new_id,
)
from pyrdd.sql.expressions.text import pretty_name, sql_type
from pyrdd.sql.functions.declare import Function, lookup
from pyrdd.sql.literals import literal_of
from pyrdd.sql.names import quoted, quoted_if_needed, quoted_parts
from pyrdd.sql.plan import LogicalPlan, Project
from pyrdd.sql.types import DataType, NullType
from pyrdd.sql.views import _as_it_was

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession


_SHOWN_SETTINGS = (
    "spark.sql.ansi.enabled",
    "spark.sql.artifact.isolation.enabled",
    "spark.sql.session.timeZone",
)


@dataclass(frozen=True, eq=False)
class SqlFunction:
    """A function with a body in SQL. ``params`` are `FunctionParameter`s; ``body`` is an expression, or a plan;
    ``columns`` are the names and types of a table function's result."""

    session: SparkSession
    name: tuple[str, ...]
    params: tuple[Any, ...]
    body: Any
    source: ViewText
    returns: DataType | None = None
    columns: tuple[tuple[str, DataType], ...] | None = None
    comment: str | None = None
    characteristics: tuple[tuple[str, Any], ...] = ()
    created: float = field(default_factory=time.time)

    @property
    def is_table(self) -> bool:
        """Whether it is called in FROM."""
        return self.columns is not None

    def __call__(self, args: Sequence[Any], ctx: AnalysisContext) -> Expression:
        """The expression that a call means. Raises WRONG_NUM_ARGS, DATATYPE_MISMATCH."""
        if self.is_table:
            raise analysis_error("NOT_A_SCALAR_FUNCTION", functionName=quoted_parts(self.name))
        values = self._values(args, ctx)
        with _as_it_was(self.session, self.source):
            made = self._body_value(values, ctx)
        if self.returns is not None and made.data_type != self.returns:
            made = Cast(made, self.returns, ctx.mode, implicit=True)
        return Call(lookup("__sql_function"), (made, literal_of(self._shown(args))), made.data_type, made.nullable)

    def table(self, args: Sequence[Any], ctx: AnalysisContext) -> LogicalPlan:
        """The plan that a call in FROM means."""
        if not self.is_table:
            raise analysis_error("NOT_A_TABLE_FUNCTION", functionName=quoted_parts(self.name))
        values = self._values(args, ctx)
        with _as_it_was(self.session, self.source):
            plan = analyze(self.body, self._inside(values, ctx))
        assert self.columns is not None
        if len(plan.output) != len(self.columns):
            raise analysis_error(
                "USER_DEFINED_FUNCTIONS.RETURN_COLUMN_COUNT_MISMATCH",
                outputSize=len(plan.output),
                returnParamSize=len(self.columns),
                name=".".join(self.name),
            )
        pairs = zip(plan.output, self.columns, strict=True)
        return Project(tuple(Alias(_typed(c, kind, ctx), name, new_id()) for c, (name, kind) in pairs), plan)

    def _shown(self, args: Sequence[Any]) -> str:
        """The call as the name of a column."""
        if any(isinstance(arg, NamedArgument) for arg in args):
            args = self._placed(args)
        name = self.name if len(self.name) == 1 else tuple(map(quoted_if_needed, self.name))
        return f"{'.'.join(name)}({', '.join(map(pretty_name, args))})"

    # --- inside ------------------------------------------------------------------------------------------------

    def _values(self, args: Sequence[Any], ctx: AnalysisContext) -> dict[str, Expression]:
        """The arguments by the parameters' names, in the parameters' types."""
        pairs = zip(self.params, self._placed(args), strict=True)
        return {parameter.name.lower(): self._argument(parameter, value, ctx) for parameter, value in pairs}

    def _placed(self, args: Sequence[Any]) -> list[Expression]:
        """The arguments in the order of the parameters, with the defaults of those that are not given."""
        names = tuple(p.name for p in self.params)
        needed = sum(p.default is None for p in self.params)
        own = Scope(self.session._analysis_context())
        defaults = {p.name: resolve(p.default, own) for p in self.params if p.default is not None}
        if not any(isinstance(arg, NamedArgument) for arg in args) and not needed <= len(args) <= len(names):
            name = self.name[-1:] if len(self.name) == 1 or not self.is_table else self.name
            raise analysis_error(
                "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
                functionName=quoted_parts(name),
                expectedNum=len(names),
                actualNum=len(args),
                docroot="https://spark.apache.org/docs/latest",
            )
        shape = Function(
            ".".join(self.name), "scalar", (), NullType(), needed, len(names), params=names, defaults=defaults
        )
        placed = arrange(shape, args, self.name[-1])
        return placed + [defaults[name] for name in names[len(placed) :]]

    def _argument(self, parameter: Any, value: Expression, ctx: AnalysisContext) -> Expression:
        if not coercion.can_become(value.data_type, parameter.data_type, ctx):
            raise mismatch(
                "UNEXPECTED_INPUT_TYPE",
                f'"{self.name[-1]}({parameter.name})"',
                paramIndex="first",
                requiredType=quoted_type(parameter.data_type),
                inputSql=quoted_sql(value),
                inputType=quoted_type(value.data_type),
            )
        return _typed(value, parameter.data_type, ctx)

    def _meaning(self, parts: tuple[str, ...], values: Mapping[str, Expression]) -> Expression | None:
        lowered = tuple(part.lower() for part in parts)
        if len(lowered) == 1:
            return values.get(lowered[0])
        if len(lowered) == 2 and lowered[0] == self.name[-1].lower():
            return values.get(lowered[1])
        return None

    def _inside(self, values: Mapping[str, Expression], ctx: AnalysisContext) -> AnalysisContext:
        """The context of the body: of the names around the call it sees the arguments only."""
        own = self.session._analysis_context()
        outer = {name: value.transform_up(_as_outer) for name, value in values.items()}

        def find(parts: tuple[str, ...]) -> Any:
            found = self._meaning(parts, outer)
            return own.find_variable(parts) if found is None and own.find_variable is not None else found

        return own.with_(find_variable=find, conf=ctx.conf)

    def _body_value(self, values: Mapping[str, Expression], ctx: AnalysisContext) -> Expression:
        inside = self._inside(values, ctx)
        body = SubqueryExpression("scalar", self.body) if isinstance(self.body, LogicalPlan) else self.body
        made = resolve(body, Scope(inside, fallback=lambda parts: self._meaning(parts, values)))
        made = made.child if isinstance(made, Alias) else made
        columns = tuple(a for value in values.values() for a in value.find(Attribute))

        def note_outer(node: Any) -> Any:
            if isinstance(node, SubqueryExpression):
                return node.copy(outer=outer_columns(node.plan, columns))
            return node

        return made.transform_up(note_outer)  # type: ignore[no-any-return]

    def describe(self, extended: bool) -> list[str]:
        """The lines of DESCRIBE FUNCTION."""
        facts: list[tuple[str, list[str]]] = [
            ("Function:", [".".join(self.name)]),
            ("Type:", ["TABLE" if self.is_table else "SCALAR"]),
            ("Input:", _aligned([(p.name, p.data_type) for p in self.params])),
        ]
        if self.columns is not None:
            facts.append(("Returns:", _aligned(self.columns)))
        elif self.returns is not None:
            facts.append(("Returns:", [sql_type(self.returns)]))
        if extended:
            facts += self._details()
        width = 15 if extended else 10
        lines = []
        for title, values in facts:
            lines += [(title if i == 0 else "").ljust(width) + value for i, value in enumerate(values)]
        return lines

    def _details(self) -> list[tuple[str, list[str]]]:
        from pyrdd.sql.commands.describing import time_text  # here: few ask for the details

        conf = self.session.conf._values
        settings = [f"{key}={conf.get(key, 'false')}" for key in _SHOWN_SETTINGS]
        sorts = {str(k).upper(): v for k, v in self.characteristics}
        deterministic = "false" if str(sorts.get("DETERMINISTIC", "true")).lower() == "false" else "true"
        found = [] if self.comment is None else [("Comment:", [self.comment])]
        return [
            *found,
            ("Deterministic:", [deterministic]),
            ("Data Access:", ["READS SQL DATA" if "READS" in str(sorts).upper() else "CONTAINS SQL"]),
            ("Configs:", settings),
            ("Create Time:", [time_text(self.session, self.created)]),
            ("Body:", [self.source.text]),
        ]


def _aligned(columns: Sequence[tuple[str, DataType]]) -> list[str]:
    if not columns:
        return ["()"]
    kinds = [sql_type(kind) for _, kind in columns]
    first, second = max(len(name) for name, _ in columns), max(map(len, kinds))
    return [f"{n.ljust(first)} {k.ljust(second)}" for (n, _), k in zip(columns, kinds, strict=True)]


def _typed(value: Expression, wanted: DataType, ctx: AnalysisContext) -> Expression:
    return value if value.data_type == wanted else Cast(value, wanted, ctx.mode, implicit=True)


def _as_outer(node: Any) -> Any:
    return OuterReference(node) if isinstance(node, Attribute) else node


def duplicate(names: Sequence[str]) -> str | None:
    """The first name that is there twice, in any case."""
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen:
            return quoted(name.lower())
        seen.add(name.lower())
    return None
