"""The modules that declare functions. Importing them fills the registry."""

from __future__ import annotations

from collections.abc import Iterator
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
    "sketches_hll",
    "sketches_kll",
    "sketches_theta",
    "sketches_tuple",
    "generators",
    "shapes",
    "refused",
    "storing",
)
"""Modules of declarations, in PySpark's order of categories."""

PLAIN_MODULES = ("normal", "partitioning")
"""Modules of public functions that are no SQL functions."""


COMMON = ("special", "operators", "predicates", "casts", "conditional", "aggregates", "math", "strings", "datetimes")
"""Modules in which a function is looked for first: most programs need no other ones."""


def loading() -> Iterator[str]:
    """Imports the declaring modules, the common ones first; gives each one's name when its functions are known."""
    for name in dict.fromkeys((*COMMON, *MODULES)):
        import_module(f"pyrdd.sql.functions.{name}")
        yield name


def public(name: str) -> Any:
    """The public Python function of a name. Raises KeyError if no module defines it."""
    for module_name in dict.fromkeys((*PLAIN_MODULES, *COMMON, *MODULES)):
        module = import_module(f"pyrdd.sql.functions.{module_name}")
        found = vars(module).get(name)
        if callable(found) and getattr(found, "__module__", None) == module.__name__:
            return found
    raise KeyError(name)
