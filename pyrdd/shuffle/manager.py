"""ShuffleManager: an executor's door to the shuffle. Map tasks write through it, reduce tasks read.

map task     --write-->  <directory>/shuffle/<shuffle>/map-<map>-<executor>-<n>.data
reduce task  --read--->  pairs, combined and sorted as the spec says
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, count
from operator import itemgetter
from typing import Any

from pyrdd import settings
from pyrdd.dependency import KeyOrder, ShuffleSpec
from pyrdd.metrics import TaskMetrics
from pyrdd.shuffle.combine import Pair, combined
from pyrdd.shuffle.disorder import Disorder
from pyrdd.shuffle.pressure import Memory
from pyrdd.shuffle.reader import SegmentReader
from pyrdd.shuffle.sort import external_sorted
from pyrdd.shuffle.source import Fetch
from pyrdd.shuffle.spill import Scratch
from pyrdd.shuffle.status import MapStatus
from pyrdd.shuffle.writer import write_map_output
from pyrdd.util.setting import Texts


class ShuffleManager:
    """Writes and reads the shuffles of one executor. Usable from several threads at once.

    ``directory`` is where outputs and spills go; ``host_local`` says that the other executors may open the
    files there themselves, else they fetch them from ``endpoint``. ``fetch(endpoint, name, offset, length)``
    reads a range of bytes of another executor's file; ``name`` is the path relative to that executor's
    directory.
    """

    def __init__(
        self,
        executor_id: str,
        directory: str,
        memory: Memory,
        conf: Texts,
        fetch: Fetch | None = None,
        endpoint: str | None = None,
        host_local: bool = True,
    ) -> None:
        self.executor_id, self.directory = executor_id, directory
        self._memory, self._fetch = memory, fetch
        self._endpoint, self._host_local = endpoint, host_local
        self._in_flight = settings.REDUCER_MAX_SIZE_IN_FLIGHT.read(conf)
        self._verify = settings.SHUFFLE_CHECKSUM.read(conf)
        self._order_seed = settings.ORDER_SEED.read(conf)
        self._attempts = count()

    def write(
        self, spec: ShuffleSpec, map_index: int, records: Iterable[Any], metrics: TaskMetrics
    ) -> MapStatus:
        """Writes the output of one map task and says where it is.

        Exceptions of user code propagate unchanged; an ``OSError`` of the file system (disk full) names the
        path. Either way no file is left. Each call writes a file of its own, so attempts may run at the same
        time.
        """
        path = self._new_path(spec.shuffle_id, map_index)
        segments = write_map_output(spec, map_index, records, path, self._scratch(metrics))
        return MapStatus(
            shuffle_id=spec.shuffle_id,
            map_index=map_index,
            executor_id=self.executor_id,
            path=path,
            sizes=[s.length for s in segments],
            records=[s.records for s in segments],
            endpoint=self._endpoint,
            host_local=self._host_local,
        )

    def read(
        self, spec: ShuffleSpec, reduce_index: int, statuses: Sequence[MapStatus], metrics: TaskMetrics
    ) -> Iterator[Pair]:
        """The pairs of one reduce partition, lazily: with an aggregator, each key once with its combiner.

        ``statuses`` are all map outputs in the order of the maps. Without a key order, pairs come in the
        order written, keys in the order of their first appearance (unless memory ran short while combining, or
        ``pyrdd.order.seed`` mixes them).
        Raises `FetchFailed` when an output is lost, truncated or corrupt.
        """
        scratch = self._scratch(metrics)
        seed = self._order_seed
        disorder = None if seed is None else Disorder(seed, spec.shuffle_id, reduce_index)
        if spec.reads is not None:
            first, end, first_map, end_map = spec.reads[reduce_index]
            wanted = _arrived(statuses[first_map:end_map], disorder)
            return chain.from_iterable(self._segments(bucket, scratch, wanted) for bucket in range(first, end))
        pairs = self._segments(reduce_index, scratch, _arrived(statuses, disorder))
        if spec.aggregator is not None:
            pairs = combined(pairs, spec.aggregator, scratch, raw=not spec.map_side_combine)
        if spec.key_order is not None:
            key = _pair_key(spec.key_order)
            reverse = not spec.key_order.ascending
            return external_sorted(pairs, self._memory, self.directory, metrics, key, reverse)
        return pairs if disorder is None or spec.aggregator is None else disorder.mixed(pairs)

    def remove(self, shuffle_id: int) -> None:
        """Deletes the outputs of a shuffle. Idempotent; executors that share a directory may all do it."""
        _remove_tree(self._shuffle_directory(shuffle_id))

    def close(self) -> None:
        """Deletes all outputs, unless other executors may still read them: then the directory's owner
        does."""
        if not self._host_local:
            _remove_tree(os.path.join(self.directory, "shuffle"))

    def _segments(self, reduce_index: int, scratch: Scratch, statuses: Sequence[MapStatus]) -> Iterator[Any]:
        reader = SegmentReader(reduce_index, self._is_local, self._fetch, scratch, self._in_flight, self._verify)
        return reader.records(statuses)

    def _scratch(self, metrics: TaskMetrics) -> Scratch:
        return Scratch(self._memory, self.directory, metrics)

    def _is_local(self, status: MapStatus) -> bool:
        return status.host_local or status.executor_id == self.executor_id

    def _new_path(self, shuffle_id: int, map_index: int) -> str:
        name = f"map-{map_index}-{self.executor_id}-{next(self._attempts)}.data"
        return os.path.join(self._shuffle_directory(shuffle_id), name)

    def _shuffle_directory(self, shuffle_id: int) -> str:
        return os.path.join(self.directory, "shuffle", str(shuffle_id))


def _arrived(outputs: Sequence[MapStatus], disorder: Disorder | None) -> Sequence[MapStatus]:
    return outputs if disorder is None else disorder.arrived(outputs)


def _pair_key(order: KeyOrder) -> Callable[[Pair], Any]:
    keyfunc = order.keyfunc
    if keyfunc is None:
        return itemgetter(0)
    return lambda pair: keyfunc(pair[0])


def _remove_tree(path: str) -> None:
    import shutil  # slow to import, and only needed at the end of a shuffle

    shutil.rmtree(path, ignore_errors=True)
