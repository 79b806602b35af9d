"""MapOutputTracker: which map outputs of which shuffle exist, and on which executor.

a map task succeeds --register--> tracker <--lose_executor / lose_output-- an executor dies, a fetch fails
                                    |
                                    +--statuses--> the tasks of the next stage, adaptive planning
"""

from __future__ import annotations

from collections.abc import Sequence

from pyrdd.shuffle.status import MapStatus


class _Shuffle:
    __slots__ = ("available", "outputs")

    def __init__(self, num_maps: int) -> None:
        self.outputs: list[MapStatus | None] = [None] * num_maps
        self.available = 0

    def remove(self, map_index: int) -> None:
        if self.outputs[map_index] is not None:
            self.outputs[map_index] = None
            self.available -= 1

    def remove_executor(self, executor_id: str) -> list[int]:
        lost = [i for i, s in enumerate(self.outputs) if s is not None and s.executor_id == executor_id]
        for index in lost:
            self.remove(index)
        return lost


class MapOutputTracker:
    """The driver's record of map outputs.

    >>> tracker = MapOutputTracker()
    >>> tracker.register_shuffle(7, num_maps=2)
    >>> tracker.register(MapStatus(7, 0, "1", "/a", sizes=[10, 0], records=[1, 0]))
    True
    >>> tracker.missing(7), tracker.is_complete(7)
    ([1], False)
    >>> tracker.lose_executor("1")
    {7: [0]}
    """

    def __init__(self) -> None:
        self._shuffles: dict[int, _Shuffle] = {}

    def register_shuffle(self, shuffle_id: int, num_maps: int) -> None:
        """Makes a shuffle known; nothing happens when it is known already."""
        if shuffle_id not in self._shuffles:
            self._shuffles[shuffle_id] = _Shuffle(num_maps)

    def register(self, status: MapStatus) -> bool:
        """Records an output; returns false when the shuffle is unknown or has an output for that map
        task already."""
        shuffle = self._shuffles.get(status.shuffle_id)
        if shuffle is None or shuffle.outputs[status.map_index] is not None:
            return False
        shuffle.outputs[status.map_index] = status
        shuffle.available += 1
        return True

    def output(self, shuffle_id: int, map_index: int) -> MapStatus | None:
        """The output of one map task, ``None`` when it is missing."""
        shuffle = self._shuffles.get(shuffle_id)
        if shuffle is None or not 0 <= map_index < len(shuffle.outputs):
            return None
        return shuffle.outputs[map_index]

    def lose_output(self, shuffle_id: int, map_index: int) -> None:
        """Forgets one output that could not be fetched."""
        if shuffle_id in self._shuffles:
            self._shuffles[shuffle_id].remove(map_index)

    def lose_outputs_on(self, shuffle_id: int, executor_id: str) -> list[int]:
        """Forgets all outputs of one shuffle on one executor; returns the map tasks that must run again."""
        shuffle = self._shuffles.get(shuffle_id)
        return shuffle.remove_executor(executor_id) if shuffle else []

    def lose_executor(self, executor_id: str) -> dict[int, list[int]]:
        """Forgets all outputs on an executor; returns the lost map tasks of each shuffle that lost any."""
        lost = {i: shuffle.remove_executor(executor_id) for i, shuffle in self._shuffles.items()}
        return {shuffle_id: maps for shuffle_id, maps in lost.items() if maps}

    def drop(self, shuffle_id: int) -> None:
        """Forgets every output of a shuffle, which stays known: it may be computed again."""
        if shuffle_id in self._shuffles:
            self._shuffles[shuffle_id] = _Shuffle(len(self._shuffles[shuffle_id].outputs))

    def forget(self, shuffle_id: int) -> None:
        """Forgets a shuffle altogether."""
        self._shuffles.pop(shuffle_id, None)

    def statuses(self, shuffle_id: int) -> tuple[MapStatus, ...]:
        """The outputs that exist, by map index."""
        shuffle = self._shuffles.get(shuffle_id)
        return tuple(s for s in shuffle.outputs if s is not None) if shuffle else ()

    def missing(self, shuffle_id: int) -> list[int]:
        """The map tasks that have no output."""
        return [i for i, s in enumerate(self._shuffles[shuffle_id].outputs) if s is None]

    def is_complete(self, shuffle_id: int) -> bool:
        """Whether every map task of a known shuffle has an output."""
        shuffle = self._shuffles.get(shuffle_id)
        return shuffle is not None and shuffle.available == len(shuffle.outputs)

    def shuffle_sizes(self, shuffle_id: int) -> list[int]:
        """Bytes for each reduce partition, over the outputs that exist."""
        sizes: Sequence[Sequence[int]] = [status.sizes for status in self.statuses(shuffle_id)]
        return list(map(sum, zip(*sizes, strict=True)))
