"""SQL text to plans and expressions.

Who reads what: `dialect` (tokens), `syntax*` and `calls` (sqlglot's parser with Spark's grammar put right), `grammar`
(the parser); then `expressions`, `windows`, `literals`, `query`, `relations`, `pipes` turn its syntax trees into ours.
`commands` lists every command with its parts.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pyrdd.sql.expressions import Expression
from pyrdd.sql.parser.errors import with_depth
from pyrdd.sql.parser.grammar import parse_with, split_statements
from pyrdd.sql.parser.nodes import Statement, identifiers_of
from pyrdd.sql.parser.query import QueryConverter
from pyrdd.sql.plan import LogicalPlan
from pyrdd.sql.types import DataType

_Settings = tuple[str, bool, bool, bool, bool, bool, bool, bool]


def parse_query(text: str, conf: Any = None, object: tuple[str, str] = ("", "")) -> LogicalPlan:
    """The unresolved plan of one statement; a `Command` for what is not a query. Raises ParseException. ``object`` is
    the type and the name of what the text belongs to, for messages.

    >>> type(parse_query("SELECT 1")).__name__
    'Project'
    """
    settings = _settings(conf)
    return with_depth(lambda: _parse_query(text, settings, object))


def parse_expression(text: str, conf: Any = None) -> Expression:
    """The unresolved expression of a text, as `expr` and `DataFrame.filter` take it; with an alias an
    `UnresolvedAlias`. Raises ParseException.

    >>> parse_expression("a AS b")
    UnresolvedAlias(child=UnresolvedAttribute(parts=('a',)), names=('b',), metadata=None)
    """
    settings = _settings(conf)
    return with_depth(lambda: _parse_expression(text, settings))


def parse_statements(text: str) -> list[str]:
    """The statements of a text, split at its semicolons.

    >>> parse_statements("SELECT ';'; SELECT 2;")
    ["SELECT ';'", 'SELECT 2']
    """
    return split_statements(text)


def parse_multipart_identifier(text: str) -> tuple[str, ...]:
    """The parts of a name such as ``catalog.db.`a table` ``. Raises ParseException.

    >>> parse_multipart_identifier("db.`a.b`")
    ('db', 'a.b')
    """
    found = identifiers_of(parse_with(text, "multipart_name"))
    assert found is not None
    return found


def parse_table_identifier(text: str) -> tuple[str, ...]:
    """The parts of a table's name: its own, with its database's before it if given. Raises ParseException."""
    return parse_multipart_identifier(text)


def parse_type(text: str) -> DataType:
    """The data type that a text names. Raises ParseException.

    >>> parse_type("array<decimal(10, 2)>")
    ArrayType(DecimalType(10,2), True)
    """
    found: DataType = parse_with(text, "data_type")
    return found


def _settings(conf: Any) -> _Settings:
    def get(key: str, default: str) -> str:
        return default if conf is None else str(conf.get(key, default))

    return (
        get("spark.sql.session.timeZone", "UTC"),
        get("spark.sql.timestampType", "TIMESTAMP_LTZ").upper() == "TIMESTAMP_NTZ",
        get("spark.sql.groupByOrdinal", "true") == "true",
        get("spark.sql.orderByOrdinal", "true") == "true",
        get("spark.sql.legacy.parser.havingWithoutGroupByAsWhere", "false") == "true",
        get("spark.sql.legacy.consecutiveStringLiterals.enabled", "false") == "true",
        get("spark.sql.legacy.bangEqualsNot", "false") == "true",
        get("spark.sql.legacy.setopsPrecedence.enabled", "false") == "true",
    )


@lru_cache(512)
def _parse_query(text: str, settings: _Settings, object: tuple[str, str]) -> LogicalPlan:
    found = parse_with(text, "statement", *settings[-3:])
    convert = QueryConverter(*settings[:-3], text, object)
    if isinstance(found, Statement):
        from pyrdd.sql.parser.commands import command_of  # here: queries need none of it

        return command_of(found, convert)
    return convert(found)


@lru_cache(2048)
def _parse_expression(text: str, settings: _Settings) -> Expression:
    found = parse_with(text, "named_expression", *settings[-3:])
    return QueryConverter(*settings[:-3], text).expressions(found)


__all__ = [
    "parse_expression",
    "parse_multipart_identifier",
    "parse_query",
    "parse_statements",
    "parse_table_identifier",
    "parse_type",
]
