"""File systems: the few operations that sources and the commit protocol need, on local disks and through
fsspec.

A path is a plain string: absolute for the local file system, a URI (``memory://dir/file``,
``s3://bucket/key``) otherwise. `qualify` turns what a user writes into that form; `filesystem_of` finds who
serves it.
"""

from __future__ import annotations

import os
import re
from functools import cache
from typing import Any, BinaryIO, Protocol, cast

from pyrdd.io.errors import unsupported
from pyrdd.util.frozen import frozen

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]+):")


@frozen
class FileStatus:
    """One entry of a directory: its qualified path, size in bytes, and whether it is a directory."""

    path: str
    size: int
    is_dir: bool = False

    @property
    def name(self) -> str:
        """The last component of the path."""
        return base_name(self.path)


class FileSystem(Protocol):
    """Where files live. Paths are qualified; every method raises `OSError` when the system refuses."""

    def status(self, path: str) -> FileStatus | None:
        """What is at ``path``; ``None`` when there is nothing."""

    def modified(self, path: str) -> float:
        """When the file was last written, in seconds since 1970; 0 when the system does not say."""

    def list(self, path: str) -> list[FileStatus]:
        """The entries of a directory, sorted by name."""

    def open_read(self, path: str) -> BinaryIO:
        """A seekable binary stream; reads may return fewer bytes than asked only at the end."""

    def open_write(self, path: str) -> BinaryIO:
        """A binary stream to a new file; its directory must exist."""

    def make_dir(self, path: str) -> None:
        """One new directory; an error when it is already there and, on local disks, when its parent is
        missing."""

    def make_dirs(self, path: str) -> None:
        """The directory and its parents, whatever exists of them."""

    def rename(self, source: str, target: str) -> bool:
        """Moves ``source`` unless ``target`` is already there; tells whether it moved."""

    def delete(self, path: str) -> None:
        """Removes a file or a whole directory; nothing there is no error."""


def _status_of(entry: os.DirEntry[str]) -> FileStatus | None:
    """What an entry of a directory is; None for one that another process has removed or renamed meanwhile."""
    try:
        return FileStatus(entry.path, 0 if entry.is_dir() else entry.stat().st_size, entry.is_dir())
    except FileNotFoundError:
        return None


