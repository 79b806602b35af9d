"""Scripts of statements with what PySpark answers to each: columns and rows, or the error with its parameters.

Statements without an answer are run for what they leave behind. Rows of queries are compared in any order.
"""

from __future__ import annotations

import getpass
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pyrdd.errors import PySparkException
from pyrdd.sql import SparkSession

ANSWERS = Path(__file__).parent / "answers"
TIME = re.compile(r"\w{3} \w{3} \d\d [\d:]+ UTC \d{4}")


@pytest.mark.parametrize("script", ["tables", "functions_views_and_settings", "table_functions"])
def test_statements_answer_as_in_pyspark(script: str, make_context: Callable[..., Any], tmp_path: Path) -> None:
    warehouse, directory = str(tmp_path / "warehouse"), str(tmp_path / "files")
    sc = make_context("local[2]", **{"spark.sql.warehouse.dir": warehouse, "spark.sql.session.timeZone": "UTC"})
    session = SparkSession(sc)
    found, wanted = [], []
    try:
        for line in (ANSWERS / f"{script}.jsonl").read_text(encoding="utf-8").splitlines():
            expected = json.loads(line)
            text = expected["statement"].replace("<directory>", directory)
            answer = _answer(session, text)
            if len(expected) > 1:
                shown = json.dumps(answer).replace(warehouse, "<warehouse>").replace(directory, "<directory>")
                shown = TIME.sub("<time>", shown).replace(f'"Owner", "{getpass.getuser()}"', '"Owner", "<user>"')
                found.append({"statement": expected["statement"], **json.loads(shown)})
                wanted.append(expected)
    finally:
        SparkSession._instantiatedSession = SparkSession._activeSession = None
    assert found == wanted


def _answer(session: SparkSession, text: str) -> dict[str, Any]:
    try:
        df = session.sql(text)
        rows = [[str(value) for value in row] for row in df.collect()]
    except PySparkException as error:
        parameters = error.getMessageParameters()
        return {"error": error.getCondition(), "class": type(error).__name__, "parameters": parameters}
    ordered = re.match(r"(?is)\s*(desc|show)", text) or "-- ordered" in text
    return {"schema": df.schema.simpleString(), "rows": rows if ordered else sorted(rows)}


def _column(session: SparkSession, text: str) -> list[Any]:
    return sorted(row[0] for row in session.sql(text).collect())


def test_a_cached_table_and_what_reads_it_follow_what_is_inserted(spark: SparkSession) -> None:
    spark.sql("CREATE TABLE cached (a INT) USING parquet")
    spark.sql("CREATE TEMP VIEW above AS SELECT a + 1 AS b FROM cached")
    spark.sql("CACHE TABLE cached")
    spark.sql("CACHE TABLE above")
    spark.sql("INSERT INTO cached VALUES (1)")
    assert spark.catalog.isCached("cached") and spark.catalog.isCached("above")
    assert (_column(spark, "SELECT * FROM cached"), _column(spark, "SELECT * FROM above")) == ([1], [2])


def test_sessions_of_one_context_share_tables_but_not_views_nor_the_database_in_use(spark: SparkSession) -> None:
    spark.sql("CREATE DATABASE other")
    spark.sql("USE other")
    spark.sql("CREATE TABLE shared USING json AS SELECT 7 AS a")
    spark.sql("CREATE TEMP VIEW own AS SELECT 1 AS a")
    second = spark.newSession()
    assert _column(second, "SELECT a FROM other.shared") == [7]
    assert second.catalog.currentDatabase() == "default"
    assert not second.catalog.tableExists("own")


def test_insert_if_not_exists_leaves_a_partition_that_is_there(spark: SparkSession) -> None:
    spark.sql("CREATE TABLE parts (a INT, p INT) USING parquet PARTITIONED BY (p)")
    spark.sql("INSERT INTO parts PARTITION (p = 1) VALUES (1)")
    spark.sql("INSERT OVERWRITE parts PARTITION (p = 1) IF NOT EXISTS VALUES (2)")
    spark.sql("INSERT OVERWRITE parts PARTITION (p = 2) IF NOT EXISTS VALUES (3)")
    assert _column(spark, "SELECT a FROM parts") == [1, 3]
