"""Errors that generated SQL raises: a condition with its parameters, carried through DuckDB's ``error(text)``."""

from __future__ import annotations

import re

from pyrdd.sql.codegen.types import text_literal

_MARK = "pyrdd condition "
_FIELD = "\x1f"


def raise_sql(condition: str, as_type: str | None = None, **parameters: str) -> str:
    """The text of a call that raises. Parameters are DuckDB texts (of any type; use `text_literal` for constants).

    >>> raise_sql("DIVIDE_BY_ZERO", config="'x'")
    "error('pyrdd condition DIVIDE_BY_ZERO' || chr(31) || 'config=' || coalesce(CAST('x' AS VARCHAR), 'NULL') || chr(30))"
    """
    text = text_literal(_MARK + condition)
    for name, value in parameters.items():
        text += f" || chr(31) || '{name}=' || coalesce(CAST({value} AS VARCHAR), 'NULL')"
    call = f"error({text} || chr(30))"
    return f"CAST({call} AS {as_type})" if as_type else call


def parse_raised(text: str) -> tuple[str, dict[str, str]] | None:
    """The condition and parameters in an error's text; None if it is not one of ours."""
    match = re.search(re.escape(_MARK) + r"([\w.]+)((?:\x1f[^\x1e]*)?)\x1e", text, re.DOTALL)
    if match is None:
        return None
    fields = [f for f in match.group(2).split(_FIELD) if f]
    return match.group(1), dict(f.partition("=")[::2] for f in fields)
