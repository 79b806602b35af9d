"""What the files that are scanned together know of each other: the names of modules, and pytest's fixtures."""

from __future__ import annotations

from pathlib import Path

from pyrdd.compat.values import Function, Module


class Project:
    """The modules of a scan, found by the ends of their paths: where a program puts its roots is not known."""

    def __init__(self) -> None:
        self.fixtures: dict[str, Function] = {}
        self._modules: dict[tuple[str, ...], Module | None] = {}

    def add(self, path: Path) -> Module:
        """The module of a file, whose names are to be filled in."""
        module = Module()
        parts = path.with_suffix("").parts
        if parts[-1] == "__init__":
            parts = parts[:-1]
        for start in range(len(parts)):
            tail = parts[start:]
            self._modules[tail] = None if tail in self._modules else module  # of two files neither is meant
        return module

    def find(self, name: str) -> Module | None:
        """The module that an import names; None if no file of the scan is it, or several are."""
        return self._modules.get(tuple(name.split(".")))
