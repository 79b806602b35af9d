"""The public members of PySpark, as `members.json` lists them: their kinds, parameters and what they return.

The file is generated from PySpark's sources (`pyrdd.compat.generate`); nothing of pyrdd is imported to read it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pyrdd.util.frozen import frozen

DATA = Path(__file__).with_name("members.json")


@frozen
class Member:
    """A public member of PySpark: ``kind`` is class, function, method, property or attribute. ``returns`` is the public
    class of what a call or an access gives, ``[class]`` for several; None where that is no class of PySpark."""

    name: str
    kind: str
    parameters: tuple[str, ...] | None = None
    returns: str | None = None
    bases: tuple[str, ...] = ()

    @property
    def is_called(self) -> bool:
        """Whether it is used by a call."""
        return self.kind in ("class", "function", "method")


@cache
def members() -> Mapping[str, Member]:
    """Every public member by its shortest dotted name.

    >>> members()["pyspark.sql.DataFrame.randomSplit"].returns
    '[pyspark.sql.DataFrame]'
    """
    return {name: _member(name, entry) for name, entry in _read()["members"].items()}


def modules() -> tuple[str, ...]:
    """The modules whose members are listed, in PySpark's order."""
    return tuple(_read()["modules"])


def pyspark_version() -> str:
    """The version of PySpark whose members these are."""
    return str(_read()["version"])


def module_of(name: str) -> str:
    """The listed module that a member belongs to.

    >>> module_of("pyspark.sql.types.StructType.add")
    'pyspark.sql.types'
    """
    return max((module for module in modules() if name == module or name.startswith(f"{module}.")), key=len)


def member_of(owner: str, name: str) -> Member | None:
    """The member of a class, or of the public classes above it; None if there is none.

    >>> member_of("pyspark.BarrierTaskContext", "partitionId").name
    'pyspark.TaskContext.partitionId'
    """
    return next((found for kind in _with_bases(owner) if (found := members().get(f"{kind}.{name}"))), None)


def _with_bases(owner: str) -> Iterator[str]:
    yield owner
    known = members().get(owner)
    for base in known.bases if known else ():
        yield from _with_bases(base)


def _member(name: str, entry: Mapping[str, Any]) -> Member:
    parameters = entry.get("parameters")
    known = None if parameters is None else tuple(parameters)
    return Member(name, entry["kind"], known, entry.get("returns"), tuple(entry.get("bases", ())))


@cache
def _read() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return found
