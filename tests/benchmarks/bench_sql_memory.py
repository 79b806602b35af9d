"""Memory of queries on data that does not fit: ``python tests/benchmarks/bench_sql_memory.py [rows] [--budget 128] [--times 4]``.

Each row sorts, joins, groups or deduplicates a table whose Arrow form takes ``--times`` the budget of *each* executor
(``spark.executor.memory``). The answer is checked, and that nothing is left where the session spilled. Sizes are MiB:

    budget     of one executor                    data      the table, for each executor
    base       resident memory before the row     peak      a worker's largest resident memory, sampled
    x budget   (peak - base) / budget             spilled   the most that the session's directory held
    files      what is left in the directory after the session

On ``local[2]`` the driver is the worker. Rows run in a child process each. The exit code is 1 when an answer is wrong,
when files are left, or when a worker grew past ``--allowed`` budgets.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import psutil
from children import WorkerMemory, resident, run_again

MIB = 1 << 20
WORKERS = 2
WIDTH = 8 + 8 + 100 + 8
"""The bytes of a row in Arrow: two numbers, a text and its offset."""


def table(spark: Any, n: int, key: str) -> Any:
    """A table of ``n`` rows, made where it is used: keys by an expression of ``id``, and a text of 100 characters."""
    return spark.range(0, n, 1, 4 * WORKERS).selectExpr(
        f"{key} as k", "id as v", "lpad(cast(id as string), 100, '.') as t"
    )


# --- the rows: each returns what it found and what is right -----------------------------------------------------

SCATTERED = "(id * 7919) % 1000003 * 1000 + id % 1000"


def in_order(index: int, tables: Any) -> Any:
    """Of a partition: its rows, whether they are sorted, the first and the last key."""
    import pyarrow.compute as pc

    count, fine, first, last = 0, True, None, None
    for part in tables:
        if part.num_rows:
            keys = part.column(0).combine_chunks()
            fine = fine and (last is None or keys[0].as_py() >= last)
            fine = fine and not pc.any(pc.less(keys[1:], keys[:-1])).as_py()
            first, last = keys[0].as_py() if first is None else first, keys[-1].as_py()
            count += part.num_rows
    yield index, count, fine, first, last


def sort(spark: Any, n: int) -> tuple[Any, Any]:
    rdd = table(spark, n, SCATTERED).orderBy("k")._execution.arrow_rdd()
    parts = [p for p in sorted(rdd.mapPartitionsWithIndex(in_order).collect()) if p[1]]
    ranges = all(a[4] <= b[3] for a, b in pairwise(parts))
    return (sum(p[1] for p in parts), ranges and all(p[2] for p in parts)), (n, True)


def join(spark: Any, n: int) -> tuple[Any, Any]:
    left, right = table(spark, n // 2, "id"), table(spark, n // 2, "id + 1").withColumnRenamed("t", "u")
    joined = left.join(right, "k").selectExpr("count(*)", "sum(length(t) + length(u))", "count_if(t < u)")
    rows = n // 2 - 1
    (found,) = joined.collect()
    return tuple(found)[:2], (rows, 200 * rows)


def group(spark: Any, n: int) -> tuple[Any, Any]:
    keys = n // 2
    grouped = table(spark, n, f"id % {keys}").groupBy("k").agg({"t": "max", "v": "sum"})
    (found,) = grouped.selectExpr("count(*)", "sum(`sum(v)`)", "min(length(`max(t)`))").collect()
    return tuple(found), (keys, n * (n - 1) // 2, 100)


def distinct(spark: Any, n: int) -> tuple[Any, Any]:
    (found,) = table(spark, n, "id").selectExpr("t").distinct().selectExpr("count(*)", "max(t)").collect()
    return tuple(found), (n, str(n - 1).rjust(100, "."))


def window(spark: Any, n: int) -> tuple[Any, Any]:
    made = table(spark, n, f"id % {n // 10}").selectExpr("t", "row_number() over (partition by k order by v desc) as r")
    (found,) = made.where("r = 1").selectExpr("count(*)", "max(t)").collect()
    return tuple(found), (n // 10, str(n - 1).rjust(100, "."))


ROWS: dict[str, Callable[[Any, int], tuple[Any, Any]]] = {
    "sort": sort,
    "join": join,
    "group": group,
    "distinct": distinct,
    "window": window,
}


# --- watching ---------------------------------------------------------------------------------------------------


def files_in(directory: str) -> list[tuple[str, int]]:
    """The files below a directory and their sizes; those that go meanwhile are left out."""
    found = []
    for where, _, names in os.walk(directory):
        for name in names:
            try:
                found.append((os.path.join(where, name), os.stat(os.path.join(where, name)).st_blocks * 512))
            except OSError:
                continue
    return found


def run(row: str, master: str, budget: int, times: float) -> dict[str, Any]:
    """Runs one row in this process."""
    from pyrdd import SparkConf
    from pyrdd.sql import SparkSession

    with tempfile.TemporaryDirectory() as directory:
        settings = {
            "spark.local.dir": directory,
            "spark.executor.memory": f"{budget}m",
            "spark.driver.memory": f"{budget}m",
            "spark.ui.showConsoleProgress": "false",
            "spark.sql.shuffle.partitions": str(8 * WORKERS),
        }
        conf = SparkConf().setAll(list(settings.items()))
        local = not master.startswith("local-cluster")
        master = master if local else f"local-cluster[{WORKERS},1,{budget}]"
        spark = SparkSession.builder.master(master).config(conf=conf).getOrCreate()
        try:
            spark.range(10000).repartition(2 * WORKERS).selectExpr("sum(id)").collect()  # all libraries are loaded
            driver, spilled = psutil.Process(), [0]
            base = max(map(resident, [driver] if local else driver.children()))
            memory = WorkerMemory(
                lambda: [driver] if local else driver.children(recursive=True),
                lambda: spilled.append(sum(size for _, size in files_in(directory))),
            )
            n = int(times * budget * MIB * (1 if local else WORKERS) / WIDTH) // 1000 * 1000
            started = time.perf_counter()
            try:
                found, right = ROWS[row](spark, n)
                problem = "" if found == right else f"{found} is not {right}"
            except Exception as error:
                problem = f"{type(error).__name__}: {str(error).strip().splitlines()[0]}"
            seconds = time.perf_counter() - started
            memory.stop()
        finally:
            spark.stop()
        return {
            "row": row,
            "rows": n,
            "seconds": seconds,
            "problem": problem,
            "data": n * WIDTH / (1 if local else WORKERS) / MIB,
            "spilled": max(spilled) / MIB,
            "base": base / MIB,
            "peak": max(memory.peaks.values()) / MIB,
            "files": len(files_in(directory)),
        }


# --- the table --------------------------------------------------------------------------------------------------

COLUMNS = [
    *(("row", 10), ("rows", 10), ("seconds", 9), ("budget", 8), ("data", 7), ("spilled", 9)),
    *(("base", 6), ("peak", 7), ("x budget", 10), ("files", 7)),
]
HEAD = "".join(f"{name:>{width}}" for name, width in COLUMNS)


def line(result: dict[str, Any], budget: int) -> str:
    """One row of the table."""
    cells = {
        **result,
        "seconds": f"{result['seconds']:.1f}",
        "budget": budget,
        "x budget": f"{growth(result, budget):.2f}",
        **{name: f"{result[name]:.0f}" for name in ("data", "spilled", "base", "peak")},
    }
    problem = f"  {result['problem']}" if result["problem"] else ""
    return "".join(f"{cells[name]:>{width}}" for name, width in COLUMNS) + problem


def growth(result: dict[str, Any], budget: int) -> float:
    """By how many budgets the largest worker grew."""
    return float((result["peak"] - result["base"]) / budget)


def main(arguments: list[str]) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", choices=[*ROWS, []], default=[])
    parser.add_argument("--master", default=f"local[{WORKERS}]", help="local[2] or local-cluster")
    parser.add_argument("--budget", type=int, default=128, help="MiB of one executor")
    parser.add_argument("--times", type=float, default=4.0, help="how many budgets of data each executor gets")
    parser.add_argument("--allowed", type=float, default=2.0, help="budgets that a worker may grow by")
    parser.add_argument("--timeout", type=float, default=600.0)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        print(json.dumps(run(options.rows[0], options.master, options.budget, options.times)))
        return 0
    print(HEAD, flush=True)
    good = True
    for row in options.rows or ROWS:
        numbers = {"--master": options.master, "--budget": options.budget, "--times": options.times}
        result = run_again(__file__, row, numbers, options.timeout)
        print(line(result, options.budget), flush=True)
        good = good and not result["problem"] and not result["files"]
        good = good and growth(result, options.budget) <= options.allowed
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
