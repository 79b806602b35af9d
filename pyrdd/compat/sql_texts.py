"""Reads the SQL texts of a program by pyrdd's own parser: which functions they call, and what of Spark's SQL is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pyrdd.compat.differences import instead_of
from pyrdd.compat.members import members
from pyrdd.errors import PySparkException, PySparkNotImplementedError
from pyrdd.util.frozen import frozen

_QUERIES = {"pyspark.sql.SparkSession.sql": "sqlQuery", "pyspark.sql.SQLContext.sql": "sqlQuery"}
_EXPRESSIONS = {
    "pyspark.sql.functions.expr": "str",
    "pyspark.sql.DataFrame.filter": "condition",
    "pyspark.sql.DataFrame.where": "condition",
}
_SEVERAL = {"pyspark.sql.DataFrame.selectExpr"}


@frozen
class Refusal:
    """A part of SQL that the parser refuses."""

    feature: str
    alternative: str


def functions_of_call(member: str, arguments: Mapping[str, Any], starred: tuple[Any, ...]) -> Iterator[str | Refusal]:
    """The public functions that the SQL texts of a call use, by their names in `pyspark.sql.functions`, and what is refused
    of these texts. Nothing of a text that does not parse: it may be a template."""
    if isinstance(text := arguments.get(_QUERIES.get(member, "")), str):
        yield from _read(text, "parse_query")
    texts = starred if member in _SEVERAL else (arguments.get(_EXPRESSIONS.get(member, "")),)
    for text in texts:
        if isinstance(text, str):
            yield from _read(text, "parse_expression")


def _read(text: str, parse: str) -> Iterator[str | Refusal]:
    try:
        from pyrdd.sql import parser  # here: it needs sqlglot, which programs without SQL may not have
    except ImportError:
        return
    try:
        tree = getattr(parser, parse)(text)
    except PySparkNotImplementedError as error:
        parameters = error.getMessageParameters() or {}
        yield Refusal(parameters.get("feature", "This SQL"), parameters.get("alternative", ""))
    except PySparkException:
        return
    else:
        yield from dict.fromkeys(name for called in _called(tree) if (name := _public(called)))


def _public(function: str) -> str | None:
    name = f"pyspark.sql.functions.{function.lower()}"
    return name if name in members() or instead_of(name) else None


def _called(tree: Any) -> Iterator[str]:
    """The names of the functions in a plan or an expression, in subqueries and parts of commands too."""
    from pyrdd.sql.expressions.unresolved import UnresolvedFunction  # here: see above

    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, UnresolvedFunction) and len(node.name) == 1:
            yield node.name[0]
        if isinstance(node, tuple | list):
            stack.extend(node)
        else:
            stack.extend(getattr(node, name, None) for name in getattr(node, "__dataclass_fields__", ()))
