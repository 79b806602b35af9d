"""Reads the package's imports from its source, without running it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_BLANK_OR_IMPORT = re.compile(r"\s*($|import |from )")
ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "pyrdd"


@dataclass(frozen=True)
class Import:
    """``importer`` imports ``imported``; ``lazy`` when a function does, ``reason`` is the comment at the import."""

    importer: str
    imported: str
    line: int
    lazy: bool
    reason: str

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


@cache
def modules() -> dict[str, Path]:
    """The package's modules by name."""
    return {_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imports() -> tuple[Import, ...]:
    """All imports of the package but those for type checkers only."""
    return tuple(found for name, path in modules().items() for found in _imports(name, path))


def _imports(name: str, path: Path) -> Iterator[Import]:
    text = path.read_text("utf-8")
    lines = text.splitlines()
    for node, lazy in _statements(ast.parse(text), False):
        reason = _comment(lines, node)
        for imported in dict.fromkeys(_targets(node, name, path.name == "__init__.py")):
            yield Import(name, imported, node.lineno, lazy, reason)


def _comment(lines: list[str], node: ast.stmt) -> str:
    """The comment on the import's lines, or above the block of imports that it belongs to."""
    own = " ".join(lines[node.lineno - 1 : node.end_lineno]).partition("#")[2].strip()
    above = node.lineno - 2
    while not own and above > 0 and _BLANK_OR_IMPORT.match(lines[above]):
        own = lines[above].partition("#")[2].strip()
        above -= 1
    return own or lines[above].strip().partition("#")[2].strip()


def _statements(node: ast.AST, lazy: bool) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, lazy
        elif isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            for other in child.orelse:
                yield from _statements(other, lazy)
        else:
            yield from _statements(child, lazy or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef))


def _targets(node: ast.Import | ast.ImportFrom, importer: str, is_package: bool) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = node.module or ""
    if node.level:
        above = importer.split(".")[: len(importer.split(".")) - node.level + is_package]
        base = ".".join([*above, *([node.module] if node.module else [])])
    for alias in node.names:
        full = f"{base}.{alias.name}"
        yield full if full in modules() else base


def inside() -> Iterator[Import]:
    """The imports of the package's own modules."""
    return (found for found in imports() if found.imported in modules())
