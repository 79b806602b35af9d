"""Files, modules and archives shared with the tasks."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from pathlib import Path
from urllib.parse import urlparse

from pyrdd import settings
from pyrdd.core.context_core import ContextCore
from pyrdd.errors import PySparkNotImplementedError, PySparkRuntimeError
from pyrdd.executor.task_runner import PYTHON_PATH_PROPERTY
from pyrdd.files import ROOT_PROPERTY, SparkFiles


class SharedFiles(ContextCore):
    """PySpark's addFile, addPyFile, addArchive. Files are copied once; tasks find them with `SparkFiles`."""

    PACKAGE_EXTENSIONS = (".zip", ".egg", ".jar")

    def _share_files(self, pyFiles: list[str] | None) -> None:
        self._files_root = self._engine.session.subdirectory("files")
        self._python_path: list[str] = []
        self._shared: dict[str, str] = {}
        self._archives: list[str] = []
        SparkFiles._root_directory = self._files_root
        for path in settings.FILES.read(self._conf):
            self.addFile(path)
        for path in settings.ARCHIVES.read(self._conf):
            self.addArchive(path)
        for path in [*(pyFiles or []), *settings.PY_FILES.read(self._conf)]:
            self.addPyFile(path)

    def _task_properties(self) -> dict[str, str]:
        if not self._shared and not self._archives and not self._python_path:
            return {}
        return {ROOT_PROPERTY: self._files_root, PYTHON_PATH_PROPERTY: os.pathsep.join(self._python_path)}

    def addFile(self, path: str, recursive: bool = False) -> None:
        """Shares a file, or with ``recursive`` a directory, with the tasks of later jobs. A path cannot be added twice
        with another content, unless ``spark.files.overwrite`` says so."""
        source = _local(path)
        if source.is_dir() and not recursive:
            raise PySparkRuntimeError(f"Added file {path} is a directory and recursive is not turned on.")
        if not source.exists():
            raise FileNotFoundError(f"File {path} does not exist")
        if source.as_uri() in self._shared and not settings.FILES_OVERWRITE.read(self._conf):
            return
        target = Path(self._files_root, source.name)
        self._check_same(source, target)
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            shutil.copy2(source, target)
        self._shared[source.as_uri()] = str(target)

    def _check_same(self, source: Path, target: Path) -> None:
        if not target.is_file() or not source.is_file() or settings.FILES_OVERWRITE.read(self._conf):
            return
        if source.read_bytes() != target.read_bytes():
            raise PySparkRuntimeError(
                f"File {source.name} was already shared with another content. Rename one, or set spark.files.overwrite."
            )

    @property
    def listFiles(self) -> list[str]:
        """The URIs of the files that were added."""
        return list(self._shared)

    def addPyFile(self, path: str) -> None:
        """Shares a ``.py``, ``.zip`` or ``.egg`` that tasks of later jobs (and the driver) can import from."""
        self.addFile(path)
        name = _local(path).name
        entry = os.path.join(self._files_root, name) if name.endswith(self.PACKAGE_EXTENSIONS) else self._files_root
        if entry not in self._python_path:
            self._python_path.append(entry)
        if entry not in sys.path:
            sys.path.insert(1, entry)
        importlib.invalidate_caches()

    def addArchive(self, path: str) -> None:
        """Unpacks an archive (zip, tar, tar.gz, tgz) for the tasks of later jobs: ``name.zip#dir`` into ``dir``, else
        into a directory of the archive's name."""
        given, _, directory = path.partition("#")
        source = _local(given)
        if not source.exists():
            raise FileNotFoundError(f"File {given} does not exist")
        target = Path(self._files_root, directory or source.name)
        kind = "zip" if source.suffix in (".zip", ".jar") else None
        extra = {} if kind == "zip" else {"filter": "data"}
        shutil.unpack_archive(source, target, kind, **extra)  # type: ignore[arg-type]
        self._archives.append(source.as_uri() + (f"#{directory}" if directory else ""))

    @property
    def listArchives(self) -> list[str]:
        """The URIs of the archives that were added."""
        return list(self._archives)


def _local(path: str) -> Path:
    """The local path that a path or a ``file:`` URI names; other schemes are refused."""
    parts = urlparse(path)
    if parts.scheme in ("", "file", "local") or len(parts.scheme) == 1:  # one letter: a Windows drive
        return Path(parts.path if parts.scheme in ("file", "local") else path).absolute()
    raise PySparkNotImplementedError(
        errorClass="NOT_IMPLEMENTED",
        messageParameters={
            "feature": f"Sharing files of {parts.scheme}:",
            "alternative": "a local path: download the file first",
        },
    )
