"""The rows on ``dask.bag`` with its process scheduler. Rows that a bag has no operation for are left out."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from operator import itemgetter
from typing import Any

from engines import closures as c
from engines.closures import PARTITIONS


def open_context(engine: str, master: str) -> AbstractContextManager[Any]:
    """Two processes, or the calling thread for the inline rows."""
    import dask

    if master == "local":
        return dask.config.set(scheduler="synchronous")
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    return dask.config.set(scheduler="processes", pool=ProcessPoolExecutor(2, mp_context=get_context("fork")))


def close_context(context: AbstractContextManager[Any]) -> None:
    import dask

    pool = dask.config.get("pool", None)
    if pool is not None:
        pool.shutdown()


def _numbers(size: int, parts: int = PARTITIONS) -> Any:
    import dask.bag

    return dask.bag.from_delayed(
        [dask.delayed(range)(size * i // parts, size * (i + 1) // parts) for i in range(parts)]
    )


def word_count(context: Any, size: int, text: str) -> int:
    import dask.bag

    lines = dask.bag.read_text(text, blocksize=os.path.getsize(text) // PARTITIONS + 1)
    pairs = lines.map(c.split).flatten().map(c.pair)
    counts = pairs.foldby(itemgetter(0), _count, 0, c.plus, 0).compute()
    return sum(len(word) * count for word, count in counts) + len(counts)


def _count(total: int, record: tuple[str, int]) -> int:
    return c.plus(total, record[1])


def group_by_key(context: Any, size: int, text: str) -> int:
    groups = _numbers(size).map(c.twentieth).groupby(itemgetter(0), npartitions=PARTITIONS)
    return int(groups.map(_check_group).sum().compute())


def _check_group(group: tuple[int, list[tuple[int, int]]]) -> int:
    key, records = group
    return c.group_check((key, [value for _, value in records]))


def cpu_map(context: Any, size: int, text: str) -> int:
    return int(_numbers(size).map(c.compute).sum().compute())


def tiny_jobs(context: Any, size: int, text: str) -> int:
    return sum(int(_numbers(10, 2).map(c.next_number).sum().compute()) for _ in range(size))


def tiny_tasks(context: Any, size: int, text: str) -> int:
    return int(_numbers(size, size).map(c.next_number).sum().compute())


def first_result(context: Any, size: int, text: str) -> int:
    return int(_numbers(size, 2).map(c.next_number).sum().compute())


ROWS: dict[str, Callable[[Any, int, str], int]] = {
    "word_count": word_count,
    "group_by_key": group_by_key,
    "cpu_map": cpu_map,
    "tiny_jobs_inline": tiny_jobs,
    "tiny_jobs": tiny_jobs,
    "tiny_tasks": tiny_tasks,
    "first_result": first_result,
}
