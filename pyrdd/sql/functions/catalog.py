"""The modules that declare functions. Importing them fills the registry."""

from __future__ import annotations

from importlib import import_module

MODULES = (
    "special",
    "operators",
    "predicates",
    "aggregates",
)


def load() -> None:
    """Imports every declaring module."""
    for name in MODULES:
        import_module(f"pyrdd.sql.functions.{name}")
