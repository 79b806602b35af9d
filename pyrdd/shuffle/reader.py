"""The reduce side: a segment of every map output, verified, decoded frame by frame, in the order of the maps.

    MapStatus --open or fetch--> index entry -> segment -> CRC-32 -> frames -> records

A segment's checksum is verified before its first record is handed on: what is damaged is a fetch failure,
never a wrong record. A long segment is not held in memory: a local one is read twice (once to verify it,
once to decode it), a remote one is copied to a nameless temporary file first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

from pyrdd.shuffle import frames
from pyrdd.shuffle.index import Segment
from pyrdd.shuffle.source import Fetch, MapOutputSource, local_source, remote_source
from pyrdd.shuffle.spill import Scratch, SpillFile
from pyrdd.shuffle.status import MapStatus

WHOLE_BYTES = 8 << 20


class SegmentReader:
    """Reads the segments of one reduce partition.

    ``is_local(status)`` says whether a map output's file may be opened here; the others are fetched with
    ``fetch(endpoint, name, offset, length)``, where the name is what `source.remote_name` makes of the path.
    A remote segment of more than ``in_flight`` bytes is copied to disk.
    """

    def __init__(
        self,
        reduce_index: int,
        is_local: Callable[[MapStatus], bool],
        fetch: Fetch | None,
        scratch: Scratch,
        in_flight: int = WHOLE_BYTES,
        verify: bool = True,
    ) -> None:
        self._reduce_index, self._is_local, self._fetch = reduce_index, is_local, fetch
        self._scratch, self._in_flight, self._verify = scratch, in_flight, verify

    def records(self, statuses: Sequence[MapStatus]) -> Iterator[Any]:
        """The records of all segments, lazily, map by map; empty segments are not opened.

        Raises `FetchFailed` for an output that is lost, truncated or corrupt, ``OSError`` for a shortage
        here.
        """
        wanted = (status for status in statuses if status.sizes[self._reduce_index])
        return chain.from_iterable(chain.from_iterable(map(self._segment, wanted)))

    def _segment(self, status: MapStatus) -> Iterator[Iterator[Any]]:
        return self._local(status) if self._is_local(status) else self._remote(status)

    def _local(self, status: MapStatus) -> Iterator[Iterator[Any]]:
        with local_source(status, self._reduce_index, self._verify) as source:
            segment = self._found(source)
            if segment.length <= WHOLE_BYTES:
                yield _decoded(source.whole(segment))
            else:
                deque(source.chunks(segment), 0)  # verifies
                yield frames.records_of(frames.frames_in(source.read_at, segment.offset, segment.length))

    def _remote(self, status: MapStatus) -> Iterator[Iterator[Any]]:
        metrics = self._scratch.metrics
        source = remote_source(status, self._reduce_index, self._fetch, self._verify, metrics)
        segment = self._found(source)
        if segment.length <= self._in_flight:
            yield _decoded(source.whole(segment))
        else:
            with SpillFile(self._scratch) as copy:
                yield copy.read(copy.append_raw(source.chunks(segment)))

    def _found(self, source: MapOutputSource) -> Segment:
        segment = source.entry()
        self._scratch.metrics.shuffle_read_records += segment.records
        self._scratch.metrics.shuffle_read_bytes += segment.length
        return segment


def _decoded(data: bytes) -> Iterator[Any]:
    def read_at(offset: int, length: int) -> bytes:
        return data[offset : offset + length]

    return frames.records_of(frames.frames_in(read_at, 0, len(data)))
