"""The rows in PySpark's API: one source for pyrdd, PySpark and pysparkling."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from engines import closures as c
from engines.closures import PARTITIONS, ROUNDS


def open_context(engine: str, master: str) -> Any:
    """A fresh context of the engine; pysparkling runs everything in the calling thread."""
    if engine == "pysparkling":
        import pysparkling

        return pysparkling.Context()
    if engine == "pyspark":
        from pyspark import SparkConf, SparkContext
    else:
        from pyrdd import SparkConf, SparkContext
    conf = SparkConf().setMaster(master).setAppName("benchmark").set("spark.ui.enabled", "false")
    sc = SparkContext(conf=conf.set("spark.ui.showConsoleProgress", "false"))
    sc.setLogLevel("ERROR")
    return sc


def close_context(sc: Any) -> None:
    getattr(sc, "stop", lambda: None)()


def word_count(sc: Any, size: int, text: str) -> int:
    words = sc.textFile(text, PARTITIONS).flatMap(c.split)
    counts = words.map(c.pair).reduceByKey(c.plus, PARTITIONS).collect()
    return sum(len(word) * count for word, count in counts) + len(counts)


def sort(sc: Any, size: int, text: str) -> int:
    records = sc.parallelize(range(size), PARTITIONS).map(c.shuffled)
    in_order = records.sortByKey(True, PARTITIONS)
    return c.whole_order_check(in_order.mapPartitions(_check_partition).collect())


def _check_partition(records: Any) -> list[Any]:
    return [c.order_check([key for key, _ in records])]


def group_by_key(sc: Any, size: int, text: str) -> int:
    groups = sc.parallelize(range(size), PARTITIONS).map(c.twentieth).groupByKey(PARTITIONS)
    return int(groups.map(c.group_check).sum())


def join(sc: Any, size: int, text: str) -> int:
    left = sc.parallelize(range(size), PARTITIONS).map(c.left)
    right = sc.parallelize(range(size), PARTITIONS).map(c.right)
    return int(left.join(right, PARTITIONS).map(c.join_check).sum())


def pagerank(sc: Any, size: int, text: str) -> int:
    edge = partial(c.edge, pages=max(size // c.PAGES_PER_EDGE, 1))
    edges = sc.parallelize(range(size), PARTITIONS).map(edge)
    links = edges.groupByKey(PARTITIONS).mapValues(list).cache()
    ranks = links.mapValues(_one)
    for _ in range(ROUNDS):
        shares = links.join(ranks, PARTITIONS).flatMap(c.contributions)
        ranks = shares.reduceByKey(c.add, PARTITIONS).mapValues(c.damp)
    return round(ranks.map(_value).sum() * 1000)


def _one(_: Any) -> float:
    return 1.0


def _value(record: tuple[int, float]) -> float:
    return record[1]


def cpu_map(sc: Any, size: int, text: str) -> int:
    return int(sc.parallelize(range(size), PARTITIONS).map(c.compute).sum())


def tiny_jobs(sc: Any, size: int, text: str) -> int:
    data = range(10)
    return sum(sum(sc.parallelize(data, 2).map(c.next_number).collect()) for _ in range(size))


def tiny_tasks(sc: Any, size: int, text: str) -> int:
    return int(sc.parallelize(range(size), size).map(c.next_number).sum())


def first_result(sc: Any, size: int, text: str) -> int:
    return int(sc.parallelize(range(size), 2).map(c.next_number).sum())


ROWS: dict[str, Callable[[Any, int, str], int]] = {
    "word_count": word_count,
    "sort": sort,
    "group_by_key": group_by_key,
    "join": join,
    "pagerank": pagerank,
    "cpu_map": cpu_map,
    "tiny_jobs_inline": tiny_jobs,
    "tiny_jobs": tiny_jobs,
    "tiny_tasks": tiny_tasks,
    "first_result": first_result,
}
