"""Small RDD programs whose answers show order and placement, to run on PySpark and on pyrdd alike.

    PYTHONHASHSEED=0 python parity_programs.py pyspark 'local[2]' parity_answers.json      records the answers
    pytest test_parity.py                                                                  replays them on pyrdd

A program is a function of the context and a scratch directory. Its answer is kept as text (`repr`), an exception as the
name of its class, and that of the user's own exception when it was raised in a task.
"""

from __future__ import annotations

import glob
import importlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from operator import add
from typing import Any

Program = Callable[[Any, str], Any]
PROGRAMS: dict[str, Program] = {}

WORDS = ("the quick brown fox jumps over the lazy dog and the cat sat on the mat with a hat").split()  # noqa: SIM905 (a sentence reads better)
MIXED = [None, 0, 1, -1, 2**40, 1.5, -0.0, "a", "ä", "日本", "", b"x", (1, "a"), (None, (2, 3)), True, 10**30]
PAIRS = [(f"k{i % 5}", i) for i in range(20)]
INTS = [(i % 4, i) for i in range(20)]


def program(f: Program) -> Program:
    PROGRAMS[f.__name__] = f
    return f


def family(name: str, cases: Mapping[str, Program]) -> None:
    """Programs that are one expression each."""
    PROGRAMS.update({f"{name}_{case}": f for case, f in cases.items()})


