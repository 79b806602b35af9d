"""`SparkSession.sql`: text, parameters and inserted values to a DataFrame."""

from __future__ import annotations

import string
import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pyrdd.errors import PySparkValueError
from pyrdd.sql.analysis.analyzer import analyze
from pyrdd.sql.column import Column, literal
from pyrdd.sql.dataframe import DataFrame
from pyrdd.sql.expressions import Attribute, Expression, Parameter, UnresolvedAttribute
from pyrdd.sql.names import quoted
from pyrdd.sql.parser import parse_query
from pyrdd.sql.plan import Command, LogicalPlan

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession


def plan_of_text(session: SparkSession, text: str, args: Any, values: Mapping[str, Any]) -> DataFrame:
    """The DataFrame of a statement; a command is run, and its DataFrame is what it answers."""
    formatter = _Formatter(session)
    try:
        written = formatter.format(text, **values) if values else text
        return DataFrame._of(session, _analyzed(session, written, args))
    finally:
        formatter.clear()


def _analyzed(session: SparkSession, text: str, args: Any) -> LogicalPlan:
    plan, parameters = parse_query(text, session.conf), _parameters(args)
    if isinstance(plan, Command):
        from pyrdd.sql import commands  # here: they lead to the whole catalog, which queries do not need

        return commands.run(session, filled_in(plan, parameters) if parameters else plan)
    return analyze(plan, session._analysis_context().with_(parameters=parameters))


def _parameters(args: Any) -> dict[str | int, Expression] | None:
    if not args:
        return None
    pairs = args.items() if isinstance(args, dict) else enumerate(args)
    return {key: literal(value).expression for key, value in pairs}


def filled_in(part: Any, parameters: Mapping[str | int, Expression]) -> Any:
    """A part of a command with the values of its parameters."""

    def rule(node: Expression) -> Expression:
        return parameters.get(node.key, node) if isinstance(node, Parameter) else node

    if isinstance(part, Command):
        return part.copy(parts=filled_in(part.parts, parameters))
    if isinstance(part, LogicalPlan):
        return part.transform_expressions(rule)
    if isinstance(part, Expression):
        return part.transform_up(rule)
    return tuple(filled_in(item, parameters) for item in part) if isinstance(part, tuple) else part


class _Formatter(string.Formatter):
    """Python's formatter for SQL: strings become literals, plain Columns their names, DataFrames temporary views."""

    def __init__(self, session: SparkSession) -> None:
        self._session = session
        self._views: list[tuple[DataFrame, str]] = []

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        value, first = super().get_field(field_name, args, kwargs)
        return self._text(value, field_name), first

    def _text(self, value: Any, field_name: str) -> Any:
        if isinstance(value, Column):
            return _reference(value, field_name)
        if isinstance(value, DataFrame):
            return self._view(value)
        if isinstance(value, str):
            escaped = value.replace("\\", "\\\\").replace("'", "\\'")
            return f"'{escaped}'"
        return value

    def _view(self, df: DataFrame) -> str:
        for known, name in self._views:
            if known is df:
                return name
        name = f"_pyrdd_{uuid.uuid4().hex}"
        self._views.append((df, name))
        df.createOrReplaceTempView(name)
        return name

    def clear(self) -> None:
        """Drops the views that were made for DataFrames: the analysed plan does not need them."""
        for _, name in self._views:
            self._session._catalog.drop_view(name)
        self._views = []


def _reference(column: Column, field_name: str) -> str:
    match column.expression:
        case UnresolvedAttribute(parts=parts):
            return ".".join(map(quoted, parts))
        case Attribute(name=name):
            return quoted(name)
    raise PySparkValueError(
        errorClass="VALUE_NOT_PLAIN_COLUMN_REFERENCE", messageParameters={"val": str(column), "field_name": field_name}
    )
