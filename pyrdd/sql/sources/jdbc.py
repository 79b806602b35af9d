"""Tables of databases, under the options of Spark's JDBC source: ``url``, ``dbtable`` or ``query``, partition bounds.

    jdbc:sqlite:/path/to.db        the standard library's sqlite3
    jdbc:duckdb:/path/to.db        DuckDB
    jdbc:postgresql://..., ...     ADBC where its driver is installed, else SQLAlchemy

What a program would reach through a Java driver is reached through Python's here; the answer to a URL that nothing
installed can open is an error that names the packages that could.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import pyarrow as pa

from pyrdd.errors import IllegalArgumentException
from pyrdd.sql.sources.base import Options
from pyrdd.sql.sources.columns import arrow_schema, conform
from pyrdd.sql.sources.errors import not_implemented
from pyrdd.sql.sources.foreign_types import spark_type
from pyrdd.sql.sources.temporal import cast_date, cast_timestamp
from pyrdd.sql.types import StructField, StructType

_ADBC = {"postgresql": "adbc_driver_postgresql.dbapi", "snowflake": "adbc_driver_snowflake.dbapi"}
_DIALECTS = {
    "mysql": "mysql",
    "mariadb": "mariadb",
    "postgresql": "postgresql",
    "sqlserver": "mssql",
    "oracle": "oracle",
}
_BOUNDS = ("partitionColumn", "lowerBound", "upperBound", "numPartitions")


@dataclass(frozen=True, slots=True)
class JdbcTable:
    """A table or query of a database, and the conditions that split it into partitions. It pickles."""

    url: str
    relation: str
    predicates: tuple[str | None, ...]
    options: Options

    def schema(self) -> StructType:
        """The columns, from a query that returns no rows (SQLite, which does not know its types: from the rows)."""
        typed = self._fetch(f"SELECT * FROM {self.relation} WHERE 1=0")
        if any(pa.types.is_null(field.type) for field in typed.schema):
            typed = self._fetch(f"SELECT * FROM {self.relation}")
        fields = [
            StructField(one.name, spark_type(_known(one.type), "JDBC", one.name, False, self.options), True)
            for one in typed.schema
        ]
        return StructType(fields)

    def read(
        self, partition: int, schema: StructType, columns: Sequence[str] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """The rows of one partition."""
        wanted = schema if columns is None else StructType([schema[name] for name in columns])
        names = ", ".join(self._quoted(field.name) for field in wanted.fields) or "1"
        predicate = self.predicates[partition]
        table = self._fetch(f"SELECT {names} FROM {self.relation}" + (f" WHERE {predicate}" if predicate else ""))
        target = arrow_schema(wanted)
        for batch in table.to_batches():
            arrays = [conform(batch.column(at), field.type) for at, field in enumerate(target)]
            yield pa.RecordBatch.from_arrays(arrays, schema=target)

    def _quoted(self, name: str) -> str:
        mark = "`" if self.url.startswith(("jdbc:mysql", "jdbc:mariadb")) else '"'
        return mark + name.replace(mark, mark * 2) + mark

    def _fetch(self, sql: str) -> pa.Table:
        with connect(self.url, self.options) as connection:
            first = self.options.get("sessionInitStatement")
            if first:
                connection.execute(first)
            return connection.fetch(sql)


def jdbc_table(options: Options, predicates: Sequence[str] | None = None) -> JdbcTable:
    """The table that the options describe. ``predicates`` give one partition each.

    Raises `IllegalArgumentException` for options that are missing or do not go together.
    """
    url = options.get("url")
    if not url:
        raise IllegalArgumentException("requirement failed: Option 'url' is required.")
    table, query = options.get("dbtable"), options.get("query")
    if (table is None) == (query is None):
        problem = "is required" if table is None else "can not be specified at the same time"
        raise IllegalArgumentException(f"requirement failed: Option 'dbtable' or 'query' {problem}.")
    if query is not None and "partitionColumn" in options:
        raise IllegalArgumentException("Options 'query' and 'partitionColumn' can not be specified together.")
    relation = table if table is not None else f"({query}) SPARK_GEN_SUBQ_0"
    return JdbcTable(url, str(relation), tuple(predicates or partition_conditions(options)), options)


def partition_conditions(options: Options) -> list[str | None]:
    """The conditions of the partitions between ``lowerBound`` and ``upperBound``; rows outside of the bounds are in
    the first and last ones, null in the first.

    >>> bounds = {"partitionColumn": "id", "lowerBound": 0, "upperBound": 100, "numPartitions": 2}
    >>> partition_conditions(Options(bounds))
    ['"id" < 50 or "id" is null', '"id" >= 50']
    """
    given = [name for name in _BOUNDS[:3] if name in options]
    if not given:
        return [None]
    if len(given) < 3 or "numPartitions" not in options:
        raise IllegalArgumentException(
            "requirement failed: When reading JDBC data sources, users need to specify all or none for the following "
            "options: 'partitionColumn', 'lowerBound', 'upperBound', and 'numPartitions'"
        )
    lower, write = _bound(options, "lowerBound")
    upper, _ = _bound(options, "upperBound")
    if lower > upper:
        raise IllegalArgumentException("requirement failed: The lower bound must not be above the upper bound.")
    count = min(options.integer("numPartitions", 1), upper - lower)
    if count <= 1:
        return [None]
    column = '"' + options["partitionColumn"].strip('"') + '"'
    return _conditions(column, lower, upper, count, write)


def _conditions(column: str, lower: int, upper: int, count: int, write: Callable[[int], str]) -> list[str | None]:
    stride = _half_up(upper, count) - _half_up(lower, count)
    lost = (upper - lower) - stride * count
    at = lower + lost // 2
    found: list[str | None] = []
    for number in range(count):
        low = f"{column} >= {write(at)}" if number else None
        at += stride
        high = f"{column} < {write(at)}" if number < count - 1 else None
        if low is None:
            found.append(f"{high} or {column} is null")
        else:
            found.append(low if high is None else f"{low} AND {high}")
    return found


def _half_up(value: int, count: int) -> int:
    return value // count


def _bound(options: Options, name: str) -> tuple[int, Callable[[int], str]]:
    text = options[name]
    if re.fullmatch(r"[+-]?\d+", text):
        return int(text), str
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        days = cast_date(text)
        if days is not None:
            from pyrdd.sql.kernels.datetime_parse import date_to_string  # only for bounds that are dates

            return days, lambda value: f"'{date_to_string(value)}'"
    micros = cast_timestamp(text, None)
    if micros is None:
        raise IllegalArgumentException(f"The option {name} is no number, date or timestamp: {text}")
    from pyrdd.sql.kernels.datetime_parse import local_to_string  # only for bounds that are timestamps

    return micros, lambda value: f"'{local_to_string(value)}'"


class Connection:
    """A database connection that answers queries with Arrow tables."""

    def __init__(self, execute: Callable[[str], Any], fetch: Callable[[str], pa.Table]) -> None:
        self.execute, self.fetch = execute, fetch


def connect(url: str, options: Options) -> AbstractContextManager[Connection]:
    """Opens the database of a ``jdbc:`` URL.

    Raises `PySparkNotImplementedError` when no installed package can.
    """
    found = re.fullmatch(r"jdbc:([A-Za-z0-9]+):(.*)", url, re.DOTALL)
    if found is None:
        raise IllegalArgumentException(f"A JDBC URL begins with jdbc: and the name of a database, not {url!r}")
    kind, rest = found[1].lower(), found[2]
    if kind == "sqlite":
        return _sqlite(rest.removeprefix("file:"))
    if kind == "duckdb":
        return _duckdb(rest)
    if kind in _ADBC and _has(_ADBC[kind]):
        return _adbc(_ADBC[kind], f"{kind}:{_with_credentials(rest, options)}")
    if kind in _DIALECTS and _has("sqlalchemy"):
        return _sqlalchemy(f"{_DIALECTS[kind]}:{_with_credentials(rest, options)}")
    raise not_implemented(
        f"The database {kind} without a package that opens it",
        f"Install {_ADBC.get(kind, 'sqlalchemy').partition('.')[0]} or sqlalchemy with a driver for it.",
    )


def _has(module: str) -> bool:
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return True


def _with_credentials(rest: str, options: Options) -> str:
    address, _, query = rest.partition("?")
    pairs = dict(parse_qsl(query))
    user = options.get("user") or pairs.pop("user", None)
    password = options.get("password") or pairs.pop("password", None)
    if user and "@" not in address:
        credentials = quote(user, safe="") + (":" + quote(password, safe="") if password else "")
        address = address.replace("//", f"//{credentials}@", 1)
    return address + (f"?{urlencode(pairs)}" if pairs else "")


class _Closing(AbstractContextManager[Connection]):
    def __init__(self, raw: Any, connection: Connection) -> None:
        self._closing, self._connection = closing(raw), connection

    def __enter__(self) -> Connection:
        self._closing.__enter__()
        return self._connection

    def __exit__(self, *error: Any) -> None:
        self._closing.__exit__(*error)


def _sqlite(path: str) -> AbstractContextManager[Connection]:
    import sqlite3  # the drivers are loaded with the first table that needs them

    raw = sqlite3.connect(path)
    return _Closing(raw, Connection(raw.execute, lambda sql: _rows_table(raw.execute(sql))))


def _duckdb(path: str) -> AbstractContextManager[Connection]:
    import duckdb  # the drivers are loaded with the first table that needs them

    raw = duckdb.connect(path or ":memory:", read_only=bool(path) and path != ":memory:")
    return _Closing(raw, Connection(raw.execute, lambda sql: raw.sql(sql).to_arrow_table()))


def _adbc(module: str, uri: str) -> AbstractContextManager[Connection]:
    raw = importlib.import_module(module).connect(uri)
    cursor = raw.cursor()

    def fetch(sql: str) -> pa.Table:
        cursor.execute(sql)
        return cursor.fetch_arrow_table()

    return _Closing(raw, Connection(cursor.execute, fetch))


def _sqlalchemy(uri: str) -> AbstractContextManager[Connection]:
    alchemy = importlib.import_module("sqlalchemy")
    raw = alchemy.create_engine(uri).connect()
    return _Closing(
        raw,
        Connection(
            lambda sql: raw.execute(alchemy.text(sql)),
            lambda sql: _rows_table(raw.execute(alchemy.text(sql)).cursor),
        ),
    )


def _rows_table(cursor: Any) -> pa.Table:
    names = [column[0] for column in cursor.description]
    rows = cursor.fetchall()
    columns = [pa.array([row[at] for row in rows]) for at in range(len(names))]
    return pa.Table.from_arrays(columns, names=names)


def _known(kind: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_null(kind) else kind
