"""The floor plan of docs/architecture.md holds: imports go down, never up or round, and heavy libraries stay out."""

import re
import subprocess
import sys
from collections import Counter
from functools import cache
from graphlib import CycleError, TopologicalSorter

from imports import ROOT, imports, inside, modules

HEAVY_HOMES = {
    "pyrdd.sql.arrow": {"pyarrow", "numpy"},
    "pyrdd.sql.cells": {"pyarrow"},
    "pyrdd.sql.codegen": {"duckdb"},
    "pyrdd.sql.commands": {"pyarrow"},
    "pyrdd.sql.datasource_run": {"pyarrow"},
    "pyrdd.sql.execution": {"duckdb", "pyarrow", "numpy", "pandas"},
    "pyrdd.sql.kernels.hash_columns": {"numpy", "pyarrow"},
    "pyrdd.sql.kernels.random_columns": {"numpy"},
    "pyrdd.sql.kernels.sketch_hashes": {"numpy"},
    "pyrdd.sql.kernels.strict_angles": {"numpy"},
    "pyrdd.sql.kernels.strict_math": {"numpy"},
    "pyrdd.sql.kernels.strict_powers": {"numpy"},
    "pyrdd.sql.parser": {"sqlglot"},
    "pyrdd.sql.sources": {"duckdb", "pyarrow", "numpy"},
    "pyrdd.sql.streaming": {"pyarrow"},
    "pyrdd.testing.pandas_frames": {"numpy", "pandas"},
}
"""Which modules may load the libraries of the extra `sql`: those that nothing loads before a DataFrame is made."""

HEAVY = {"numpy", "pyarrow", "pandas", "duckdb", "polars", "sqlglot", "matplotlib", "scipy"}
LOADED_BY_PYTEST = {f"pyrdd.testing.{name}" for name in ("fixtures", "outcomes", "plugin", "usage")}
INSTALLED_WITH_PYRDD = {"cloudpickle", "dill", "psutil", "msgpack"}
OUTSIDE_WORLD = {
    "asyncio",
    "multiprocessing",
    "os",
    "queue",
    "random",
    "selectors",
    "socket",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "uuid",
    "secrets",
}
FACADE = {"pyrdd", "pyrdd.__main__"}


@cache
def floors() -> dict[str, int]:
    """The floor of each top-level name and of modules that differ from their package, from the page's table."""
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) [^|]*\| ([^|]*) \|", page, re.MULTILINE)
    return {
        "pyrdd." + name.removesuffix(".py").rstrip("/").replace("/", "."): int(floor)
        for floor, names in rows
        for name in re.findall(r"`([^`]+)`", names)
    }


def floor_of(module: str) -> int:
    """The floor of a module: its own row's, or that of the package it is in."""
    if module in floors() or "." not in module:
        return floors()[module]
    return floor_of(module.rpartition(".")[0])


def in_plan():
    return (edge for edge in inside() if not {edge.importer, edge.imported} & FACADE)


def test_every_module_is_on_a_floor_and_every_name_of_the_plan_exists():
    tops = {".".join(name.split(".")[:2]) for name in modules()} - FACADE
    assert tops <= floors().keys(), "modules that docs/architecture.md does not list"
    assert floors().keys() <= modules().keys(), "names in docs/architecture.md that do not exist"


def test_a_module_imports_only_from_its_own_floor_and_the_ones_below():
    upward = [
        f"{edge}: floor {floor_of(edge.importer)} -> {floor_of(edge.imported)}"
        for edge in in_plan()
        if floor_of(edge.imported) > floor_of(edge.importer)
    ]
    assert not upward, "\n".join(upward)


def test_modules_do_not_import_each_other_in_a_circle():
    graph = {name: set() for name in modules()}
    for edge in inside():
        if not edge.lazy:
            graph[edge.importer].add(edge.imported)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(" -> ".join(error.args[1])) from None


def test_packages_of_one_floor_do_not_import_each_other_in_a_circle():
    graph = {}
    for edge in in_plan():
        importer, imported = (".".join(name.split(".")[:2]) for name in (edge.importer, edge.imported))
        if importer != imported and not edge.lazy:
            graph.setdefault(importer, set()).add(imported)
    TopologicalSorter(graph).prepare()


def test_an_import_inside_a_function_says_why_it_is_there():
    silent = [str(edge) for edge in imports() if edge.lazy and not edge.reason]
    assert not silent, "\n".join(silent)


def allowed_heavy(module: str) -> set[str]:
    homes = [libraries for home, libraries in HEAVY_HOMES.items() if f"{module}.".startswith(f"{home}.")]
    return set().union(*homes)


def test_only_the_homes_of_heavy_libraries_load_them():
    loaded = [
        str(edge)
        for edge in imports()
        if not edge.lazy
        and edge.imported.split(".")[0] in HEAVY
        and edge.imported.split(".")[0] not in allowed_heavy(edge.importer)
    ]
    assert not loaded, "\n".join(loaded)


def test_what_programs_without_dataframes_import_loads_no_heavy_library():
    code = (
        "import sys, pyrdd, pyrdd.sql, pyrdd.sql.types; from pyrdd.sql import Row, SparkSession; "
        f"print(sorted(set(sys.modules).intersection({sorted(HEAVY)!r})))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert shown.stdout.strip() == "[]", shown.stderr


def test_modules_load_the_four_dependencies_and_the_standard_library_only():
    known = sys.stdlib_module_names | INSTALLED_WITH_PYRDD | HEAVY | {"pyrdd"}
    others = [
        str(edge)
        for edge in imports()
        if not edge.lazy
        and edge.imported.split(".")[0] not in known
        and not (edge.imported == "pytest" and edge.importer in LOADED_BY_PYTEST)
    ]
    assert not others, "\n".join(others)


def test_the_scheduler_touches_nothing_outside():
    touched = [
        str(edge)
        for edge in imports()
        if edge.importer.startswith("pyrdd.scheduler.") and edge.imported.split(".")[0] in OUTSIDE_WORLD
    ]
    assert not touched, "\n".join(touched)


def test_the_scheduler_sees_rdds_only_through_their_contract():
    known = Counter(
        ".".join(edge.imported.split(".")[:2])
        for edge in inside()
        # how an immutable class is made is not knowledge of an RDD
        if edge.importer.startswith("pyrdd.scheduler.") and not edge.imported.startswith("pyrdd.util.frozen")
    )
    assert known.keys() <= {"pyrdd.scheduler", "pyrdd.dependency", "pyrdd.events", "pyrdd.shuffle"}, known


def test_no_module_but_the_tools_imports_a_tool():
    tools = {name for name, floor in floors().items() if floor == max(floors().values())}
    users = [
        str(edge)
        for edge in in_plan()
        if ".".join(edge.imported.split(".")[:2]) in tools and floor_of(edge.importer) < max(floors().values())
    ]
    assert not users, "\n".join(users)
