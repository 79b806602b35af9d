"""PySpark's serializers around serializers: batches and pairs of records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice, product
from typing import Any, BinaryIO

from pyrdd.serializers.pyspark_serializers import Serializer
from pyrdd.serializers.streams import write_with_length


class BatchedSerializer(Serializer):
    """Gives its inner serializer lists of ``batchSize`` records, or one list of all of them (-1)."""

    UNLIMITED_BATCH_SIZE = -1
    UNKNOWN_BATCH_SIZE = 0

    def __init__(self, serializer: Serializer, batchSize: int = UNLIMITED_BATCH_SIZE) -> None:
        self.serializer = serializer
        self.batchSize = batchSize

    def dump_stream(self, iterator: Iterable[Any], stream: BinaryIO) -> None:
        self.serializer.dump_stream(self._batched(iterator), stream)

    def load_stream(self, stream: BinaryIO) -> Iterator[Any]:
        return chain.from_iterable(self._load_stream_without_unbatching(stream))

    def _batched(self, iterator: Iterable[Any]) -> Iterator[Any]:
        if self.batchSize == self.UNLIMITED_BATCH_SIZE:
            yield list(iterator)
            return
        records = iter(iterator)
        while batch := list(islice(records, self.batchSize)):
            yield batch

    def _load_stream_without_unbatching(self, stream: BinaryIO) -> Iterator[Iterable[Any]]:
        return self.serializer.load_stream(stream)

    def __repr__(self) -> str:
        return f"BatchedSerializer({self.serializer}, {self.batchSize})"


class FlattenedValuesSerializer(BatchedSerializer):
    """Writes pairs ``(key, values)``, long lists of values in parts of ``batchSize``."""

    def __init__(self, serializer: Serializer, batchSize: int = 10) -> None:
        super().__init__(serializer, batchSize)

    def load_stream(self, stream: BinaryIO) -> Iterator[Any]:
        return self.serializer.load_stream(stream)

    def _batched(self, iterator: Iterable[Any]) -> Iterator[Any]:
        size = self.batchSize
        for key, values in iterator:
            for start in range(0, len(values), size):
                yield key, values[start : start + size]

    def __repr__(self) -> str:
        return f"FlattenedValuesSerializer({self.serializer}, {self.batchSize})"


class AutoBatchedSerializer(BatchedSerializer):
    """Doubles the batches up to about ``bestSize`` bytes, halves those ten times too long."""

    def __init__(self, serializer: Serializer, bestSize: int = 1 << 16) -> None:
        super().__init__(serializer, self.UNKNOWN_BATCH_SIZE)
        self.bestSize = bestSize

    def dump_stream(self, iterator: Iterable[Any], stream: BinaryIO) -> None:
        size, records = 1, iter(iterator)
        while batch := list(islice(records, size)):
            data = self.serializer.dumps(batch)
            write_with_length(data, stream)
            if len(data) < self.bestSize:
                size *= 2
            elif len(data) > self.bestSize * 10 and size > 1:
                size //= 2

    def __repr__(self) -> str:
        return f"AutoBatchedSerializer({self.serializer})"


class _TwoStreams(Serializer):
    """Reads batches of two serializers alternately from one stream and joins each pair of batches."""

    def __init__(self, key_ser: Serializer, val_ser: Serializer) -> None:
        self.key_ser = key_ser
        self.val_ser = val_ser

    def load_stream(self, stream: BinaryIO) -> Iterator[Any]:
        return chain.from_iterable(self._load_stream_without_unbatching(stream))

    def _batches(self, stream: BinaryIO) -> Iterator[tuple[Iterable[Any], Iterable[Any]]]:
        keys = self.key_ser._load_stream_without_unbatching(stream)
        return zip(keys, self.val_ser._load_stream_without_unbatching(stream), strict=False)

    def __repr__(self) -> str:
        return f"{self.__class__.__name__}({self.key_ser}, {self.val_ser})"


class CartesianDeserializer(_TwoStreams):
    """Every record of a batch of keys with every record of the batch of values that follows it."""

    def _load_stream_without_unbatching(self, stream: BinaryIO) -> Iterator[Iterable[Any]]:
        return (product(keys, values) for keys, values in self._batches(stream))


class PairDeserializer(_TwoStreams):
    """The records of a batch of keys with those of the batch of values that follows it, one to one."""

    def _load_stream_without_unbatching(self, stream: BinaryIO) -> Iterator[Iterable[Any]]:
        return (_zipped(list(keys), list(values)) for keys, values in self._batches(stream))


def _zipped(keys: list[Any], values: list[Any]) -> Iterable[Any]:
    if len(keys) != len(values):
        raise ValueError(
            "Can not deserialize PairRDD with different number of items"
            f" in batches: ({len(keys)}, {len(values)})"
        )
    return zip(keys, values, strict=True)
