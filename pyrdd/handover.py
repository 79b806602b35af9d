"""The way out: a program that imports pyrdd, run by the real PySpark, on its clusters.

    PYRDD_ENGINE=pyspark python app.py       sys.modules["pyrdd.sql"] is pyspark.sql
    .master("spark://...").getOrCreate()     starts the program anew in that way

Each module that PySpark has is PySpark's then, under both names. What pyrdd alone has (``pyrdd.testing.assert_stages``) is
not there, and its import says so.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any, NoReturn

from pyrdd.environment import ENGINE

_CLUSTERS = ("spark://", "yarn", "k8s://", "sc://")
_CONNECT = "sc://"
_OURS, _THEIRS = "pyrdd", "pyspark"


def asked_for() -> bool:
    """Whether the environment says that PySpark is to run this program. Raises ValueError for an engine that is neither."""
    engine = os.environ.get(ENGINE) or _OURS
    if engine not in (_OURS, _THEIRS):
        raise ValueError(f"{ENGINE} is {engine!r}, and must be {_OURS!r} or {_THEIRS!r}")
    return engine == _THEIRS


def install() -> None:
    """Makes ``import pyrdd`` mean PySpark in this process. Raises ImportError when PySpark is not installed."""
    import_module(_THEIRS)
    sys.meta_path.insert(0, HandoverFinder())
    vars(sys.modules[_OURS])["__getattr__"] = _of_pyspark
    builder = import_module(f"{_THEIRS}.sql").SparkSession.Builder
    builder.master = _with_connect(builder.master)


def is_cluster(master: str) -> bool:
    """Whether a master is a cluster of Spark's, which PySpark alone can use."""
    return master.startswith(_CLUSTERS)


def available() -> bool:
    """Whether PySpark itself is installed; an alias of pyrdd's does not count."""
    return PathFinder.find_spec(_THEIRS) is not None


def hand_over(master: str) -> NoReturn:
    """Starts the program anew with PySpark, and ends this process with its exit code. Raises RuntimeError in a process that
    is no program which could be started again: a prompt, a notebook, a test run."""
    main = sys.modules["__main__"]
    if getattr(main, "__file__", None) is None or hasattr(sys, "ps1") or "pytest" in sys.modules:
        raise RuntimeError(f"the master {master!r} is a cluster of Spark's: set {ENGINE}=pyspark before the program starts")
    print(f"pyrdd: {master} is a cluster of Spark's: starting the program anew with PySpark", file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    command = [sys.executable, *sys.orig_argv[1:]]
    environment = {**os.environ, ENGINE: _THEIRS}
    if os.name == "posix":
        os.execve(sys.executable, command, environment)
    os._exit(subprocess.call(command, env=environment))


def _of_pyspark(name: str) -> Any:
    try:
        return getattr(import_module(_THEIRS), name)
    except AttributeError:
        raise AttributeError(f"module 'pyrdd' (which is PySpark here) has no attribute {name!r}") from None


def _with_connect(master: Any) -> Any:
    """``builder.master`` that takes the address of a Spark Connect server too, as `builder.remote` does."""

    def set_master(self: Any, url: str) -> Any:
        return self.remote(url) if url.startswith(_CONNECT) else master(self, url)

    return set_master


class HandoverFinder(MetaPathFinder, Loader):
    """Finds ``pyrdd.x.y`` where PySpark has ``pyspark.x.y``."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of PySpark's module under our name; None for one that PySpark does not have."""
        if not fullname.startswith(f"{_OURS}."):
            return None
        theirs = _THEIRS + fullname[len(_OURS) :]
        try:
            module = import_module(theirs)
        except ModuleNotFoundError as error:
            if error.name is None or not theirs.startswith(error.name):
                raise
            return None
        return ModuleSpec(fullname, self, is_package=hasattr(module, "__path__"))

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """PySpark's own module."""
        module = import_module(_THEIRS + spec.name[len(_OURS) :])
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """The module has run before: gives it its own spec back, which the import machinery has replaced."""
        assert module.__spec__ is not None
        module.__spec__ = module.__spec__.loader_state
