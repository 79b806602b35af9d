"""Commands are read into their kind and parts."""

from __future__ import annotations

from typing import Any

import pytest
from plan_text import plan_text

from pyrdd.sql import types as t
from pyrdd.sql.expressions import UnresolvedAttribute
from pyrdd.sql.parser import parse_expression, parse_query
from pyrdd.sql.parser.commands import ColumnDefinition, FunctionParameter, Transform
from pyrdd.sql.plan import Command, LogicalPlan

INT, STRING = t.IntegerType(), t.StringType()
ONE = parse_expression("1")
A = ColumnDefinition(("a",), INT)
QUERY = "Project [unresolvedalias(1)] OneRowRelation"

COMMANDS: list[tuple[str, str, dict[str, Any]]] = [
    ("USE db", "use", {"name": ("db",)}),
    ("SET", "set", {}),
    ("SET -v", "set", {"all": True}),
    ("SET a.b", "set", {"key": "a.b"}),
    ("SET a.b = some text ;", "set", {"key": "a.b", "value": "some text"}),
    ("SET TIME ZONE 'UTC'", "set_time_zone", {"time_zone": "UTC"}),
    ("SET VAR x = 1", "set_variable", {"variables": (("x",),), "values": (ONE,)}),
    ("RESET a.b", "reset", {"key": "a.b"}),
    ("DECLARE OR REPLACE x INT DEFAULT 1", "declare_variable",
     {"names": (("x",),), "replace": True, "data_type": INT, "default": ONE, "text": "1"}),
    ("CREATE OR REPLACE TEMP VIEW v (a COMMENT 'x', b) AS SELECT 1", "create_view",
     {"name": ("v",), "replace": True, "temporary": True, "columns": (("a", "x"), ("b", None)),
      "query": QUERY, "text": "SELECT 1"}),
    ("CREATE GLOBAL TEMPORARY VIEW v AS SELECT 1", "create_view",
     {"name": ("v",), "temporary": True, "global": True, "query": QUERY, "text": "SELECT 1"}),
    ("CREATE TEMPORARY VIEW v (a INT) USING csv OPTIONS (path '/x', header true)", "create_temp_view_using",
     {"name": ("v",), "columns": (A,), "using": "csv", "options": (("path", "/x"), ("header", "true"))}),
    ("CREATE TABLE IF NOT EXISTS d.t (a INT, b STRING NOT NULL COMMENT 'x' DEFAULT 'y') USING parquet"
     " PARTITIONED BY (b) LOCATION '/x' TBLPROPERTIES ('k' = 'v')", "create_table",
     {"name": ("d", "t"), "if_not_exists": True, "using": "parquet", "location": "/x",
      "columns": (A, ColumnDefinition(("b",), STRING, False, "x", "'y'")), "properties": (("k", "v"),),
      "partitioned_by": (Transform("identity", (("b",),)),)}),
    ("CREATE TABLE t CLUSTERED BY (a) SORTED BY (a) INTO 4 BUCKETS AS SELECT 1", "create_table",
     {"name": ("t",), "clustered_by": ("a",), "sorted_by": (("a", True),), "buckets": 4, "query": QUERY,
      "text": "SELECT 1"}),
    ("CREATE TABLE t LIKE s USING json", "create_table_like", {"name": ("t",), "source": ("s",), "using": "json"}),
    ("CREATE SCHEMA d COMMENT 'c' WITH DBPROPERTIES (a = 'b')", "create_database",
     {"name": ("d",), "comment": "c", "properties": (("a", "b"),)}),
    ("DROP TABLE IF EXISTS a.b PURGE", "drop_table", {"name": ("a", "b"), "if_exists": True, "purge": True}),
    ("DROP DATABASE d CASCADE", "drop_database", {"name": ("d",), "cascade": True}),
    ("ALTER TABLE t RENAME TO u", "alter_table", {"name": ("t",), "action": "rename", "to": ("u",)}),
    ("ALTER TABLE t ADD COLUMNS (a INT FIRST)", "alter_table",
     {"name": ("t",), "action": "add_columns", "columns": (ColumnDefinition(("a",), INT, position=("first",)),)}),
    ("ALTER TABLE t ALTER COLUMN a TYPE BIGINT", "alter_table",
     {"name": ("t",), "action": "alter_column", "column": ("a",), "data_type": t.LongType()}),
    ("ALTER TABLE t PARTITION (a = 1) SET LOCATION '/x'", "alter_table",
     {"name": ("t",), "action": "set_location", "location": "/x", "partition": (("a", ONE),)}),
    ("ALTER VIEW v AS SELECT 1", "alter_view", {"name": ("v",), "action": "as", "query": QUERY, "text": "SELECT 1"}),
    ("INSERT OVERWRITE TABLE t PARTITION (a = 1, b) SELECT 1", "insert",
     {"name": ("t",), "overwrite": True, "partition": (("a", ONE), ("b", None)), "query": QUERY}),
    ("INSERT INTO t (a, b) SELECT 1", "insert", {"name": ("t",), "columns": ("a", "b"), "query": QUERY}),
    ("INSERT INTO t BY NAME SELECT 1", "insert", {"name": ("t",), "by_name": True, "query": QUERY}),
    ("DELETE FROM t AS x WHERE a", "delete",
     {"name": ("t",), "alias": "x", "condition": UnresolvedAttribute(("a",))}),
    ("UPDATE t SET x.a = 1", "update", {"name": ("t",), "assignments": ((("x", "a"), ONE),)}),
    ("TRUNCATE TABLE t", "truncate", {"name": ("t",)}),
    ("CACHE LAZY TABLE t OPTIONS ('storageLevel' 'DISK_ONLY') AS SELECT 1", "cache_table",
     {"name": ("t",), "lazy": True, "options": (("storageLevel", "DISK_ONLY"),), "query": QUERY, "text": "SELECT 1"}),
    ("UNCACHE TABLE IF EXISTS t", "uncache_table", {"name": ("t",), "if_exists": True}),
    ("CLEAR CACHE", "clear_cache", {}),
    ("REFRESH TABLE a.t", "refresh_table", {"name": ("a", "t")}),
    ("REFRESH '/x'", "refresh_path", {"path": "/x"}),
    ("EXPLAIN EXTENDED SELECT 1", "explain", {"mode": "extended", "query": QUERY}),
    ("SHOW TABLES IN d LIKE 'a*'", "show_tables", {"database": ("d",), "pattern": "a*"}),
    ("SHOW USER FUNCTIONS LIKE 'x'", "show_functions", {"scope": "user", "pattern": "x"}),
    ("SHOW COLUMNS FROM t IN d", "show_columns", {"name": ("t",), "database": ("d",)}),
    ("SHOW TBLPROPERTIES t ('a.b')", "show_tblproperties", {"name": ("t",), "key": "a.b"}),
    ("DESCRIBE EXTENDED d.t", "describe_table", {"name": ("d", "t"), "extended": True}),
    ("DESC TABLE t c", "describe_table", {"name": ("t",), "column": ("c",)}),
    ("DESC QUERY SELECT 1", "describe_query", {"query": QUERY, "text": "SELECT 1"}),
    ("DESC FUNCTION EXTENDED <>", "describe_function", {"name": ("<>",), "extended": True}),
    ("CREATE TEMPORARY FUNCTION f(x INT DEFAULT 1) RETURNS INT COMMENT 'c' RETURN x", "create_function",
     {"name": ("f",), "temporary": True, "params": (FunctionParameter("x", INT, None, ONE),), "returns": INT,
      "characteristics": (("comment", "c"),), "body": UnresolvedAttribute(("x",)), "text": "x"}),
    ("CREATE FUNCTION f() RETURNS TABLE (a INT) RETURN SELECT 1", "create_function",
     {"name": ("f",), "params": (), "returns_table": (FunctionParameter("a", INT),), "characteristics": (),
      "body": QUERY, "text": "SELECT 1"}),
    ("COMMENT ON TABLE t IS 'x'", "comment_on", {"object": "table", "name": ("t",), "comment": "x"}),
    ("EXECUTE IMMEDIATE 'SELECT ?' INTO x USING 1", "execute_immediate",
     {"query": parse_expression("'SELECT ?'"), "into": (("x",),), "using": (ONE,)}),
    ("ANALYZE TABLE t COMPUTE STATISTICS FOR ALL COLUMNS", "analyze", {"name": ("t",), "columns": "all"}),
    ("MSCK REPAIR TABLE t", "repair_table", {"name": ("t",), "mode": "ADD"}),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "kind", "parts"), COMMANDS)
