"""Options of readers and writers: anything that can be text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def option_text(value: Any) -> str:
    """An option's value as text; booleans in lower case."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def named_options(arguments: Mapping[str, Any], *others: str) -> dict[str, Any]:
    """The arguments of a method that are options: all that are given, but ``self`` and some others."""
    return {name: value for name, value in arguments.items() if name not in ("self", *others) and value is not None}


TWO_PATHS = "spark.sql.legacy.pathOptionBehavior.enabled"
"""The setting that lets an option and an argument both name paths."""


def has_path(options: Mapping[str, Any]) -> bool:
    """Whether a path is among the options."""
    return any(name.lower() in ("path", "paths") for name in options)


def two_paths_allowed(session: Any) -> bool:
    """Whether `TWO_PATHS` is set."""
    return str(session.conf._values.get(TWO_PATHS, "false")).lower() == "true"
