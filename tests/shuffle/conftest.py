"""Fakes for the shuffle's tests: memory that is short when told, managers in a temporary directory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from pyrdd.metrics import TaskMetrics
from pyrdd.shuffle import pressure
from pyrdd.shuffle.manager import ShuffleManager
from pyrdd.shuffle.spill import Scratch


class FakeMemory:
    """Short at every ``every``-th look (never when 0); remembers what was spilled."""

    limit = 1 << 20

    def __init__(self, every: int = 0) -> None:
        self.every, self.looks = every, 0
        self.spills: list[int] = []

    def under_pressure(self) -> bool:
        self.looks += 1
        return self.every > 0 and self.looks % self.every == 0

    def spilled(self, nbytes: int) -> None:
        self.spills.append(nbytes)


class Shuffles:
    """Runs whole shuffles in one directory."""

    def __init__(self, directory: Path, every: int = 0, **more: Any) -> None:
        self.directory, self.memory, self.metrics = directory, FakeMemory(every), TaskMetrics()
        self.manager = ShuffleManager("exec-1", str(directory), self.memory, {}, **more)

    def write(self, spec: Any, maps: Sequence[Sequence[Any]]) -> list[Any]:
        return [self.manager.write(spec, i, iter(records), self.metrics) for i, records in enumerate(maps)]

    def read(self, spec: Any, statuses: Sequence[Any]) -> list[list[Any]]:
        n = spec.partitioner.num_partitions
        return [list(self.manager.read(spec, i, statuses, self.metrics)) for i in range(n)]

    def run(self, spec: Any, maps: Sequence[Sequence[Any]]) -> list[list[Any]]:
        return self.read(spec, self.write(spec, maps))

    def files(self) -> list[str]:
        return sorted(str(p.relative_to(self.directory)) for p in self.directory.rglob("*") if p.is_file())


@pytest.fixture
def shuffles(tmp_path: Path) -> Callable[..., Shuffles]:
    """Shuffles in a new directory, with memory that is short at every ``every``-th look."""
    return lambda every=0, **more: Shuffles(Path(mkdtemp(dir=tmp_path)), every, **more)


@pytest.fixture
def scratch(tmp_path: Path) -> Callable[..., Scratch]:
    return lambda every=0: Scratch(FakeMemory(every), mkdtemp(dir=tmp_path), TaskMetrics())


@pytest.fixture(autouse=True)
def _looks_at_every_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small parts, so that small data meets pressure often."""
    monkeypatch.setattr(pressure, "FIRST_PART", 2)
    monkeypatch.setattr(pressure, "LARGEST_PART", 3)
