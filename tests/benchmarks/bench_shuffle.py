"""The shuffle beside loops written by hand: ``python tests/benchmarks/bench_shuffle.py [repeats]``.

Each row runs one part of the shuffle and the plainest loop that computes the same, on the same records;
the hand-written map side pickles and writes its buckets too. Times are the best of the repeats, in seconds.
"""

from __future__ import annotations

import pickle
import random
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from pathlib import Path
from time import perf_counter
from typing import Any

from pyrdd.aggregator import Aggregator
from pyrdd.dependency import KeyOrder, ShuffleSpec
from pyrdd.metrics import TaskMetrics
from pyrdd.partitioner import Partitioner
from pyrdd.shuffle.groups import cogroup
from pyrdd.shuffle.manager import ShuffleManager
from pyrdd.shuffle.sort import external_sorted
from pyrdd.shuffle.status import MapStatus
from pyrdd.storage.memory import MemoryManager

Pairs = Sequence[tuple[Any, Any]]

ADD = Aggregator(lambda v: v, lambda a, b: a + b, lambda a, b: a + b)
LISTS = Aggregator(lambda v: [v], lambda a, v: (a.append(v), a)[1], lambda a, b: (a.extend(b), a)[1])


def drain(records: Iterable[Any]) -> None:
    deque(records, 0)


def pairs(n: int, keys: int, seed: int) -> Pairs:
    rng = random.Random(seed)
    return [(rng.randrange(keys), i) for i in range(n)]


