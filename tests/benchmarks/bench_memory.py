"""Memory on data that does not fit: ``python tests/benchmarks/bench_memory.py [rows] [--budget 96] [--times 4]``.

Each row sorts, groups, reduces or joins records whose live objects take ``--times`` the budget of *each*
executor (``spark.executor.memory``), in as many partitions as there are executors, so that one task alone
has that much. The answer is checked. Sizes are MiB:

    budget     of one executor                    data      the records as live objects, per executor
    spilled    written to disk for want of room   base      a worker's resident memory before the row
    peak       a worker's largest resident memory, sampled
    x budget   (peak - base) / budget             driver    the growth of the driver

Rows run in a child process each. The exit code is 1 when an answer is wrong or a worker grew past
``--allowed`` budgets.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from operator import itemgetter
from random import Random
from typing import Any

import psutil
from children import WorkerMemory, resident, run_again

MIB = 1 << 20
WORKERS = 2

Pair = tuple[int, str]


def text_of(key: int) -> str:
    """The value that goes with a key."""
    return f"{key:0100d}"


def size_of_a_record() -> int:
    """The bytes of one live pair, and of its place in a list."""
    pair = (1 << 40, text_of(1))
    return sys.getsizeof(pair) + sum(map(sys.getsizeof, pair)) + 8


def pairs(sc: Any, n: int, key: Callable[[int, Random], int], partitions: int) -> Any:
    """An RDD of ``n`` pairs, made where they are used: the driver never holds them."""
    each = n // partitions

    def make(partition: int, _: Iterator[Any]) -> Iterator[Pair]:
        rng = Random(partition)
        for i in range(partition * each, (partition + 1) * each):
            k = key(i, rng)
            yield k, text_of(k)

    return sc.parallelize(range(partitions), partitions).mapPartitionsWithIndex(make)


def random_key(_: int, rng: Random) -> int:
    return rng.getrandbits(40)


# --- the rows: each returns what it found and what is right -----------------------------------------------------


def sort(sc: Any, n: int, partitions: int) -> tuple[Any, Any]:
    def look(records: Iterator[Pair]) -> Iterator[tuple[int, bool, int, int]]:
        count, in_order, first, last = 0, True, -1, -1
        for k, _ in records:
            in_order, first, last = in_order and k >= last, k if first < 0 else first, k
            count += 1
        yield count, in_order, first, last

    found = pairs(sc, n, random_key, partitions).sortByKey(numPartitions=partitions).mapPartitions(look).collect()
    bounds = [bound for _, _, first, last in found for bound in (first, last)]
    return (sum(map(itemgetter(0), found)), all(map(itemgetter(1), found)), bounds == sorted(bounds)), (n, True, True)


def group_by_key(sc: Any, n: int, partitions: int) -> tuple[Any, Any]:
    keys = n // 20
    grouped = pairs(sc, n, lambda i, _: i % keys, partitions).groupByKey(partitions)
    right = grouped.map(lambda kv: (len(kv[1]), all(v == text_of(kv[0]) for v in kv[1])))
    found = right.map(lambda r: (1, r[0], r[1])).reduce(lambda a, b: (a[0] + b[0], a[1] + b[1], a[2] and b[2]))
    return found, (keys, n, True)


def reduce_by_key(sc: Any, n: int, partitions: int) -> tuple[Any, Any]:
    keys = n // 2
    reduced = pairs(sc, n, lambda i, _: i % keys, partitions).reduceByKey(max, partitions)
    found = reduced.map(lambda kv: (1, kv[0], kv[1] == text_of(kv[0])))
    total = found.reduce(lambda a, b: (a[0] + b[0], a[1] + b[1], a[2] and b[2]))
    return total, (keys, sum(range(keys)), True)


def join(sc: Any, n: int, partitions: int) -> tuple[Any, Any]:
    half = n // 2
    left = pairs(sc, half, lambda i, _: i, partitions)
    right = pairs(sc, half, lambda i, _: half - i, partitions)
    joined = left.join(right, partitions).map(lambda kv: (1, kv[1][0] == kv[1][1]))
    return joined.reduce(lambda a, b: (a[0] + b[0], a[1] and b[1])), (half - 1, True)


ROWS: dict[str, Callable[[Any, int, int], tuple[Any, Any]]] = {
    "sort": sort,
    "group_by_key": group_by_key,
    "reduce_by_key": reduce_by_key,
    "join": join,
}


def run(row: str, budget: int, times: float, partitions: int) -> dict[str, Any]:
    """Runs one row in this process."""
    from pyrdd import SparkConf, SparkContext

    conf = SparkConf().set("spark.executor.memory", f"{budget}m").set("spark.ui.showConsoleProgress", "false")
    sc = SparkContext(f"local[{WORKERS}]", row, conf=conf)
    try:
        sc.parallelize(range(WORKERS), WORKERS).map(lambda _: time.sleep(0.5)).count()  # all workers are there
        driver = psutil.Process()
        before, base = resident(driver), max(map(resident, driver.children()))
        memory = WorkerMemory(lambda: [driver, *driver.children(recursive=True)])
        n = int(times * budget * MIB * WORKERS / size_of_a_record()) // (20 * partitions) * (20 * partitions)
        started = time.perf_counter()
        found, right = ROWS[row](sc, n, partitions)
        seconds = time.perf_counter() - started
        memory.stop()
        grown = memory.peaks.pop(driver.pid) - before
        return {
            "row": row,
            "records": n,
            "seconds": seconds,
            "right": found == right,
            "data": n * size_of_a_record() / WORKERS / MIB,
            "spilled": spilled(sc) / MIB,
            "base": base / MIB,
            "peaks": [peak / MIB for peak in memory.peaks.values()],
            "driver": grown / MIB,
        }
    finally:
        sc.stop()


def spilled(sc: Any) -> int:
    """The bytes that all tasks wrote to disk for want of memory."""
    sc._engine.settle()
    stages = sc._engine.state.stages.values()
    return sum(attempt.totals.metrics.disk_spilled for stage in stages for attempt in stage.attempts)


# --- the table --------------------------------------------------------------------------------------------------

COLUMNS = [
    *(("row", 14), ("records", 9), ("seconds", 9), ("budget", 8), ("data", 7), ("spilled", 9)),
    *(("base", 6), ("peak", 7), ("x budget", 10), ("driver", 8)),
]
HEAD = "".join(f"{name:>{width}}" for name, width in COLUMNS)


def line(result: dict[str, Any], budget: int) -> str:
    """One row of the table."""
    cells = {
        **result,
        "seconds": f"{result['seconds']:.1f}",
        "budget": budget,
        "peak": f"{max(result['peaks']):.0f}",
        "x budget": f"{growth(result, budget):.2f}",
        **{name: f"{result[name]:.0f}" for name in ("data", "spilled", "base", "driver")},
    }
    answer = "" if result["right"] else "  WRONG ANSWER"
    return "".join(f"{cells[name]:>{width}}" for name, width in COLUMNS) + answer


def growth(result: dict[str, Any], budget: int) -> float:
    """By how many budgets the largest worker grew."""
    return float((max(result["peaks"]) - result["base"]) / budget)


def main(arguments: list[str]) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", choices=[*ROWS, []], default=[])
    parser.add_argument("--budget", type=int, default=96, help="MiB of one executor")
    parser.add_argument("--times", type=float, default=4.0, help="how many budgets of data each executor gets")
    parser.add_argument("--partitions", type=int, default=WORKERS)
    parser.add_argument("--allowed", type=float, default=1.5, help="budgets that a worker may grow by")
    parser.add_argument("--timeout", type=float, default=600.0)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        print(json.dumps(run(options.rows[0], options.budget, options.times, options.partitions)))
        return 0
    print(HEAD, flush=True)
    good = True
    for row in options.rows or ROWS:
        numbers = {"--budget": options.budget, "--times": options.times, "--partitions": options.partitions}
        result = run_again(__file__, row, numbers, options.timeout)
        print(line(result, options.budget), flush=True)
        good = good and result["right"] and growth(result, options.budget) <= options.allowed
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
