"""The rows as one would write them without an engine: ``multiprocessing.Pool(2)`` and dicts, the same
closures per record.

    parent --ranges--> map tasks --one pickled dict or list per bucket--> parent --> reduce tasks --> parent

Nothing is fault-tolerant, nothing spills: this is the floor that an engine's overhead is measured from.
"""

from __future__ import annotations

import os
import pickle
import tempfile
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing import get_context
from multiprocessing.pool import Pool
from typing import Any

from engines import closures as c
from engines.closures import PARTITIONS, ROUNDS

Range = tuple[int, int]


def open_context(engine: str, master: str) -> Pool | None:
    """Two worker processes; none for the inline rows."""
    return None if master == "local" else get_context("fork").Pool(2)


def close_context(pool: Pool | None) -> None:
    if pool is not None:
        pool.close()
        pool.join()


def ranges(size: int) -> list[Range]:
    return [(size * i // PARTITIONS, size * (i + 1) // PARTITIONS) for i in range(PARTITIONS)]


def exchange(outputs: list[list[bytes]]) -> list[list[bytes]]:
    """From the buckets of each map task to what each reduce task reads."""
    return [list(column) for column in zip(*outputs, strict=True)]


def pickled(buckets: list[Any]) -> list[bytes]:
    return [pickle.dumps(bucket, protocol=5) for bucket in buckets]


# --- word count


def word_count(pool: Pool, size: int, text: str) -> int:
    outputs = pool.map(partial(_count_words, text), ranges(os.path.getsize(text)), 1)
    counts = [item for part in pool.map(_merge_counts, exchange(outputs), 1) for item in part.items()]
    return sum(len(word) * count for word, count in counts) + len(counts)


def _lines(path: str, start: int, stop: int) -> Iterator[str]:
    """The lines that start inside the range."""
    with open(path, "rb") as data:
        if start:
            data.seek(start - 1)
            data.readline()
        position = data.tell()
        for line in data:
            if position >= stop:
                return
            position += len(line)
            yield line.decode()


def _count_words(path: str, part: Range) -> list[bytes]:
    counts: dict[str, int] = {}
    for line in _lines(path, *part):
        for word in c.split(line):
            key, value = c.pair(word)
            counts[key] = c.plus(counts[key], value) if key in counts else value
    buckets: list[dict[str, int]] = [{} for _ in range(PARTITIONS)]
    for key, value in counts.items():
        buckets[sum(key.encode()) % PARTITIONS][key] = value
    return pickled(buckets)


def _merge_counts(parts: list[bytes]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for part in parts:
        for key, value in pickle.loads(part).items():
            counts[key] = c.plus(counts[key], value) if key in counts else value
    return counts


# --- sort


def sort(pool: Pool, size: int, text: str) -> int:
    sample = sorted(c.shuffled(i)[0] for i in range(0, size, max(size // 1000, 1)))
    bounds = [sample[len(sample) * i // PARTITIONS] for i in range(1, PARTITIONS)]
    outputs = pool.map(partial(_split_by_range, bounds), ranges(size), 1)
    return c.whole_order_check(pool.map(_sort_bucket, exchange(outputs), 1))


def _split_by_range(bounds: list[int], part: Range) -> list[bytes]:
    buckets: list[list[Any]] = [[] for _ in range(PARTITIONS)]
    for i in range(*part):
        record = c.shuffled(i)
        buckets[bisect_right(bounds, record[0])].append(record)
    return pickled(buckets)


def _sort_bucket(parts: list[bytes]) -> Any:
    records = [record for part in parts for record in pickle.loads(part)]
    records.sort(key=lambda record: record[0])
    return c.order_check([key for key, _ in records])


# --- group by key


def group_by_key(pool: Pool, size: int, text: str) -> int:
    outputs = pool.map(partial(_split_by_key, c.twentieth), ranges(size), 1)
    return sum(pool.map(_group, exchange(outputs), 1))


def _split_by_key(make: Callable[[int], tuple[int, Any]], part: Range) -> list[bytes]:
    buckets: list[list[Any]] = [[] for _ in range(PARTITIONS)]
    for i in range(*part):
        record = make(i)
        buckets[record[0] % PARTITIONS].append(record)
    return pickled(buckets)


def _grouped(parts: list[bytes]) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for part in parts:
        for key, value in pickle.loads(part):
            groups[key].append(value)
    return groups


def _group(parts: list[bytes]) -> int:
    return sum(map(c.group_check, _grouped(parts).items()))


# --- join


def join(pool: Pool, size: int, text: str) -> int:
    left = pool.map_async(partial(_split_by_key, c.left), ranges(size), 1)
    right = pool.map_async(partial(_split_by_key, c.right), ranges(size), 1)
    return sum(pool.map(_join, list(zip(exchange(left.get()), exchange(right.get()), strict=True)), 1))


def _join(sides: tuple[list[bytes], list[bytes]]) -> int:
    left = _grouped(sides[0])
    total = 0
    for part in sides[1]:
        for key, b in pickle.loads(part):
            for a in left.get(key, ()):
                total += c.join_check((key, (a, b)))
    return total


# --- PageRank: the adjacency lists stay in the workers, read back from a file at most once by each


def pagerank(pool: Pool, size: int, text: str) -> int:
    pages = max(size // c.PAGES_PER_EDGE, 1)
    with tempfile.TemporaryDirectory() as directory:
        outputs = pool.map(partial(_split_by_key, partial(c.edge, pages=pages)), ranges(size), 1)
        paths = [os.path.join(directory, str(i)) for i in range(PARTITIONS)]
        pool.starmap(_keep_links, list(zip(paths, exchange(outputs), strict=True)), 1)
        ranks: list[bytes | None] = [None] * PARTITIONS
        for _ in range(ROUNDS):
            shares = exchange(pool.starmap(_share, list(zip(paths, ranks, strict=True)), 1))
            ranks = list(pool.map(_new_ranks, shares, 1))
        return round(sum(sum(pickle.loads(part).values()) for part in ranks if part) * 1000)


_links: dict[str, dict[int, list[int]]] = {}


def _keep_links(path: str, parts: list[bytes]) -> None:
    _links[path] = _grouped(parts)
    with open(path, "wb") as out:
        pickle.dump(_links[path], out, protocol=5)


def _links_of(path: str) -> dict[int, list[int]]:
    if path not in _links:
        with open(path, "rb") as data:
            _links[path] = pickle.load(data)
    return _links[path]


def _share(path: str, ranks: bytes | None) -> list[bytes]:
    links = _links_of(path)
    known = pickle.loads(ranks) if ranks else dict.fromkeys(links, 1.0)
    buckets: list[dict[int, float]] = [{} for _ in range(PARTITIONS)]
    for page, rank in known.items():
        if page not in links:
            continue
        for target, share in c.contributions((page, (links[page], rank))):
            bucket = buckets[target % PARTITIONS]
            bucket[target] = c.add(bucket[target], share) if target in bucket else share
    return pickled(buckets)


def _new_ranks(parts: list[bytes]) -> bytes:
    totals: dict[int, float] = {}
    for part in parts:
        for page, share in pickle.loads(part).items():
            totals[page] = c.add(totals[page], share) if page in totals else share
    return pickle.dumps({page: c.damp(total) for page, total in totals.items()}, protocol=5)


# --- no shuffle


def cpu_map(pool: Pool, size: int, text: str) -> int:
    return sum(pool.map(_compute_all, ranges(size), 1))


def _compute_all(part: Range) -> int:
    return sum(map(c.compute, range(*part)))


def tiny_jobs(pool: Pool | None, size: int, text: str) -> int:
    data = range(10)
    if pool is None:
        return sum(sum(map(c.next_number, data)) for _ in range(size))
    return sum(sum(pool.map(c.next_number, data, 5)) for _ in range(size))


def tiny_tasks(pool: Pool, size: int, text: str) -> int:
    return sum(pool.map(c.next_number, range(size), 1))


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
    "first_result": tiny_tasks,
}
