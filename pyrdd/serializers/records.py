"""Records as bytes: a stream of records becomes pickle-5 *frames*, each the pickle of a list of records.

    records --dump_batches--> frames --write_frames--> file     (8-byte length, frame, 8-byte length, frame, ...)
    records <--load_batches-- frames <--read_frames--- file

Called wherever records rest or travel: cached blocks, shuffle segments, spills, checkpoints, task results.
Batches exist for speed: pickling and unpickling a list runs in C, so a record costs no Python frame of
ours, and the pickler's memo shares what the records of a batch have in common. PySpark's
`AutoBatchedSerializer` has the same idea.
"""

from __future__ import annotations

import pickle
import struct
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

if TYPE_CHECKING:
    from pyrdd.serializers.compression import Codec

PROTOCOL = 5
# Above this the pickler's memo falls out of the cache and a record costs more; far below it, frames cost
# more.
BATCH_BYTES = 1 << 16
_FIRST_BATCH = 256
_GROWTH = 8
_LENGTH = struct.Struct("<Q")

Dumps = Callable[[list[Any]], bytes]
Loads = Callable[[bytes], Iterable[Any]]


def dump_batches(
    records: Iterable[Any], batch_bytes: int = BATCH_BYTES, dumps: Dumps | None = None
) -> Iterator[bytes]:
    """The records as pickled lists, lazily and in order; a small input makes one frame, an empty one none.

    Batches grow and shrink until a frame is about ``batch_bytes`` long. ``dumps`` replaces the pickling of
    one batch. A record that cannot be pickled raises `PySparkPicklingError` naming its type and position.

    >>> [pickle.loads(frame) for frame in dump_batches([1, "two", (3,)])]
    [[1, 'two', (3,)]]
    """
    dump = dumps or BatchPickler()
    take = _taker(records)
    batch = take(1)
    if not batch:
        return
    position = 0
    count = min(_FIRST_BATCH, batch_bytes // len(_dump(dump, batch, position)))
    batch += take(count - 1) if count > 1 else []
    while batch:
        frame = _dump(dump, batch, position)
        done = len(batch)
        position += done
        del batch  # the consumer may keep the frame; the records must not live on beside it
        yield frame
        count = max(1, min(done * batch_bytes // len(frame), done * _GROWTH))
        del frame
        batch = take(count)


def load_batches(frames: Iterable[bytes], loads: Loads = pickle.loads) -> Iterator[Any]:
    """The records of ``frames``, lazily and in order; one frame's records are in memory at a time.

    >>> list(load_batches(dump_batches(range(5))))
    [0, 1, 2, 3, 4]
    """
    return chain.from_iterable(map(loads, frames))


class BatchPickler:
    """Pickles batch after batch of one stream: plain pickle, and cloudpickle from the first batch that
    needs it.

    Plain pickle names classes and functions; that is not enough for those that live in the program's
    ``__main__`` (another process has another ``__main__``), in a function body, or in a module registered
    with ``cloudpickle.register_pickle_by_value``: cloudpickle sends their definition.
    """

    __slots__ = ("_dumps",)

    def __init__(self) -> None:
        self._dumps: Callable[[Sequence[Any]], bytes] = self._plain

    def __call__(self, batch: Sequence[Any]) -> bytes:
        return self._dumps(batch)

    def _plain(self, batch: Sequence[Any]) -> bytes:
        try:
            frame = pickle.dumps(batch, PROTOCOL)
        except MemoryError:
            raise
        except Exception:
            return self._by_value(batch)
        # The text may also stand in a record: then cloudpickle writes the same frame, a little slower.
        if b"__main__" in frame or _registered_by_value():
            return self._by_value(batch)
        return frame

    def _by_value(self, batch: Sequence[Any]) -> bytes:
        import cloudpickle  # most programs' records never need it

        frame: bytes = cloudpickle.dumps(batch, PROTOCOL)
        self._dumps = self._by_value
        return frame


def _registered_by_value() -> bool:
    cloudpickle = sys.modules.get("cloudpickle")
    return cloudpickle is not None and bool(cloudpickle.list_registry_pickle_by_value())


def _taker(records: Iterable[Any]) -> Callable[[int], list[Any]]:
    """A function that returns the next ``n`` records as a list, empty at the end."""
    if type(records) is list:
        return _ListTaker(records)
    iterator = iter(records)
    return lambda n: list(islice(iterator, n))


class _ListTaker:
    """Slices a list: one copy of the references, several times as fast as pulling them one by one."""

    __slots__ = ("_at", "_records")

    def __init__(self, records: list[Any]) -> None:
        self._records, self._at = records, 0

    def __call__(self, n: int) -> list[Any]:
        start, self._at = self._at, self._at + n
        return self._records[start : self._at]


def _dump(dump: Dumps, batch: list[Any], position: int) -> bytes:
    try:
        return dump(batch)
    except MemoryError:
        raise
    except Exception as error:
        _refuse(dump, batch, position, error)


def _refuse(dump: Dumps, batch: list[Any], position: int, error: Exception) -> NoReturn:
    """Raises the error that names the first record of ``batch`` that cannot be pickled by itself."""
    from pyrdd.errors import PySparkPicklingError  # needed only here, on the way out

    for index, record in enumerate(batch):
        cause = _failure(dump, record)
        if cause is not None:
            kind = type(record)
            raise PySparkPicklingError(
                f"Could not serialize record {position + index}, a {kind.__module__}.{kind.__qualname__}: "
                f"{type(cause).__name__}: {cause}"
            ) from cause
    raise PySparkPicklingError(
        f"Could not serialize records {position} to {position + len(batch) - 1}: "
        f"{type(error).__name__}: {error}"
    ) from error


def _failure(dump: Dumps, record: Any) -> Exception | None:
    try:
        dump([record])
    except Exception as error:
        return error
    return None


def write_frames(file: BinaryIO, frames: Iterable[bytes], codec: Codec | None = None) -> int:
    """Writes each frame after its length, compressed when ``codec`` is given; returns the bytes written."""
    written = 0
    for frame in frames:
        data = frame if codec is None else codec.compress(frame)
        file.write(_LENGTH.pack(len(data)))
        file.write(data)
        written += _LENGTH.size + len(data)
    return written


def read_frames(file: BinaryIO, codec: Codec | None = None) -> Iterator[bytes]:
    """The frames that `write_frames` wrote, lazily, to the end of the file; ``EOFError`` when cut short."""
    while head := file.read(_LENGTH.size):
        size = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else -1
        data = file.read(size) if size >= 0 else b""
        if len(data) != size:
            raise EOFError("a stream of frames was cut short")
        yield data if codec is None else codec.decompress(data)