class LocalFileSystem:
    """The disks of this machine."""

    def status(self, path: str) -> FileStatus | None:
        try:
            found = os.stat(path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        is_dir = os.path.isdir(path)
        return FileStatus(path, 0 if is_dir else found.st_size, is_dir)

    def modified(self, path: str) -> float:
        return os.stat(path).st_mtime

    def list(self, path: str) -> list[FileStatus]:
        with os.scandir(path) as entries:
            found = [_status_of(entry) for entry in entries]
        return sorted((status for status in found if status), key=lambda status: status.path)

    def open_read(self, path: str) -> BinaryIO:
        return cast(BinaryIO, open(path, "rb", buffering=0))

    def open_write(self, path: str) -> BinaryIO:
        return open(path, "xb", buffering=1 << 16)

    def make_dir(self, path: str) -> None:
        os.mkdir(path)

    def make_dirs(self, path: str) -> None:
        os.makedirs(path, exist_ok=True)

    def rename(self, source: str, target: str) -> bool:
        # rename(2) replaces an empty directory or a file silently: look first, and let a lost race fail
        # on the non-empty directory that the winner moved there.
        if os.path.lexists(target):
            return False
        try:
            os.rename(source, target)
        except OSError:
            if os.path.lexists(target):
                return False
            raise
        return True

    def delete(self, path: str) -> None:
        try:
            if os.path.isdir(path) and not os.path.islink(path):
                import shutil  # slow to load, rarely needed

                shutil.rmtree(path)
            else:
                os.remove(path)
        except FileNotFoundError:
            pass


class FsspecFileSystem:
    """Any other scheme, through the ``fsspec`` package."""

    def __init__(self, scheme: str, fs: Any) -> None:
        self._scheme, self._fs = scheme, fs

    def _qualified(self, name: str) -> str:
        return f"{self._scheme}://{str(self._fs._strip_protocol(name)).lstrip('/')}"

    def _status(self, info: dict[str, Any]) -> FileStatus:
        is_dir = info["type"] == "directory"
        return FileStatus(self._qualified(info["name"]), 0 if is_dir else int(info["size"]), is_dir)

    def status(self, path: str) -> FileStatus | None:
        try:
            return self._status(self._fs.info(path))
        except FileNotFoundError:
            return None

    def modified(self, path: str) -> float:
        try:
            return float(self._fs.modified(path).timestamp())
        except NotImplementedError:
            return 0.0

    def list(self, path: str) -> list[FileStatus]:
        own = self._qualified(path).rstrip("/")
        found = [self._status(info) for info in self._fs.ls(path, detail=True)]
        return sorted((s for s in found if s.path.rstrip("/") != own), key=lambda status: status.path)

    def open_read(self, path: str) -> BinaryIO:
        return cast(BinaryIO, self._fs.open(path, "rb"))

    def open_write(self, path: str) -> BinaryIO:
        return cast(BinaryIO, self._fs.open(path, "wb"))

    def make_dir(self, path: str) -> None:
        if self._fs.exists(path):
            raise FileExistsError(f"Already there: {path}")
        self._fs.makedirs(path, exist_ok=True)  # object stores have no parents to check

    def make_dirs(self, path: str) -> None:
        self._fs.makedirs(path, exist_ok=True)

    def rename(self, source: str, target: str) -> bool:
        if self._fs.exists(target):
            return False
        self._fs.mv(source, target, recursive=self._fs.isdir(source))
        return True

    def delete(self, path: str) -> None:
        if self._fs.exists(path):
            self._fs.rm(path, recursive=True)


_LOCAL = LocalFileSystem()


@cache
def _fsspec(scheme: str) -> FsspecFileSystem:
    try:
        import fsspec  # optional
    except ImportError:
        raise unsupported(
            f"The file system '{scheme}:' without the package fsspec", "Install it: pip install pyrdd[fs]."
        ) from None
    try:
        return FsspecFileSystem(scheme, fsspec.filesystem(scheme))
    except ValueError:
        raise unsupported(f"The file system '{scheme}:'", "fsspec knows no such scheme.") from None
    except ImportError as error:
        raise unsupported(
            f"The file system '{scheme}:' as installed here", f"fsspec says: {error}"
        ) from error


def scheme_of(path: str) -> str:
    """The URI scheme of ``path``; ``file`` when it has none (``C:`` is a drive, not a scheme).

    >>> scheme_of("s3://bucket/key"), scheme_of("/tmp/x"), scheme_of("file:/tmp")
    ('s3', 'file', 'file')
    """
    found = _SCHEME.match(path)
    return found.group(1).lower() if found else "file"


def qualify(path: str) -> str:
    """The canonical form of a user's path: absolute when local (``~`` is not special), else the URI
    unchanged."""
    if scheme_of(path) != "file":
        return path.rstrip("/") or path
    if path[:5].lower() == "file:":
        path = _local_part(path[5:])
    return os.path.abspath(path)


def _local_part(rest: str) -> str:
    if rest.startswith("//"):  # file://host/path: the host is empty or this machine
        rest = rest[2:] if rest.startswith("///") else "/" + rest[2:].partition("/")[2]
    if re.match(r"/[A-Za-z]:", rest):
        return rest[1:]
    return rest


def filesystem_of(path: str) -> FileSystem:
    """Who serves a qualified path.

    Raises `PySparkNotImplementedError` for a scheme that needs fsspec where fsspec (or its driver) is
    missing.
    """
    scheme = scheme_of(path)
    return _LOCAL if scheme == "file" else _fsspec(scheme)


def to_uri(path: str) -> str:
    """A qualified path as Hadoop prints it: ``file:/tmp/x`` for local ones, not percent-encoded.

    >>> to_uri("/tmp/a b")
    'file:/tmp/a b'
    """
    if scheme_of(path) != "file":
        return path
    posix = path.replace(os.sep, "/")
    return "file:" + (posix if posix.startswith("/") else "/" + posix)


def join(directory: str, *names: str) -> str:
    """Path components put together with the separator of the directory's file system."""
    separator = os.sep if scheme_of(directory) == "file" else "/"
    return separator.join((directory.rstrip(separator), *names))


def base_name(path: str) -> str:
    """The last component of a qualified path."""
    return os.path.basename(path) if scheme_of(path) == "file" else path.rstrip("/").rpartition("/")[2]


def parent_dir(path: str) -> str:
    """The directory that a qualified path is in."""
    return os.path.dirname(path) if scheme_of(path) == "file" else path.rstrip("/").rpartition("/")[0]
