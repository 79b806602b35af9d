"""What became of each test, and how that differs between two engines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import pyrdd
from pyrdd.environment import AS_PYSPARK

_GRAVITY = ("passed", "skipped", "failed", "error")
"""From what says least about a test to what says most: its phases may end differently."""


@dataclass(frozen=True)
class Outcome:
    """How a test ended, and the first line of why."""

    outcome: str
    reason: str = ""


@dataclass(frozen=True)
class Difference:
    """A test that ended differently on two engines."""

    test: str
    here: Outcome
    there: Outcome


def differences(here: Mapping[str, Outcome], there: Mapping[str, Outcome]) -> list[Difference]:
    """The tests of two runs that did not end alike, one that is missing in one of them included.

    >>> differences({"a": Outcome("passed")}, {"a": Outcome("failed", "why")})[0].there.reason
    'why'
    """
    missing = Outcome("missing")
    pairs = [(test, here.get(test, missing), there.get(test, missing)) for test in {**here, **there}]
    return [Difference(*pair) for pair in pairs if pair[1].outcome != pair[2].outcome]


def read(path: Path) -> dict[str, Outcome]:
    """The outcomes that `Outcomes` wrote."""
    found: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
    return {test: Outcome(*fields) for test, fields in found.items()}


def _of_report(report: pytest.TestReport) -> Outcome:
    name = "error" if report.failed and report.when != "call" else report.outcome
    crash = getattr(report.longrepr, "reprcrash", None)
    reason = str(getattr(crash, "message", "")).strip().partition("\n")[0]
    return Outcome(name, reason)


class Outcomes:
    """A plugin that collects the outcomes of a run; in `both`, runs the tests again on PySpark when they have ended."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.found: dict[str, Outcome] = {}
        self.compared: list[Difference] | str | None = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keeps the gravest outcome of a test's phases."""
        made = _of_report(report)
        known = self.found.get(report.nodeid)
        if known is None or _GRAVITY.index(made.outcome) > _GRAVITY.index(known.outcome):
            self.found[report.nodeid] = made

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Writes the outcomes where ``--spark-outcomes`` says, and compares them in `both`."""
        path = self.config.getoption("--spark-outcomes")
        if path:
            records = {test: [o.outcome, o.reason] for test, o in self.found.items()}
            Path(path).write_text(json.dumps(records), encoding="utf-8")
        if self.config.getoption("--spark-engine") == "both":
            self.compared = self._on_pyspark()
            if self.compared and session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _on_pyspark(self) -> list[Difference] | str:
        """The tests that end differently on PySpark; what went wrong if it could not run them."""
        python = self.config.getoption("--spark-pyspark-python") or sys.executable
        with tempfile.TemporaryDirectory(prefix="pyrdd-outcomes-") as directory:
            path = Path(directory) / "outcomes.json"
            arguments = [*_without_engine(self.config.invocation_params.args), f"--spark-outcomes={path}"]
            command = [python, "-m", "pytest", "-p", "pyrdd.testing.plugin", *arguments, "--spark-engine=pyspark"]
            child = subprocess.run(
                command, cwd=self.config.invocation_params.dir, env=_as_itself(), capture_output=True, text=True
            )
            if not path.exists():
                return (child.stdout + child.stderr).strip() or f"exit code {child.returncode}"
            return differences(self.found, read(path))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Prints the differences."""
        if self.compared is None:
            return
        terminalreporter.section("pyrdd and PySpark")
        for line in _described(self.compared, len(self.found)):
            terminalreporter.write_line(line)


def _described(compared: Sequence[Difference] | str, tests: int) -> Iterator[str]:
    if isinstance(compared, str):
        yield "PySpark could not run the tests:"
        yield from compared.splitlines()[-20:]
        return
    yield f"{tests - len(compared)} of {tests} tests ended alike"
    for difference in compared:
        yield difference.test
        for engine, outcome in (("pyrdd", difference.here), ("PySpark", difference.there)):
            yield f"    {engine + ':':9}{outcome.outcome}{' - ' * bool(outcome.reason)}{outcome.reason}"


def _without_engine(arguments: Sequence[str | Any]) -> Iterator[str]:
    """The arguments of this run without the choice of its engine."""
    rest = iter(map(str, arguments))
    for argument in rest:
        if argument in ("--spark-engine", "--spark-outcomes"):
            next(rest, None)
        elif not argument.startswith(("--spark-engine=", "--spark-outcomes=")):
            yield argument


def _as_itself() -> dict[str, str]:
    """The environment of a process in which PySpark is PySpark, and which finds the plugin wherever it runs."""
    plain = {key: value for key, value in os.environ.items() if key != AS_PYSPARK}
    here = str(Path(pyrdd.__file__).parents[1])
    return plain | {"PYTHONPATH": os.pathsep.join(filter(None, (here, plain.get("PYTHONPATH"))))}
