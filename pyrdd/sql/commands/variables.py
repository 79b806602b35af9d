"""Session variables, and EXECUTE IMMEDIATE."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pyrdd.errors import AnalysisException, PySparkException
from pyrdd.sql import commands
from pyrdd.sql.analysis.analyzer import analyze
from pyrdd.sql.analysis.fold import constant_value
from pyrdd.sql.analysis.problems import analysis_error, quoted_type
from pyrdd.sql.analysis.resolve import resolve
from pyrdd.sql.analysis.scope import Scope
from pyrdd.sql.commands.defaults import is_default
from pyrdd.sql.commands.names import analyzed, context
from pyrdd.sql.execution.constants import internal_value
from pyrdd.sql.execution.query import QueryExecution
from pyrdd.sql.expressions import (
    Alias,
    Cast,
    Expression,
    Literal,
    NamedArgument,
    SubqueryExpression,
    UnresolvedAlias,
    UnresolvedAttribute,
    new_id,
)
from pyrdd.sql.names import quoted, quoted_parts
from pyrdd.sql.parser import parse_query
from pyrdd.sql.plan import Command, OneRow, Project
from pyrdd.sql.session_sql import filled_in
from pyrdd.sql.storing import can_store
from pyrdd.sql.types import DataType, NullType, StringType

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession

_SCHEMA = ("system", "session")


def _key(parts: Sequence[str]) -> str:
    """The name of a variable. Raises UNRESOLVED_VARIABLE for one that is in no session."""
    if [p.lower() for p in parts[:-1]] not in ([], ["session"], ["system", "session"]):
        raise _unresolved(parts)
    return parts[-1].lower()


def _unresolved(parts: Sequence[str]) -> Exception:
    return analysis_error(
        "UNRESOLVED_VARIABLE",
        variableName=quoted_parts(tuple(parts)),
        searchPath="[`system`.`builtin`, `system`.`session`, `spark_catalog`.`default`]",
    )


def declare_variable(session: SparkSession, command: Command) -> None:
    """DECLARE VARIABLE: a name for a value, of a type that it keeps."""
    names = command["names"]
    ctx, known = context(session), session._catalog.variables
    keys = [_declared_key(parts) for parts in names]
    for key, parts in zip(keys, names, strict=True):
        if keys.count(key) > 1:
            raise analysis_error("DUPLICATE_VARIABLE_NAME_INSIDE_DECLARE", variableName=quoted(parts[-1].lower()))
        if key in known and not command["replace"]:
            raise analysis_error("VARIABLE_ALREADY_EXISTS", variableName=quoted_parts((*_SCHEMA, key)))
    value = resolve(command["default"], Scope(ctx)) if command["default"] is not None else Literal(None, NullType())
    data_type = command["data_type"] or value.data_type
    literal = Literal(_value(session, value, data_type, names[0][-1], command["text"] or "NULL"), data_type)
    for key in keys:
        known[key] = literal
        session._catalog.variable_defaults[key] = command["default"]


def _declared_key(parts: Sequence[str]) -> str:
    if [p.lower() for p in parts[:-1]] not in ([], ["session"], ["system", "session"]):
        raise analysis_error(
            "UNRESOLVED_VARIABLE", variableName=quoted_parts(tuple(parts)), searchPath=quoted_parts(_SCHEMA)
        )
    return parts[-1].lower()


def _value(session: SparkSession, value: Expression, data_type: DataType, name: str, text: str) -> Any:
    ctx = context(session)
    if not can_store(value.data_type, data_type) and not isinstance(value.data_type, StringType):
        raise analysis_error(
            "INVALID_DEFAULT_VALUE.DATA_TYPE",
            statement="DECLARE VARIABLE",
            colName=quoted_parts((*_SCHEMA, name)),
            defaultValue=text,
            expectedType=quoted_type(data_type),
            actualType=quoted_type(value.data_type),
        )
    made = value if value.data_type == data_type else Cast(value, data_type, "ansi")
    return _computed(session, made) if _has_plan(made) else constant_value(made, ctx)


def _has_plan(expression: Expression) -> bool:
    return expression.contains(SubqueryExpression)


def _computed(session: SparkSession, expression: Expression) -> Any:
    """The internal value of an expression with subqueries: a query of one row."""
    plan = Project((Alias(expression, "value", new_id()),), OneRow())
    return _first_row(session, plan)[0]


def _first_row(session: SparkSession, plan: Any) -> list[Any]:
    """The internal values of a query's one row; nulls if it has none. Raises ROW_SUBQUERY_TOO_MANY_ROWS."""
    execution = QueryExecution(session, plan)
    found = execution.to_table()
    if found.num_rows > 1:
        raise PySparkException(errorClass="ROW_SUBQUERY_TOO_MANY_ROWS", messageParameters={})
    if found.num_rows == 0:
        return [None] * len(execution.analyzed.output)
    return [internal_value(found.column(i), c.data_type) for i, c in enumerate(execution.analyzed.output)]


