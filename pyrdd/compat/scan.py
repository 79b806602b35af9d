"""Scans programs for the members of PySpark that they use, and says what would not work, before anything runs.

files -> syntax trees -> uses (`infer`, `sql_texts`) -> what the table and the differences say of each
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pyrdd.compat.differences import differences
from pyrdd.compat.infer import Found, MissingImport, Reader, Use
from pyrdd.compat.project import Project
from pyrdd.compat.sql_texts import Refusal, functions_of_call
from pyrdd.compat.table import Level, Support, support_of
from pyrdd.util.frozen import frozen

_MORE_READINGS = 3  # after the first: calls through as many functions are known
_SKIPPED = {"__pycache__", "node_modules", "site-packages"}


@frozen
class Finding:
    """A line that would not work (no), or works otherwise than in PySpark (partial)."""

    path: str
    line: int
    name: str
    support: Support


@frozen
class Report:
    """What a scan found: the findings by file and line, the other members in use that are there, the files that are no
    Python."""

    findings: tuple[Finding, ...]
    fine: frozenset[str]
    unreadable: tuple[str, ...] = ()

    def count(self, level: Level) -> int:
        """How many findings are of a level."""
        return sum(finding.support.level == level for finding in self.findings)


def scan(paths: Sequence[str | Path]) -> Report:
    """Reads the Python files of these paths, directories with all below them; runs nothing of them. Raises
    FileNotFoundError for a path that is not there."""
    project = Project()
    readers: dict[str, Reader] = {}
    unreadable = []
    for path in python_files(paths):
        try:
            readers[str(path)] = Reader(_parsed(path), project.add(path), project)
            readers[str(path)].read()
        except (SyntaxError, ValueError, RecursionError):
            readers.pop(str(path), None)
            unreadable.append(str(path))
    for _ in range(_MORE_READINGS):
        uses = [(path, found) for path, reader in readers.items() for found in reader.read()]
    findings = dict.fromkeys(finding for path, found in uses for finding in _findings(path, found))
    troubled = {finding.name for finding in findings}
    fine = {found.name for _, found in uses if isinstance(found, Use) and support_of(found.name)} - troubled
    return Report(tuple(findings), frozenset(fine), tuple(unreadable))


def python_files(paths: Iterable[str | Path]) -> Iterator[Path]:
    """The files of these paths, those of directories sorted by name; hidden directories and installed packages are left
    out. Raises FileNotFoundError."""
    for path in map(Path, paths):
        if path.is_dir():
            found = (file for file in path.rglob("*.py") if not _is_skipped(file.relative_to(path)))
            yield from sorted(found)
        elif path.exists():
            yield path
        else:
            raise FileNotFoundError(f"There is no file {path}")


def _parsed(path: Path) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Python says of escapes in strings is not asked here
        return ast.parse(path.read_bytes())


def _is_skipped(path: Path) -> bool:
    return any(part in _SKIPPED or part.startswith(".") for part in path.parts)


def _findings(path: str, found: Found) -> Iterator[Finding]:
    if isinstance(found, MissingImport):
        known = support_of(found.name)
        yield Finding(path, found.line, found.name, known or Support("no", "There is no such name in pyrdd."))
        return
    yield from (Finding(path, found.line, found.name, support) for support in _supports(found))
    if found.arguments is not None:
        for read in functions_of_call(found.name, dict(found.arguments), found.starred):
            if isinstance(read, Refusal):
                yield Finding(path, found.line, read.feature, Support("no", read.alternative))
            else:
                yield from _findings(path, Use(read, found.line))


def _supports(use: Use) -> Iterator[Support]:
    """What of a use would not work, or differs."""
    support = support_of(use.name)
    if support is None:
        if use.name.rpartition(".")[2].startswith("_j"):
            yield Support("no", "There is no JVM.")
    elif support.level == "no":
        yield support
    elif support.level == "partial":
        given = None if use.arguments is None else dict(use.arguments)
        for difference in differences(use.name):
            if difference.concerns(given):
                yield Support("no" if difference.refused else "partial", difference.note)
