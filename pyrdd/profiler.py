"""Profilers: where the time (or the memory) of an RDD's tasks goes, summed over its tasks by an accumulator.

With ``spark.python.profile`` the context makes one profiler for each RDD it computes; tasks run inside
`Profiler.profile` and the driver shows or dumps the sum.

    driver: ProfilerCollector.new_profiler --> task: profiler.profile(f, ...) --accumulator--> driver: show, dump
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from pyrdd.accumulators import Accumulator, AccumulatorParam
from pyrdd.errors import PySparkRuntimeError, PySparkValueError

if TYPE_CHECKING:
    import pstats

__all__ = ["BasicProfiler", "Profiler"]

#: memory before and after a line in MiB, and how often the line ran
MemoryTuple = tuple[float, float, int]
CodeMapDict = dict[str, list[tuple[int, MemoryTuple | None]]]


class AccumulatorFactory(Protocol):
    """The part of a context that profilers use."""

    def accumulator(self, value: Any, accum_param: AccumulatorParam[Any] | None = None) -> Accumulator[Any]:
        """A new accumulator of the context."""


class Profiler:
    """What measures the tasks of one RDD. Subclass it, and give the class to `SparkContext`, for your own."""

    def __init__(self, ctx: AccumulatorFactory) -> None:
        pass

    def profile(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """In a task: calls ``func`` and measures it; returns its result."""
        raise NotImplementedError

    def stats(self) -> Any:
        """In the driver: what was measured so far."""
        raise NotImplementedError

    def show(self, id: int) -> None:
        """Prints what was measured for RDD ``id``."""
        raise NotImplementedError

    def dump(self, id: int, path: str) -> None:
        """Writes what was measured for RDD ``id`` into the directory ``path``, which is made when missing."""
        raise NotImplementedError


class ProfilerCollector:
    """The profilers of one context, by the RDD they measure."""

    def __init__(
        self,
        profiler_cls: type[Profiler],
        udf_profiler_cls: type[Profiler],
        memory_profiler_cls: type[Profiler],
        dump_path: str | None = None,
    ) -> None:
        self.profiler_cls = profiler_cls
        self.udf_profiler_cls = udf_profiler_cls
        self.memory_profiler_cls = memory_profiler_cls
        self.profile_dump_path = dump_path
        self.profilers: list[list[Any]] = []

    def new_profiler(self, ctx: AccumulatorFactory) -> Profiler:
        """A profiler for an RDD."""
        return self.profiler_cls(ctx)

    def new_udf_profiler(self, ctx: AccumulatorFactory) -> Profiler:
        """A profiler for a user-defined function of a query."""
        return self.udf_profiler_cls(ctx)

    def new_memory_profiler(self, ctx: AccumulatorFactory) -> Profiler:
        """A profiler of memory for a user-defined function of a query."""
        return self.memory_profiler_cls(ctx)

    def add_profiler(self, id: int, profiler: Profiler) -> None:
        """Keeps a profiler; what the collector has at the end of the program is then shown or dumped."""
        if not self.profilers:
            import atexit  # needed only where profiling is on

            atexit.register(self._at_exit)
        self.profilers.append([id, profiler, False])

    def _at_exit(self) -> None:
        if self.profile_dump_path:
            self.dump_profiles(self.profile_dump_path)
        else:
            self.show_profiles()

    def dump_profiles(self, path: str) -> None:
        """Writes every profile into the directory ``path`` and forgets it."""
        for id, profiler, _ in self.profilers:
            profiler.dump(id, path)
        self.profilers = []

    def show_profiles(self) -> None:
        """Prints the profiles that were not shown yet."""
        for entry in self.profilers:
            id, profiler, showed = entry
            if not showed:
                profiler.show(id)
                entry[2] = True


class PStatsParam(AccumulatorParam[Any]):
    """Adds up ``pstats.Stats``; ``None`` before the first."""

    @staticmethod
    def zero(value: pstats.Stats | None) -> None:
        return None

    @staticmethod
    def addInPlace(value1: pstats.Stats | None, value2: pstats.Stats | None) -> pstats.Stats | None:
        if value1 is None or value2 is None:
            return value1 or value2
        return value1.add(value2)


class MemUsageParam(AccumulatorParam[Any]):
    """Adds up the memory use of lines, by file and line number; ``None`` before the first."""

    @staticmethod
    def zero(value: CodeMapDict | None) -> None:
        return None

    @staticmethod
    def addInPlace(value1: CodeMapDict | None, value2: CodeMapDict | None) -> CodeMapDict | None:
        if not value1 or not value2:
            return value1 or value2
        for filename, lines in value2.items():
            value1[filename] = _add_lines(dict(value1.get(filename, ())), lines)
        return value1


def _add_lines(
    total: dict[int, MemoryTuple | None], lines: list[tuple[int, MemoryTuple | None]]
) -> list[tuple[int, MemoryTuple | None]]:
    for number, usage in lines:
        before = total.get(number)
        if before and usage:
            total[number] = (before[0] + usage[0], before[1] + usage[1], before[2] + usage[2])
        else:
            total[number] = before or usage
    return list(total.items())


def _title(kind: str, id: int) -> None:
    print("=" * 60, f"Profile of {kind}<id={id}>", "=" * 60, sep="\n")


class BasicProfiler(Profiler):
    """Measures time by function, with ``cProfile``."""

    _kind = "RDD"

    def __init__(self, ctx: AccumulatorFactory) -> None:
        self._accumulator = ctx.accumulator(None, PStatsParam())

    def profile(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        import cProfile  # needed only where profiling is on
        import pstats

        profile = cProfile.Profile()
        result = profile.runcall(func, *args, **kwargs)
        stats = pstats.Stats(profile)
        stats.stream = None  # type: ignore[attr-defined]  # an open file cannot be pickled
        self._accumulator.add(stats.strip_dirs())
        return result

    def stats(self) -> pstats.Stats | None:
        value: pstats.Stats | None = self._accumulator.value
        return value

    def show(self, id: int) -> None:
        stats = self.stats()
        if stats:
            _title(self._kind, id)
            stats.stream = sys.stdout  # type: ignore[attr-defined]  # it was dropped in the task
            stats.sort_stats("time", "cumulative").print_stats()

    def dump(self, id: int, path: str) -> None:
        Path(path).mkdir(parents=True, exist_ok=True)
        stats = self.stats()
        if stats:
            stats.dump_stats(str(Path(path, f"{self._kind.lower()}_{id}.pstats")))


class UDFBasicProfiler(BasicProfiler):
    """`BasicProfiler` for the user-defined functions of queries."""

    _kind = "UDF"


class MemoryProfiler(Profiler):
    """Measures memory by line of a user-defined function, with the package ``memory_profiler``."""

    def __init__(self, ctx: AccumulatorFactory) -> None:
        self._accumulator = ctx.accumulator(None, MemUsageParam())

    def profile(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Calls ``func``; raises `PySparkRuntimeError` when ``memory_profiler`` is not installed."""
        profiler = _line_profiler()
        result = profiler(func)(*args, **kwargs)
        self._accumulator.add({name: list(lines) for name, lines in profiler.code_map.items()})
        return result

    def stats(self) -> CodeMapDict | None:
        value: CodeMapDict | None = self._accumulator.value
        return value

    def show(self, id: int) -> None:
        code_map = self.stats()
        if code_map:
            _title("UDF", id)
            _write_memory_profile(code_map, sys.stdout)

    def dump(self, id: int, path: str) -> None:
        Path(path).mkdir(parents=True, exist_ok=True)
        code_map = self.stats()
        if code_map:
            with Path(path, f"udf_{id}_memory.txt").open("w", encoding="utf-8") as stream:
                _write_memory_profile(code_map, stream)


