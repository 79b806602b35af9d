"""TPC-H, side by side: pyrdd, native DuckDB, PySpark and Sail answer the 22 queries from the same Parquet files.

python tests/benchmarks/bench_tpch.py --data DIRECTORY --scale 1 --pyspark-python PATH [--engines pyrdd,duckdb]
[--queries q01,q09] [--master 'local-cluster[2,1,4096]']

The directory holds ``customer.parquet``, ``lineitem.parquet``, ..., as ``tpchgen-cli parquet -s 1`` writes them. Each
engine runs in a child process of its own, all queries in one session, each query ``--rounds`` times. The first table has
the first round of each query (cold: nothing is compiled for it yet; the files are in the page cache, which a reading of
them all warms before), the second the medians of the later ones; the totals are sums. Starting the engine and naming the
files is not counted. Every answer must be that of the first engine, up to the rounding of Spark's decimals, or the exit
code is 1.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import children

ENGINES = ["duckdb", "pyrdd", "sail", "pyspark"]
QUERIES = [f"q{i:02}" for i in range(1, 23)]
ROUNDING = 1e-6


@dataclass(frozen=True)
class Answer:
    """One query on one engine; ``message`` is the error if it failed."""

    engine: str
    row: str
    seconds: tuple[float, ...]
    answer: list[list[Any]]
    message: str

    @property
    def cold(self) -> float | None:
        return self.seconds[0] if self.seconds and not self.message else None

    @property
    def warm(self) -> float | None:
        return statistics.median(self.seconds[1:]) if len(self.seconds) > 1 and not self.message else None


def run_child(engine: str, options: argparse.Namespace) -> list[Answer]:
    """Runs the queries on one engine, with a timeout for all of them."""
    python = {"pyspark": options.pyspark_python, "sail": options.sail_python}.get(engine, sys.executable)
    master = options.master if engine in ("pyrdd", "pyspark") else "local[2]"
    arguments = [engine, options.data, master, str(options.rounds), str(options.scale), *options.queries]
    child = children.run([str(children.HERE / "tpch" / "run_queries.py"), *arguments], python, options.timeout)
    answers = [Answer(engine, r["row"], tuple(r["seconds"]), r["answer"], r["message"]) for r in child.results]
    missing = [query for query in options.queries if query not in {a.row for a in answers}]
    if missing:
        why = f"timeout after {options.timeout} s" if child.timed_out else child.message or "no answer"
        answers.append(Answer(engine, missing[0], (), [], why))
    return answers


def same(a: Any, b: Any) -> bool:
    """Whether two values are one, up to the six decimal places that Spark's quotients have."""
    if isinstance(a, int | float) and isinstance(b, int | float):
        return math.isclose(a, b, rel_tol=ROUNDING, abs_tol=ROUNDING)
    return bool(a == b)


def same_rows(a: list[list[Any]], b: list[list[Any]]) -> bool:
    """Whether two answers have the same rows in the same order."""
    return len(a) == len(b) and all(len(x) == len(y) and all(map(same, x, y)) for x, y in zip(a, b, strict=True))


def check(answers: list[Answer]) -> list[str]:
    """Queries that failed, and answers that are not the first engine's."""
    problems = [f"{a.row} on {a.engine}: {a.message}" for a in answers if a.message]
    good = [a for a in answers if not a.message]
    for query in QUERIES:
        mine = [a for a in good if a.row == query]
        for other in mine[1:]:
            if not same_rows(mine[0].answer, other.answer):
                problems.append(f"{query}: {other.engine} differs from {mine[0].engine}")
                pairs = zip(mine[0].answer, other.answer, strict=False)
                different = next((pair for pair in pairs if not same_rows([pair[0]], [pair[1]])), None)
                problems.append(f"    {len(mine[0].answer)} and {len(other.answer)} rows; first: {different}")
    return problems


def compare(answers: list[Answer], options: argparse.Namespace) -> str:
    """The tables of first rounds and of the medians of later ones."""
    cold = table({(a.engine, a.row): a.cold for a in answers}, options)
    if options.rounds < 2:
        return f"first rounds:\n{cold}"
    return f"first rounds:\n{cold}\n\nlater rounds:\n{table({(a.engine, a.row): a.warm for a in answers}, options)}"


def table(medians: dict[tuple[str, str], float | None], options: argparse.Namespace) -> str:
    """A row for each query, and the total of those that every engine answered."""
    shared = [q for q in options.queries if all(medians.get((e, q)) is not None for e in options.engines)]
    lines = ["query".ljust(8) + "".join(engine.rjust(20) for engine in options.engines)]
    for query in options.queries:
        cells = [_cell(medians.get((e, query)), medians.get(("pyrdd", query)), e) for e in options.engines]
        lines.append(query.ljust(8) + "".join(cell.rjust(20) for cell in cells))
    totals = {e: sum(medians[e, q] or 0.0 for q in shared) for e in options.engines}
    cells = [_cell(totals[e], totals.get("pyrdd"), e) for e in options.engines]
    lines.append("total".ljust(8) + "".join(cell.rjust(20) for cell in cells))
    note = "" if len(shared) == len(options.queries) else f"; the total is of {', '.join(shared) or 'none'}"
    return "\n".join([*lines, "", f"seconds (times pyrdd's){note}"])


def _cell(seconds: float | None, pyrdd: float | None, engine: str) -> str:
    if seconds is None:
        return "failed"
    return f"{seconds:.3f}" + (f" (x{seconds / pyrdd:.2f})" if pyrdd and engine != "pyrdd" else "")


def parse(argv: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="the directory of the Parquet files")
    parser.add_argument("--scale", type=float, default=1.0, help="the scale factor of these files")
    parser.add_argument("--pyspark-python", help="a Python that has PySpark; PySpark is left out without it")
    parser.add_argument("--sail-python", help="a Python that has pysail; Sail is left out without it")
    parser.add_argument("--engines", type=children.names(ENGINES), default=ENGINES, help="of " + ", ".join(ENGINES))
    parser.add_argument("--queries", type=children.names(QUERIES), default=QUERIES, help="comma-separated: q01, ..., q22")
    parser.add_argument("--master", default="local[2]", help="of pyrdd and PySpark; the others use two threads")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each query")
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds for one engine")
    options = parser.parse_args(argv)
    given = {"pyspark": options.pyspark_python, "sail": options.sail_python}
    options.engines = [engine for engine in options.engines if given.get(engine, True)]
    return options


def main() -> int:
    options = parse()
    answers: list[Answer] = []
    for path in Path(options.data).glob("*.parquet"):
        path.read_bytes()
    for engine in options.engines:
        answers += run_child(engine, options)
        total = sum(a.cold or 0.0 for a in answers if a.engine == engine)
        print(engine, f"{total:.3f}, load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
    print(compare(answers, options))
    problems = check(answers)
    print(*problems, sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
