"""The fixtures of the pytest plugin, written against PySpark's own names: what these mean is the chosen engine's.

sc       the context of the whole run (or of the xdist worker)
spark    a session of its own for each test: views, settings, functions; after it tables, caches and streams are gone
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest


class Engine:
    """One context for all tests, opened when the first asks for it, and again if one of them has stopped it."""

    def __init__(self, master: str, settings: dict[str, str]) -> None:
        self.master, self.settings = master, settings
        self._root: Any = None

    def root(self) -> Any:
        """The session from which those of the tests are made."""
        context = import_module("pyspark").SparkContext
        if self._root is None or context._active_spark_context is not self._root.sparkContext:
            builder = import_module("pyspark.sql").SparkSession.builder.master(self.master).appName("pytest")
            for key, value in self.settings.items():
                builder = builder.config(key, value)
            self._root = builder.getOrCreate()
        return self._root

    def session(self) -> Any:
        """A new session, which ``SparkSession.builder.getOrCreate()`` gives too."""
        made = self.root().newSession()
        _make_active(made)
        return made

    def clean(self, session: Any) -> None:
        """Takes away what a test left where other sessions see it."""
        context = import_module("pyspark").SparkContext
        if self._root is None or context._active_spark_context is not self._root.sparkContext:
            return
        for query in session.streams.active:
            query.stop()
        _drop_tables(session)
        session.catalog.clearCache()
        _make_active(self._root)

    def stop(self) -> None:
        """Ends the context, if there is one."""
        if self._root is not None:
            self._root.stop()


def _make_active(session: Any) -> None:
    kind = type(session)
    kind._instantiatedSession = kind._activeSession = session


def _drop_tables(session: Any) -> None:
    session.catalog.setCurrentDatabase("default")
    for database in session.catalog.listDatabases():
        if database.name != "default":
            session.sql(f"DROP DATABASE IF EXISTS `{database.name}` CASCADE")
    for table in session.catalog.listTables("default"):
        if not table.isTemporary:
            kind = "VIEW" if table.tableType == "VIEW" else "TABLE"
            session.sql(f"DROP {kind} IF EXISTS default.`{table.name}`")
    for view in session.catalog.listTables("global_temp"):
        if view.namespace == ["global_temp"]:
            session.catalog.dropGlobalTempView(view.name)


@pytest.fixture(scope="session")
def _spark_engine(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    warehouse = tmp_path_factory.mktemp("spark-warehouse")
    settings = {"spark.ui.enabled": "false", "spark.sql.warehouse.dir": str(warehouse)}
    settings |= dict(text.split("=", 1) for text in pytestconfig.getoption("--spark-conf"))
    seed = pytestconfig.getoption("--spark-shuffle-order")
    if seed is not None:
        settings["pyrdd.order.seed"] = str(seed)
    engine = Engine(pytestconfig.getoption("--spark-master"), settings)
    yield engine
    engine.stop()


@pytest.fixture
def spark(_spark_engine: Engine) -> Iterator[Any]:
    """A session for this test alone, on the context of the run."""
    session = _spark_engine.session()
    yield session
    _spark_engine.clean(session)


@pytest.fixture
def sc(_spark_engine: Engine) -> Iterator[Any]:
    """The context of the run, without what the test before left in it."""
    context = _spark_engine.root().sparkContext
    yield context
    for key in ("spark.jobGroup.id", "spark.job.description", "spark.scheduler.pool"):
        context.setLocalProperty(key, None)
