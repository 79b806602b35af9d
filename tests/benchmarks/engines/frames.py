"""The rows of bench_sql in PySpark's API: one source for pyrdd, PySpark and Sail.

Each row is ``prepare(spark, size, data) -> work``: `prepare` is not timed, `work` is, and gives a checksum.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

PACKAGES = {"pyrdd": "pyrdd.sql", "pyspark": "pyspark.sql", "sail": "pyspark.sql"}
GROUPS = 1_000

Work = Callable[[], int]


def open_session(engine: str, master: str) -> Any:
    """A fresh session of the engine, with its own defaults."""
    builder = import_module(PACKAGES[engine]).SparkSession.builder
    if engine == "sail":
        from pysail.spark import SparkConnectServer

        server = SparkConnectServer()
        server.start()
        session = builder.remote(f"sc://localhost:{server.listening_address[1]}").getOrCreate()
        session.benchmark_server = server
        return session
    quiet = builder.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
    session = quiet.master(master).appName("benchmark").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def _functions(spark: Any) -> Any:
    return import_module(type(spark).__module__.split(".")[0] + ".sql.functions")


def total(frame: Any, name: str) -> int:
    """The sum of a column as the engine adds it up."""
    return int(frame.agg({name: "sum"}).collect()[0][0])


# --- what a question costs beside its work


def two_rows(spark: Any, size: int, data: str) -> Work:
    def work() -> int:
        frame = spark.createDataFrame([(1, "a"), (2, "b")], ["n", "s"])
        return int(frame.filter("n > 1").collect()[0].n)

    return work


def two_rows_sql(spark: Any, size: int, data: str) -> Work:
    spark.createDataFrame([(1, "a"), (2, "b")], ["n", "s"]).createOrReplaceTempView("two")
    return lambda: int(spark.sql("SELECT n, upper(s) AS t FROM two WHERE n > 1 ORDER BY n").collect()[0].n)


def first_result(spark: Any, size: int, data: str) -> Work:
    return lambda: int(spark.createDataFrame([(i, str(i)) for i in range(size)], ["n", "s"]).count())


# --- Python functions


def next_one(x: int) -> int:
    return x + 1


def udf(spark: Any, size: int, data: str) -> Work:
    plus_one = _functions(spark).udf(next_one, "long", useArrow=False)
    return lambda: total(spark.range(size).select(plus_one("id").alias("y")), "y")


def udf_arrow(spark: Any, size: int, data: str) -> Work:
    plus_one = _functions(spark).udf(next_one, "long", useArrow=True)
    return lambda: total(spark.range(size).select(plus_one("id").alias("y")), "y")


def pandas_udf(spark: Any, size: int, data: str) -> Work:
    import pandas as pd

    def doubled(x: pd.Series) -> pd.Series:
        return x * 2

    # strings are not read as types by the closures of older Pythons
    doubled.__annotations__ = {"x": pd.Series, "return": pd.Series}
    double = _functions(spark).pandas_udf(doubled, "long")
    return lambda: total(spark.range(size).select(double("id").alias("y")), "y")


def apply_in_pandas(spark: Any, size: int, data: str) -> Work:
    frame = spark.range(size).selectExpr(f"id % {GROUPS} AS k", "id AS x")
    return lambda: total(frame.groupBy("k").applyInPandas(_span_of, "k long, span long"), "span")


def _span_of(group: Any) -> Any:
    import pandas as pd

    return pd.DataFrame({"k": group["k"].iloc[:1], "span": group["x"].max() - group["x"].min()})


# --- between Python and the engine


def create(spark: Any, size: int, data: str) -> Work:
    rows = [(i, str(i), i / 2) for i in range(size)]
    return lambda: total(spark.createDataFrame(rows, ["n", "s", "x"]), "n")


def collect(spark: Any, size: int, data: str) -> Work:
    frame = spark.read.parquet(f"{data}/numbers.parquet").filter(f"id < {size}")
    return lambda: len(frame.collect())


def to_pandas(spark: Any, size: int, data: str) -> Work:
    frame = spark.read.parquet(f"{data}/numbers.parquet").filter(f"id < {size}")
    return lambda: int(frame.toPandas()["id"].sum())


# --- relational


def group_by(spark: Any, size: int, data: str) -> Work:
    frame = spark.read.parquet(f"{data}/numbers.parquet")
    f = _functions(spark)
    return lambda: sum(
        row.n for row in frame.groupBy("k").agg(f.count("*").alias("n"), f.sum("x"), f.avg("x"), f.max("id")).collect()
    )


def join(spark: Any, size: int, data: str) -> Work:
    left = spark.read.parquet(f"{data}/numbers.parquet").filter(f"id < {size}")
    right = spark.read.parquet(f"{data}/names.parquet")
    return lambda: total(left.join(right, "key").selectExpr("id + length(name) AS y"), "y")


def window(spark: Any, size: int, data: str) -> Work:
    frame = spark.read.parquet(f"{data}/numbers.parquet").filter(f"id < {size}")
    ranked = frame.selectExpr(
        "rank() OVER (PARTITION BY k ORDER BY x, id) AS place", "lag(id) OVER (PARTITION BY k ORDER BY x, id) AS b"
    )
    return lambda: total(ranked.selectExpr("place + coalesce(b, 0) AS y"), "y")


def csv(spark: Any, size: int, data: str) -> Work:
    def work() -> int:
        frame = spark.read.csv(f"{data}/numbers.csv", header=True, schema="id long, k long, key long, x double")
        return sum(int(row.top) for row in frame.groupBy("k").agg({"id": "max"}).toDF("k", "top").collect())

    return work


ROWS: dict[str, Callable[[Any, int, str], Work]] = {
    name: value
    for name, value in vars(sys.modules[__name__]).items()
    if getattr(value, "__annotations__", {}).get("return") == "Work"
}