def test_a_command_has_its_kind_and_its_parts(sql: str, kind: str, parts: dict[str, Any]) -> None:
    command = parse_query(sql)
    assert isinstance(command, Command)
    found = {name: plan_text(part) if isinstance(part, LogicalPlan) else part for name, part in command.parts}
    assert (command.kind, found) == (kind, parts)


def test_a_with_clause_before_insert_belongs_to_its_query() -> None:
    command = parse_query("WITH c AS (SELECT 1) INSERT INTO t SELECT * FROM c")
    assert isinstance(command, Command)
    assert plan_text(command["query"]).startswith("CTE [c]")


def test_merge_keeps_its_clauses_in_order() -> None:
    command = parse_query(
        "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED AND s.b THEN UPDATE SET b = 1 WHEN MATCHED THEN DELETE"
        " WHEN NOT MATCHED THEN INSERT (a) VALUES (1) WHEN NOT MATCHED BY SOURCE THEN DELETE"
    )
    assert isinstance(command, Command)
    assert [(clause[0], clause[2]) for clause in command["clauses"]] == [
        ("matched", "update"), ("matched", "delete"), ("not_matched", "insert"), ("not_matched_by_source", "delete"),
    ]  # fmt: skip


def test_explain_may_stand_before_a_command() -> None:
    command = parse_query("EXPLAIN DROP TABLE t")
    assert isinstance(command, Command)
    assert command["query"] == Command("drop_table", (("name", ("t",)),))
