"""``import pyspark`` means pyrdd, on request."""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from pyrdd import compat
from pyrdd.errors import PySparkRuntimeError
from pyrdd.serializers import closure

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def alias(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if "pyspark" in sys.modules and not compat.installed():
        pytest.skip("the real PySpark is loaded in this process")
    compat.install()
    yield
    compat.uninstall()


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, timeout=120)


def test_modules_and_classes_have_one_identity_under_both_names(alias: None) -> None:
    import pyrdd.sql.types
    from pyrdd.sql import Row

    assert importlib.import_module("pyspark.sql.types") is pyrdd.sql.types
    assert importlib.import_module("pyspark.sql").Row is Row
    assert importlib.import_module("pyspark").SparkContext is pyrdd.SparkContext
    assert pyrdd.sql.types.__spec__.name == "pyrdd.sql.types"


def test_what_a_program_looks_at_says_pyspark_until_the_alias_is_gone(alias: None) -> None:
    sql = importlib.import_module("pyspark.sql")
    types = importlib.import_module("pyspark.sql.types")
    shown = (sql.DataFrame, sql.Column, types.StructType)
    assert [str(kind) for kind in shown] == [
        "<class 'pyspark.sql.dataframe.DataFrame'>",
        "<class 'pyspark.sql.column.Column'>",
        "<class 'pyspark.sql.types.StructType'>",
    ]
    assert pickle.loads(closure.dumps(shown)) == shown
    compat.uninstall()
    assert str(sql.DataFrame) == "<class 'pyrdd.sql.dataframe.DataFrame'>"
    assert pickle.loads(closure.dumps(shown)) == shown


def test_the_version_is_that_of_the_pyspark_whose_answers_these_are(alias: None) -> None:
    assert importlib.import_module("pyspark").__version__.startswith("4.")
    assert importlib.import_module("pyspark.version").__version__.startswith("4.")
    assert importlib.metadata.version("pyspark").startswith("4.")


@pytest.mark.parametrize("name", ["pyspark.ml", "pyspark.pandas", "pyspark.sql.nowhere"])
def test_a_missing_module_is_named(alias: None, name: str) -> None:
    with pytest.raises(ModuleNotFoundError, match=name.replace(".", r"\.")) as caught:
        importlib.import_module(name)
    assert "pyrdd" in str(caught.value)


def test_a_missing_name_is_named(alias: None) -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = importlib.import_module("pyspark").Nothing
    with pytest.raises(ImportError, match="Nothing"):
        exec("from pyspark.sql import Nothing")


def test_an_alias_over_the_real_pyspark_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    real = ModuleType("pyspark")
    real.__file__ = "/site-packages/pyspark/__init__.py"
    monkeypatch.setitem(sys.modules, "pyspark", real)
    with pytest.raises(PySparkRuntimeError) as caught:
        compat.install()
    assert caught.value.getCondition() == "PYSPARK_ALREADY_IMPORTED"
    assert real.__file__ in str(caught.value)
    assert not compat.installed()


def test_without_the_alias_nothing_is_pretended() -> None:
    compat.install()
    compat.uninstall()
    assert not compat.installed() and "pyspark" not in sys.modules


PROGRAM = """
import sys
from pyspark.sql import SparkSession, functions as F
from pyspark.sql.types import LongType

@F.udf(LongType())
def twice(x):
    import pyspark.sql.types as T  # in a worker
    assert T.__name__ == "pyrdd.sql.types"
    return 2 * x

spark = SparkSession.builder.master("local[2]").getOrCreate()
print(sys.argv[1:], spark.range(4).select(twice("id").alias("n")).agg(F.sum("n")).first()[0])
spark.stop()
"""


@pytest.mark.parametrize("command", [["-m", "pyrdd", "submit", "--as-pyspark"], ["-m", "pyrdd.compat"]])
def test_a_program_written_for_pyspark_runs_unchanged(tmp_path: Path, command: list[str]) -> None:
    app = tmp_path / "app.py"
    app.write_text(PROGRAM)
    done = python(*command, str(app), "x")
    assert (done.stdout, done.returncode) == ("['x'] 12\n", 0), done.stderr