def _line_profiler() -> Any:
    import importlib  # needed only where profiling is on

    try:
        return importlib.import_module("memory_profiler").LineProfiler()
    except ImportError:
        raise PySparkRuntimeError(errorClass="MISSING_LIBRARY_FOR_PROFILER", messageParameters={}) from None


_COLUMNS = "{0:>6} {1:>12} {2:>12}  {3:>10}   {4:<}"


def _write_memory_profile(code_map: CodeMapDict, stream: TextIO) -> None:
    """One table per file; ``PySparkValueError`` when a file's source cannot be found."""
    import linecache  # needed only where memory is profiled

    header = _COLUMNS.format("Line #", "Mem usage", "Increment", "Occurrences", "Line Contents")
    for filename, lines in code_map.items():
        source = linecache.getlines(filename)
        if not source:
            raise PySparkValueError(errorClass="MEMORY_PROFILE_INVALID_SOURCE", messageParameters={})
        stream.write(f"Filename: {filename}\n\n{header}\n{'=' * len(header)}\n")
        stream.writelines(_memory_lines(dict(lines), source))
        stream.write("\n\n")


def _memory_lines(usage_of: Mapping[int, MemoryTuple | None], source: list[str]) -> list[str]:
    rows = []
    for number in range(min(usage_of), max(usage_of) + 1):
        usage = usage_of.get(number)
        cells = (f"{usage[1]:5.1f} MiB", f"{usage[0]:5.1f} MiB", usage[2]) if usage else ("", "", "")
        rows.append(_COLUMNS.format(number, *cells, source[number - 1]))
    return rows
