"""Files and databases as tables: listing, schema inference, reading, writing with atomic commit.

`base` has the vocabulary, `registry` finds a format by name, `listing` finds the files, `write` is the commit, and
each format is a module of its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrdd.lazy import homes_of, lazy_exports

if TYPE_CHECKING:
    from pyrdd.sql.sources.base import FileEntry, FileFormat, Listing, Options, Writer
    from pyrdd.sql.sources.listing import list_files
    from pyrdd.sql.sources.registry import format_named
    from pyrdd.sql.sources.write import FileWriteJob, TaskCommit

__all__ = [
    "FileEntry",
    "FileFormat",
    "FileWriteJob",
    "Listing",
    "Options",
    "TaskCommit",
    "Writer",
    "format_named",
    "list_files",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    homes_of(
        {
            "pyrdd.sql.sources.base": "FileEntry FileFormat Listing Options Writer",
            "pyrdd.sql.sources.listing": "list_files",
            "pyrdd.sql.sources.registry": "format_named",
            "pyrdd.sql.sources.write": "FileWriteJob TaskCommit",
        }
    ),
)
