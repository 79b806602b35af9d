"""Packages whose public names are imported when they are first used (PEP 562), so that importing them is cheap."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazy_exports(
    package: str, homes: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """``__getattr__`` and ``__dir__`` of ``package``: each name of ``homes`` comes from the module it is mapped to.

    A value ``module:other`` takes the module's ``other`` under the name.
    """

    def __getattr__(name: str) -> Any:
        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module, _, other = home.partition(":")
        value = getattr(import_module(module), other or name)
        setattr(sys.modules[package], name, value)
        return value

    def __dir__() -> list[str]:
        return sorted({*vars(sys.modules[package]), *homes})

    return __getattr__, __dir__


def homes_of(modules: Mapping[str, str]) -> dict[str, str]:
    """``{name: module}`` of ``{module: "name name ..."}``."""
    return {name: module for module, names in modules.items() for name in names.split()}
