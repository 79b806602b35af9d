"""The modules that declare functions. Importing them fills the registry."""

from __future__ import annotations

from importlib import import_module
from typing import Any

MODULES = (
    "special",
    "operators",
    "predicates",
    "casts",
    "conditional",
    "math",
    "rounding",
    "bitwise",
    "hashes",
    "ciphers",
    "misc",
    "randomness",
    "datetimes",
    "datetime_formats",
    "datetime_parts",
    "time_windows",
    "times",
    "strings",
    "regexps",
    "encodings",
    "json",
    "csv",
    "xml",
    "url",
    "formats",
    "variant",
    "vectors",
    "collections",
    "arrays",
    "structs",
    "maps",
    "higher_order",
    "aggregates",
    "collect",
    "statistics",
    "windows",
    "counters",
    "approximate",
    "bitmaps",
    "sketches",
    "generators",
    "refused",
    "storing",
)
"""Modules of declarations, in PySpark's order of categories."""

PLAIN_MODULES = ("normal", "partitioning")
"""Modules of public functions that are no SQL functions."""


def load() -> None:
    """Imports every declaring module."""
    for name in MODULES:
        import_module(f"pyrdd.sql.functions.{name}")


def public(name: str) -> Any:
    """The public Python function of a name. Raises KeyError if no module defines it."""
    for module_name in (*PLAIN_MODULES, *MODULES):
        module = import_module(f"pyrdd.sql.functions.{module_name}")
        found = vars(module).get(name)
        if callable(found) and getattr(found, "__module__", None) == module.__name__:
            return found
    raise KeyError(name)
