"""What a session hands to analysis: its settings, its catalog's relations and functions, and the value of constants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.codegen.plans import PlanWriter
from pyrdd.sql.execution import database
from pyrdd.sql.execution.constants import internal_value
from pyrdd.sql.expressions import Alias, Expression, new_id
from pyrdd.sql.plan import OneRow, Project

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession


def analysis_context(session: SparkSession) -> AnalysisContext:
    """The context in which a session's queries are analysed."""
    conf = session.conf.getAll
    catalog = session._catalog
    return AnalysisContext(
        conf=conf,
        find_relation=catalog.find_relation,
        find_function=catalog.find_function,
        find_table_function=catalog.find_table_function,
        find_variable=catalog.find_variable,
        current_database=catalog.current_database,
        evaluate=lambda expression: evaluate(expression, conf.get("spark.sql.session.timeZone") or "UTC"),
    )


def evaluate(expression: Expression, time_zone: str = "UTC") -> Any:
    """The internal value of a foldable expression. Raises what computing it raises."""
    alias = Alias(expression, "value", new_id())
    query = PlanWriter(time_zone).query(Project((alias,), OneRow()))
    table = database.run(query.text, [], query.kernels, {"TimeZone": time_zone}, origins=query.origins)
    return internal_value(table.column(0), expression.data_type)
