"""The child process of bench_tpch: runs TPC-H queries on one engine and prints a ``RESULT {json}`` for each.

python run_queries.py ENGINE DATA MASTER ROUNDS SCALE QUERY...

``seconds`` are the rounds of one query, from its text to all of its rows in Python; views exist before.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Any

HERE = Path(__file__).resolve().parent
TABLES = ["customer", "lineitem", "nation", "orders", "part", "partsupp", "region", "supplier"]
SPARKS = {"pyrdd": "pyrdd.sql", "pyspark": "pyspark.sql", "sail": "pyspark.sql"}

Run = Callable[[str], list[Any]]


def text_of(query: str, scale: float) -> str:
    """The text of a query. One of them has a number that goes with the scale."""
    return (HERE / f"{query}.sql").read_text().replace("{fraction}", f"{0.0001 / scale:.10f}")


def open_duckdb(data: Path, master: str) -> tuple[Run, Callable[[], object]]:
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads={master.removeprefix('local[').removesuffix(']')}")
    for table in TABLES:
        connection.execute(f"CREATE VIEW {table} AS SELECT * FROM '{data / table}.parquet'")
    return lambda text: connection.execute(text).fetchall(), connection.close


def open_spark(engine: str, data: Path, master: str) -> tuple[Run, Callable[[], object]]:
    builder = importlib.import_module(SPARKS[engine]).SparkSession.builder
    servers: list[Any] = []
    if engine == "sail":
        from pysail.spark import SparkConnectServer

        server = SparkConnectServer()
        server.start()
        # without a reference it stops, and the client waits for it for ever
        servers.append(server)
        builder = builder.remote(f"sc://localhost:{server.listening_address[1]}")
    else:
        builder = builder.master(master).config("spark.ui.enabled", "false").appName("tpch")
    session = builder.getOrCreate()
    for table in TABLES:
        session.read.parquet(str(data / f"{table}.parquet")).createOrReplaceTempView(table)

    def close() -> None:
        session.stop()
        servers.clear()

    return lambda text: [tuple(row) for row in session.sql(text).collect()], close


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def main(engine: str, data: str, master: str, rounds: str, scale: str, *queries: str) -> None:
    if engine == "duckdb":
        run, close = open_duckdb(Path(data), master)
    else:
        run, close = open_spark(engine, Path(data), master)
    for query in queries:
        text, seconds, rows, message = text_of(query, float(scale)), [], [], ""
        try:
            for _ in range(int(rounds)):
                started = perf_counter()
                rows = run(text)
                seconds.append(perf_counter() - started)
        except Exception as error:
            message = f"{type(error).__name__}: {error}"[:2000]
        answer = [[plain(value) for value in row] for row in rows]
        result = {"row": query, "seconds": seconds, "answer": answer, "message": message}
        print("RESULT", json.dumps(result), flush=True)
    close()


if __name__ == "__main__":
    main(*sys.argv[1:])
