"""Databases are read under the options of Spark's JDBC source."""

import sqlite3

import duckdb
import pytest

from pyrdd.errors import IllegalArgumentException, PySparkNotImplementedError
from pyrdd.sql.sources.base import Options
from pyrdd.sql.sources.jdbc import jdbc_table, partition_conditions


def rows(table):
    schema = table.schema()
    batches = [b for at in range(len(table.predicates)) for b in table.read(at, schema)]
    return schema.simpleString(), [tuple(row.values()) for b in batches for row in b.to_pylist()]


def test_a_table_of_sqlite_is_read(tmp_path):
    path = tmp_path / "x.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (a INTEGER, b TEXT)")
        connection.executemany("INSERT INTO t VALUES (?, ?)", [(1, "x"), (2, None)])
    connection.close()
    options = {"url": f"jdbc:sqlite:{path}", "dbtable": "t"}
    assert rows(jdbc_table(Options(options))) == ("struct<a:bigint,b:string>", [(1, "x"), (2, None)])


def test_a_query_of_duckdb_is_read_in_partitions(tmp_path):
    path = tmp_path / "x.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE t AS SELECT range::INTEGER AS id FROM range(10)")
    bounds = {"partitionColumn": "id", "lowerBound": 0, "upperBound": 10, "numPartitions": 3}
    table = jdbc_table(Options({"url": f"jdbc:duckdb:{path}", "dbtable": "t", **bounds}))
    assert table.predicates == ('"id" < 3 or "id" is null', '"id" >= 3 AND "id" < 6', '"id" >= 6')
    assert sorted(rows(table)[1]) == [(at,) for at in range(10)]
    query = jdbc_table(Options({"url": f"jdbc:duckdb:{path}", "query": "SELECT sum(id) AS s FROM t"}))
    assert [int(value) for (value,) in rows(query)[1]] == [45]


def test_dates_are_bounds_too():
    bounds = {"partitionColumn": "d", "lowerBound": "2024-01-01", "upperBound": "2024-01-11", "numPartitions": 2}
    assert partition_conditions(Options(bounds)) == ['"d" < \'2024-01-06\' or "d" is null', "\"d\" >= '2024-01-06'"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "Option 'url' is required"),
        ({"url": "jdbc:sqlite:x"}, "'dbtable' or 'query' is required"),
        ({"url": "jdbc:sqlite:x", "dbtable": "a", "query": "b"}, "at the same time"),
        ({"url": "jdbc:sqlite:x", "dbtable": "a", "partitionColumn": "i"}, "specify all or none"),
    ],
)
def test_options_that_do_not_go_together_are_an_error(options, message):
    with pytest.raises(IllegalArgumentException, match=message):
        jdbc_table(Options(options))


def test_a_database_that_nothing_opens_is_refused_by_name():
    table = jdbc_table(Options({"url": "jdbc:db2://host/x", "dbtable": "t"}))
    with pytest.raises(PySparkNotImplementedError, match="The database db2"):
        table.schema()
