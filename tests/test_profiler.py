"""Profilers: measured in tasks, summed and shown in the driver."""

from __future__ import annotations

import atexit
import pstats
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pyrdd.accumulators import Accumulator, AccumulatorParam, AccumulatorRegistry, dump_updates
from pyrdd.errors import PySparkRuntimeError, PySparkValueError
from pyrdd.profiler import (
    BasicProfiler,
    MemoryProfiler,
    MemUsageParam,
    Profiler,
    ProfilerCollector,
    PStatsParam,
    UDFBasicProfiler,
)
from pyrdd.taskcontext import TaskContext


class Context:
    """The part of a context that profilers use."""

    def __init__(self) -> None:
        self.registry = AccumulatorRegistry()

    def accumulator(self, value: Any, accum_param: AccumulatorParam[Any] | None = None) -> Accumulator[Any]:
        return self.registry.create(value, accum_param)

    def run(self, profiler: Profiler, func: Any, *args: Any) -> Any:
        """One task, whose updates count."""
        task = TaskContext.start(stage_id=0, partition=0, attempt=0, task_id=0)
        try:
            result = profiler.profile(func, *args)
            updates = dump_updates(task)
        finally:
            task.finish()
        self.registry.merge(updates)
        return result


def work(number: int) -> int:
    return sum(map(abs, range(number)))


def test_two_tasks_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    context = Context()
    profiler = BasicProfiler(context)
    profiler.show(1)
    assert capsys.readouterr().out == ""
    assert [context.run(profiler, work, 10), context.run(profiler, work, 3)] == [45, 3]
    profiler.show(1)
    shown = capsys.readouterr().out
    assert "Profile of RDD<id=1>" in shown
    assert "(work)" in shown
    stats = profiler.stats()
    assert stats is not None
    calls = {key[2]: entry[0] for key, entry in vars(stats)["stats"].items()}
    assert calls["work"] == 2


@pytest.mark.parametrize(("kind", "name"), [(BasicProfiler, "rdd_4"), (UDFBasicProfiler, "udf_4")])
def test_a_dump_is_a_file_of_pstats(kind: type[BasicProfiler], name: str, tmp_path: Path) -> None:
    context = Context()
    profiler = kind(context)
    context.run(profiler, work, 10)
    profiler.dump(4, str(tmp_path / "deep" / "er"))
    stats = pstats.Stats(str(tmp_path / "deep" / "er" / f"{name}.pstats"))
    assert vars(stats)["total_calls"] > 0


def test_the_collector_shows_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hooks: list[Any] = []
    monkeypatch.setattr(atexit, "register", hooks.append)
    context = Context()
    collector = ProfilerCollector(BasicProfiler, UDFBasicProfiler, MemoryProfiler)
    profiler = collector.new_profiler(context)
    collector.add_profiler(7, profiler)
    collector.add_profiler(8, collector.new_udf_profiler(context))
    context.run(profiler, work, 5)
    (at_exit,) = hooks
    at_exit()
    assert capsys.readouterr().out.count("Profile of RDD<id=7>") == 1
    collector.show_profiles()
    assert capsys.readouterr().out == ""


def test_the_collector_dumps_at_exit_when_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    hooks: list[Any] = []
    monkeypatch.setattr(atexit, "register", hooks.append)
    context = Context()
    collector = ProfilerCollector(BasicProfiler, UDFBasicProfiler, MemoryProfiler, str(tmp_path))
    profiler = collector.new_profiler(context)
    collector.add_profiler(7, profiler)
    context.run(profiler, work, 5)
    hooks[0]()
    assert [path.name for path in tmp_path.iterdir()] == ["rdd_7.pstats"]
    assert collector.profilers == []


def test_without_memory_profiler_memory_profiling_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "memory_profiler", None)
    with pytest.raises(PySparkRuntimeError) as error:
        MemoryProfiler(Context()).profile(work, 1)
    assert error.value.getCondition() == "MISSING_LIBRARY_FOR_PROFILER"


class LineProfiler:
    """What `MemoryProfiler` uses of the package: a wrapper of functions and a map of lines."""

    def __init__(self) -> None:
        self.code_map = {__file__: iter([(2, (1.5, 40.0, 3)), (4, None)])}

    def __call__(self, func: Any) -> Any:
        return func


@pytest.fixture
def memory_profiler(monkeypatch: pytest.MonkeyPatch) -> tuple[Context, MemoryProfiler]:
    monkeypatch.setitem(sys.modules, "memory_profiler", SimpleNamespace(LineProfiler=LineProfiler))
    context = Context()
    return context, MemoryProfiler(context)


def test_memory_is_shown_by_line(
    memory_profiler: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    context, profiler = memory_profiler
    assert context.run(profiler, work, 4) == 6
    context.run(profiler, work, 4)
    profiler.show(3)
    shown = capsys.readouterr().out
    assert "Profile of UDF<id=3>" in shown
    assert "     2     80.0 MiB      3.0 MiB           6" in shown
    profiler.dump(3, str(tmp_path))
    assert "80.0 MiB" in (tmp_path / "udf_3_memory.txt").read_text(encoding="utf-8")


def test_a_memory_profile_needs_the_source(tmp_path: Path) -> None:
    profiler = MemoryProfiler(Context())
    profiler._accumulator.value = {str(tmp_path / "missing.py"): [(1, (0.0, 1.0, 1))]}
    with pytest.raises(PySparkValueError):
        profiler.show(1)


def test_params_start_from_nothing_and_merge_disjoint_files() -> None:
    assert PStatsParam().zero(None) is None
    one, two = {"a": [(1, (1.0, 2.0, 1))]}, {"b": [(1, (1.0, 2.0, 1))]}
    assert MemUsageParam().addInPlace(None, one) == one
    assert MemUsageParam().addInPlace(dict(one), two) == {**one, **two}
