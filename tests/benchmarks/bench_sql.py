"""The DataFrame layer against PySpark (and Sail), side by side in one run.

python tests/benchmarks/bench_sql.py --pyspark-python PATH [--sail-python PATH] [--rows udf,join] [--engines pyrdd,pyspark]
[--scale 0.1] [--repeat 3] [--master 'local-cluster[2,1,4096]']

Each row runs on each engine in a child process of its own, on ``local[2]``, from one source in PySpark's API
(``engines/frames.py``) and with each engine's defaults. Bulk rows read Parquet and CSV files that the parent writes, or
`range`. All engines must give the same checksum.

A child runs its row several times in one session: the first table has the medians of the later rounds (JIT compilers are
warm, files are in the page cache), the second the first rounds, the third the processor time of later rounds in all
processes of the engine, which other programs on the machine disturb less. ``first_result`` has one round: from process
start to the answer. Memory is the peak of the summed resident sizes of the child and all its descendants, sampled.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import children
from bench_engine import Run, check, compare

ENGINES = ["pyrdd", "pyspark", "sail"]
SIZES = {
    "two_rows": 2,
    "two_rows_sql": 2,
    "first_result": 2,
    "udf": 1_000_000,
    "udf_arrow": 1_000_000,
    "pandas_udf": 5_000_000,
    "apply_in_pandas": 1_000_000,
    "create": 200_000,
    "collect": 500_000,
    "to_pandas": 1_000_000,
    "group_by": 5_000_000,
    "join": 1_000_000,
    "window": 1_000_000,
    "csv": 1_000_000,
}
SMALL = {"two_rows": 50, "two_rows_sql": 50, "first_result": 1}
"""Rounds of the rows that are not bulk."""
NAMES = 100_000


@dataclass(frozen=True)
class FrameRun(Run):
    """One child, with the seconds of its first round and the processor time of a later one."""

    first: float = 0.0
    cpu: float = 0.0


def make_data(directory: Path, rows: int) -> None:
    """The files that rows read: ``numbers`` as Parquet and (the first fifth) CSV, ``names`` to join with; made only once."""
    import pyarrow as pa  # here: a child's peers need none of it
    import pyarrow.compute as pc
    import pyarrow.csv
    import pyarrow.parquet

    if (directory / "numbers.csv").exists():
        return
    directory.mkdir(parents=True, exist_ok=True)
    ids = pa.array(range(rows), pa.int64())
    mixed = pa.array([i * 2654435761 % 4294967296 for i in range(rows)], pa.int64())
    columns = {
        "id": ids,
        "k": pa.array([i % 1_009 for i in mixed.to_pylist()], pa.int64()),
        "key": pa.array([i % NAMES for i in mixed.to_pylist()], pa.int64()),
        "x": pc.divide(mixed.cast(pa.float64()), 1024.0),
    }
    table = pa.table(columns)
    pa.parquet.write_table(table, directory / "numbers.parquet", row_group_size=max(rows // 10, 1))
    names = pa.table({"key": range(NAMES), "name": [f"name {i}" for i in range(NAMES)]})
    pa.parquet.write_table(names, directory / "names.parquet")
    pa.csv.write_csv(table.slice(0, max(rows // 5, 1)), directory / "numbers.csv")


def run_child(engine: str, row: str, size: int, data: str, options: argparse.Namespace) -> FrameRun:
    """Runs one row on one engine, with a timeout; leaves no process behind."""
    python = {"pyspark": options.pyspark_python, "sail": options.sail_python}.get(engine, sys.executable)
    rounds = str(SMALL.get(row, options.rounds))
    script = str(children.HERE / "engines" / "run_frame.py")
    child = children.run([script, engine, row, str(size), data, options.master, rounds], python, options.timeout)
    if child.status != "ok":
        return FrameRun(engine, row, child.status, message=child.message)
    found = child.results[-1]
    first, seconds = (child.answered,) * 2 if row == "first_result" else (found["first"], found["seconds"])
    return FrameRun(engine, row, "ok", seconds, child.megabytes, int(found["checksum"]), "", first, found["cpu"])


def summary(runs: Iterable[FrameRun], options: argparse.Namespace) -> str:
    """Three tables, and the rows in which pyrdd is less than three times faster than PySpark."""
    runs = list(runs)
    cold = [replace(run, seconds=run.first) for run in runs]
    busy = [replace(run, seconds=run.cpu) for run in runs]
    parts = ["later rounds:", compare(runs, options.engines, options.rows)]
    parts += ["", "first rounds:", compare(cold, options.engines, options.rows)]
    parts += ["", "processor time of a later round:", compare(busy, options.engines, options.rows)]
    slow = [row for row in options.rows if (ratio := _ratio(runs, row)) is not None and ratio < 3]
    return "\n".join([*parts, "", f"less than three times PySpark's speed: {', '.join(slow) or 'none'}"])


def _ratio(runs: list[FrameRun], row: str) -> float | None:
    times = {
        engine: [run.seconds for run in runs if (run.engine, run.row, run.status) == (engine, row, "ok")]
        for engine in ("pyrdd", "pyspark")
    }
    if not all(times.values()):
        return None
    return statistics.median(times["pyspark"]) / statistics.median(times["pyrdd"])


def parse(argv: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pyspark-python", help="a Python that has PySpark; PySpark is left out without it")
    parser.add_argument("--sail-python", help="a Python that has pysail; Sail is left out without it")
    parser.add_argument("--rows", type=children.names(list(SIZES)), default=list(SIZES), help="of " + ", ".join(SIZES))
    parser.add_argument("--engines", type=children.names(ENGINES), default=ENGINES, help="of " + ", ".join(ENGINES))
    parser.add_argument("--master", default="local[2]", help="of pyrdd and PySpark")
    parser.add_argument("--rounds", type=int, default=4, help="rounds of a bulk row in one session")
    parser.add_argument("--repeat", type=int, default=1, help="children of each; the tables have their medians")
    parser.add_argument("--scale", type=float, default=1.0, help="a factor for the sizes of the bulk rows")
    parser.add_argument("--timeout", type=float, default=180.0, help="seconds for one child")
    parser.add_argument("--data", default=None, help="a directory to keep the generated files in")
    parser.add_argument("--json", help="a file for all runs")
    options = parser.parse_args(argv)
    given = {"pyspark": options.pyspark_python, "sail": options.sail_python}
    options.engines = [engine for engine in options.engines if given.get(engine, True)]
    return options


def main() -> int:
    options = parse()
    runs: list[FrameRun] = []
    with tempfile.TemporaryDirectory() as scratch:
        rows = int(SIZES["group_by"] * options.scale)
        data = Path(options.data or scratch) / f"sql-{rows}"
        make_data(data, rows)
        # Repeats go round by round, so that a slow minute of the machine does not hit one engine only.
        for _ in range(options.repeat):
            for row in options.rows:
                size = SIZES[row] if row in SMALL else max(int(SIZES[row] * options.scale), 1)
                for engine in options.engines:
                    runs.append(run_child(engine, row, size, str(data), options))
                    times = f"{runs[-1].first:.4f} {runs[-1].seconds:.4f} cpu {runs[-1].cpu:.4f}"
                    print(row, engine, runs[-1].status, times, file=sys.stderr, flush=True)
    print(summary(runs, options))
    if options.json:
        Path(options.json).write_text(json.dumps([asdict(run) for run in runs], indent=1))
    problems = check(runs)
    print(*problems, sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
