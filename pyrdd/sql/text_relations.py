"""Texts that are in an RDD or a DataFrame already, read as JSON or CSV: they are put into files, and these are read.

A text is a record, so a line break inside one must not end it: in JSON it can be a space.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pyrdd.rdd.facade import RDD
from pyrdd.sql.file_relations import file_relation
from pyrdd.sql.plan import FileScan
from pyrdd.sql.types import StructType

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession


def text_relation(
    session: SparkSession, name: str, texts: Any, schema: StructType | None, options: Mapping[str, Any]
) -> FileScan:
    """The relation of texts in a format. Runs a job, whose result goes to files that live as long as the process."""
    rdd: RDD[Any] = texts if isinstance(texts, RDD) else texts.rdd.map(_first)
    directory = tempfile.mkdtemp(prefix="pyrdd-texts-")
    atexit.register(shutil.rmtree, directory, True)
    for number, part in enumerate(rdd.map(_text).filter(_is_some).glom().collect()):
        with open(os.path.join(directory, f"part-{number:05d}"), "w", encoding="utf-8", newline="") as file:
            file.writelines(f"{_one_line(text) if name == 'json' else text}\n" for text in part)
    return file_relation(session, name, [directory], schema, {**options, "multiLine": "false"})


def _first(row: Any) -> Any:
    return row[0]


def _text(value: Any) -> str | None:
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8")
    return None if value is None else str(value)


def _is_some(value: Any) -> bool:
    return value is not None


def _one_line(text: Any) -> str:
    return str(text).replace("\r", " ").replace("\n", " ")
