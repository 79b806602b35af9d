"""The import alias: a finder that answers ``import pyspark.x.y`` with pyrdd's own module ``pyrdd.x.y``.

    import pyspark.sql.types   ->  sys.modules["pyspark.sql.types"] is pyrdd.sql.types
    import pyspark             ->  a module of pyrdd's names, with PySpark's ``__version__``
    import pyspark.ml          ->  ModuleNotFoundError: there is no such module here

A class therefore has one identity under both names, and those that programs know DataFrames, columns and types by
(``"pyspark" in str(type(df))``) say PySpark's. Nothing stands in for what is missing: its import fails, and says what is
missing. Worker processes of the same program answer alike; they see it by an environment variable.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.metadata import Distribution, DistributionFinder
from pathlib import Path
from types import ModuleType
from typing import Any

from pyrdd import handover
from pyrdd.environment import AS_PYSPARK
from pyrdd.errors import PySparkRuntimeError
from pyrdd.version import SPARK_VERSION

_OURS, _THEIRS = "pyrdd", "pyspark"

# What a program may look for in vain, and what to do about it.
ABSENT: Mapping[str, str] = {
    "pandas": "use pandas itself, with DataFrame.toPandas and mapInPandas",
    "ml": "use scikit-learn inside of applyInPandas or mapInPandas",
    "mllib": "use scikit-learn inside of applyInPandas or mapInPandas",
    "streaming": "use pyspark.sql.streaming",
    "pipelines": "run the queries by themselves",
}


def install(*, rename: bool = True) -> None:
    """Makes ``import pyspark`` mean pyrdd in this process and in the workers that it starts from now on. Repeated calls do
    nothing, nor do they where PySpark is to run the program (`pyrdd.handover`). With ``rename``, the classes of
    DataFrames, columns and types say that they are of ``pyspark.sql`` once that is imported. Raises PySparkRuntimeError
    (PYSPARK_ALREADY_IMPORTED) when the real PySpark is loaded.

    >>> from pyrdd import compat
    >>> compat.install()
    >>> import pyspark.sql.types, pyrdd.sql.types
    >>> pyspark.sql.types is pyrdd.sql.types
    True
    >>> compat.uninstall()
    """
    if installed() or handover.asked_for():
        return
    real = sys.modules.get(_THEIRS)
    if real is not None:
        raise PySparkRuntimeError(
            errorClass="PYSPARK_ALREADY_IMPORTED", messageParameters={"path": str(getattr(real, "__file__", None))}
        )
    sys.meta_path.insert(0, AliasFinder(rename))
    os.environ[AS_PYSPARK] = "1"


def uninstall() -> None:
    """Takes the alias back, and forgets the modules that were imported under it."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, AliasFinder)]
    os.environ.pop(AS_PYSPARK, None)
    for kind in _renamed:
        kind.__module__ = _OURS + kind.__module__.removeprefix(_THEIRS)
    _renamed.clear()
    for name in [name for name in sys.modules if _below(name)]:
        del sys.modules[name]


def installed() -> bool:
    """Whether ``import pyspark`` means pyrdd."""
    return any(isinstance(finder, AliasFinder) for finder in sys.meta_path)


def _below(name: str) -> bool:
    return name == _THEIRS or name.startswith(f"{_THEIRS}.")


_renamed: list[type] = []


def _rename_shown() -> None:
    """Gives PySpark's names to the classes that a program looks at to see whether it has a DataFrame of PySpark's."""
    sql, types = (importlib.import_module(f"{_OURS}.{name}") for name in ("sql", "sql.types"))
    shown = [sql.DataFrame, sql.Column, *(getattr(types, name) for name in types.__all__)]
    for kind in shown:
        name = kind.__module__
        if isinstance(kind, type) and name.startswith(f"{_OURS}."):
            # a pickle names the module, and is written only where that is loaded
            importlib.import_module(_THEIRS + name.removeprefix(_OURS))
            kind.__module__ = _THEIRS + name.removeprefix(_OURS)
            _renamed.append(kind)


class AliasFinder(MetaPathFinder, Loader):
    """Finds ``pyspark`` and what is below it, as a package and as an installed distribution."""

    def __init__(self, rename: bool) -> None:
        self._rename = rename

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of one of pyrdd's modules under PySpark's name. Raises ModuleNotFoundError for one that is not there."""
        if not _below(fullname):
            return None
        if fullname in (_THEIRS, f"{_THEIRS}.version"):
            return ModuleSpec(fullname, self, is_package=fullname == _THEIRS)
        module = self._ours(fullname)
        return ModuleSpec(fullname, self, is_package=hasattr(module, "__path__"))

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """pyrdd's own module; the two that tell a version are made anew, with PySpark's."""
        if spec.name == _THEIRS:
            return _Front(spec.name)
        if spec.name == f"{_THEIRS}.version":
            return _with_version(ModuleType(spec.name, "The version of PySpark whose API and answers these are."))
        module = self._ours(spec.name)
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """The module has run before: gives it its own spec back, which the import machinery has replaced."""
        spec = module.__spec__
        if spec is not None and spec.loader_state is not None:
            module.__spec__ = spec.loader_state
        if self._rename and module.__name__ == f"{_OURS}.sql":
            _rename_shown()

    def find_distributions(self, context: DistributionFinder.Context | None = None) -> Iterable[Any]:
        """An installed ``pyspark``, for programs that ask `importlib.metadata` for its version."""
        if context is None or context.name in (None, _THEIRS):
            yield _InstalledPySpark()

    def _ours(self, fullname: str) -> ModuleType:
        rest = fullname[len(_THEIRS) + 1 :]
        try:
            return importlib.import_module(f"{_OURS}.{rest}")
        except ModuleNotFoundError as error:
            if error.name is None or not f"{_OURS}.{rest}".startswith(error.name):
                raise
            advice = ABSENT.get(rest.partition(".")[0])
            hint = f": {advice}" if advice else ""
            raise ModuleNotFoundError(f"No module named {fullname!r} in pyrdd{hint}", name=fullname) from None


class _Front(ModuleType):
    """The module ``pyspark``: pyrdd's names, PySpark's version."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "pyrdd under PySpark's name.")
        _with_version(self)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__all__":
            raise AttributeError(name)
        try:
            return getattr(importlib.import_module(_OURS), name)
        except AttributeError:
            raise AttributeError(f"module 'pyspark' (which is pyrdd here) has no attribute {name!r}") from None

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *dir(importlib.import_module(_OURS))})


def _with_version(module: ModuleType) -> ModuleType:
    module.__version__ = SPARK_VERSION  # type: ignore[attr-defined]
    return module


class _InstalledPySpark(Distribution):
    """What `importlib.metadata` says of ``pyspark`` while pyrdd answers for it."""

    def read_text(self, filename: str) -> str | None:
        if filename == "METADATA":
            return f"Metadata-Version: 2.1\nName: {_THEIRS}\nVersion: {SPARK_VERSION}\n"
        return None

    def locate_file(self, path: Any) -> Any:
        return Path(__file__).parent / path