def write(directory: str, files: Mapping[str, str]) -> str:
    for name, text in files.items():
        path = os.path.join(directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", newline="") as file:
            file.write(text)
    return directory


def read_output(path: str) -> list[tuple[str, str]]:
    """Names and contents of the visible files of an output directory."""
    found = []
    for file in sorted(glob.glob(f"{glob.escape(path)}/*")):
        with open(file, encoding="utf-8", newline="") as stream:
            found.append((os.path.basename(file), stream.read()))
    return found


# --- where records come from --------------------------------------------------------------------------------

family(
    "parallelize",
    {
        "list": lambda sc, d: sc.parallelize([1, 2, 3, 4, 5, 6, 7], 3).glom().collect(),
        "default": lambda sc, d: sc.parallelize(list("abcdefg")).glom().collect(),
        "fewer_than_slices": lambda sc, d: sc.parallelize([1, 2], 5).glom().collect(),
        "empty": lambda sc, d: sc.parallelize([], 3).glom().collect(),
        "range": lambda sc, d: sc.parallelize(range(10), 4).glom().collect(),
        "range_step": lambda sc, d: sc.parallelize(range(3, 30, 4), 3).glom().collect(),
        "range_down": lambda sc, d: sc.parallelize(range(9, 0, -2), 2).glom().collect(),
        "empty_range": lambda sc, d: sc.parallelize(range(0), 3).glom().collect(),
        "string": lambda sc, d: sc.parallelize("hello", 2).glom().collect(),
        "set_of_one": lambda sc, d: sc.parallelize({5}, 2).glom().collect(),
        "dict": lambda sc, d: sc.parallelize({"a": 1, "b": 2, "c": 3}, 2).glom().collect(),
        "generator": lambda sc, d: sc.parallelize((x * x for x in range(7)), 3).glom().collect(),
        "many": lambda sc, d: [len(p) for p in sc.parallelize(list(range(5000)), 3).glom().collect()],
        "mixed": lambda sc, d: sc.parallelize(MIXED, 4).glom().collect(),
        "sc_range": lambda sc, d: sc.range(5).glom().collect(),
        "sc_range_slices": lambda sc, d: sc.range(1, 20, 3, 4).glom().collect(),
        "zero_slices": lambda sc, d: sc.parallelize([1, 2], 0).collect(),
        "of_none": lambda sc, d: sc.parallelize(None).collect(),
        "of_int": lambda sc, d: sc.parallelize(5).collect(),
        "empty_rdd": lambda sc, d: (sc.emptyRDD().getNumPartitions(), sc.emptyRDD().collect()),
        "unpicklable": lambda sc, d: sc.parallelize([lambda x: x]).count(),
    },
)

# --- narrow steps -------------------------------------------------------------------------------------------

family(
    "narrow",
    {
        "map": lambda sc, d: sc.parallelize(WORDS, 3).map(len).glom().collect(),
        "flat_map": lambda sc, d: sc.parallelize(WORDS[:5], 2).flatMap(list).glom().collect(),
        "filter": lambda sc, d: sc.parallelize(range(10), 3).filter(lambda x: x % 3).glom().collect(),
        "map_partitions": lambda sc, d: sc.parallelize(range(10), 3).mapPartitions(lambda it: [sum(it)]).collect(),
        "map_partitions_with_index": lambda sc, d: (
            sc.parallelize(range(6), 3).mapPartitionsWithIndex(lambda i, it: ((i, x) for x in it)).collect()
        ),
        "map_values": lambda sc, d: sc.parallelize(PAIRS[:4], 2).mapValues(str).collect(),
        "flat_map_values": lambda sc, d: sc.parallelize([("a", [1, 2]), ("b", [])], 2).flatMapValues(iter).collect(),
        "key_by": lambda sc, d: sc.parallelize(WORDS[:4], 2).keyBy(len).collect(),
        "keys_values": lambda sc, d: (
            sc.parallelize(PAIRS[:3]).keys().collect(),
            sc.parallelize(PAIRS[:3]).values().collect(),
        ),
        "keys_of_triples": lambda sc, d: sc.parallelize([(1, 2, 3)]).keys().collect(),
        "zip_with_index": lambda sc, d: sc.parallelize(WORDS[:7], 3).zipWithIndex().glom().collect(),
        "zip_with_unique_id": lambda sc, d: sc.parallelize(WORDS[:7], 3).zipWithUniqueId().glom().collect(),
        "pipe": lambda sc, d: sc.parallelize(["b", 1, None, "a b"], 2).pipe("cat").glom().collect(),
        "pipe_env": lambda sc, d: sc.parallelize(["x"], 1).pipe("/usr/bin/env", {"A": "1"}).collect(),
        "pipe_fails_quietly": lambda sc, d: sc.parallelize(["x"], 1).pipe("/bin/false").collect(),
        "pipe_checked": lambda sc, d: sc.parallelize(["x"], 1).pipe("/bin/false", {}, True).collect(),
        "map_none": lambda sc, d: sc.parallelize([1]).map(None).collect(),
        "map_fails": lambda sc, d: sc.parallelize([1, 0]).map(lambda x: 1 / x).collect(),
        "flat_map_of_int": lambda sc, d: sc.parallelize([1]).flatMap(lambda x: x).collect(),
        "map_partitions_none": lambda sc, d: sc.parallelize([1]).mapPartitions(lambda it: None).collect(),
        "map_values_of_ints": lambda sc, d: sc.parallelize([1]).mapValues(str).collect(),
        "stop_iteration": lambda sc, d: sc.parallelize([1, 2]).map(lambda x: next(iter([]))).collect(),
        "key_error": lambda sc, d: sc.parallelize([1, 2]).map(lambda x: {}[x]).count(),
    },
)

# --- partitions ---------------------------------------------------------------------------------------------

family(
    "partitions",
    {
        "repartition_more": lambda sc, d: sc.parallelize(range(50), 2).repartition(5).glom().collect(),
        "repartition_fewer": lambda sc, d: sc.parallelize(range(50), 7).repartition(3).glom().collect(),
        "repartition_small": lambda sc, d: sc.parallelize(list("abcdefg"), 4).repartition(2).glom().collect(),
        "repartition_one": lambda sc, d: sc.parallelize(range(20), 4).repartition(1).glom().collect(),
        "repartition_large": lambda sc, d: [
            (len(p), sum(p)) for p in sc.parallelize(range(5000), 3).repartition(4).glom().collect()
        ],
        "repartition_mapped": lambda sc, d: (
            sc.parallelize(range(30), 3).map(lambda x: x * 2).repartition(4).glom().collect()
        ),
        "coalesce": lambda sc, d: sc.parallelize(range(11), 5).coalesce(2).glom().collect(),
        "coalesce_three": lambda sc, d: sc.parallelize(range(20), 8).coalesce(3).glom().collect(),
        "coalesce_one": lambda sc, d: sc.parallelize(range(7), 4).coalesce(1).glom().collect(),
        "coalesce_more": lambda sc, d: sc.parallelize(range(4), 2).coalesce(5).glom().collect(),
        "coalesce_shuffle": lambda sc, d: sc.parallelize(range(12), 3).coalesce(2, True).glom().collect(),
        "coalesce_zero": lambda sc, d: sc.parallelize(range(4), 2).coalesce(0).glom().collect(),
        "repartition_zero": lambda sc, d: sc.parallelize(range(4), 2).repartition(0).glom().collect(),
        "partition_by_strings": lambda sc, d: (
            sc.parallelize([(w, 1) for w in WORDS], 3).partitionBy(4).glom().collect()
        ),
        "partition_by_mixed": lambda sc, d: sc.parallelize([(k, 1) for k in MIXED], 3).partitionBy(5).glom().collect(),
        "partition_by_floats": lambda sc, d: (
            sc.parallelize([(x / 4, x) for x in range(-8, 9)], 2).partitionBy(3).glom().collect()
        ),
        "partition_by_tuples": lambda sc, d: (
            sc.parallelize([((i % 3, f"s{i}"), i) for i in range(12)], 2).partitionBy(4).glom().collect()
        ),
        "partition_by_function": lambda sc, d: (
            sc.parallelize(INTS, 3).partitionBy(3, lambda k: k // 2).glom().collect()
        ),
        "partition_by_negative": lambda sc, d: (
            sc.parallelize([(-k, k) for k in range(9)], 2).partitionBy(4, lambda k: k).glom().collect()
        ),
        "partition_by_default": lambda sc, d: sc.parallelize(INTS, 3).partitionBy(None).getNumPartitions(),
        "partition_by_unhashable": lambda sc, d: sc.parallelize([([1], 1)], 2).partitionBy(2).collect(),
        "partition_by_text_function": lambda sc, d: sc.parallelize([("a", 1)], 2).partitionBy(2, lambda k: k).collect(),
        "partitioner_after": lambda sc, d: [
            rdd.partitioner is not None
            for base in [sc.parallelize(INTS, 2).partitionBy(3)]
            for rdd in (base, base.map(lambda x: x), base.filter(bool), base.mapValues(str), base.glom())
        ],
    },
)

# --- grouping -----------------------------------------------------------------------------------------------


def lists(rdd: Any) -> Any:
    return rdd.mapValues(list).glom().collect()


family(
    "by_key",
    {
        "reduce": lambda sc, d: sc.parallelize(PAIRS, 3).reduceByKey(add).glom().collect(),
        "reduce_words": lambda sc, d: sc.parallelize([(w, 1) for w in WORDS], 3).reduceByKey(add).glom().collect(),
        "reduce_numbered": lambda sc, d: sc.parallelize(PAIRS, 3).reduceByKey(add, 2).glom().collect(),
        "reduce_order": lambda sc, d: (
            sc.parallelize([(i % 2, str(i)) for i in range(12)], 4).reduceByKey(add).glom().collect()
        ),
        "reduce_mixed": lambda sc, d: (
            sc.parallelize([(k, 1) for k in MIXED * 2], 3).reduceByKey(add, 4).glom().collect()
        ),
        "group": lambda sc, d: lists(sc.parallelize(PAIRS, 3).groupByKey()),
        "group_ints": lambda sc, d: lists(sc.parallelize(INTS, 4).groupByKey(3)),
        "group_by": lambda sc, d: lists(sc.parallelize(WORDS, 3).groupBy(len)),
        "fold": lambda sc, d: sc.parallelize(PAIRS, 3).foldByKey(100, add).glom().collect(),
        "aggregate": lambda sc, d: (
            sc.parallelize(PAIRS, 3).aggregateByKey([], lambda c, v: [*c, v], add).glom().collect()
        ),
        "aggregate_shared_zero": lambda sc, d: (
            sc.parallelize(PAIRS, 3).aggregateByKey([], lambda c, v: (c.append(v), c)[1], add).glom().collect()
        ),
        "combine": lambda sc, d: (
            sc.parallelize(PAIRS, 3)
            .combineByKey(lambda v: f"<{v}", lambda c, v: f"{c},{v}", lambda c, e: f"{c}|{e}")
            .glom()
            .collect()
        ),
        "count": lambda sc, d: dict(sc.parallelize(PAIRS, 3).countByKey()),
        "reduce_locally": lambda sc, d: sc.parallelize(PAIRS, 3).reduceByKeyLocally(add),
        "collect_as_map": lambda sc, d: sc.parallelize(PAIRS, 3).collectAsMap(),
        "lookup": lambda sc, d: (
            sc.parallelize(PAIRS, 3).lookup("k3"),
            sc.parallelize(PAIRS, 3).partitionBy(2).lookup("k3"),
            sc.parallelize(PAIRS, 3).lookup("none"),
        ),
        "default_partitions": lambda sc, d: [
            rdd.getNumPartitions()
            for base in [sc.parallelize(INTS, 5)]
            for rdd in (base.reduceByKey(add), base.groupByKey(), base.join(base), base.distinct(), base.sortByKey())
        ],
        "reduce_fails": lambda sc, d: sc.parallelize([("a", 1), ("a", None)]).reduceByKey(add).collect(),
        "reduce_unhashable": lambda sc, d: sc.parallelize([([1], 1)]).reduceByKey(add).collect(),
        "reduce_non_pairs": lambda sc, d: sc.parallelize([1, 2, 3]).reduceByKey(add).collect(),
        "chained": lambda sc, d: (
            sc.parallelize(INTS, 3).reduceByKey(add, 3).mapValues(lambda v: v + 1).reduceByKey(add, 3).glom().collect()
        ),
        "distinct": lambda sc, d: sc.parallelize(WORDS, 3).distinct().glom().collect(),
        "distinct_numbered": lambda sc, d: sc.parallelize([3, 1, 3, 2, 1] * 3, 4).distinct(2).glom().collect(),
        "distinct_mixed": lambda sc, d: (
            sc.parallelize([1, 1.0, True, "1", None, None, (1,)], 2).distinct().glom().collect()
        ),
        "sub_sample": lambda sc, d: (
            sc.parallelize(PAIRS, 2).sampleByKey(False, {f"k{i}": i / 5 for i in range(5)}, 3).collect()
        ),
        "sub_sample_replacing": lambda sc, d: (
            sc.parallelize(PAIRS, 2).sampleByKey(True, {f"k{i}": i for i in range(5)}, 3).collect()
        ),
        "sub_sample_negative": lambda sc, d: sc.parallelize(PAIRS, 2).sampleByKey(False, {"k0": -1.0}, 3),
        "sub_sample_lacking": lambda sc, d: sc.parallelize(PAIRS, 2).sampleByKey(False, {"k0": 1.0}, 3).collect(),
    },
)

# --- several RDDs -------------------------------------------------------------------------------------------

LEFT = [("a", 1), ("b", 2), ("a", 3), ("c", 4)]
RIGHT = [("a", "x"), ("d", "y"), ("a", "z"), ("c", "w")]


def sides(rdd: Any) -> Any:
    return rdd.mapValues(lambda groups: tuple(map(list, groups))).glom().collect()


family(
    "several",
    {
        "join": lambda sc, d: sc.parallelize(LEFT, 2).join(sc.parallelize(RIGHT, 2)).glom().collect(),
        "join_numbered": lambda sc, d: sc.parallelize(LEFT, 2).join(sc.parallelize(RIGHT, 3), 2).glom().collect(),
        "join_placed": lambda sc, d: (
            sc.parallelize(LEFT, 2).partitionBy(3).join(sc.parallelize(RIGHT, 2).partitionBy(3)).glom().collect()
        ),
        "join_half_placed": lambda sc, d: (
            sc.parallelize(LEFT, 2).partitionBy(2).join(sc.parallelize(RIGHT, 3)).glom().collect()
        ),
        "join_itself": lambda sc, d: [rdd.join(rdd).glom().collect() for rdd in [sc.parallelize(LEFT, 2)]],
        "join_ints": lambda sc, d: sc.parallelize(INTS[:6], 2).join(sc.parallelize(INTS[3:9], 2)).glom().collect(),
        "left_outer": lambda sc, d: sc.parallelize(LEFT, 2).leftOuterJoin(sc.parallelize(RIGHT, 2)).glom().collect(),
        "right_outer": lambda sc, d: sc.parallelize(LEFT, 2).rightOuterJoin(sc.parallelize(RIGHT, 2)).glom().collect(),
        "full_outer": lambda sc, d: sc.parallelize(LEFT, 2).fullOuterJoin(sc.parallelize(RIGHT, 2)).glom().collect(),
        "cogroup": lambda sc, d: sides(sc.parallelize(LEFT, 2).cogroup(sc.parallelize(RIGHT, 2))),
        "cogroup_numbered": lambda sc, d: sides(sc.parallelize(LEFT, 2).cogroup(sc.parallelize(RIGHT, 2), 2)),
        "group_with": lambda sc, d: sides(
            sc.parallelize(LEFT, 2).groupWith(sc.parallelize(RIGHT, 2), sc.parallelize([("b", 0)], 1))
        ),
        "subtract_by_key": lambda sc, d: (
            sc.parallelize(LEFT, 2).subtractByKey(sc.parallelize(RIGHT, 2)).glom().collect()
        ),
        "subtract": lambda sc, d: (
            sc.parallelize([1, 2, 2, 3, 4], 2).subtract(sc.parallelize([2, 4], 1)).glom().collect()
        ),
        "subtract_pairs": lambda sc, d: (
            sc.parallelize(LEFT, 2).subtract(sc.parallelize([("a", 1), ("c", None)], 1)).glom().collect()
        ),
        "intersection": lambda sc, d: (
            sc.parallelize([1, 10, 2, 3, 4, 5, 3], 2)
            .intersection(sc.parallelize([1, 6, 2, 3, 7, 8, 3], 2))
            .glom()
            .collect()
        ),
        "intersection_words": lambda sc, d: (
            sc.parallelize(WORDS, 2).intersection(sc.parallelize(WORDS[5:], 2)).glom().collect()
        ),
        "union": lambda sc, d: sc.parallelize([1, 2], 2).union(sc.parallelize([3, 4, 5], 2)).glom().collect(),
        "union_three": lambda sc, d: sc.union([sc.parallelize([i, i], 2) for i in range(3)]).glom().collect(),
        "union_mixed": lambda sc, d: (sc.parallelize([1], 1) + sc.parallelize(["a"], 1)).collect(),
        "union_placed": lambda sc, d: [
            (u.glom().collect(), u.partitioner is not None)
            for a in [sc.parallelize(INTS[:6], 2).partitionBy(2)]
            for u in [a.union(sc.parallelize(INTS[6:9], 3).partitionBy(2))]
        ],
        "union_of_other": lambda sc, d: sc.parallelize([1]).union([2]),
        "add_other": lambda sc, d: sc.parallelize([1]) + [2],  # noqa: RUF005
        "union_empty_list": lambda sc, d: sc.union([]),
        "union_with_empty": lambda sc, d: sc.parallelize([1, 2], 2).union(sc.emptyRDD()).glom().collect(),
        "cartesian": lambda sc, d: sc.parallelize([1, 2, 3], 2).cartesian(sc.parallelize("ab", 2)).glom().collect(),
        "cartesian_batches": lambda sc, d: sc.parallelize(range(5), 1).cartesian(sc.parallelize(range(4), 1)).collect(),
        "cartesian_filtered": lambda sc, d: [
            rdd.cartesian(rdd).filter(lambda p: p[0] < p[1]).glom().collect() for rdd in [sc.parallelize(range(4), 2)]
        ],
        "zip": lambda sc, d: sc.parallelize(range(5), 2).zip(sc.parallelize("abcde", 2)).glom().collect(),
        "zip_mapped": lambda sc, d: [r.zip(r.map(str)).glom().collect() for r in [sc.parallelize(range(7), 3)]],
        "zip_partitions_differ": lambda sc, d: sc.parallelize(range(5), 2).zip(sc.parallelize(range(5), 3)),
        "zip_lengths_differ": lambda sc, d: sc.parallelize(range(5), 2).zip(sc.parallelize(range(6), 2)).collect(),
        "zip_lengths_differ_same_total": lambda sc, d: (
            sc.parallelize(range(5), 2).filter(lambda x: x > 2).zip(sc.parallelize([1, 2], 2)).collect()
        ),
    },
)

# --- sorting ------------------------------------------------------------------------------------------------

SHUFFLED = [(x * 37 % 101, x) for x in range(100)]

family(
    "sort",
    {
        "by_key": lambda sc, d: sc.parallelize(SHUFFLED, 3).sortByKey().glom().collect(),
        "by_key_numbered": lambda sc, d: sc.parallelize(SHUFFLED, 3).sortByKey(True, 5).glom().collect(),
        "by_key_down": lambda sc, d: sc.parallelize(SHUFFLED, 3).sortByKey(False, 4).glom().collect(),
        "by_key_one": lambda sc, d: sc.parallelize(SHUFFLED, 3).sortByKey(numPartitions=1).glom().collect(),
        "by_key_stable": lambda sc, d: (
            sc.parallelize([(x % 3, x) for x in range(30)], 4).sortByKey(True, 2).glom().collect()
        ),
        "by_key_stable_down": lambda sc, d: (
            sc.parallelize([(x % 3, x) for x in range(30)], 4).sortByKey(False, 2).glom().collect()
        ),
        "by_key_words": lambda sc, d: (
            sc.parallelize([(w, i) for i, w in enumerate(WORDS)], 3).sortByKey(True, 3).glom().collect()
        ),
        "by_key_lower": lambda sc, d: (
            sc.parallelize([(w.title() if i % 2 else w, i) for i, w in enumerate(WORDS)], 1)
            .sortByKey(True, 1, str.lower)
            .collect()
        ),
        "by_key_empty": lambda sc, d: sc.parallelize([], 3).sortByKey().glom().collect(),
        "by_key_few": lambda sc, d: sc.parallelize([(2, 1), (1, 2)], 2).sortByKey(True, 5).glom().collect(),
        "by_key_large": lambda sc, d: [
            (len(p), p[0], p[-1])
            for p in sc.parallelize([(x * 7919 % 10007, x) for x in range(10000)], 4).sortByKey().glom().collect()
        ],
        "by": lambda sc, d: sc.parallelize(WORDS, 3).sortBy(len).glom().collect(),
        "by_down": lambda sc, d: sc.parallelize(WORDS, 3).sortBy(lambda w: w[-1], False, 2).glom().collect(),
        "repartition": lambda sc, d: (
            sc.parallelize(SHUFFLED[:30], 3).repartitionAndSortWithinPartitions(2).glom().collect()
        ),
        "repartition_function": lambda sc, d: (
            sc.parallelize(SHUFFLED[:30], 3)
            .repartitionAndSortWithinPartitions(2, lambda k: k % 2, False)
            .glom()
            .collect()
        ),
        "mixed_types": lambda sc, d: sc.parallelize([(1, 1), ("a", 2)], 2).sortByKey(True, 1).collect(),
        "mixed_types_ranges": lambda sc, d: sc.parallelize([(1, 1), ("a", 2)], 2).sortByKey(True, 2).collect(),
        "top": lambda sc, d: sc.parallelize(SHUFFLED, 3).top(3),
        "top_key": lambda sc, d: sc.parallelize(WORDS, 3).top(4, len),
        "top_ties": lambda sc, d: sc.parallelize([(1, "a"), (1, "b"), (1, "c"), (0, "d")], 3).top(
            2, key=lambda p: p[0]
        ),
        "top_zero": lambda sc, d: sc.parallelize(WORDS, 3).top(0),
        "top_negative": lambda sc, d: sc.parallelize(WORDS, 3).top(-1),
        "top_empty": lambda sc, d: sc.parallelize([], 2).top(2),
        "top_of_nothing": lambda sc, d: sc.emptyRDD().top(2),
        "take_ordered": lambda sc, d: sc.parallelize(SHUFFLED, 3).takeOrdered(3),
        "take_ordered_key": lambda sc, d: sc.parallelize(WORDS, 3).takeOrdered(4, lambda w: -len(w)),
        "take_ordered_negative": lambda sc, d: sc.parallelize(WORDS, 3).takeOrdered(-1),
        "take_ordered_of_nothing": lambda sc, d: sc.emptyRDD().takeOrdered(2),
    },
)

# --- samples ------------------------------------------------------------------------------------------------

family(
    "sample",
    {
        "plain": lambda sc, d: sc.parallelize(range(60), 3).sample(False, 0.2, 42).glom().collect(),
        "replacing": lambda sc, d: sc.parallelize(range(30), 3).sample(True, 0.7, 42).glom().collect(),
        "replacing_many": lambda sc, d: sc.parallelize(range(4), 2).sample(True, 25.0, 1).count(),
        "seed_zero": lambda sc, d: sc.parallelize(range(60), 3).sample(False, 0.2, 0).collect(),
        "all": lambda sc, d: sc.parallelize(range(5), 2).sample(False, 1.0, 1).collect(),
        "negative": lambda sc, d: sc.parallelize(range(5), 2).sample(False, -0.1, 1),
        "take": lambda sc, d: sc.parallelize(range(60), 3).takeSample(False, 7, 42),
        "take_replacing": lambda sc, d: sc.parallelize(range(60), 3).takeSample(True, 7, 42),
        "take_all": lambda sc, d: sc.parallelize(range(6), 3).takeSample(False, 9, 42),
        "take_more_replacing": lambda sc, d: sc.parallelize(range(6), 3).takeSample(True, 20, 42),
        "take_none": lambda sc, d: sc.parallelize(range(6), 3).takeSample(False, 0, 42),
        "take_of_empty": lambda sc, d: sc.parallelize([], 3).takeSample(False, 2, 42),
        "take_negative": lambda sc, d: sc.parallelize(range(6), 3).takeSample(False, -1, 42),
        "random_split": lambda sc, d: [
            r.glom().collect() for r in sc.parallelize(range(40), 2).randomSplit([1, 2, 1], 7)
        ],
        "random_split_negative": lambda sc, d: sc.parallelize(range(5), 2).randomSplit([1, -1], 7),
        "random_split_zero": lambda sc, d: sc.parallelize(range(5), 2).randomSplit([0, 0], 7),
    },
)

# --- actions ------------------------------------------------------------------------------------------------

family(
    "action",
    {
        "count_by_value": lambda sc, d: list(sc.parallelize(WORDS, 3).countByValue().items()),
        "count_by_value_mixed": lambda sc, d: list(sc.parallelize(MIXED + MIXED[::-1], 3).countByValue().items()),
        "take": lambda sc, d: sc.parallelize(range(50), 10).take(7),
        "take_filtered": lambda sc, d: sc.parallelize(range(100), 20).filter(lambda x: x > 90).take(3),
        "take_zero": lambda sc, d: sc.parallelize(range(5), 2).take(0),
        "take_negative": lambda sc, d: sc.parallelize(range(5), 2).take(-3),
        "take_more": lambda sc, d: sc.parallelize(range(5), 2).take(9),
        "take_empty": lambda sc, d: sc.parallelize([], 2).take(2),
        "first": lambda sc, d: sc.parallelize([[], 7], 2).first(),
        "first_empty": lambda sc, d: sc.parallelize([], 2).first(),
        "first_of_nothing": lambda sc, d: sc.emptyRDD().first(),
        "is_empty": lambda sc, d: [
            r.isEmpty()
            for r in (
                sc.emptyRDD(),
                sc.parallelize([], 2),
                sc.parallelize([None]),
                sc.parallelize([1]).filter(lambda x: 0),
            )
        ],
        "reduce": lambda sc, d: sc.parallelize(WORDS, 3).reduce(lambda a, b: f"({a} {b})"),
        "reduce_one": lambda sc, d: sc.parallelize([5], 3).reduce(add),
        "reduce_empty": lambda sc, d: sc.parallelize([], 2).reduce(add),
        "reduce_nothing": lambda sc, d: sc.emptyRDD().reduce(add),
        "fold": lambda sc, d: sc.parallelize(WORDS[:5], 3).fold("|", add),
        "fold_list": lambda sc, d: sc.parallelize([[1], [2], [3]], 2).fold([0], add),
        "fold_empty": lambda sc, d: sc.parallelize([], 2).fold(5, add),
        "aggregate": lambda sc, d: sc.parallelize(range(7), 3).aggregate(
            "z", lambda c, v: f"{c}{v}", lambda a, b: f"<{a}{b}>"
        ),
        "aggregate_list": lambda sc, d: sc.parallelize(range(6), 3).aggregate(
            [], lambda c, v: (c.append(v), c)[1], add
        ),
        "tree_aggregate": lambda sc, d: sc.parallelize(range(12), 12).treeAggregate(
            "z", lambda c, v: f"{c}{v}", lambda a, b: f"<{a}{b}>"
        ),
        "tree_aggregate_deep": lambda sc, d: sc.parallelize(range(20), 20).treeAggregate(
            "z", lambda c, v: f"{c}{v}", lambda a, b: f"<{a}{b}>", 3
        ),
        "tree_aggregate_depth_one": lambda sc, d: sc.parallelize(range(5), 5).treeAggregate(
            "z", lambda c, v: f"{c}{v}", lambda a, b: f"<{a}{b}>", 1
        ),
        "tree_aggregate_depth_zero": lambda sc, d: sc.parallelize(range(5), 5).treeAggregate(0, add, add, 0),
        "tree_aggregate_nothing": lambda sc, d: sc.emptyRDD().treeAggregate("z", add, add),
        "tree_reduce": lambda sc, d: sc.parallelize(range(20), 20).map(str).treeReduce(lambda a, b: f"<{a}{b}>"),
        "tree_reduce_holes": lambda sc, d: (
            sc.parallelize(range(20), 20).filter(lambda x: x % 3 == 0).map(str).treeReduce(lambda a, b: f"<{a}{b}>", 3)
        ),
        "tree_reduce_empty": lambda sc, d: sc.parallelize([], 3).treeReduce(add),
        "tree_reduce_depth_zero": lambda sc, d: sc.parallelize([1], 3).treeReduce(add, 0),
        "sum": lambda sc, d: (sc.parallelize([1, 2.5], 2).sum(), sc.parallelize([], 2).sum(), sc.emptyRDD().sum()),
        "sum_strings": lambda sc, d: sc.parallelize(["a", "b"], 2).sum(),
        "max_min": lambda sc, d: (
            sc.parallelize(WORDS, 3).max(),
            sc.parallelize(WORDS, 3).min(),
            sc.parallelize(WORDS, 3).max(len),
            sc.parallelize(WORDS, 3).min(key=len),
        ),
        "max_empty": lambda sc, d: sc.parallelize([], 2).max(),
        "stats": lambda sc, d: sc.parallelize([1, 2, 3.5, 7], 3).stats(),
        "stats_empty": lambda sc, d: sc.parallelize([], 2).stats(),
        "stats_parts": lambda sc, d: [
            float(getattr(sc.parallelize([1, 2, 3.5, 7], 3), name)())
            for name in ("mean", "variance", "stdev", "sampleVariance", "sampleStdev", "count", "sum")
        ],
        "mean_empty": lambda sc, d: sc.parallelize([], 2).mean(),
        "mean_strings": lambda sc, d: sc.parallelize(["a"], 2).mean(),
        "histogram": lambda sc, d: sc.parallelize(range(51), 3).histogram(4),
        "histogram_bounds": lambda sc, d: sc.parallelize(range(51), 3).histogram([0, 5, 25, 50]),
        "histogram_even_bounds": lambda sc, d: sc.parallelize(range(51), 3).histogram([0, 15, 30, 45, 60]),
        "histogram_text": lambda sc, d: sc.parallelize(["ab", "ac", "b", "bd", "ef"], 2).histogram(("a", "b", "c")),
        "histogram_one_text": lambda sc, d: sc.parallelize(["ab", "ac"], 2).histogram(1),
        "histogram_constant": lambda sc, d: sc.parallelize([2.0] * 5, 2).histogram(3),
        "histogram_holes": lambda sc, d: sc.parallelize([None, 1.0, float("nan"), 4.0], 2).histogram([0, 2, 4]),
        "histogram_floats": lambda sc, d: sc.parallelize([0.1 * i for i in range(20)], 2).histogram(5),
        "histogram_zero": lambda sc, d: sc.parallelize([1, 2], 2).histogram(0),
        "histogram_empty": lambda sc, d: sc.parallelize([], 2).histogram(2),
        "histogram_unsorted": lambda sc, d: sc.parallelize([1], 2).histogram([3, 1]),
        "histogram_short": lambda sc, d: sc.parallelize([1], 2).histogram([3]),
        "histogram_double": lambda sc, d: sc.parallelize([1], 2).histogram([1, 1]),
        "histogram_text_buckets": lambda sc, d: sc.parallelize(["a", "b"], 2).histogram(2),
        "histogram_bad": lambda sc, d: sc.parallelize([1, 2], 2).histogram("x"),
        "collect_of_many": lambda sc, d: sum(sc.parallelize(range(3000), 7).map(lambda x: x * 2).collect()),
        "to_local_iterator": lambda sc, d: list(sc.parallelize(range(9), 4).toLocalIterator()),
        "to_local_iterator_ahead": lambda sc, d: list(sc.parallelize(range(9), 4).toLocalIterator(True)),
        "foreach_fails": lambda sc, d: sc.parallelize([1]).foreach(lambda x: 1 / 0),
        "foreach_partition_none": lambda sc, d: sc.parallelize([1], 2).foreachPartition(lambda it: None),
        "count_approx": lambda sc, d: sc.parallelize(range(1000), 10).countApprox(60000, 1.0),
        "sum_approx": lambda sc, d: sc.parallelize(range(1000), 10).sumApprox(60000),
        "mean_approx": lambda sc, d: sc.parallelize(range(1000), 10).meanApprox(60000),
        "count_approx_distinct": lambda sc, d: [
            sc.parallelize([i % n for i in range(1500)], 3).map(str).countApproxDistinct(sd)
            for n, sd in ((10, 0.05), (1000, 0.05), (1000, 0.01))
        ],
        "count_approx_distinct_ints": lambda sc, d: sc.parallelize(range(2000), 3).countApproxDistinct(),
        "count_approx_distinct_fine": lambda sc, d: sc.parallelize([1]).countApproxDistinct(0.00000001),
        "run_job": lambda sc, d: sc.runJob(sc.parallelize(range(9), 3), lambda it: [x * x for x in it], [2, 0]),
        "run_job_missing_partition": lambda sc, d: sc.runJob(sc.parallelize(range(9), 3), lambda it: it, [5]),
        "accumulated": lambda sc, d: [
            (sc.parallelize(range(10), 4).foreach(total.add), total.value)[1] for total in [sc.accumulator(3)]
        ],
        "accumulated_in_place": lambda sc, d: accumulated_in_place(sc),
        "broadcast": lambda sc, d: [
            sc.parallelize(WORDS[:4], 2).map(lambda w, b=b: b.value[len(w)]).collect()
            for b in [sc.broadcast({3: "three", 5: "five"})]
        ],
        "broadcast_lacks": lambda sc, d: [
            sc.parallelize([4], 2).map(lambda n, b=b: b.value[n]).collect() for b in [sc.broadcast({3: "three"})]
        ],
    },
)


def accumulated_in_place(sc: Any) -> Any:
    total = sc.accumulator(0)

    def visit(x: int) -> None:
        nonlocal total
        total += x

    sc.parallelize([1, 2, 3], 2).foreach(visit)
    return total.value


@program
def accumulator_read_in_a_task(sc: Any, d: str) -> Any:
    total = sc.accumulator(0)
    return sc.parallelize([1]).map(lambda x: total.value).collect()


@program
def rdd_in_a_closure(sc: Any, d: str) -> Any:
    rdd = sc.parallelize([1])
    return sc.parallelize([1]).map(lambda x: rdd.count()).collect()


@program
def context_in_a_closure(sc: Any, d: str) -> Any:
    return sc.parallelize([1]).map(lambda x: sc.parallelize([x])).collect()


@program
def rdd_broadcast(sc: Any, d: str) -> Any:
    return sc.broadcast(sc.parallelize([1]))


@program
def lock_in_a_closure(sc: Any, d: str) -> Any:
    import threading

    lock = threading.Lock()
    return sc.parallelize([1]).map(lambda x: lock).collect()


@program
def unpicklable_result(sc: Any, d: str) -> Any:
    return sc.parallelize([1]).map(lambda x: (y for y in [x])).collect()


@program
def persisted(sc: Any, d: str) -> Any:
    rdd = sc.parallelize(range(4), 2).map(lambda x: x + 1).cache()
    states = [rdd.is_cached, str(rdd.getStorageLevel()), rdd.sum(), rdd.sum(), rdd.unpersist().is_cached]
    return [*states, str(rdd.getStorageLevel())]


@program
def persisted_twice(sc: Any, d: str) -> Any:
    storage_level = importlib.import_module(type(sc).__module__.partition(".")[0]).StorageLevel
    return sc.parallelize([1]).cache().persist(storage_level.DISK_ONLY)


@program
def cached_records_are_copies(sc: Any, d: str) -> Any:
    rdd = sc.parallelize([[1], [2]], 1).cache()
    rdd.count()
    rdd.foreach(lambda record: record.append(9))
    return rdd.map(lambda record: (record.append(7), record)[1]).collect(), rdd.collect()


@program
def parallelized_records_are_copies(sc: Any, d: str) -> Any:
    records = [[1], [2]]
    rdd = sc.parallelize(records, 1)
    records[0].append(5)
    return rdd.collect()


@program
def checkpoint_without_directory(sc: Any, d: str) -> Any:
    return sc.parallelize([1]).checkpoint()


@program
def checkpointed(sc: Any, d: str) -> Any:
    sc.setCheckpointDir(os.path.join(d, "checkpoints"))
    rdd = sc.parallelize(range(6), 3).map(lambda x: x * x)
    before = rdd.isCheckpointed(), rdd.getCheckpointFile()
    rdd.checkpoint()
    marked = rdd.isCheckpointed()
    return (
        before,
        marked,
        rdd.collect(),
        rdd.isCheckpointed(),
        rdd.getCheckpointFile() is not None,
        rdd.glom().collect(),
    )


@program
def locally_checkpointed(sc: Any, d: str) -> Any:
    rdd = sc.parallelize(range(6), 3).map(lambda x: x * x)
    rdd.localCheckpoint()
    marked = rdd.isLocallyCheckpointed(), rdd.isCheckpointed()
    return marked, rdd.sum(), rdd.isCheckpointed(), rdd.getCheckpointFile(), rdd.collect()


@program
def late_binding(sc: Any, d: str) -> Any:
    factor = 2
    rdd = sc.parallelize([1, 2]).map(lambda x: x * factor)
    before = rdd.collect()
    factor = 3
    return before, rdd.collect(), rdd.map(lambda x: x).collect()


# --- files --------------------------------------------------------------------------------------------------

LINES = "".join(f"line {i} {'x' * (i % 7)}\n" for i in range(40))


@program
def text_file_partitions(sc: Any, d: str) -> Any:
    path = write(d, {"t.txt": LINES}) + "/t.txt"
    return [[len(p) for p in sc.textFile(path, n).glom().collect()] for n in (1, 2, 3, 5, 9)]


@program
def text_file_lines(sc: Any, d: str) -> Any:
    return sc.textFile(write(d, {"t.txt": "a\r\nb\n\nä日\rc\nend"}) + "/t.txt", 3).glom().collect()


@program
def text_file_default(sc: Any, d: str) -> Any:
    rdd = sc.textFile(write(d, {"t.txt": LINES}) + "/t.txt")
    return rdd.getNumPartitions(), [len(p) for p in rdd.glom().collect()]


@program
def text_file_directory(sc: Any, d: str) -> Any:
    write(d, {"in/b.txt": "b1\nb2\n", "in/a.txt": "a1\n", "in/_hidden": "no\n", "in/.no": "no\n", "in/empty": ""})
    # Spark lists a directory in the file system's order, pyrdd by name
    return sorted(sc.textFile(f"{d}/in", 2).glom().collect())


@program
def text_file_glob(sc: Any, d: str) -> Any:
    write(d, {"x1.txt": "1\n", "x2.txt": "2\n", "y1.txt": "3\n"})
    return sc.textFile(f"{d}/x*.txt", 1).collect(), sc.textFile(f"{d}/{{x2,y1}}.txt", 1).collect()


@program
def text_file_several(sc: Any, d: str) -> Any:
    write(d, {"x1.txt": "1\n", "x2.txt": "2\n"})
    return sc.textFile(f"{d}/x2.txt,{d}/x1.txt", 1).glom().collect()


@program
def text_file_bytes(sc: Any, d: str) -> Any:
    return sc.textFile(write(d, {"t": "ä\nb\n"}) + "/t", 1, use_unicode=False).collect()


@program
def text_file_missing(sc: Any, d: str) -> Any:
    return sc.textFile(f"{d}/none").count()


@program
def text_file_missing_lazily(sc: Any, d: str) -> Any:
    sc.textFile(f"{d}/none").map(len)
    return "nothing happened"


@program
def whole_text_files(sc: Any, d: str) -> Any:
    write(d, {"in/b.txt": "b1\nb2", "in/a.txt": "", "in/c.txt": "ä"})
    rdd = sc.wholeTextFiles(f"{d}/in", 2)
    return rdd.getNumPartitions(), sorted((os.path.basename(k), k.startswith("file:/"), v) for k, v in rdd.collect())


@program
def binary_files(sc: Any, d: str) -> Any:
    write(d, {"in/b": "b1", "in/a": "xyz"})
    return sorted((os.path.basename(k), v) for k, v in sc.binaryFiles(f"{d}/in").collect())


@program
def binary_records(sc: Any, d: str) -> Any:
    return sc.binaryRecords(write(d, {"in": "0001000200030004"}) + "/in", 4).collect()


@program
def save_as_text_file(sc: Any, d: str) -> Any:
    sc.parallelize(["a", 1, None, (2, "b"), "ä", "", 1.5, [1]], 3).saveAsTextFile(f"{d}/out")
    return read_output(f"{d}/out")


@program
def save_as_text_file_empty_partition(sc: Any, d: str) -> Any:
    sc.parallelize(["a"], 2).saveAsTextFile(f"{d}/out")
    return read_output(f"{d}/out")


@program
def save_as_text_file_bytes(sc: Any, d: str) -> Any:
    sc.parallelize([b"ab", "c"], 1).saveAsTextFile(f"{d}/out")
    return read_output(f"{d}/out")


@program
def save_as_text_file_gzip(sc: Any, d: str) -> Any:
    sc.parallelize(["a", "b"], 2).saveAsTextFile(f"{d}/out", "org.apache.hadoop.io.compress.GzipCodec")
    return sorted(name for name in os.listdir(f"{d}/out") if name[0] != "."), sorted(sc.textFile(f"{d}/out").collect())


@program
def save_as_text_file_exists(sc: Any, d: str) -> Any:
    sc.parallelize(["a"], 1).saveAsTextFile(f"{d}/out")
    sc.parallelize(["b"], 1).saveAsTextFile(f"{d}/out")


@program
def save_as_text_file_fails(sc: Any, d: str) -> Any:
    try:
        sc.parallelize([1, 0], 2).map(lambda x: 1 / x).saveAsTextFile(f"{d}/out")
    except Exception:
        return "_SUCCESS" in os.listdir(f"{d}/out") if os.path.exists(f"{d}/out") else False


@program
def save_as_pickle_file(sc: Any, d: str) -> Any:
    sc.parallelize([1, "a", None, {"k": (1, 2)}], 2).saveAsPickleFile(f"{d}/out")
    return sorted(name for name in os.listdir(f"{d}/out") if name[0] != "."), sc.pickleFile(f"{d}/out").collect()


@program
def save_as_sequence_file(sc: Any, d: str) -> Any:
    sc.parallelize([(1, "a"), (2, "b")], 1).saveAsSequenceFile(f"{d}/out")
    return sc.sequenceFile(f"{d}/out").collect()


@program
def save_non_pairs_as_sequence_file(sc: Any, d: str) -> Any:
    sc.parallelize([1, 2], 1).saveAsSequenceFile(f"{d}/out")


@program
def saved_partitions_are_read_back(sc: Any, d: str) -> Any:
    sc.parallelize(range(7), 3).saveAsTextFile(f"{d}/out")
    return sorted(sc.textFile(f"{d}/out").glom().collect())


# --- the context --------------------------------------------------------------------------------------------


@program
def numbers_of_the_context(sc: Any, d: str) -> Any:
    return sc.defaultParallelism, sc.defaultMinPartitions, sc.version.split(".")[0]


@program
def names(sc: Any, d: str) -> Any:
    rdd = sc.parallelize([1])
    return rdd.name(), rdd.setName("x").name(), rdd.map(str).name()


@program
def job_tags(sc: Any, d: str) -> Any:
    sc.addJobTag("b")
    sc.addJobTag("a")
    before = sorted(sc.getJobTags())
    sc.removeJobTag("a")
    after = sorted(sc.getJobTags())
    sc.clearJobTags()
    return before, after, sc.getJobTags()


@program
def job_tag_with_comma(sc: Any, d: str) -> Any:
    sc.addJobTag("a,b")


@program
def local_property_of_a_task(sc: Any, d: str) -> Any:
    sc.setLocalProperty("colour", "blue")
    task_context = importlib.import_module(type(sc).__module__.partition(".")[0]).TaskContext
    found = sc.parallelize([1], 1).map(lambda x: task_context.get().getLocalProperty("colour")).collect()
    sc.setLocalProperty("colour", None)
    return found, sc.getLocalProperty("colour")


@program
def task_context(sc: Any, d: str) -> Any:
    context = importlib.import_module(type(sc).__module__.partition(".")[0]).TaskContext

    def facts(index: int, records: Iterable[Any]) -> list[Any]:
        task = context.get()
        return [(index, task.partitionId(), task.attemptNumber(), task.cpus(), task.resources())]

    return sc.parallelize(range(4), 3).mapPartitionsWithIndex(facts).collect(), context.get()


@program
def second_context(sc: Any, d: str) -> Any:
    return type(sc)("local", "another")


@program
def added_file(sc: Any, d: str) -> Any:
    write(d, {"shared.txt": "content"})
    sc.addFile(f"{d}/shared.txt")
    files = importlib.import_module(type(sc).__module__.partition(".")[0]).SparkFiles

    def read(_: int) -> str:
        with open(files.get("shared.txt")) as file:
            return file.read()

    return sc.parallelize([1], 1).map(read).collect()


@program
def added_missing_file(sc: Any, d: str) -> Any:
    sc.addFile(f"{d}/none.txt")


# --- running and recording ----------------------------------------------------------------------------------


def plain(value: Any) -> Any:
    """The value with the engine's own iterables as lists."""
    if type(value).__name__ == "ResultIterable":
        return list(value)
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return type(value)(map(plain, value))
    return value


def java_error(error: Any) -> str:
    """What a Py4JJavaError means: the user's own exception, else the Java class."""
    text = str(error)
    if "PythonException" in text:
        found = re.findall(r"^(?:[\w.]*\.)?(\w+)(?::|$)", text, re.M)
        names = [name for name in found if name.endswith(("Error", "Exception", "Iteration")) and name[0].isupper()]
        names = [n for n in names if n not in ("Py4JJavaError", "PythonException", "SparkException")]
        return f"task: {names[0] if names else '?'}"
    return f"java: {error.java_exception.getClass().getSimpleName()}"


def error_names(error: BaseException) -> list[str]:
    """The name that the recorded answers give this exception, then those of the classes it derives from."""
    if type(error).__name__ == "Py4JJavaError":
        return [java_error(error)]
    in_task = error.__cause__ is not None and type(error).__name__ in ("PythonException", "SparkRuntimeException")
    kind, prefix = (type(error.__cause__), "task: ") if in_task else (type(error), "")
    return [prefix + each.__name__ for each in kind.__mro__[:-1]]


def answers(sc: Any, f: Program) -> list[str]:
    """What the program answers; several texts for an exception, the most specific first."""
    with tempfile.TemporaryDirectory(prefix="parity-") as directory:
        try:
            return [repr(plain(f(sc, directory))).replace(directory, "DIR")]
        except Exception as error:
            return [f"! {name}" for name in error_names(error)]


def main(package: str, master: str, path: str, *only: str) -> None:
    sc = importlib.import_module(package).SparkContext(master, "parity")
    sc.setLogLevel("OFF")
    found = {name: answers(sc, f)[0] for name, f in PROGRAMS.items() if not only or name in only}
    sc.stop()
    with open(path, "w", encoding="utf-8") as file:
        json.dump(found, file, indent=0, ensure_ascii=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
