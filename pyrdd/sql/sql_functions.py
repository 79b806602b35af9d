"""SQL functions: CREATE FUNCTION with a body in SQL. A call is replaced by the body when a query is analysed.

    f(a, 1)  --arguments in the order and types of the parameters-->  body with the parameters' names meaning them
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    Cast,
    Expression,
    OuterReference,
    SubqueryExpression,
    new_id,
)
from pyrdd.sql.functions.declare import Function
from pyrdd.sql.names import quoted, quoted_parts
from pyrdd.sql.plan import LogicalPlan, Project
from pyrdd.sql.types import DataType
from pyrdd.sql.views import _as_it_was

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession


@dataclass(frozen=True, eq=False)
class SqlFunction:
    """A function with a body in SQL. ``params`` are `FunctionParameter`s; ``body`` is an expression, or a plan; ``columns``
    are the names and types of a table function's result."""

    session: SparkSession
    name: tuple[str, ...]
    params: tuple[Any, ...]
    body: Any
    source: ViewText
    returns: DataType | None = None
    columns: tuple[tuple[str, DataType], ...] | None = None
    comment: str | None = None
    characteristics: tuple[tuple[str, Any], ...] = ()

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
        return made

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

    # --- inside ------------------------------------------------------------------------------------------------

    def _values(self, args: Sequence[Any], ctx: AnalysisContext) -> dict[str, Expression]:
        """The arguments by the parameters' names, in the parameters' types."""
        names = tuple(p.name for p in self.params)
        needed = sum(p.default is None for p in self.params)
        defaults = {p.name: resolve(p.default, Scope(ctx)) for p in self.params if p.default is not None}
        shape = Function(
            ".".join(self.name), "scalar", (), lambda args: None, needed, len(names), params=names, defaults=defaults
        )  # type: ignore[arg-type]
        placed = arrange(shape, args, self.name[-1])
        placed += [defaults[name] for name in names[len(placed) :]]
        found = {}
        for parameter, value in zip(self.params, placed, strict=True):
            found[parameter.name.lower()] = self._argument(parameter, value, ctx)
        return found

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
        kind = "TABLE" if self.is_table else "SCALAR"
        lines = [f"Function:      {'.'.join(self.name)}", f"Type:          {kind}"]
        for index, p in enumerate(self.params):
            lines.append(("Input:         " if index == 0 else "               ") + f"{p.name} {_ddl(p.data_type)}")
        if not self.params:
            lines.append("Input:         ()")
        if self.columns is not None:
            for index, (name, data_type) in enumerate(self.columns):
                lines.append(("Returns:       " if index == 0 else "               ") + f"{name} {_ddl(data_type)}")
        elif self.returns is not None:
            lines.append(f"Returns:       {_ddl(self.returns)}")
        if extended:
            if self.comment is not None:
                lines.append(f"Comment:       {self.comment}")
            lines.append(f"Body:          {self.source.text}")
        return lines


def _ddl(data_type: DataType) -> str:
    return data_type.simpleString().upper()


def _typed(value: Expression, wanted: DataType, ctx: AnalysisContext) -> Expression:
    return value if value.data_type == wanted else Cast(value, wanted, ctx.mode, implicit=True)


def _as_outer(node: Any) -> Any:
    return OuterReference(node) if isinstance(node, Attribute) else node


def duplicate(names: Sequence[str]) -> str | None:
    """The first name that is there twice, in any case."""
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen:
            return quoted(name)
        seen.add(name.lower())
    return None
