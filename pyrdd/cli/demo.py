"""``pyrdd demo``: the main job of this package on real text, and how it ran.

Python files --textFile--> lines --flatMap--> words --reduceByKey--> counts --takeOrdered--> top words
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import sysconfig
from collections.abc import Iterator
from operator import add
from typing import Any

from pyrdd import SparkConf, SparkContext
from pyrdd.cli.main import settings_of
from pyrdd.events.report import human_bytes, job_report

_word = re.compile(r"[A-Za-z]{2,}")


def run(args: argparse.Namespace) -> int:
    """Counts, then prints the answer, the lineage and the report. Returns 0; 1 when there is nothing to
    count."""
    directory = args.path or sysconfig.get_path("stdlib")
    files = list(python_files(directory))
    if not files:
        print(f"pyrdd demo: no Python files in {directory}", file=sys.stderr)
        return 1
    sc = SparkContext(conf=_conf(args))
    try:
        size = human_bytes(sum(map(os.path.getsize, files)))
        print(f"Counting the words of {len(files):,} Python files ({size}) in {directory} on {sc.master} ...")
        counts = count_words(sc, files)
        top = counts.takeOrdered(args.top, key=lambda pair: (-pair[1], pair[0]))
        _print_answer(sc, counts, top)
    finally:
        sc.stop()
    return 0


def python_files(directory: str) -> Iterator[str]:
    """The Python files below ``directory``, sorted; without installed packages, and without names that
    `textFile` takes for hidden (``_x.py``), for a list or for a pattern."""
    for here, below, names in os.walk(directory):
        below[:] = sorted(set(below) - {"site-packages", "dist-packages", "__pycache__"})
        names = sorted(name for name in names if name.endswith(".py") and not name.startswith(("_", ".")))
        paths = (os.path.join(here, name) for name in names)
        yield from (path for path in paths if not re.search(r"[,*?\[\]{}\\]", path))


def count_words(sc: SparkContext, files: list[str]) -> Any:
    """The RDD of ``(word, how often)``. Small files are read many to a task."""
    text = sc.textFile(",".join(files)).setName(f"{len(files)} files")
    lines = text.coalesce(16 * sc.defaultParallelism)
    return lines.flatMap(_word.findall).map(lambda word: (word, 1)).reduceByKey(add, sc.defaultParallelism)


def _conf(args: argparse.Namespace) -> SparkConf:
    return SparkConf().setAll(settings_of(args).items()).setIfMissing("spark.app.name", "pyrdd demo")


def _print_answer(sc: SparkContext, counts: Any, top: list[tuple[str, int]]) -> None:
    print("\nThe most frequent words\n")
    for word, count in top:
        print(f"{count:10,}  {word}")
    print("\nThe lineage of the counts (each indentation is a shuffle)\n")
    print(counts.toDebugString().decode())
    print("\nHow it ran\n")
    sc._engine.settle()
    print(job_report(sc._engine.state))
