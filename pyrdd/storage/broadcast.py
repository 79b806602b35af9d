"""Broadcast: a read-only value that is sent to each executor once (`pyspark.core.broadcast`).

    driver    value --pickled once--> file in the application's directory
              closures carry only (id, path, size)
    executor  closure unpickled --> Broadcast --first .value--> reads the file, or fetches it --> kept for the process

Every process has one table of the broadcasts it has met. It is global, unlike anything else here, because
unpickling a closure has no way to be handed an environment, and because all tasks of a process must share
one copy.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Generic, TypeVar

from pyrdd.errors import PySparkPicklingError, PySparkRuntimeError
from pyrdd.storage.block_id import BroadcastBlockId
from pyrdd.storage.broadcast_file import Fetch, read_file, read_remote, write_value

__all__ = ["Broadcast", "BroadcastManager", "BroadcastPickleRegistry", "fetch_with", "forget"]

T = TypeVar("T")


class Broadcast(Generic[T]):
    """A broadcast variable, made by `SparkContext.broadcast`; read it through `value`.

    Pickling one (in a closure) sends its number and where to find it. Only the driver's object can be
    pickled, unpersisted and destroyed.
    """

    def __init__(self, bid: int, path: str, size: int, manager: BroadcastManager | None = None) -> None:
        self.id = bid
        self._path, self._size, self._manager = path, size, manager
        self._lock = threading.Lock()
        self._loaded: list[T] = []

    @property
    def value(self) -> T:
        """The value: a copy of what was broadcast, read when first asked for and shared by the whole
        process.

        Raises `PySparkRuntimeError` after `destroy`.
        """
        self._check_alive()
        with self._lock:
            if not self._loaded:
                self._loaded.append(self._read())
            return self._loaded[0]

    def unpersist(self, blocking: bool = False) -> None:
        """Drops the executors' copies; a task that uses the value again reads it anew.

        ``blocking`` is accepted; executors drop their copies when they get to it.
        """
        self._driver("unpersisted").unpersist(self)

    def destroy(self, blocking: bool = False) -> None:
        """Drops the value everywhere, for good: using it afterwards is an error."""
        self._driver("destroyed").destroy(self)

    def dump(self, value: T, f: BinaryIO) -> None:
        """Pickles ``value`` into the open file and closes it. Raises ``pickle.PicklingError``.

        >>> import io, tempfile
        >>> b = Broadcast[list[int]](0, "", 0)
        >>> with tempfile.TemporaryDirectory() as directory:
        ...     b.dump([1, 2], open(directory + "/dumped", "wb"))
        ...     b.load_from_path(directory + "/dumped")
        [1, 2]
        """
        try:
            pickle.dump(value, f, pickle.HIGHEST_PROTOCOL)
        except pickle.PickleError:
            raise
        except Exception as error:
            raise PySparkPicklingError(
                f"Could not serialize broadcast: {type(error).__name__}: {error}"
            ) from error
        f.close()

    def load_from_path(self, path: str) -> T:
        """The value that `dump` wrote to the file at ``path``."""
        with open(path, "rb", 1 << 20) as file:
            return self.load(file)

    def load(self, file: BinaryIO) -> T:
        """The value that `dump` wrote to the open file."""
        with _no_garbage_collection():
            value: T = pickle.load(file)
        return value

    def __reduce__(self) -> tuple[Callable[[int, str, int], Broadcast[Any]], tuple[int, str, int]]:
        manager = self._driver("serialized")
        manager.pickled.add(self)
        return _from_id, (self.id, self._path, self._size)

    def _driver(self, operation: str) -> BroadcastManager:
        if self._manager is None:
            raise PySparkRuntimeError(
                errorClass="INVALID_BROADCAST_OPERATION", messageParameters={"operation": operation}
            )
        self._check_alive()
        return self._manager

    def _check_alive(self) -> None:
        if self._manager is not None and not self._manager.holds(self.id):
            raise PySparkRuntimeError(f"Attempted to use broadcast {self.id} after it was destroyed.")

    def _read(self) -> T:
        fetch = _process.fetch if self._manager is None else None
        try:
            with _no_garbage_collection():
                if fetch is None:
                    value: T = read_file(self._path)
                else:
                    value = read_remote(fetch, self._path, self._size)
        except OSError as error:
            raise PySparkRuntimeError(
                errorClass="BROADCAST_VARIABLE_NOT_LOADED", messageParameters={"variable": str(self.id)}
            ) from error
        return value

    def _forget(self) -> None:
        with self._lock:
            self._loaded.clear()


class BroadcastPickleRegistry(threading.local):
    """The broadcasts that this thread has pickled since `clear`: those that a closure uses."""

    def __init__(self) -> None:
        self._pickled: dict[int, Broadcast[Any]] = {}

    def __iter__(self) -> Iterator[Broadcast[Any]]:
        return iter(list(self._pickled.values()))

    def add(self, bcast: Broadcast[Any]) -> None:
        """Notes that ``bcast`` was pickled."""
        self._pickled[bcast.id] = bcast

    def clear(self) -> None:
        """Forgets those noted so far."""
        self._pickled.clear()


class BroadcastManager:
    """The driver's broadcasts: files in ``directory``, one each, until destroyed, forgotten by the program
    or closed.

    ``on_drop(id)`` tells the executors to drop their copies; they call `forget`.
    """

    def __init__(self, directory: str | os.PathLike[str], on_drop: Callable[[int], None]) -> None:
        self._directory = os.fspath(directory)
        self._on_drop = on_drop
        self._paths: dict[int, str] = {}
        self._unreferenced: deque[int] = deque()
        self._lock = threading.Lock()
        self._next_id = 0
        self.pickled = BroadcastPickleRegistry()

    def broadcast(self, value: T) -> Broadcast[T]:
        """Pickles ``value`` to a file, at once; later changes of it are not seen.

        Raises `PySparkPicklingError` when it cannot be pickled.
        """
        self.sweep()
        with self._lock:
            bid, self._next_id = self._next_id, self._next_id + 1
        path = os.path.join(self._directory, str(BroadcastBlockId(bid)))
        os.makedirs(self._directory, exist_ok=True)
        size = write_value(path, value)
        self._paths[bid] = path
        broadcast: Broadcast[T] = Broadcast(bid, path, size, self)
        # The garbage collector may run anywhere, also where locks are held: it only leaves a note for
        # `sweep`.
        weakref.finalize(broadcast, self._unreferenced.append, bid).atexit = False
        return broadcast

    def holds(self, bid: int) -> bool:
        """Whether the broadcast can still be used."""
        return bid in self._paths

    def unpersist(self, broadcast: Broadcast[Any]) -> None:
        """Drops the executors' copies; the file stays."""
        forget(broadcast.id)
        self._on_drop(broadcast.id)

    def destroy(self, broadcast: Broadcast[Any]) -> None:
        """Drops the value everywhere."""
        self._remove(broadcast.id)
        broadcast._forget()

    def sweep(self) -> None:
        """Destroys the broadcasts that the program no longer refers to. Called now and then, between jobs."""
        while self._unreferenced:
            with contextlib.suppress(IndexError):  # another thread may sweep at the same time
                self._remove(self._unreferenced.popleft())

    def close(self) -> None:
        """Destroys every broadcast."""
        for bid in list(self._paths):
            self._remove(bid)

    def _remove(self, bid: int) -> None:
        path = self._paths.pop(bid, None)
        if path is None:
            return
        forget(bid)
        self._on_drop(bid)
        with contextlib.suppress(OSError):
            os.unlink(path)


class _Process:
    """What this process knows of broadcasts, as an executor: those it has met, and how to fetch them."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.met: dict[str, Broadcast[Any]] = {}
        self.fetch: Fetch | None = None


_process = _Process()


def fetch_with(fetch: Fetch | None) -> None:
    """Lets this process read broadcasts with ``fetch(path, offset, length)`` instead of from its disk."""
    _process.fetch = fetch


def forget(bid: int) -> None:
    """Drops this process's copy of a broadcast, if it has one."""
    with _process.lock:
        found = [path for path, broadcast in _process.met.items() if broadcast.id == bid]
        dropped = [_process.met.pop(path) for path in found]
    for broadcast in dropped:
        broadcast._forget()


def _from_id(bid: int, path: str, size: int) -> Broadcast[Any]:
    """The executor's object of a broadcast: one for each process, so that its value is read once."""
    with _process.lock:
        return _process.met.setdefault(path, Broadcast(bid, path, size))


@contextlib.contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """A pickle of many objects sets off the collector again and again, which finds nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
