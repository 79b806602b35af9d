"""PySpark's name for the table of error conditions, in PySpark's shape (see `pyrdd.errors.conditions`)."""

from __future__ import annotations

from typing import Any

from pyrdd.errors.conditions import CONDITIONS, SQL_STATES


def _as_pyspark_writes_it() -> dict[str, dict[str, Any]]:
    table: dict[str, dict[str, Any]] = {}
    for name, template in CONDITIONS.items():
        main, _, sub = name.partition(".")
        entry = table.setdefault(main, {"message": [""]})
        if sub:
            entry.setdefault("sub_class", {})[sub] = {"message": [template]}
        else:
            entry["message"] = [template]
        if main in SQL_STATES:
            entry["sqlState"] = SQL_STATES[main]
    return table


ERROR_CLASSES_MAP = _as_pyspark_writes_it()
