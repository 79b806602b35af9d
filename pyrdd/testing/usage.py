"""What a test run used of PySpark: the members in the files that it loaded, and which of them pyrdd refuses."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

import pyrdd
from pyrdd.compat.scan import Report, scan
from pyrdd.errors import PySparkNotImplementedError

_FILES = "pyrdd_files"
_REFUSED = "pyrdd_refused"


def program_files(root: Path) -> list[str]:
    """The Python files below a directory that this process has loaded; those of installed packages are not the program's."""
    ours = Path(pyrdd.__file__).parent
    files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    loaded = {Path(file) for file in files if file is not None}
    return sorted(
        str(path)
        for path in loaded
        if path.suffix == ".py"
        and path.is_relative_to(root)
        and not path.is_relative_to(ours)
        and "site-packages" not in path.parts
    )


class Usage:
    """A plugin that collects the files of the program, those of xdist's workers too, and what was refused while tests ran."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.files: set[str] = set()
        self.refused: dict[str, str] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Marks the report of a test that met something that pyrdd refuses."""
        report = yield
        error = call.excinfo.value if call.excinfo is not None else None
        if isinstance(error, PySparkNotImplementedError):
            report.user_properties.append((_REFUSED, str(error)))
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Notes what was refused, and in which test first."""
        for name, message in report.user_properties:
            if name == _REFUSED:
                self.refused.setdefault(str(message), report.nodeid)

    def pytest_sessionfinish(self) -> None:
        """Collects the files of this process; a worker sends them on."""
        found = program_files(self.config.rootpath)
        self.files.update(found)
        output: dict[str, Any] | None = getattr(self.config, "workeroutput", None)
        if output is not None:
            output[_FILES] = found

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Takes the files of a worker that has ended."""
        self.files.update(getattr(node, "workeroutput", {}).get(_FILES, ()))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Prints the members by class, and first those that pyrdd refuses."""
        if not self.files:
            return
        terminalreporter.section("members of PySpark in use")
        for line in described(scan(sorted(self.files)), self.refused, self.config.rootpath):
            terminalreporter.write_line(line)


def described(report: Report, refused: dict[str, str], root: Path) -> Iterator[str]:
    """The lines of the summary. ``refused`` are the errors of tests that met a refusal, with the test."""
    missing = [finding for finding in report.findings if finding.support.level == "no"]
    used = report.fine | {finding.name for finding in report.findings}
    yield f"{len(used)} members, {len({finding.name for finding in missing})} of them refused by pyrdd"
    for finding in missing:
        place = Path(finding.path)
        shown = place.relative_to(root) if place.is_relative_to(root) else place
        yield f"    {shown}:{finding.line}: {finding.name}: {finding.support.note}"
    for message, test in refused.items():
        yield f"    {test}: {message}"
    yield from _by_class(used)


def _by_class(names: Iterable[str]) -> Iterator[str]:
    """One line for each class or module, with its members.

    >>> list(_by_class(["pyspark.sql.DataFrame.select", "pyspark.sql.DataFrame.agg"]))
    ['pyspark.sql.DataFrame: agg, select']
    """
    pairs = sorted((home, member) for home, _, member in (name.rpartition(".") for name in names))
    for home, members in groupby(pairs, key=lambda pair: pair[0]):
        yield f"{home}: {', '.join(member for _, member in members)}"
