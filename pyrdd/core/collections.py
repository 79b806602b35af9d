"""Slices of a program's collection: pickled at once, small ones kept for their tasks, large ones written to a file."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Sequence, Sized
from typing import Any

from pyrdd.rdd.parallel_collection_rdd import FileSlice, InlineSlice, slice_bounds
from pyrdd.serializers import CPickleSerializer, Serializer
from pyrdd.serializers.records import dump_batches

# above this a slice travels by file: through the gateway it would be copied twice more
INLINE_BYTES = 1 << 16


def slices_of(
    collection: Iterable[Any],
    num_slices: int,
    batch_size: int,
    rdd_id: int,
    directory: str | None,
    serializer: Serializer,
) -> Sequence[InlineSlice | FileSlice]:
    """``num_slices`` slices of ``collection``; ``directory`` is one that all executors can read, ``None`` for none."""
    records: Any = collection if isinstance(collection, Sized) and hasattr(collection, "__getitem__") else None
    if records is None or isinstance(records, dict):
        records = list(collection)
    bounds = slice_bounds(len(records), num_slices, batch_size)
    dump = None if isinstance(serializer, CPickleSerializer) else _dump_with(serializer)
    frames = [list(dump_batches(records[start:end], dumps=dump)) for start, end in bounds]
    total = sum(len(frame) for part in frames for frame in part)
    counts = [end - start for start, end in bounds]
    if directory is None or total < INLINE_BYTES:
        return [InlineSlice(part, count) for part, count in zip(frames, counts, strict=True)]
    return _write(frames, counts, os.path.join(directory, f"parallelize-{rdd_id}"))


def _dump_with(serializer: Serializer) -> Any:
    """Lets the context's own serializer see (and refuse) the records; they travel pickled."""
    import pickle  # only contexts with another serializer come here

    def dump(batch: list[Any]) -> bytes:
        stream = io.BytesIO()
        serializer.dump_stream(iter(batch), stream)
        stream.seek(0)
        return pickle.dumps(list(serializer.load_stream(stream)), 5)

    return dump


def _write(frames: Sequence[Sequence[bytes]], counts: Sequence[int], path: str) -> list[FileSlice]:
    slices, offset = [], 0
    with open(path, "wb") as file:
        for part, count in zip(frames, counts, strict=True):
            slices.append(FileSlice(path, offset, [len(frame) for frame in part], count))
            file.writelines(part)
            offset += sum(slices[-1].lengths)
    return slices
