"""SQL functions: made and dropped."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pyrdd.errors import AnalysisException
from pyrdd.sql.analysis.analyzer import analyze
from pyrdd.sql.analysis.problems import analysis_error
from pyrdd.sql.catalog_tables import CATALOG, schema_not_found
from pyrdd.sql.commands.names import context, unknown_routine, wrong_qualifier
from pyrdd.sql.expressions import Alias, Attribute, Expression, SubqueryExpression, UnresolvedAttribute, new_id
from pyrdd.sql.functions import declare
from pyrdd.sql.java_functions import JavaFunction
from pyrdd.sql.names import quoted_parts
from pyrdd.sql.parser import parse_expression, parse_query
from pyrdd.sql.plan import Command, LogicalPlan
from pyrdd.sql.sql_functions import SqlFunction, duplicate
from pyrdd.sql.views import view_text

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession


def create_function(session: SparkSession, command: Command) -> None:
    """CREATE FUNCTION with a body in SQL. Raises ROUTINE_ALREADY_EXISTS, USER_DEFINED_FUNCTIONS.*."""
    place = _place(session, command)
    if not _is_new(session, command, place):
        return
    made = _checked(session, command, place)
    if command["temporary"]:
        _enter_temporary(session, place[-1], made)
        return
    session._catalog.store.database(place[-2]).functions[place[-1].lower()] = made


def create_java_function(session: SparkSession, command: Command) -> None:
    """CREATE FUNCTION of a class: the catalog notes its name. Raises CANNOT_LOAD_FUNCTION_CLASS for a temporary one,
    whose class Spark loads at once."""
    place = _place(session, command)
    if not _is_new(session, command, place):
        return
    made = JavaFunction(place, command["class_name"])
    if command["temporary"]:
        raise made.not_loadable()
    session._catalog.store.database(place[-2]).functions[place[-1].lower()] = made


def _is_new(session: SparkSession, command: Command, place: tuple[str, ...]) -> bool:
    """Whether the function is to be made. Raises ROUTINE_ALREADY_EXISTS."""
    if command["replace"] or not _is_known(session, command, place):
        return True
    if command["if_not_exists"]:
        return False
    raise analysis_error(
        "ROUTINE_ALREADY_EXISTS",
        routineName=quoted_parts(place[-2:]),
        newRoutineType="routine",
        existingRoutineType="routine",
    )


def _place(session: SparkSession, command: Command) -> tuple[str, ...]:
    """The full name of a function that is to be made: the name alone for a temporary one."""
    parts = command["name"]
    if command["temporary"]:
        if len(parts) > 1 and [p.lower() for p in parts[:-1]] not in (["session"], ["system", "session"]):
            raise wrong_qualifier("FUNCTION", parts)
        return tuple(parts[-1:])
    database, name = session._catalog.table_place(parts)
    if not session._catalog.store.has_database(database):
        raise schema_not_found((database,))
    return CATALOG, database, name


def _is_known(session: SparkSession, command: Command, place: tuple[str, ...]) -> bool:
    catalog, name = session._catalog, place[-1].lower()
    if command["temporary"]:
        return name in catalog.functions or name in catalog.table_functions
    return name in catalog.store.database(place[-2]).functions


def _enter_temporary(session: SparkSession, name: str, made: SqlFunction) -> None:
    catalog, key = session._catalog, name.lower()
    catalog.functions.pop(key, None)
    catalog.table_functions.pop(key, None)
    (catalog.table_functions if made.is_table else catalog.functions)[key] = made


# --- checking ----------------------------------------------------------------------------------------------------


def _body(session: SparkSession, command: Command) -> Any:
    """The body as a text of its own: errors in it show it alone."""
    text, body = command["text"], command["body"]
    if text is None:
        return body
    return parse_query(text, session.conf) if isinstance(body, LogicalPlan) else parse_expression(text, session.conf)


def _checked(session: SparkSession, command: Command, place: tuple[str, ...]) -> SqlFunction:
    params = tuple(command["params"] or ())
    shown = ".".join(command["name"])
    twice = duplicate([p.name for p in params])
    if twice is not None:
        raise analysis_error("DUPLICATE_ROUTINE_PARAMETER_NAMES", routineName=shown, names=twice)
    _check_defaults(session, params, shown)
    body, table = _body(session, command), command["returns_table"]
    if table is not None and not isinstance(body, LogicalPlan):
        raise analysis_error("USER_DEFINED_FUNCTIONS.SQL_TABLE_UDF_BODY_MUST_BE_A_QUERY", name=shown)
    if table:
        twice = duplicate([c.name for c in table])
        if twice is not None:
            raise analysis_error("DUPLICATE_ROUTINE_RETURNS_COLUMNS", routineName=shown, columns=twice)
    facts = tuple(command["characteristics"] or ())
    columns = None if table is None else tuple((c.name, c.data_type) for c in table)
    made = SqlFunction(
        session, place, params, body, view_text(session, command["text"] or "", ()), command["returns"], columns,
        next((v for k, v in facts if str(k).upper() == "COMMENT"), None), facts,
    )  # fmt: skip
    try:
        return _tried(session, made)
    except AnalysisException as error:
        raise _suggesting(error, params) from None


def _suggesting(error: AnalysisException, params: tuple[Any, ...]) -> AnalysisException:
    """An unknown name in the body: the parameters may have been meant."""
    if error.getCondition() != "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION" or not params:
        return error
    name = (error.getMessageParameters() or {})["objectName"]
    proposal = ", ".join(quoted_parts((p.name,)) for p in params)
    return analysis_error("UNRESOLVED_COLUMN.WITH_SUGGESTION", objectName=name, proposal=proposal)


def _check_defaults(session: SparkSession, params: tuple[Any, ...], shown: str) -> None:
    for before, after in pairwise(params):
        if before.default is not None and after.default is None:
            raise analysis_error(
                "USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_PARAMETER_POSITION",
                functionName=shown,
                parameterName=before.name,
                nextParameterName=after.name,
            )
    for parameter in params:
        default: Expression | None = parameter.default
        if default is not None and default.contains((UnresolvedAttribute, SubqueryExpression)):
            raise analysis_error(
                "USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_EXPRESSION",
                functionName=shown,
                parameterName=parameter.name,
            )


def _tried(session: SparkSession, made: SqlFunction) -> SqlFunction:
    """The function after a first call with unknown values: what its body lacks is raised, and types are inferred."""
    ctx = context(session)
    values = [Attribute(p.name, p.data_type, True, new_id()) for p in made.params]
    if not made.is_table:
        result = made(values, ctx)
        return made if made.returns is not None else replace(made, returns=result.data_type)
    if made.columns:
        made.table(values, ctx)
        return made
    placed = made._values(values, ctx)
    plan = analyze(made.body, made._inside(placed, ctx))
    made_up = [e for e in getattr(plan, "projections", ()) if isinstance(e, Alias) and e.hidden]
    if any(e.name != _name_of(e.child) for e in made_up):
        raise analysis_error(
            "USER_DEFINED_FUNCTIONS.SQL_TABLE_UDF_MISSING_COLUMN_NAMES", functionName=".".join(made.name)
        )
    return replace(made, columns=tuple((c.name, c.data_type) for c in plan.output))


def _name_of(expression: Any) -> str | None:
    return getattr(expression, "name", None)


# --- DROP --------------------------------------------------------------------------------------------------------


def drop_function(session: SparkSession, command: Command) -> None:
    """DROP FUNCTION. Raises ROUTINE_NOT_FOUND, FORBIDDEN_OPERATION for built-in ones."""
    catalog, parts = session._catalog, command["name"]
    key = parts[-1].lower()
    if command["temporary"]:
        found = catalog.functions.pop(key, None) or catalog.table_functions.pop(key, None)
        if found is None and not command["if_exists"]:
            raise analysis_error("ROUTINE_NOT_FOUND", routineName=quoted_parts(tuple(parts)))
        return
    if len(parts) == 1 and _is_builtin(key):
        raise analysis_error(
            "FORBIDDEN_OPERATION", statement="DROP", objectType="FUNCTION", objectName=quoted_parts(tuple(parts))
        )
    database, name = catalog.table_place(parts)
    functions = catalog.store.database(database).functions
    if functions.pop(name.lower(), None) is None and not command["if_exists"]:
        raise analysis_error("ROUTINE_NOT_FOUND", routineName=quoted_parts((database, name)))


def _is_builtin(name: str) -> bool:
    try:
        declare.lookup(name)
    except KeyError:
        return name == "range"
    return True


def refresh_function(session: SparkSession, command: Command) -> None:
    """REFRESH FUNCTION: there is nothing to forget. Raises UNRESOLVED_ROUTINE for an unknown one."""
    if session._catalog.find_function(command["name"]) is None:
        raise unknown_routine(command["name"])
