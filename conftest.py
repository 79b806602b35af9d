"""One running context for a whole test process: only one may be active, and starting worker processes takes time.

    contexts.shared(master)     the running context if it has that master, else a new one in its place
    contexts.own(master, conf)  a new one, for the test that asked for it
    contexts.stop()             none

`tests/conftest.py` builds the tests' fixtures on it; here are the names that the package's doctests take for granted.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

# they are loaded as plugins; collected for doctests too, two of them would clash
collect_ignore_glob = ["**/conftest.py"]

# tests of the pytest plugin run pytest on projects of their own
pytest_plugins = ["pytester"]

QUIET = {"spark.ui.showConsoleProgress": "false"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--master", default="local", help="the master of tests that name none, and of doctests (default: local)"
    )


def _sql_names(request: pytest.FixtureRequest, sc: Any) -> dict[str, Any]:
    """What doctests of the SQL package take for granted; other packages must not load it."""
    if not request.node.name.startswith(("pyrdd.sql.", "pyrdd.testing")) or request.node.name.startswith("pyrdd.sql.types"):
        return {}
    from pyrdd.sql import Row, SparkSession, functions  # see above

    return {"spark": SparkSession(sc), "F": functions, "Row": Row}


class Contexts:
    """Starts, hands out and stops the contexts of a test process."""

    def __init__(self) -> None:
        self._shared: Any = None

    def shared(self, master: str) -> Any:
        """The running context of that master, without what earlier tests set or cached."""
        if self.active() is None or self.active() is not self._shared or self._shared.master != master:
            self._shared = self.own(master, {})
        return self._shared

    def own(self, master: str, conf: Mapping[str, Any]) -> Any:
        """A new context with these settings, in place of the running one."""
        from pyrdd import SparkConf, SparkContext  # most tests need no context

        self.stop()
        settings = {**QUIET, "spark.master": master, "spark.app.name": "tests", **conf}
        return SparkContext(conf=SparkConf().setAll((key, str(value)) for key, value in settings.items()))

    def stop(self) -> None:
        """Stops the running context, whoever started it."""
        self._shared = None
        if self.active() is not None:
            self.active().stop()

    def foreign(self) -> Any:
        """The running context when it is not the shared one."""
        return None if self.active() is self._shared else self.active()

    def active(self) -> Any:
        """The running context, or ``None``."""
        module = sys.modules.get("pyrdd.core.context_core")
        return module.ContextCore._active_spark_context if module else None


@pytest.fixture(scope="session")
def contexts() -> Iterator[Contexts]:
    """The contexts of this test process."""
    shared = Contexts()
    yield shared
    shared.stop()


@pytest.fixture(autouse=True)
def _doctest_names(request: pytest.FixtureRequest) -> None:
    if isinstance(request.node, pytest.DoctestItem):
        from pyrdd import SparkContext  # only when a doctest needs it

        sc = request.getfixturevalue("contexts").shared(request.config.getoption("--master"))
        request.getfixturevalue("doctest_namespace").update(
            # functions of a doctest belong to no module: they are pickled by value, as in a program
            __name__="__main__",
            sc=sc,
            SparkContext=SparkContext,
            **_sql_names(request, sc),
        )
