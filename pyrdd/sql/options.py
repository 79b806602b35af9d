"""Options of readers and writers: anything that can be text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def option_text(value: Any) -> str:
    """An option's value as text; booleans in lower case."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def split_path(pairs: Iterable[tuple[str, Any]] | None) -> tuple[Any, dict[str, Any]]:
    """The path among the options of a statement, if there is one, and the other options that have a value."""
    options = {key: value for key, value in pairs or () if value is not None}
    path = next((value for key, value in options.items() if key.lower() == "path"), None)
    return path, {key: value for key, value in options.items() if key.lower() != "path"}


def named_options(arguments: Mapping[str, Any], *others: str) -> dict[str, Any]:
    """The arguments of a method that are options: all that are given, but ``self`` and some others."""
    return {name: value for name, value in arguments.items() if name not in ("self", *others) and value is not None}
