"""The engine against its peers, side by side in one run.

python tests/benchmarks/bench_engine.py --pyspark-python PATH [--rows sort,join] [--engines pyrdd,by_hand]
[--scale 0.1]

Each row runs on each engine in a child process of its own: pyrdd and PySpark on ``local[2]`` (and ``local``
for the inline row), a hand-written ``multiprocessing.Pool(2)`` with the same closures, pysparkling in one
process, dask.bag on two. pyrdd, PySpark and pysparkling run the same source (``engines/rdd.py``). All
engines must give the same checksum.

Seconds are the work itself, without starting the context or pool; ``first_result`` is from process start to
the answer, the context included; ``import_time`` is the import alone. Memory is the peak of the summed
resident sizes of the child and all its descendants, sampled (pages shared by forked processes count in
each).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import children
from engines.closures import TINY_JOBS, make_text

ENGINES = ["pyrdd", "by_hand", "pysparkling", "dask", "pyspark"]
SIZES = {
    "word_count": 100_000_000,
    "sort": 1_000_000,
    "group_by_key": 2_000_000,
    "join": 500_000,
    "pagerank": 1_000_000,
    "cpu_map": 2_000_000,
    "tiny_jobs_inline": TINY_JOBS,
    "tiny_jobs": TINY_JOBS,
    "tiny_tasks": 2_000,
    "first_result": 10,
    "import_time": 1,
}
SCALED = {"word_count", "sort", "group_by_key", "join", "pagerank", "cpu_map"}


@dataclass(frozen=True)
class Run:
    """One child: ``status`` is ``ok``, ``unsupported``, ``timeout`` or ``failed``."""

    engine: str
    row: str
    status: str
    seconds: float = 0.0
    megabytes: float = 0.0
    checksum: int = 0
    message: str = ""


def run_child(engine: str, row: str, size: int, text: str, options: argparse.Namespace) -> Run:
    """Runs one row on one engine, with a timeout; leaves no process behind."""
    python = options.pyspark_python if engine == "pyspark" else sys.executable
    master = "local" if row == "tiny_jobs_inline" else "local[2]"
    command = [str(children.HERE / "engines" / "run_row.py"), engine, row, str(size), text, master]
    child = children.run(command, python, options.timeout)
    if child.status != "ok":
        return Run(engine, row, child.status, message=child.message)
    result = child.results[-1]
    if result.get("unsupported"):
        return Run(engine, row, "unsupported")
    seconds = child.answered if row == "first_result" else float(result["seconds"])
    return Run(engine, row, "ok", seconds, child.megabytes, int(result["checksum"]))


def compare(runs: Iterable[Run], engines: list[str], rows: list[str]) -> str:
    """A table of medians: seconds and megabytes of each engine, and how many times pyrdd's seconds each
    takes."""
    runs = list(runs)
    width = 24
    lines = ["row".ljust(18) + "".join(engine.rjust(width) for engine in engines)]
    for row in rows:
        cells = [_cell(runs, engine, row) for engine in engines]
        lines.append(row.ljust(18) + "".join(cell.rjust(width) for cell in cells))
    return "\n".join([*lines, "", "seconds (megabytes, times pyrdd's seconds)"])


def median_seconds(runs: Iterable[Run], engine: str, row: str) -> float | None:
    times = [run.seconds for run in runs if (run.engine, run.row, run.status) == (engine, row, "ok")]
    return statistics.median(times) if times else None


def _cell(runs: list[Run], engine: str, row: str) -> str:
    mine = [run for run in runs if (run.engine, run.row) == (engine, row)]
    seconds = median_seconds(mine, engine, row)
    if seconds is None:
        return mine[-1].status if mine else "-"
    size = statistics.median(run.megabytes for run in mine if run.status == "ok")
    pyrdd = median_seconds(runs, "pyrdd", row)
    ratio = f", x{seconds / pyrdd:.2f}" if pyrdd and engine != "pyrdd" else ""
    return f"{seconds:.3f} ({size:.0f} MB{ratio})"


def check(runs: Iterable[Run]) -> list[str]:
    """What went wrong: engines that disagree about a row, and children that failed."""
    runs = list(runs)
    answers: dict[str, dict[int, set[str]]] = {}
    for run in runs:
        if run.status == "ok" and run.row != "first_result":
            answers.setdefault(run.row, {}).setdefault(run.checksum, set()).add(run.engine)
    problems = [f"{row}: different answers {sums}" for row, sums in answers.items() if len(sums) > 1]
    return problems + [f"{run.row} on {run.engine}: {run.message}" for run in runs if run.status == "failed"]


def parse(argv: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pyspark-python", help="a Python that has PySpark; PySpark is left out without it")
    parser.add_argument(
        "--rows", type=children.names(list(SIZES)), default=list(SIZES), help="comma-separated: " + ", ".join(SIZES)
    )
    parser.add_argument(
        "--engines", type=children.names(ENGINES), default=ENGINES, help="comma-separated: " + ", ".join(ENGINES)
    )
    parser.add_argument("--repeat", type=int, default=1, help="runs of each; the table has their medians")
    parser.add_argument("--scale", type=float, default=1.0, help="a factor for the sizes of the bulk rows")
    parser.add_argument("--timeout", type=float, default=180.0, help="seconds for one child")
    parser.add_argument("--data", default=None, help="a directory to keep the generated text in")
    parser.add_argument("--json", help="a file for all runs")
    options = parser.parse_args(argv)
    if not options.pyspark_python:
        options.engines = [engine for engine in options.engines if engine != "pyspark"]
    return options


def main() -> int:
    options = parse()
    runs: list[Run] = []
    with tempfile.TemporaryDirectory() as scratch:
        size = int(SIZES["word_count"] * options.scale)
        text = os.path.join(options.data or scratch, f"words-{size}.txt")
        if "word_count" in options.rows:
            make_text(text, size)
        # Repeats go round by round, so that a slow minute of the machine does not hit one engine only.
        for _ in range(options.repeat):
            for row in options.rows:
                scaled = max(int(SIZES[row] * options.scale), 1) if row in SCALED else SIZES[row]
                for engine in options.engines:
                    runs.append(run_child(engine, row, scaled, text, options))
                    print(
                        row, engine, runs[-1].status, f"{runs[-1].seconds:.3f}", file=sys.stderr, flush=True
                    )
    print(compare(runs, options.engines, options.rows))
    if options.json:
        Path(options.json).write_text(json.dumps([asdict(run) for run in runs], indent=1))
    problems = check(runs)
    print(*problems, sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
