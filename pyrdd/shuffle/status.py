"""MapStatus: where a finished map task left its output, and how much of it goes to each reduce partition."""

from __future__ import annotations

from collections.abc import Sequence

from pyrdd.util.frozen import frozen


@frozen
class MapStatus:
    """One map task's output.

    ``path`` is the file on the executor's disk (segments of all reduce partitions, with an index and
    checksums); ``executor_id`` owns it: when that executor's storage is lost, so is the output.
    ``host_local`` says that every executor may open the path itself; otherwise it is fetched from
    ``endpoint``, the executor's block server. ``sizes`` are bytes and ``records`` counts for each reduce
    partition.
    """

    shuffle_id: int
    map_index: int
    executor_id: str
    path: str
    sizes: Sequence[int]
    records: Sequence[int]
    endpoint: str | None = None
    host_local: bool = True


class FetchFailed(Exception):
    """A reduce task could not get a map output: lost, truncated or corrupt. The scheduler recomputes the map
    task."""

    def __init__(
        self, shuffle_id: int, map_index: int, reduce_index: int, executor_id: str, why: str
    ) -> None:
        super().__init__(shuffle_id, map_index, reduce_index, executor_id, why)
        self.shuffle_id, self.map_index, self.reduce_index = shuffle_id, map_index, reduce_index
        self.executor_id, self.why = executor_id, why

    def __str__(self) -> str:
        return (
            f"shuffle {self.shuffle_id}: output of map task {self.map_index} for reduce partition "
            f"{self.reduce_index} on executor {self.executor_id}: {self.why}"
        )
