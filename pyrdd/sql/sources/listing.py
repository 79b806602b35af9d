"""The files of a data set: paths and globs expanded, hidden files left out, partition directories read.

    ["logs/2024*"] --globs--> roots --walk--> directories with files --key=value--> Listing

Runs on the driver. Files come sorted by path, so that the order of rows does not depend on the machine.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from pyrdd.errors import IllegalArgumentException
from pyrdd.io.filesystem import (
    FileStatus,
    FileSystem,
    filesystem_of,
    join,
    parent_dir,
    qualify,
    scheme_of,
    to_uri,
)
from pyrdd.io.paths import expand_glob, has_magic, name_matcher
from pyrdd.sql.sources.base import FileEntry, Listing, Options
from pyrdd.sql.sources.errors import analysis_error
from pyrdd.sql.sources.partitions import Directory, check_structure, infer_type, parse_directory, typed_value
from pyrdd.sql.sources.temporal import cast_timestamp
from pyrdd.sql.types import StructField, StructType

SINK_LOG = "_spark_metadata"
"""The directory in which a stream that writes files notes which of them count."""


class _Found(NamedTuple):
    """A file as the file system lists it."""

    path: str
    size: int
    directory: str


def list_files(
    paths: Sequence[str], options: Options, user_partition_schema: StructType | None = None, *, must_exist: bool = True
) -> Listing:
    """The files that a reader of ``paths`` reads, with the partition columns that their directories name.

    ``user_partition_schema`` gives types to partition columns (fields that are no partition column are ignored).
    Raises `AnalysisException` ``PATH_NOT_FOUND``, and `SparkRuntimeException` for directories that are not
    partitions of one table.
    """
    roots = _roots(paths, must_exist and not options.setting_flag("spark.sql.files.ignoreMissingFiles"))
    recursive = options.boolean("recursiveFileLookup", False)
    found = sorted({file for root in roots for file in _walk(root)})
    if recursive:
        return Listing(_entries(found, options), StructType([]), _paths(roots))
    directories = _partitions(found, _bases(roots, options), options)
    if not directories:
        return Listing(_entries(_directly_in(found, roots), options), StructType([]), _paths(roots))
    schema = _partition_schema(directories, options, user_partition_schema)
    values = {directory.path: _values(directory, schema, options) for directory in directories}
    kept = [file for file in found if file.directory in values]
    return Listing(_entries(kept, options, values), schema, _paths(roots))


def _paths(roots: Sequence[FileStatus]) -> tuple[str, ...]:
    return tuple(root.path for root in roots)


def _roots(paths: Sequence[str], must_exist: bool) -> list[FileStatus]:
    roots: dict[str, FileStatus] = {}
    for path in paths:
        if not path:
            raise IllegalArgumentException("Can not create a Path from an empty string")
        matches = _matches(path)
        if not matches and must_exist:
            raise analysis_error("PATH_NOT_FOUND", path=to_uri(qualify(path)))
        roots.update((match.path, match) for match in matches)
    return list(roots.values())


def _matches(path: str) -> list[FileStatus]:
    status = filesystem_of(qualify(path)).status(qualify(path))
    if status is not None:
        return [status]
    return expand_glob(path, _directory_or_shown) if has_magic(path) else []


def _hidden(name: str) -> bool:
    # a partition column's name may begin with an underscore
    return (name.startswith("_") and "=" not in name) or name.startswith(".") or name.endswith("._COPYING_")


def _directory_or_shown(match: FileStatus) -> bool:
    # what a program names is read, as the directory of the table `_t`
    return match.is_dir or not _hidden(match.name)


def _walk(root: FileStatus) -> Iterator[_Found]:
    if not root.is_dir:
        if not _hidden(root.name):
            yield _Found(root.path, root.size, parent_dir(root.path))
        return
    fs, pending = filesystem_of(root.path), [root.path]
    log = join(root.path, SINK_LOG)
    if fs.status(log) is not None:
        yield from _logged(fs, log)
        return
    while pending:
        directory = pending.pop()
        for entry in _listed(fs, directory):
            if entry.is_dir:
                pending.append(entry.path)
            else:
                yield _Found(entry.path, entry.size, directory)


def _logged(fs: FileSystem, log: str) -> Iterator[_Found]:
    """The files that a stream's log names: what its unfinished batches left is not data."""
    entries = {e.name: e.path for e in fs.list(log) if e.name.removesuffix(".compact").isdigit()}
    compacted = max((int(name.removesuffix(".compact")) for name in entries if name.endswith(".compact")), default=-1)
    for name, path in entries.items():
        if int(name.removesuffix(".compact")) < compacted or name == str(compacted):
            continue
        with fs.open_read(path) as stream:
            lines = stream.read().decode("utf-8").split("\n")[1:]
        for entry in (json.loads(line) for line in lines if line):
            file = qualify(entry["path"])
            yield _Found(file, entry["size"], parent_dir(file))


