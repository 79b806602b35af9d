"""Block names: what a block is called on disk, between executors and in reports (Spark's `BlockId`)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RDDBlockId:
    """A cached partition: ``rdd_1_2``."""

    rdd_id: int
    partition: int

    def __str__(self) -> str:
        return f"rdd_{self.rdd_id}_{self.partition}"


@dataclass(frozen=True, slots=True)
class BroadcastBlockId:
    """A broadcast value: ``broadcast_3``."""

    broadcast_id: int

    def __str__(self) -> str:
        return f"broadcast_{self.broadcast_id}"


BlockId = RDDBlockId | BroadcastBlockId


def parse_block_id(name: str) -> BlockId:
    """The block called ``name``; ``ValueError`` when it is no block's name.

    >>> parse_block_id("rdd_1_2")
    RDDBlockId(rdd_id=1, partition=2)
    """
    kind, *numbers = name.split("_")
    if all(number.isdecimal() for number in numbers):
        match kind, [int(number) for number in numbers]:
            case "rdd", [rdd_id, partition]:
                return RDDBlockId(rdd_id, partition)
            case "broadcast", [broadcast_id]:
                return BroadcastBlockId(broadcast_id)
    raise ValueError(f"not the name of a block: {name!r}")
