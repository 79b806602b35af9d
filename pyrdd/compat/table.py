"""The compatibility table: what pyrdd supports of PySpark's public members.

`table.json` is generated from pyrdd's code by `pyrdd.compat.generate` (the judgement is in `judge`), and a test compares
the two: reading the table therefore imports nothing of the engine and starts nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pyrdd.alias import ABSENT
from pyrdd.util.frozen import frozen

DATA = Path(__file__).with_name("table.json")

_ABSENT_OF_SQL = {
    "sql.connect": "use a session with a master: there is no Spark Connect",
    "sql.plot": "use toPandas().plot",
}

Level = Literal["yes", "partial", "no"]


@frozen
class Support:
    """Whether a member is there: ``note`` says what differs (partial), or what to use instead (no)."""

    level: Level
    note: str = ""

    def as_json(self) -> dict[str, str]:
        """``{"support": level}``, with the note if there is one."""
        return {"support": self.level} | ({"note": self.note} if self.note else {})


YES = Support("yes")


@cache
def table() -> Mapping[str, Support]:
    """Each public member of PySpark by its shortest dotted name, and the packages that are not there at all.

    >>> table()["pyspark.RDD.map"]
    Support(level='yes', note='')
    >>> table()["pyspark.sql.DataFrame.pandas_api"].level
    'no'
    """
    entries = json.loads(DATA.read_text(encoding="utf-8"))["members"]
    return {name: Support(entry["support"], entry.get("note", "")) for name, entry in entries.items()}


def absent_packages() -> dict[str, Support]:
    """The packages of PySpark that pyrdd has nothing of, and what to use instead."""
    absent = {**ABSENT, **_ABSENT_OF_SQL}
    return {f"pyspark.{name}": Support("no", f"{advice[0].upper()}{advice[1:]}.") for name, advice in absent.items()}


def support_of(name: str) -> Support | None:
    """What the table says of a member, or of the package around it; None for what it does not know.

    >>> support_of("pyspark.ml.feature.Tokenizer").level
    'no'
    >>> support_of("pyspark.sql.DataFrame.selct") is None
    True
    """
    found = table().get(name)
    if found is not None:
        return found
    return next((absent for package, absent in absent_packages().items() if f"{name}.".startswith(f"{package}.")), None)


def summary(module: str | None = None) -> dict[Level, int]:
    """How many members are there, partly there, and not there; of all, or of those whose names begin with ``module``.

    >>> summary("pyspark.sql.GroupedData")["no"]
    0
    """
    counts = Counter(support.level for name, support in table().items() if is_below(name, module))
    return {"yes": counts["yes"], "partial": counts["partial"], "no": counts["no"]}


def is_below(name: str, prefix: str | None) -> bool:
    """Whether a dotted name is ``prefix`` or begins with it; without a prefix always."""
    return prefix is None or name == prefix or name.startswith(f"{prefix}.")