def set_variable(session: SparkSession, command: Command) -> None:
    """SET VAR: to the values of expressions, or of a query's one row."""
    keys = [_known_key(session, parts) for parts in command["variables"]]
    for key, parts in zip(keys, command["variables"], strict=True):
        if keys.count(key) > 1:
            raise analysis_error("DUPLICATE_ASSIGNMENTS", nameList=quoted(parts[-1].lower()))
    if command["query"] is not None:
        plan = analyzed(session, command["query"])
        _check_count(plan.output, keys)
        pairs = [(c, c.data_type) for c in plan.output]
        values = _first_row(session, plan)
        literals: list[Expression] = [Literal(v, kind) for v, (_, kind) in zip(values, pairs, strict=True)]
    else:
        _check_count(command["values"], keys)
        literals = [_assigned(session, e, key) for e, key in zip(command["values"], keys, strict=True)]
    known = session._catalog.variables
    made = {}
    for key, literal in zip(keys, literals, strict=True):
        wanted = known[key].data_type
        made[key] = Literal(_stored_value(session, literal, wanted), wanted)
    known.update(made)


def _check_count(values: Sequence[Any], keys: Sequence[str]) -> None:
    if len(values) != len(keys):
        raise analysis_error("ASSIGNMENT_ARITY_MISMATCH", numTarget=len(keys), numExpr=len(values))


def _known_key(session: SparkSession, parts: Sequence[str]) -> str:
    key = _key(parts)
    if key not in session._catalog.variables:
        raise _unresolved(parts)
    return key


def _assigned(session: SparkSession, expression: Expression, key: str) -> Expression:
    if is_default(expression):
        default = session._catalog.variable_defaults.get(key)
        expression = Literal(None, NullType()) if default is None else default
    if isinstance(expression, UnresolvedAlias):
        expression = expression.child
    return resolve(expression, Scope(context(session)))


def _stored_value(session: SparkSession, value: Expression, wanted: DataType) -> Any:
    made = value if value.data_type == wanted else Cast(value, wanted, "ansi")
    return _computed(session, made) if _has_plan(made) else constant_value(made, context(session))


def drop_variable(session: SparkSession, command: Command) -> None:
    """DROP TEMPORARY VARIABLE. Raises VARIABLE_NOT_FOUND."""
    parts = command["name"]
    key = parts[-1].lower()
    if session._catalog.variables.pop(key, None) is None and not command["if_exists"]:
        raise analysis_error("VARIABLE_NOT_FOUND", variableName=quoted_parts((*_SCHEMA, parts[-1].lower())))


# --- EXECUTE IMMEDIATE -------------------------------------------------------------------------------------------


def execute_immediate(session: SparkSession, command: Command) -> Any:
    """EXECUTE IMMEDIATE: runs a statement that is a text, with values for its parameters; INTO keeps the one row."""
    text = _statement(session, command["query"])
    parameters = _parameters(session, command["using"] or ())
    plan = parse_query(text, session.conf)
    if isinstance(plan, Command):
        if command["into"]:
            raise analysis_error("INVALID_STATEMENT_FOR_EXECUTE_INTO", sqlString=text.upper())
        return commands.run(session, filled_in(plan, parameters) if parameters else plan)
    found = analyze(plan, context(session).with_(parameters=parameters))
    if not command["into"]:
        return found
    keys = [_known_key(session, parts) for parts in command["into"]]
    for key, parts in zip(keys, command["into"], strict=True):
        if keys.count(key) > 1:
            raise analysis_error("DUPLICATE_ASSIGNMENTS", nameList=quoted(parts[-1].lower()))
    _check_count(found.output, keys)
    values = _first_row(session, found)
    known = session._catalog.variables
    for key, value, column in zip(keys, values, found.output, strict=True):
        wanted = known[key].data_type
        known[key] = Literal(_stored_value(session, Literal(value, column.data_type), wanted), wanted)
    return None


def _statement(session: SparkSession, expression: Expression) -> str:
    value = resolve(expression, Scope(context(session)))
    if not isinstance(value.data_type, StringType):
        raise analysis_error("INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE", exprType=quoted_type(value.data_type))
    text = constant_value(value, context(session))
    if text is None:
        raise analysis_error("NULL_QUERY_STRING_EXECUTE_IMMEDIATE", varName=_shown(expression))
    return str(text)


def _shown(expression: Expression) -> str:
    return quoted_parts(expression.parts) if isinstance(expression, UnresolvedAttribute) else ""


def _parameters(session: SparkSession, using: Sequence[Expression]) -> dict[str | int, Expression]:
    ctx = context(session)
    found: dict[str | int, Expression] = {}
    unnamed = []
    for index, one in enumerate(using):
        name, value = _named(one)
        resolved = resolve(value, Scope(ctx))
        known = isinstance(resolved, Literal)
        literal = resolved if known else Literal(constant_value(resolved, ctx), resolved.data_type)
        if name is None:
            unnamed.append(value)
        found[index if name is None else name] = literal
    if unnamed and len(unnamed) < len(using):
        raise AnalysisException(errorClass="INVALID_QUERY_MIXED_QUERY_PARAMETERS", messageParameters={})
    return found


def _named(one: Expression) -> tuple[str | None, Expression]:
    if isinstance(one, UnresolvedAlias):
        return (one.names[0] if one.names else None), one.child
    if isinstance(one, NamedArgument):
        return one.name, one.value
    return None, one
