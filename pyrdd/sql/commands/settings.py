"""SET, RESET, USE and session variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrdd.errors import AnalysisException
from pyrdd.sql.analysis.fold import constant_value
from pyrdd.sql.analysis.resolve import resolve
from pyrdd.sql.analysis.scope import Scope
from pyrdd.sql.arguments import not_implemented
from pyrdd.sql.commands.results import table
from pyrdd.sql.plan import Command, LogicalPlan
from pyrdd.sql.sql_settings import STATIC

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession


_TIME_ZONE = "spark.sql.session.timeZone"


def set(session: SparkSession, command: Command) -> LogicalPlan:
    """SET key = value, SET key, SET, SET -v."""
    if command["all"]:
        raise not_implemented("SET -v", "SET shows the settings that have a value; spark.conf.get answers for each.")
    key, value = command["key"], command["value"]
    if key is None:
        return table("key string, value string", sorted(session.conf.getAll.items()))
    if value is None:
        return table("key string, value string", [(key, _value_of(session, key))])
    session.conf.set(key, value)
    return table("key string, value string", [(key, value)])


def _value_of(session: SparkSession, key: str) -> str:
    found = session.conf._values.get(key)
    return "<undefined>" if found is None else found


def reset(session: SparkSession, command: Command) -> None:
    """RESET key, or everything that was set."""
    keys = [command["key"]] if command["key"] else list(session.conf._changed)
    for key in keys:
        if key in STATIC and command["key"]:
            raise AnalysisException(errorClass="CANNOT_MODIFY_STATIC_CONFIG", messageParameters={"key": f'"{key}"'})
        session.conf.unset(key)


def set_time_zone(session: SparkSession, command: Command) -> LogicalPlan:
    """SET TIME ZONE."""
    zone = command["time_zone"]
    if zone is None:
        ctx = session._analysis_context()
        seconds = constant_value(resolve(command["interval"], Scope(ctx)), ctx) // 1_000_000
        sign, seconds = ("-" if seconds < 0 else "+"), abs(seconds)
        zone = f"{sign}{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
    elif zone == "LOCAL":
        session.conf.unset(_TIME_ZONE)
        return table("key string, value string", [(_TIME_ZONE, session.conf.get(_TIME_ZONE))])
    session.conf.set(_TIME_ZONE, zone)
    return table("key string, value string", [(_TIME_ZONE, zone)])
