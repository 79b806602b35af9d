"""The lineage as Spark prints it: one line per RDD, a ``+-`` where a shuffle begins a stage.

    (2) ShuffledRDD[3] at reduceByKey at app.py:5 []
     +-(4) MapPartitionsRDD[2] at map at app.py:4 []
        |  ParallelCollectionRDD[0] at parallelize at app.py:3 []
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pyrdd.dependency import ShuffleDependency
from pyrdd.rdd.base import BaseRDD
from pyrdd.storagelevel import StorageLevel

CachedNote = Callable[[BaseRDD], list[str]]

_LAST_BAR = re.compile(r"\|\s+$")


def debug_string(rdd: BaseRDD, cached_note: CachedNote) -> str:
    """The text; ``cached_note(rdd)`` gives lines on its cached partitions. Walks with a stack of its own: lineages
    may be 10,000 steps long."""
    lines: list[str] = []
    below = _bar(rdd)
    # (RDD, the prefix of its own line, of its notes, of the lines below it)
    stack = [(rdd, f"({rdd.num_partitions}) ", f"{below} ", below)]
    while stack:
        node, own, notes, below = stack.pop()
        level = "" if node.storage_level == StorageLevel.NONE else str(node.storage_level)
        lines.append(f"{own}{node!r} [{level}]")
        lines.extend(f"{notes}    {line}" for line in cached_note(node))
        stack.extend(reversed(_children(node, below)))
    return "\n".join(lines)


def _bar(rdd: BaseRDD) -> str:
    """The bar under the middle of ``(n)``, as wide as that and a space."""
    width = len(f"({rdd.num_partitions})")
    left = (width - 1) // 2
    return " " * left + "|" + " " * (width - left)


def _children(node: BaseRDD, below: str) -> list[tuple[BaseRDD, str, str, str]]:
    children = []
    last = len(node.dependencies) - 1
    for i, dependency in enumerate(node.dependencies):
        parent = dependency.rdd
        if isinstance(dependency, ShuffleDependency):
            indent = _LAST_BAR.sub("", below)
            inner = indent + ("  " if i == last else "| ") + _bar(parent)
            children.append((parent, f"{indent}+-({parent.num_partitions}) ", inner, inner))
        else:
            children.append((parent, below, below, below))
    return children


def bytes_text(size: float) -> str:
    """A number of bytes as Spark writes it.

    >>> bytes_text(848), bytes_text(3 << 20)
    ('848.0 B', '3.0 MiB')
    """
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 2048:  # Spark goes on to the next unit from two of it
            return f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TiB"
