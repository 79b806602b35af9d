"""What is loaded when: importing the package is cheap, and a program needs the four dependencies only."""

import json
import subprocess
import sys

import pytest

FOREIGN = ("numpy", "pyarrow", "pandas", "duckdb", "polars", "IPython", "fsspec", "zstandard", "pytest", "hypothesis")

WORD_COUNT = """
from pyrdd import SparkContext
with SparkContext({master!r}, "words") as sc:
    lines = sc.parallelize(["to be or", "not to be"], 2)
    counts = lines.flatMap(str.split).map(lambda word: (word, 1)).reduceByKey(lambda a, b: a + b)
    assert sorted(counts.collect()) == [("be", 2), ("not", 1), ("or", 1), ("to", 2)]
"""
REFUSE = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {refused!r}:
            raise ImportError(f"{{name}} is not a dependency of the core")
sys.meta_path.insert(0, Refuse())
"""


def modules_after(program):
    """The names of all modules that are loaded when a fresh interpreter has run the program."""
    listed = f"{program}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", listed], capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_the_package_loads_its_version_and_nothing_else():
    loaded = modules_after("import pyrdd") - modules_after("")
    assert {name for name in loaded if name.startswith("pyrdd")} == {
        "pyrdd",
        "pyrdd.environment",
        "pyrdd.lazy",
        "pyrdd.version",
    }
    assert not loaded & {"cloudpickle", "dill", "psutil", "msgpack", "asyncio", "multiprocessing", "socket"}


def test_importing_the_context_loads_no_foreign_library():
    loaded = modules_after("from pyrdd import RDD, SparkConf, SparkContext")
    assert not loaded & {*FOREIGN, "dill", "multiprocessing", "sqlite3", "http.server"}


@pytest.mark.parametrize("master", ["local", "threads[2]", "local[2]"])
def test_a_program_runs_where_only_the_dependencies_are_installed(master):
    loaded = modules_after(REFUSE.format(refused=FOREIGN) + WORD_COUNT.format(master=master))
    assert not loaded & set(FOREIGN)


def test_an_unknown_name_of_the_package_is_an_attribute_error():
    import pyrdd

    with pytest.raises(AttributeError, match="has no attribute 'SparkSesion'"):
        pyrdd.SparkSesion  # noqa: B018
    assert set(pyrdd.__all__) <= set(dir(pyrdd))


def test_every_public_name_of_the_package_can_be_imported():
    import pyrdd

    for name in pyrdd.__all__:
        assert getattr(pyrdd, name) is getattr(pyrdd, name)