class Bench:
    """The rows; each method returns (ours, by hand)."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.memory = MemoryManager(4 << 30)
        self.manager = ShuffleManager("bench", str(directory), self.memory, {})
        self.shuffles = iter(range(1000))

    def spec(self, n: int, aggregator: Aggregator | None = None, **more: Any) -> ShuffleSpec:
        return ShuffleSpec(0, 1, Partitioner(n), aggregator, **more)

    def write(self, spec: ShuffleSpec, records: Iterable[Any]) -> MapStatus:
        return self.manager.write(spec, 0, records, TaskMetrics())

    def read_all(self, spec: ShuffleSpec, statuses: Sequence[MapStatus]) -> None:
        for reduce_index in range(spec.partitioner.num_partitions):
            drain(self.manager.read(spec, reduce_index, statuses, TaskMetrics()))

    def dump(self, buckets: Sequence[Sequence[Any]]) -> None:
        with open(self.directory / "by-hand", "wb") as file:
            for bucket in buckets:
                pickle.dump(bucket, file, 5)

    def bucket_1m_pairs_into_4(self) -> tuple[Callable[[], Any], Callable[[], Any]]:
        data = pairs(1_000_000, 10**9, 1)

        def by_hand() -> None:
            buckets: list[list[Any]] = [[] for _ in range(4)]
            for pair in data:
                buckets[hash(pair[0]) % 4].append(pair)
            self.dump(buckets)

        return lambda: self.write(self.spec(4), data), by_hand

    def write_1m_pairs_into_1(self) -> tuple[Callable[[], Any], Callable[[], Any]]:
        data = pairs(1_000_000, 10**9, 1)
        return lambda: self.write(self.spec(1), data), lambda: self.dump([list(data)])

    def combine_5m_words_of_5k(self) -> tuple[Callable[[], Any], Callable[[], Any]]:
        words = [(f"word{i % 5000}", 1) for i in range(1_000_000)]
        add = ADD.merge_value

        def by_hand() -> None:
            table: dict[str, int] = {}
            for k, v in chain.from_iterable([words] * 5):
                if k in table:
                    table[k] = add(table[k], v)
                else:
                    table[k] = v

        spec = self.spec(4, ADD, map_side_combine=True)
        return lambda: self.write(spec, chain.from_iterable([words] * 5)), by_hand

    def combine_500k_words_all_different(self) -> tuple[Callable[[], Any], Callable[[], Any]]:
        words = [(f"word{i}", 1) for i in range(500_000)]
        add = ADD.merge_value

        def by_hand() -> None:
            table: dict[str, int] = {}
            for k, v in words:
                if k in table:
                    table[k] = add(table[k], v)
                else:
                    table[k] = v
            buckets: list[list[Any]] = [[] for _ in range(4)]
            for pair in table.items():
                buckets[hash(pair[0]) % 4].append(pair)
            self.dump(buckets)

        spec = self.spec(4, ADD, map_side_combine=True)
        return lambda: self.write(spec, words), by_hand

    def read_1m_pairs(self) -> tuple[Callable[[], Any], Callable[[], Any]]:
        data = pairs(1_000_000, 10**9, 1)
        status = self.write(self.spec(4), data)
        frames = [pickle.dumps(data[i : i + 10_000], 5) for i in range(0, len(data), 10_000)]
        by_hand = chain.from_iterable
        return lambda: self.read_all(self.spec(4), [status]), lambda: drain(
            by_hand(map(pickle.loads, frames))
        )

    def merge_2_x_500k_counts(self) -> tuple[Callable[[], Any], Callable[[], Any]]:
        data = pairs(500_000, 10**9, 1)
        spec = self.spec(1, ADD, map_side_combine=True)
        statuses = [self.write(spec, data), self.write(spec, data)]
        frames = [pickle.dumps(data[i : i + 10_000], 5) for i in range(0, len(data), 10_000)]
        add = ADD.merge_combiners

        def by_hand() -> None:
            table: dict[int, int] = {}
            for k, v in chain.from_iterable(map(pickle.loads, frames * 2)):
                if k in table:
                    table[k] = add(table[k], v)
                else:
                    table[k] = v
            drain(table.items())

        return lambda: self.read_all(spec, statuses), by_hand

    def group_2m_values_of_200k_keys(self) -> tuple[Callable[[], Any], Callable[[], Any]]:
        data = pairs(2_000_000, 200_000, 1)
        spec = self.spec(1, LISTS)
        status = self.write(spec, data)
        frames = [pickle.dumps(data[i : i + 10_000], 5) for i in range(0, len(data), 10_000)]

        def by_hand() -> None:
            table: dict[int, list[int]] = {}
            for k, v in chain.from_iterable(map(pickle.loads, frames)):
                if k in table:
                    table[k].append(v)
                else:
                    table[k] = [v]
            drain(table.items())

        return lambda: self.read_all(spec, [status]), by_hand

    def cogroup_2_x_500k(self) -> tuple[Callable[[], Any], Callable[[], Any]]:
        left, right = pairs(500_000, 500_000, 1), pairs(500_000, 500_000, 2)

        def by_hand() -> None:
            table: dict[int, tuple[list[int], list[int]]] = {}
            for side, data in enumerate((left, right)):
                for k, v in data:
                    if k in table:
                        table[k][side].append(v)
                    else:
                        table[k] = ([], [])
                        table[k][side].append(v)
            drain(table.items())

        return lambda: drain(cogroup([left, right], self.memory, str(self.directory), TaskMetrics())), by_hand

    def sort_1m_pairs_by_key(self) -> tuple[Callable[[], Any], Callable[[], Any]]:
        data = pairs(1_000_000, 10**9, 1)
        spec = self.spec(1, key_order=KeyOrder())
        status = self.write(spec, data)
        frames = [pickle.dumps(data[i : i + 10_000], 5) for i in range(0, len(data), 10_000)]
        key: Callable[[Any], Any] = lambda pair: pair[0]  # noqa: E731
        by_hand = chain.from_iterable
        return (
            lambda: self.read_all(spec, [status]),
            lambda: drain(sorted(by_hand(map(pickle.loads, frames)), key=key)),
        )

    def sort_1m_spilling_8_times(self) -> tuple[Callable[[], Any], Callable[[], Any]]:
        data = pairs(1_000_000, 10**9, 1)
        memory = Squeezed(1 + 1_000_000 // 16 // 8)

        def ours() -> None:
            drain(external_sorted(data, memory, str(self.directory), TaskMetrics()))

        return ours, lambda: drain(sorted(data))

    def group_1m_spilling(self) -> tuple[Callable[[], Any], Callable[[], Any]]:
        left, right = pairs(500_000, 100_000, 1), pairs(500_000, 100_000, 2)
        memory = Squeezed(8)

        def run(memory: Any) -> Callable[[], None]:
            return lambda: drain(cogroup([left, right], memory, str(self.directory), TaskMetrics()))

        return run(memory), run(self.memory)


class Squeezed:
    """Memory that is short at every ``nth`` look."""

    def __init__(self, nth: int) -> None:
        self.nth, self.looks = nth, 0

    def under_pressure(self) -> bool:
        self.looks += 1
        return self.looks % self.nth == 0

    def spilled(self, nbytes: int) -> None:
        self.looks = 0


def best(run: Callable[[], Any], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = perf_counter()
        run()
        times.append(perf_counter() - start)
    return min(times)


def main(repeats: int = 3) -> None:
    print(f"{'':34s} {'pyrdd':>8s} {'by hand':>8s} {'ratio':>6s}")
    with tempfile.TemporaryDirectory() as directory:
        bench = Bench(Path(directory))
        rows = [n for n in vars(Bench) if n[-1].isalnum() and "_" in n and n[0] != "_" and n != "read_all"]
        for name in rows:
            ours, by_hand = (best(run, repeats) for run in getattr(bench, name)())
            print(f"{name.replace('_', ' '):34s} {ours:8.3f} {by_hand:8.3f} {ours / by_hand:6.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
