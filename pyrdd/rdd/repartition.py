"""How `repartition` spreads records: in turn, from a start that depends on the partition, in small batches, as Spark
does."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from typing import Any

from pyrdd.coalesce import repartition_start
from pyrdd.util.frozen import frozen


def place(position: int) -> int:
    """The partition function of a repartition: positions are counted up, the partitioner takes them modulo."""
    return position


@frozen
class Distribute:
    """Pairs ``(position, batch of records)``: PySpark hands Spark batches of 10 records, and Spark deals those out."""

    num_partitions: int
    batch_size: int

    def __call__(self, index: int, records: Iterator[Any]) -> Iterator[tuple[int, list[Any]]]:
        start = repartition_start(index, self.num_partitions)
        for position in count(start + 1):
            batch = list(islice(records, self.batch_size))
            if not batch:
                return
            yield position, batch
