"""RecordFormat: how an application writes its records: its own serializer and codec, or the defaults."""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterable, Iterator
from typing import Any

from pyrdd.serializers.batched_serializers import BatchedSerializer, FlattenedValuesSerializer
from pyrdd.serializers.compression import Codec
from pyrdd.serializers.pyspark_serializers import CloudPickleSerializer, FramedSerializer, Serializer
from pyrdd.serializers.records import BATCH_BYTES, BatchPickler, Dumps, Loads, dump_batches, load_batches
from pyrdd.util.frozen import frozen


@frozen
class RecordFormat:
    """Writes and reads batches of records.

    ``serializer`` is a program's ``SparkContext(serializer=...)``; ``None``, cloudpickle and batches of it
    mean the engine's own pickling, which accepts the same values. ``codec`` compresses every frame.

    >>> from pyrdd.serializers import MarshalSerializer
    >>> marshalled = RecordFormat(MarshalSerializer())
    >>> list(marshalled.load(marshalled.dump([1, 2])))
    [1, 2]
    """

    serializer: Serializer | None = None
    codec: Codec | None = None

    def dump(self, records: Iterable[Any], batch_bytes: int = BATCH_BYTES) -> Iterator[bytes]:
        """The records as frames, lazily; see `dump_batches`."""
        dumps = _functions(self.serializer)[0]
        if self.codec is None:
            return dump_batches(records, batch_bytes, dumps)
        inner, compress = dumps or BatchPickler(), self.codec.compress
        return dump_batches(records, batch_bytes, lambda batch: compress(inner(batch)))

    def load(self, frames: Iterable[bytes]) -> Iterator[Any]:
        """The records of frames that `dump` made, lazily."""
        unpacked = frames if self.codec is None else map(self.codec.decompress, frames)
        return load_batches(unpacked, _functions(self.serializer)[1])


def _functions(serializer: Serializer | None) -> tuple[Dumps | None, Loads]:
    while isinstance(serializer, BatchedSerializer) and not isinstance(serializer, FlattenedValuesSerializer):
        serializer = serializer.serializer
    if serializer is None or _is_default(serializer):
        return None, pickle.loads
    if isinstance(serializer, FramedSerializer):
        return serializer.dumps, serializer.loads
    return _through_streams(serializer)


def _is_default(serializer: Serializer) -> bool:
    return type(serializer) is CloudPickleSerializer and serializer.allowed_names is None


def _through_streams(serializer: Serializer) -> tuple[Dumps, Loads]:
    """The functions of a serializer that only knows streams."""

    def dumps(batch: list[Any]) -> bytes:
        stream = io.BytesIO()
        serializer.dump_stream(batch, stream)
        return stream.getvalue()

    return dumps, lambda data: serializer.load_stream(io.BytesIO(data))
