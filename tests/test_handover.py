"""A program that imports pyrdd, run by PySpark. A stand-in for PySpark answers here: no test needs the real one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pyrdd import SparkContext
from pyrdd.environment import ENGINE

ROOT = Path(__file__).resolve().parents[1]

STAND_IN = {
    "__init__.py": """
        __version__ = "stand-in"
        class SparkContext:
            pass
    """,
    "sql/__init__.py": """
        class SparkSession:
            class Builder:
                def __init__(self):
                    self.where = None
                def master(self, url):
                    self.where = ("master", url)
                    return self
                def remote(self, url):
                    self.where = ("remote", url)
                    return self
                def getOrCreate(self):
                    return self.where
            builder = Builder()
    """,
    "sql/functions.py": "def upper(column): return ('upper', column)",
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory with a package ``pyspark``."""
    for name, text in STAND_IN.items():
        path = tmp_path / "pyspark" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = text.strip("\n").splitlines()
        indent = len(lines[0]) - len(lines[0].lstrip())
        path.write_text("\n".join(line[indent:] for line in lines))
    return tmp_path


def python(place: Path, *arguments: str, engine: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(place)])}
    environment.pop(ENGINE, None)
    if engine is not None:
        environment[ENGINE] = engine
    return subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, timeout=120, cwd=place
    )


def program(place: Path, text: str) -> str:
    (place / "app.py").write_text(text)
    return "app.py"


def test_the_names_of_pyrdd_are_those_of_pyspark_when_the_environment_says_so(place: Path) -> None:
    app = program(
        place,
        "import pyrdd, pyspark\nfrom pyrdd import SparkContext\nfrom pyrdd.sql import SparkSession, functions as F\n"
        "import pyrdd.sql.functions\n"
        "print(SparkContext is pyspark.SparkContext, pyrdd.sql.functions is F, F.__spec__.name, F.upper('a'))\n",
    )
    found = python(place, app, engine="pyspark")
    assert found.stdout == "True True pyspark.sql.functions ('upper', 'a')\n", found.stderr


def test_a_cluster_of_sparks_starts_the_program_anew(place: Path) -> None:
    app = program(
        place,
        "import sys\nfrom pyrdd.sql import SparkSession\nprint('begins', sys.argv[1:])\n"
        "print(SparkSession.builder.master('spark://host:7077').getOrCreate())\nsys.exit(3)\n",
    )
    found = python(place, app, "an argument")
    assert found.stdout.splitlines() == [
        "begins ['an argument']", "begins ['an argument']", "('master', 'spark://host:7077')",
    ]  # fmt: skip
    assert "starting the program anew with PySpark" in found.stderr
    assert found.returncode == 3


def test_the_address_of_a_connect_server_is_a_remote(place: Path) -> None:
    text = "from pyrdd.sql import SparkSession\nprint(SparkSession.builder.{}('sc://host').getOrCreate())\n"
    for method in ("master", "remote"):
        found = python(place, program(place, text.format(method)))
        assert found.stdout == "('remote', 'sc://host')\n", found.stderr


def test_submitted_settings_reach_pyspark(place: Path) -> None:
    app = program(
        place,
        "import os\nfrom pyspark.sql import SparkSession\nprint(os.environ['PYSPARK_SUBMIT_ARGS'])\n"
        "print(SparkSession.builder.master('yarn').getOrCreate())\n",
    )
    arguments = ["-m", "pyrdd", "submit", "--as-pyspark", "--conf", "spark.x=a b", app]
    found = python(place, *arguments, engine="pyspark")
    assert found.stdout.splitlines() == ["--conf 'spark.x=a b' pyspark-shell", "('master', 'yarn')"], found.stderr


def test_what_pyrdd_alone_has_is_missing_there(place: Path) -> None:
    found = python(place, "-c", "from pyrdd import explain_closure", engine="pyspark")
    assert "cannot import name 'explain_closure'" in found.stderr


def test_an_unknown_engine_is_refused(place: Path) -> None:
    found = python(place, "-c", "import pyrdd", engine="dask")
    assert "PYRDD_ENGINE is 'dask', and must be 'pyrdd' or 'pyspark'" in found.stderr


def test_without_pyspark_a_cluster_is_refused_by_name(tmp_path: Path) -> None:
    found = python(tmp_path, "-S", "-c", "from pyrdd.core.master import parse_master; parse_master('yarn')")
    assert "where PySpark is installed, it takes over" in found.stderr


def test_a_test_run_is_not_started_again(place: Path, monkeypatch: pytest.MonkeyPatch, contexts: object) -> None:
    monkeypatch.syspath_prepend(str(place))
    with pytest.raises(RuntimeError, match="set PYRDD_ENGINE=pyspark before the program starts"):
        SparkContext("spark://host:7077")
