"""Test suites of other people's projects, on pyrdd and on PySpark.

python tests/benchmarks/bench_projects.py FOLDER [--pyspark-python PATH] [--python PATH] [--only NAME,NAME] [--timeout SECONDS]

Fetches nothing: FOLDER has the source trees, and beside each tree ``NAME/`` a file ``NAME.json`` that says what to run:

    {"arguments": ["tests"],            what pytest is given
     "directory": ".",                  where it runs, below the tree
     "path": [".", "src"],              what is importable, below the tree
     "environment": {"KEY": "value"}}

All keys may be left out. ``--python`` has what the projects need, but no PySpark; ``--pyspark-python`` has PySpark too.
Each suite runs unchanged in a process of its own, with pyrdd's pytest plugin, which makes ``import pyspark`` mean pyrdd.
Tests that pass on PySpark and not on pyrdd are listed with the first line of why. The exit code is 1 if there are any.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import children
import psutil

ROOT = Path(__file__).resolve().parents[2]
_SHOWN_LINES = 15


@dataclass(frozen=True)
class Project:
    """A source tree with tests."""

    name: str
    directory: Path
    arguments: Sequence[str] = ()
    path: Sequence[Path] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Suite:
    """How a suite ended on an engine: test to outcome and reason; ``message`` says why there are none."""

    outcomes: Mapping[str, tuple[str, str]]
    seconds: float
    message: str = ""

    def count(self, outcome: str) -> int:
        """How many tests ended so."""
        return sum(found == outcome for found, _ in self.outcomes.values())

    @property
    def described(self) -> str:
        """Passed of those that ran."""
        ran = len(self.outcomes) - self.count("skipped")
        return f"{self.count('passed')}/{ran}" if self.outcomes else "did not run"


def find_projects(folder: Path, only: Sequence[str] | None) -> list[Project]:
    """The projects of a folder that have a specification. Raises SystemExit for a name that has none."""
    specs = {file.stem: file for file in sorted(folder.glob("*.json")) if (folder / file.stem).is_dir()}
    unknown = set(only or ()) - set(specs)
    if unknown or not specs:
        raise SystemExit(f"no specification in {folder}: {', '.join(sorted(unknown)) or '*.json'}")
    return [_read_project(folder / name, json.loads(specs[name].read_text())) for name in only or specs]


def _read_project(tree: Path, spec: Mapping[str, Any]) -> Project:
    path = [tree / part for part in spec.get("path", ["."])]
    directory = tree / spec.get("directory", ".")
    return Project(tree.name, directory, spec.get("arguments", ()), path, spec.get("environment", {}))


def run_suite(project: Project, engine: str, python: str, timeout: float) -> Suite:
    """Runs a project's tests on an engine; leaves no process behind."""
    with tempfile.TemporaryDirectory(prefix="projects-") as scratch:
        outcomes, log = Path(scratch, "outcomes.json"), Path(scratch, "log")
        command = [
            python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "pyrdd.testing.plugin",
            f"--spark-engine={engine}", f"--spark-outcomes={outcomes}", *project.arguments,
        ]  # fmt: skip
        started = time.perf_counter()
        with log.open("w") as output:
            timed_out = _run(command, project, python, output, timeout)
        seconds = time.perf_counter() - started
        lines = ["timeout"] if timed_out else log.read_text(errors="replace").strip().splitlines()
        found = json.loads(outcomes.read_text()) if outcomes.exists() else {}
        return Suite({test: tuple(ended) for test, ended in found.items()}, seconds, "\n".join(lines[-_SHOWN_LINES:]))


def _run(command: Sequence[str], project: Project, python: str, output: Any, timeout: float) -> bool:
    """Whether a command took too long, and was ended with all that it started."""
    importable = os.pathsep.join(map(str, [ROOT, *project.path]))
    environment = {**os.environ, **project.environment, "PYTHONPATH": importable, "PYSPARK_PYTHON": python}
    child = subprocess.Popen(command, cwd=project.directory, env=environment, stdout=output, stderr=subprocess.STDOUT)
    memory = children.PeakMemory(child.pid)
    memory.start()
    with suppress(subprocess.TimeoutExpired, psutil.Error):
        child.wait(timeout)
    if child.poll() is None:
        memory.kill()
        child.wait()
    memory.stop()
    return memory.timed_out


def losses(pyrdd: Suite, pyspark: Suite) -> Iterator[tuple[str, str]]:
    """The tests that pass on PySpark and not on pyrdd, with the reason."""
    for test, (outcome, _) in pyspark.outcomes.items():
        here, reason = pyrdd.outcomes.get(test, ("missing", ""))
        if outcome == "passed" and here != "passed":
            yield test, reason or here


def report(project: Project, pyrdd: Suite, pyspark: Suite | None) -> bool:
    """Prints a row of the table and what is lost; whether anything is."""
    row = f"| {project.name} | {pyrdd.described} | {pyrdd.seconds:.1f} s |"
    if pyspark is not None:
        ratio = f"{pyspark.seconds / pyrdd.seconds:.1f}" if pyspark.outcomes and pyrdd.outcomes else "-"
        row += f" {pyspark.described} | {pyspark.seconds:.1f} s | {ratio} |"
    print(row, flush=True)
    for suite in filter(None, (pyrdd, pyspark)):
        if not suite.outcomes:
            print(suite.message)
    lost = list(losses(pyrdd, pyspark)) if pyspark is not None else []
    for test, reason in lost:
        print(f"    {test}\n        {reason[:200]}")
    return bool(lost)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--python", default=sys.executable, help="for pyrdd (this one)")
    parser.add_argument("--pyspark-python", help="for PySpark; without it only pyrdd runs")
    parser.add_argument("--only", type=lambda text: text.split(","), help="names of projects, with commas between")
    parser.add_argument("--timeout", type=float, default=1200, help="seconds for one suite (1200)")
    options = parser.parse_args()
    print("| project | pyrdd | wall | PySpark | wall | ratio |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    lost = False
    for project in find_projects(options.folder.resolve(), options.only):
        pyrdd = run_suite(project, "pyrdd", options.python, options.timeout)
        python = options.pyspark_python
        pyspark = run_suite(project, "pyspark", python, options.timeout) if python else None
        lost = report(project, pyrdd, pyspark) or lost
    return int(lost)


if __name__ == "__main__":
    sys.exit(main())
