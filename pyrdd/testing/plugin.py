"""The pytest plugin: runs a PySpark program's tests on pyrdd, unchanged.

    pytest --spark-engine pyrdd      `import pyspark` means pyrdd; fixtures `sc` and `spark`
    pytest --spark-engine pyspark    the real PySpark, with the same fixtures
    pytest --spark-engine both       pyrdd here, PySpark in a second run; tests whose outcome differs are named

Without the option nothing happens: no fixture, no alias, nothing imported but this module.
"""

from __future__ import annotations

from importlib import import_module

import pytest

ENGINES = ("pyrdd", "pyspark", "both")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, all of them in a group of their own."""
    group = parser.getgroup("spark", "PySpark programs (pyrdd)")
    group.addoption(
        "--spark-engine", choices=ENGINES, help="what `import pyspark` means, and the fixtures sc and spark"
    )
    group.addoption("--spark-master", metavar="M", default="local", help="the fixtures' master (local)")
    group.addoption(
        "--spark-conf", metavar="KEY=VALUE", action="append", default=[], help="a setting of the fixtures' session"
    )
    group.addoption(
        "--spark-shuffle-order", metavar="SEED", type=int, help="shuffle rows whose order Spark does not promise"
    )
    group.addoption("--spark-pyspark-python", metavar="PYTHON", help="for `both`: a Python that has PySpark (this one)")
    group.addoption("--spark-outcomes", metavar="FILE", help="write the outcome of each test to a file, as JSON")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Puts pyrdd in PySpark's place before any file of the program is imported."""
    if early_config.known_args_namespace.spark_engine in ("pyrdd", "both"):
        import_module("pyrdd.alias").install()


def pytest_configure(config: pytest.Config) -> None:
    """Registers what the chosen engine needs."""
    engine = config.getoption("--spark-engine")
    if engine is None:
        return
    config.pluginmanager.register(import_module("pyrdd.testing.fixtures"), "pyrdd-fixtures")
    if engine != "pyspark":
        usage = import_module("pyrdd.testing.usage")
        config.pluginmanager.register(usage.Usage(config), "pyrdd-usage")
    if not hasattr(config, "workerinput"):
        outcomes = import_module("pyrdd.testing.outcomes")
        config.pluginmanager.register(outcomes.Outcomes(config), "pyrdd-outcomes")


def pytest_report_header(config: pytest.Config) -> str | None:
    """Says which engine runs the tests."""
    engine = config.getoption("--spark-engine")
    return None if engine is None else f"spark engine: {engine}, master {config.getoption('--spark-master')}"
