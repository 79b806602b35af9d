"""Keyed state of one operator in one partition, kept in the checkpoint directory by version.

Batch N reads version N and commits version N + 1, so that a batch that is run again finds what it found before:

    <checkpoint>/state/<operator>/<partition>/<version>.delta      what the batch changed
    <checkpoint>/state/<operator>/<partition>/<version>.snapshot   everything, each tenth version

A store is opened, changed and committed within one task; it works in any process that sees the directory. Files appear
by renaming, whole or not at all.
"""

from __future__ import annotations

import pickle
import uuid
from collections.abc import Hashable, Iterator
from typing import Any, NamedTuple

from pyrdd.errors import SparkRuntimeException
from pyrdd.io.filesystem import filesystem_of

SNAPSHOT_EVERY = 10


class StateStoreId(NamedTuple):
    """Which state: ``root`` is the directory ``<checkpoint>/state``."""

    root: str
    operator: int
    partition: int

    @property
    def directory(self) -> str:
        """Where its files are."""
        return f"{self.root}/{self.operator}/{self.partition}"


class StateStore:
    """The state at a version, and the changes since. Keys are hashable and values are anything that pickles; a value
    that was got must not be changed but put anew. ``family`` keeps several states apart (one for each state variable).

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as d:
    ...     which = StateStoreId(d, 0, 0)
    ...     store = StateStore(which, 0)
    ...     store.put("a", 1)
    ...     store.commit(), StateStore(which, 1).get("a")
    (1, 1)
    """

    def __init__(self, which: StateStoreId, version: int) -> None:
        """Loads a version; 0 is empty. Raises SparkRuntimeException (CANNOT_LOAD_STATE_STORE) if it was not committed."""
        self.id, self.version = which, version
        self._families: dict[str, dict[Hashable, Any]] = _load(which, version)
        self._puts: dict[tuple[str, Hashable], Any] = {}
        self._removed: set[tuple[str, Hashable]] = set()

    def get(self, key: Hashable, family: str = "") -> Any:
        """The value of a key, None if there is none."""
        return self._families.get(family, {}).get(key)

    def contains(self, key: Hashable, family: str = "") -> bool:
        """Whether the key has a value."""
        return key in self._families.get(family, {})

    def put(self, key: Hashable, value: Any, family: str = "") -> None:
        """Sets the value of a key."""
        self._families.setdefault(family, {})[key] = value
        self._puts[family, key] = value
        self._removed.discard((family, key))

    def remove(self, key: Hashable, family: str = "") -> None:
        """Forgets a key, if it is there."""
        if self._families.get(family, {}).pop(key, self) is not self:
            self._puts.pop((family, key), None)
            self._removed.add((family, key))

    def iterate(self, family: str = "") -> Iterator[tuple[Hashable, Any]]:
        """All keys with their values, in the order in which they came; the state may be changed meanwhile."""
        return iter(list(self._families.get(family, {}).items()))

    def size(self, family: str = "") -> int:
        """How many keys there are."""
        return len(self._families.get(family, {}))

    @property
    def changes(self) -> tuple[int, int]:
        """How many keys were put, and how many removed, since the version that was loaded."""
        return len(self._puts), len(self._removed)

    def commit(self) -> int:
        """Writes the next version and returns its number. A version that is there already (the task ran before) is
        replaced."""
        version = self.version + 1
        whole = version % SNAPSHOT_EVERY == 0
        content = self._families if whole else (self._puts, self._removed)
        _write(f"{self.id.directory}/{version}.{'snapshot' if whole else 'delta'}", content)
        return version

    def abort(self) -> None:
        """Forgets the changes: the store is as its version is stored."""
        self._families = _load(self.id, self.version)
        self._puts, self._removed = {}, set()


def purge(which: StateStoreId, oldest: int) -> None:
    """Deletes the files that no version from ``oldest`` on needs."""
    fs = filesystem_of(which.directory)
    if fs.status(which.directory) is None:
        return
    base = oldest - oldest % SNAPSHOT_EVERY
    for status in fs.list(which.directory):
        number = status.name.partition(".")[0]
        if number.isdigit() and int(number) < base:
            fs.delete(status.path)


def _load(which: StateStoreId, version: int) -> dict[str, dict[Hashable, Any]]:
    base = version - version % SNAPSHOT_EVERY
    found: dict[str, dict[Hashable, Any]] = _read(which, base, "snapshot") if base else {}
    for number in range(base + 1, version + 1):
        puts, removed = _read(which, number, "delta")
        for family, key in removed:
            found.get(family, {}).pop(key, None)
        for (family, key), value in puts.items():
            found.setdefault(family, {})[key] = value
    return found


def _read(which: StateStoreId, version: int, kind: str) -> Any:
    path = f"{which.directory}/{version}.{kind}"
    try:
        with filesystem_of(path).open_read(path) as stream:
            return pickle.load(stream)
    except FileNotFoundError:
        raise SparkRuntimeException(
            errorClass="CANNOT_LOAD_STATE_STORE.CANNOT_READ_DELTA_FILE_NOT_EXISTS",
            messageParameters={"fileToRead": path, "clazz": f"the state of operator {which.operator}"},
        ) from None


def _write(path: str, content: Any) -> None:
    fs = filesystem_of(path)
    fs.make_dirs(path.rpartition("/")[0])
    written = f"{path}.{uuid.uuid4().hex}.tmp"
    try:
        with fs.open_write(written) as stream:
            pickle.dump(content, stream, protocol=pickle.HIGHEST_PROTOCOL)
        if not fs.rename(written, path):
            fs.delete(path)
            fs.rename(written, path)
    finally:
        fs.delete(written)
