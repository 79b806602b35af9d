"""What an import in a program for PySpark finds here: a module, a public member under its shortest name, or nothing."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from pyrdd.compat.members import members

_THEIRS, _OURS = "pyspark", "pyrdd"


def in_pyspark(name: str) -> str | None:
    """PySpark's name of what a program imports from PySpark or from pyrdd; None for other packages.

    >>> in_pyspark("pyrdd.sql"), in_pyspark("pandas")
    ('pyspark.sql', None)
    """
    root, dot, rest = name.partition(".")
    return f"{_THEIRS}{dot}{rest}" if root in (_THEIRS, _OURS) else None


@cache
def is_module(name: str) -> bool:
    """Whether pyrdd has the module of a name of PySpark's."""
    try:
        return find_spec(_here(name)) is not None
    except ModuleNotFoundError:
        return False


@cache
def public_name(module: str, name: str) -> str | None:
    """The shortest public name of what a module has under a name, which is its own where PySpark lists none; None if it is
    not there.

    >>> public_name("pyspark.sql.dataframe", "DataFrame")
    'pyspark.sql.DataFrame'
    """
    own = f"{module}.{name}"
    if own in members():
        return own
    try:
        found = getattr(import_module(_here(module)), name)
    except (ImportError, AttributeError):
        return None
    same = (candidate for candidate in _by_last_name().get(name, ()) if _is(candidate, found))
    return next(same, own)


def _is(candidate: str, found: Any) -> bool:
    module, _, name = candidate.rpartition(".")
    return is_module(module) and getattr(import_module(_here(module)), name, None) is found


@cache
def _by_last_name() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for member in members().values():
        if member.kind in ("class", "function"):
            found.setdefault(member.name.rpartition(".")[2], []).append(member.name)
    return found


def _here(name: str) -> str:
    return f"{_OURS}{name.removeprefix(_THEIRS)}"