def _listed(fs: FileSystem, directory: str) -> list[FileStatus]:
    return [entry for entry in fs.list(directory) if not _hidden(entry.name)]


def _directly_in(found: Sequence[_Found], roots: Sequence[FileStatus]) -> list[_Found]:
    named = {root.path for root in roots}
    return [file for file in found if file.path in named or file.directory in named]


def _bases(roots: Sequence[FileStatus], options: Options) -> frozenset[str]:
    """The directories above which no partition column is looked for."""
    given = options.get("basePath")
    if given is None:
        return frozenset(root.path if root.is_dir else parent_dir(root.path) for root in roots)
    base = qualify(given)
    status = filesystem_of(base).status(base)
    if status is None:
        raise IllegalArgumentException("Option 'basePath' not found")
    if not status.is_dir:
        raise IllegalArgumentException("Option 'basePath' must be a directory")
    for root in roots:
        if root.path != base and not root.path.startswith(base.rstrip("/" + os.sep) + _separator(base)):
            raise IllegalArgumentException(f"Wrong basePath {given} for the root path: {to_uri(root.path)}")
    return frozenset({base})


def _separator(path: str) -> str:
    return os.sep if scheme_of(path) == "file" else "/"


def _partitions(found: Sequence[_Found], bases: frozenset[str], options: Options) -> list[Directory]:
    """The directories that are partitions; empty when the data is not partitioned."""
    parsed = [parse_directory(path, bases) for path in dict.fromkeys(file.directory for file in found)]
    directories = [directory for directory in parsed if directory is not None]
    if not any(directory.names for directory in directories):
        return []
    check_structure(directories, options.setting_flag("spark.sql.caseSensitive"))
    return [directory for directory in directories if directory.names]


def _partition_schema(directories: Sequence[Directory], options: Options, user_schema: StructType | None) -> StructType:
    sensitive = options.setting_flag("spark.sql.caseSensitive")
    declared = {(f.name if sensitive else f.name.lower()): f for f in (user_schema.fields if user_schema else [])}
    fields = []
    for at, name in enumerate(directories[-1].names):
        known = declared.get(name if sensitive else name.lower())
        if known is not None:
            fields.append(StructField(known.name, known.dataType, True, known.metadata))
        else:
            fields.append(StructField(name, infer_type([one.raw[at] for one in directories], options), True))
    return StructType(fields)


def _values(directory: Directory, schema: StructType, options: Options) -> tuple[object, ...]:
    return tuple(
        typed_value(raw, field.dataType, field.name, options)
        for raw, field in zip(directory.raw, schema.fields, strict=True)
    )


def _entries(
    found: Sequence[_Found], options: Options, values: dict[str, tuple[object, ...]] | None = None
) -> tuple[FileEntry, ...]:
    accepts = _filter(options)
    entries = (
        FileEntry(file.path, file.size, _modified(file.path), values[file.directory] if values else ())
        for file in found
    )
    return tuple(entry for entry in entries if accepts(entry))


def _modified(path: str) -> float:
    try:
        return filesystem_of(path).modified(path)
    except FileNotFoundError:  # removed since it was listed: reading it will say so
        return 0.0


def _filter(options: Options) -> Callable[[FileEntry], bool]:
    checks: list[Callable[[FileEntry], bool]] = []
    if "pathGlobFilter" in options:
        pattern = name_matcher(options["pathGlobFilter"])
        checks.append(lambda entry: pattern(entry.path.replace(os.sep, "/").rpartition("/")[2]))
    if "modifiedBefore" in options:
        before = _threshold("modifiedBefore", options)
        checks.append(lambda entry: entry.modified < before)
    if "modifiedAfter" in options:
        after = _threshold("modifiedAfter", options)
        checks.append(lambda entry: entry.modified > after)
    return lambda entry: all(check(entry) for check in checks)


def _threshold(name: str, options: Options) -> float:
    micros = cast_timestamp(options[name], options.timezone)
    if micros is None:
        raise analysis_error("_LEGACY_ERROR_TEMP_1294", strategy=name.lower(), timeString=options[name])
    return micros / 1_000_000
