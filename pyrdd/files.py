"""SparkFiles: where tasks (and the driver) find the files that `SparkContext.addFile` shared."""

from __future__ import annotations

import os
from typing import ClassVar

from pyrdd.errors import PySparkRuntimeError
from pyrdd.taskcontext import TaskContext

ROOT_PROPERTY = "pyrdd.files.root"
"""The task property that names the directory; set when files were shared."""


class SparkFiles:
    """Resolves paths of shared files; only class methods."""

    _root_directory: ClassVar[str | None] = None

    def __init__(self) -> None:
        raise NotImplementedError("Do not construct SparkFiles objects")

    @classmethod
    def get(cls, filename: str) -> str:
        """The absolute path of a file that was shared under that name."""
        return os.path.abspath(os.path.join(cls.getRootDirectory(), filename))

    @classmethod
    def getRootDirectory(cls) -> str:
        """The directory of the shared files."""
        task = TaskContext.get()
        root = (task.getLocalProperty(ROOT_PROPERTY) if task is not None else None) or cls._root_directory
        if root is None:
            raise PySparkRuntimeError("SparkFiles needs a running SparkContext")
        return root
