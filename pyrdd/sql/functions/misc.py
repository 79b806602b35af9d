"""Functions about the query and its session, and errors on purpose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyrdd.errors import PySparkTypeError
from pyrdd.errors.frames import called
from pyrdd.sql import types as t
from pyrdd.sql.codegen.raising import raise_sql
from pyrdd.sql.codegen.types import text_literal
from pyrdd.sql.column import Column, ColumnOrName
from pyrdd.sql.expressions import Literal
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import ANY, BOOLEAN, INT, LONG, NULL, STRING
from pyrdd.version import SPARK_VERSION

# --- rows and partitions ---------------------------------------------------------------------------------------------


@scalar(returns=INT, sql="CAST(coalesce(getvariable('partition'), 0) AS INTEGER)", nullable=False, deterministic=False,
        pretty=lambda name, args, call: "SPARK_PARTITION_ID()")  # fmt: skip
def spark_partition_id() -> Column:
    """The number of the partition that the row is in. Depends on how the data is spread, so it is not deterministic."""


@scalar(returns=STRING, sql="''", nullable=False, deterministic=False)
def input_file_name() -> Column:
    """The file that the row was read from, empty for rows that are from no file."""


@scalar(returns=LONG, sql="CAST(-1 AS BIGINT)", nullable=False, deterministic=False)
def input_file_block_start() -> Column:
    """Where in its file the part begins that the row was read from, -1 for rows that are from no file."""


@scalar(returns=LONG, sql="CAST(-1 AS BIGINT)", nullable=False, deterministic=False)
def input_file_block_length() -> Column:
    """How long the part of the file is that the row was read from, -1 for rows that are from no file."""


# --- session ---------------------------------------------------------------------------------------------------------


def _setting(name: str, value: Callable[[Any], str]) -> Callable[..., Any]:
    """A rewriting to what the session says, as a constant under the function's name."""

    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        return [Literal(value(ctx), t.StringType())]

    return coerce


def _user(ctx: Any) -> str:
    import getpass  # here: few queries ask for the user

    return ctx.conf.get("spark.pyrdd.user") or getpass.getuser()


def _session_function(name: str, value: Callable[[Any], str], aliases: tuple[str, ...] = (), shown: str = "") -> None:
    declare(
        Function(
            name, "scalar", (), STRING, 0, 0, sql="{0}", coerce=_setting(name, value), nullable=False, aliases=aliases,
            pretty=lambda written, args, call: f"{shown or written}()",
        )
    )  # fmt: skip


def _catalog(ctx: Any) -> str:
    return ctx.conf.get("spark.sql.defaultCatalog") or "spark_catalog"


def _database(ctx: Any) -> str:
    find = getattr(ctx, "current_database", None)
    return str(find) if find else "default"


_session_function("current_user", _user, ("user", "session_user"))
_session_function("current_catalog", _catalog)
_session_function("current_schema", _database, ("current_database",), "current_schema")
_session_function("current_path", lambda ctx: f"system.builtin,system.session,{_catalog(ctx)}.{_database(ctx)}")
_session_function("version", lambda ctx: f"{SPARK_VERSION} {'0' * 40}")
_session_function("current_timezone", lambda ctx: ctx.time_zone)


def _plain(name: str, doc: str) -> Callable[[], Column]:
    from pyrdd.sql.column import call  # here: only these faces need it

    def face() -> Column:
        return call(name)

    face.__doc__ = doc
    return called(name, face)


current_user = _plain("current_user", "The name of the user who runs the session.")
user = _plain("user", "The name of the user who runs the session.")
session_user = _plain("session_user", "The name of the user who runs the session.")
current_catalog = _plain("current_catalog", "The current catalog.")
current_database = _plain("current_database", "The current database.")
current_schema = _plain("current_schema", "The current database.")
current_path = _plain("current_path", "The schemas in which names of functions are looked up, joined by commas.")
version = _plain("version", "The version of Spark whose answers these are, and a revision.")
current_timezone = _plain("current_timezone", "The time zone of the session.")


# --- types and errors ----------------------------------------------------------------------------------------------


def _typeof(call: Any, args: list[str]) -> str:
    return text_literal(call.args[0].data_type.simpleString())


@scalar(ANY, returns=STRING, sql=_typeof, nullable=False)
def typeof(col: ColumnOrName) -> Column:
    """The name of the value's type.

    >>> spark.range(1).select(typeof("id").alias("type")).collect()
    [Row(type='bigint')]
    """


def _raise(call: Any, args: list[str]) -> str:
    return f"CAST({raise_sql('USER_RAISED_EXCEPTION', errorMessage=args[0])} AS INTEGER)"


def _check_message(name: str, value: Any, optional: bool = False) -> None:
    if isinstance(value, str | Column) or (optional and value is None):
        return
    raise PySparkTypeError(
        errorClass="NOT_EXPECTED_TYPE",
        messageParameters={"expected_type": "Column or str", "arg_name": name, "arg_type": type(value).__name__},
    )


@scalar(STRING, returns=NULL, sql=_raise, nullable=True, deterministic=False)
def raise_error(errMsg: Column | str) -> Column:
    """Fails with the message, as USER_RAISED_EXCEPTION, for the first row that it is computed for."""
    _check_message("errMsg", errMsg)


def _assert(call: Any, args: list[str]) -> str:
    failure = f"CAST({raise_sql('USER_RAISED_EXCEPTION', errorMessage=args[1])} AS INTEGER)"
    return f"CASE WHEN {args[0]} THEN NULL ELSE {failure} END"


def _assert_message(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    from pyrdd.sql.expressions.text import pretty_name  # here: the message's need

    return args if len(args) > 1 else [args[0], Literal(f"'{pretty_name(args[0])}' is not true!", STRING)]


@scalar(BOOLEAN, STRING, returns=NULL, sql=_assert, coerce=_assert_message, nullable=True, deterministic=False)
def assert_true(col: ColumnOrName, errMsg: Column | str | None = None) -> Column:
    """Null where the condition is true; fails with the message elsewhere."""
    _check_message("errMsg", errMsg, optional=True)


# --- types of users ------------------------------------------------------------------------------------------------


def _unwrapped(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    from pyrdd.sql.functions.text_tools import require  # here: the check's need

    require("unwrap_udt", args, 0, t.UserDefinedType, '"USER_DEFINED_TYPE"')
    return args


@scalar(ANY, returns=lambda args: args[0].data_type.sqlType(), sql="{0}", coerce=_unwrapped)
def unwrap_udt(col: ColumnOrName) -> Column:
    """The value of a user-defined type as it is stored."""
