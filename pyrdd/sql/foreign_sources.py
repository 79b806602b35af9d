"""Sources that are no files: databases by JDBC URL, and Python data sources.

Python data sources are read and written in `pyrdd.sql.datasource_run`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pyrdd.sql.arguments import not_implemented
from pyrdd.sql.datasource_run import check_save_mode, registered_source
from pyrdd.sql.execution.query import spark_errors
from pyrdd.sql.plan import LogicalPlan, RddRelation, attributes_of
from pyrdd.sql.sources import Options, format_named
from pyrdd.sql.types import StructType

if TYPE_CHECKING:
    import pyarrow as pa

    from pyrdd.sql.dataframe import DataFrame
    from pyrdd.sql.session import SparkSession
    from pyrdd.sql.sources.jdbc import JdbcTable


def load(
    session: SparkSession, name: str, path: Any, schema: StructType | None, options: Mapping[str, Any]
) -> LogicalPlan:
    """The relation that ``spark.read.format(name).load(path)`` makes. Raises for a name that is no source."""
    if name.lower() == "jdbc":
        given = {key: value for key, value in options.items() if key != "predicates"}
        return _jdbc(session, Options(given, dict(session.conf._values)), options.get("predicates"))
    registered = registered_source(session, name)
    if registered is not None:
        return registered.load(session, path, schema, options)
    raise _unknown(name)


def save(session: SparkSession, df: DataFrame, name: str, path: str | None, mode: str, options: Mapping[str, Any]) -> None:
    """Carries out ``df.write.format(name).save(path)``. Raises for a name that is no source."""
    if name.lower() == "jdbc":
        raise not_implemented("Writing to databases (jdbc)", "Collect the rows and use the database's own driver.")
    if name.lower() == "noop":
        check_save_mode("noop", mode)
        discard(df)
        return
    registered = registered_source(session, name)
    if registered is not None:
        registered.save(session, df, path, mode, options)
        return
    raise _unknown(name)


def discard(df: DataFrame) -> None:
    """Computes the rows and forgets them. Runs a job."""
    with spark_errors():
        df._execution.arrow_rdd().foreachPartition(_drain)


def _drain(tables: Iterable[Any]) -> None:
    for _ in tables:
        pass


def _unknown(name: str) -> Exception:
    try:
        format_named(name)
    except Exception as error:
        return error
    raise AssertionError(f"{name} is a file format")


def _jdbc(session: SparkSession, options: Options, predicates: list[str] | None) -> LogicalPlan:
    from pyrdd.sql.sources.jdbc import jdbc_table  # here: it loads Arrow and drivers

    table = jdbc_table(options, predicates)
    schema = table.schema()
    count = len(table.predicates)
    rdd = session._sc.parallelize(range(count), count).mapPartitions(_JdbcReader(table, schema))
    return RddRelation(attributes_of(schema), rdd, schema, arrow=True)


class _JdbcReader:
    """Reads the partitions of a database table, in a task."""

    def __init__(self, table: JdbcTable, schema: StructType) -> None:
        self.table, self.schema = table, schema

    def __call__(self, numbers: Iterator[int]) -> Iterator[pa.Table]:
        import pyarrow as pa  # here: the class is made in a driver that has it loaded, and used in tasks

        for number in numbers:
            for batch in self.table.read(number, self.schema):
                yield pa.Table.from_batches([batch])
