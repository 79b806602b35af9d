"""Input paths as Hadoop reads them: comma-separated lists, globs, directories, and what is hidden in them.

    "logs/{mon,tue}*.gz,more"  ->  two patterns  ->  matches, sorted  ->  the files in them, sorted

Files and directories whose names start with ``_`` or ``.`` are hidden. Entries of a directory are sorted by
name (Hadoop takes them as the file system lists them, which differs from machine to machine).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator

from pyrdd.io.errors import InvalidInputException
from pyrdd.io.filesystem import FileStatus, FileSystem, filesystem_of, qualify, scheme_of, to_uri

_MAGIC = re.compile(r"[*?\[{\\]")


def split_list(paths: str) -> list[str]:
    """The items of a comma-separated list; commas inside ``{}`` belong to the pattern.

    >>> split_list("a,b/{c,d},e")
    ['a', 'b/{c,d}', 'e']
    """
    items, depth, start = [], 0, 0
    for at, char in enumerate(paths):
        depth += (char == "{") - (char == "}" and depth > 0)
        if char == "," and not depth:
            items.append(paths[start:at])
            start = at + 1
    return [*items, paths[start:]]


def input_files(paths: str, *, skip_directories: bool = False, recursive: bool = False) -> list[FileStatus]:
    """The files that a source reads for ``paths``, in order; runs on the driver.

    Raises `InvalidInputException` for a path that does not exist or a pattern without a match, and
    `IsADirectoryError` for a directory inside an input directory unless those are to be skipped or, with
    ``recursive``, read too.
    """
    found = [file for item in split_list(paths) for file in _files_of(item, recursive)]
    if skip_directories:
        return [file for file in found if not file.is_dir]
    for file in found:
        if file.is_dir:
            raise IsADirectoryError(
                f"Path: {to_uri(file.path)} is a directory, which is not supported by the record reader: "
                f"input directories are not read recursively. Name it in the path, for example with a glob."
            )
    return found


def _files_of(item: str, recursive: bool) -> Iterator[FileStatus]:
    if not item:
        raise ValueError("Can not create a Path from an empty string")
    if os.sep == "\\":  # Windows: a separator, so it cannot be an escape
        item = item.replace("\\", "/")
    for match in _matches(item):
        if match.is_dir:
            yield from _entries_below(match, recursive)
        else:
            yield match


def _entries_below(directory: FileStatus, recursive: bool) -> Iterator[FileStatus]:
    for entry in filter(_visible, filesystem_of(directory.path).list(directory.path)):
        if entry.is_dir and recursive:
            yield from _entries_below(entry, recursive)
        else:
            yield entry


def has_magic(path: str) -> bool:
    """Whether ``path`` is a pattern rather than a name.

    >>> has_magic("logs/*.gz"), has_magic("logs")
    (True, False)
    """
    return _MAGIC.search(path) is not None


def expand_glob(pattern: str, visible: Callable[[FileStatus], bool]) -> list[FileStatus]:
    """What matches one pattern and is ``visible``, sorted by path; empty when nothing does."""
    fs = filesystem_of(qualify(pattern))
    found = {s.path: s for one in _expand(_pattern_path(pattern)) for s in _glob(fs, one, visible)}
    return [found[name] for name in sorted(found)]


def name_matcher(pattern: str) -> Callable[[str], bool]:
    """A test of file names against a pattern, braces included.

    >>> list(map(name_matcher("{a,b}*.txt"), ["a1.txt", "c.txt"]))
    [True, False]
    """
    regexes = [_component_regex(one) for one in _expand(pattern)]
    return lambda name: any(regex.fullmatch(name) for regex in regexes)


def _matches(item: str) -> list[FileStatus]:
    path = qualify(item)
    fs = filesystem_of(path)
    if not _MAGIC.search(item):
        status = fs.status(path)
        if status is None or not _visible(status):
            raise InvalidInputException(f"Input path does not exist: {to_uri(path)}")
        return [status]
    found = expand_glob(item, _visible)
    if not found:
        raise InvalidInputException(f"Input Pattern {to_uri(path)} matches 0 files")
    return found


def _pattern_path(item: str) -> str:
    # qualify() would tidy separators that are escapes in a pattern, so only its plain head goes through it.
    head, separator, tail = "", "", item
    first = _MAGIC.search(item)
    cut = item.rfind("/", 0, first.start() if first else len(item))
    if cut >= 0:
        head, separator, tail = item[: cut + 1], "/", item[cut + 1 :]
    if scheme_of(item) != "file":
        return item
    return qualify(head or ".").rstrip("/\\") + (separator or "/") + tail


def _visible(status: FileStatus) -> bool:
    return not status.name.startswith(("_", "."))


def _expand(pattern: str) -> Iterator[str]:
    """The patterns without braces that ``pattern`` stands for."""
    start = pattern.find("{")
    if start < 0:
        yield pattern
        return
    depth = 0
    for at in range(start, len(pattern)):
        depth += (pattern[at] == "{") - (pattern[at] == "}")
        if not depth:
            for choice in split_list(pattern[start + 1 : at]):
                yield from _expand(pattern[:start] + choice + pattern[at + 1 :])
            return
    raise ValueError(f"Illegal file pattern: unclosed group near {pattern[start:]!r}")


def _glob(fs: FileSystem, pattern: str, visible: Callable[[FileStatus], bool]) -> Iterable[FileStatus]:
    """What matches a qualified pattern without braces. Hidden entries match only in the middle of a path."""
    root, parts = _components(pattern)
    found = [FileStatus(root, 0, True)]
    for part in parts:
        found = [entry for directory in found if directory.is_dir for entry in _step(fs, directory, part)]
    return filter(visible, found)


def _components(pattern: str) -> tuple[str, list[str]]:
    scheme = scheme_of(pattern)
    if scheme != "file":
        rest = pattern.split("://", 1)[1]
        host, _, inner = rest.partition("/")
        if _MAGIC.search(host):
            host, inner = "", rest
        return f"{scheme}://{host}", [part for part in inner.split("/") if part]
    drive = pattern[:2] if re.match(r"[A-Za-z]:", pattern) else ""
    return drive + "/", [part for part in pattern[len(drive) :].split("/") if part]


def _step(fs: FileSystem, directory: FileStatus, part: str) -> Iterable[FileStatus]:
    if _MAGIC.search(part):
        matches = _component_regex(part).fullmatch
        return [entry for entry in _entries(fs, directory.path) if matches(entry.name)]
    base = directory.path
    status = fs.status(f"{base}{part}" if base.endswith("/") else f"{base}/{part}")
    return [] if status is None else [status]


def _entries(fs: FileSystem, directory: str) -> list[FileStatus]:
    try:
        return fs.list(directory)
    except PermissionError:
        raise
    except OSError:  # removed or replaced while we looked
        return []


def _component_regex(part: str) -> re.Pattern[str]:
    """Hadoop's glob of one path component: ``*``, ``?``, ``[abc]``, ``[a-c]``, ``[^a]``, and ``\\x`` for x
    itself."""
    out, at = "", 0
    while at < len(part):
        char = part[at]
        if char == "\\" and at + 1 < len(part):
            at += 1
            out += re.escape(part[at])
        elif char == "[":
            close = part.find("]", at + 2)
            if close < 0:
                raise ValueError(f"Illegal file pattern: unclosed character class in {part!r}")
            out += _class_regex(part[at + 1 : close])
            at = close
        else:
            out += {"*": ".*", "?": "."}.get(char, re.escape(char))
        at += 1
    return re.compile(out, re.DOTALL)


def _class_regex(body: str) -> str:
    negated = body[0] in "^!"
    inner = body[1:] if negated else body
    if not inner:
        return re.escape(f"[{body}]")
    escaped = re.sub(r"([][\\^&~|])", r"\\\1", inner)
    return f"[^{escaped}]" if negated else f"[{escaped}]"
