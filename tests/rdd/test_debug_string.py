"""The shape of `toDebugString`, as Spark 4.3 draws it (names and call sites replaced)."""

from __future__ import annotations

import re
from typing import Any

from pyrdd.rdd.debug_string import debug_string


def shape(rdd: Any) -> list[str]:
    text = debug_string(rdd._node, lambda node: ["NOTE"] if rdd.ctx._persisted_rdds.get(node.rdd_id) else [])
    return [re.sub(r"\w+RDD\[\d+\] at .*? \[(.*)\]$", r"R [\1]", line) for line in text.splitlines()]


def pairs(sc: Any, n: int) -> Any:
    return sc.parallelize([(1, 1)], n)


def test_the_bar_of_a_stage_stands_under_its_number_of_partitions(sc: Any) -> None:
    assert shape(pairs(sc, 3).map(str)) == ["(3) R []", " |  R []"]
    assert shape(pairs(sc, 12).map(str)) == ["(12) R []", " |   R []"]
    assert shape(pairs(sc, 123).map(str)) == ["(123) R []", "  |   R []"]


def test_a_shuffle_begins_an_indented_stage(sc: Any) -> None:
    deep = pairs(sc, 12).map(lambda p: p).partitionBy(123).map(lambda p: p).partitionBy(4)
    assert shape(deep) == [
        "(4) R []",
        " +-(123) R []",
        "     |   R []",
        "     +-(12) R []",
        "        |   R []",
    ]


def test_the_sides_of_a_cogroup_are_joined_by_a_bar(sc: Any) -> None:
    left, right = pairs(sc, 2).map(lambda p: p), pairs(sc, 11).map(lambda p: p)
    assert shape(left.cogroup(right, 5)) == [
        "(5) R []",
        " |  R []",
        " +-(2) R []",
        " |  |  R []",
        " +-(11) R []",
        "    |   R []",
    ]


def test_persisted_rdds_have_their_level_and_a_note(sc: Any) -> None:
    kept = pairs(sc, 12).cache()
    level = "[Memory Serialized 1x Replicated]"
    assert shape(kept) == [f"(12) R {level}", " |        NOTE"]
    assert shape(kept.map(str)) == ["(12) R []", f" |   R {level}", " |       NOTE"]
    assert shape(kept.partitionBy(3)) == ["(3) R []", f" +-(12) R {level}", "    |       NOTE"]


def test_a_union_lists_its_parents_one_after_the_other(sc: Any) -> None:
    assert shape(pairs(sc, 2).map(str).union(pairs(sc, 3))) == ["(5) R []", " |  R []", " |  R []", " |  R []"]


def test_the_note_of_a_cached_rdd_tells_its_partitions(sc: Any) -> None:
    kept = sc.parallelize(range(4), 2).map(str).cache()
    assert b"CachedPartitions" not in kept.toDebugString()
    kept.count()
    assert b"CachedPartitions: 2; MemorySize: " in kept.toDebugString()
