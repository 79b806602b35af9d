"""Errors that generated SQL raises: a condition with its parameters, carried through DuckDB's ``error(text)``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from pyrdd.sql.codegen.types import text_literal
from pyrdd.sql.expressions import Expression
from pyrdd.sql.expressions.text import pretty_name

_MARK = "pyrdd condition "
_FIELD = "\x1f"
_PLACE = "@"
_MOST_PLACE = 120

_written: ContextVar[Expression | None] = ContextVar("written", default=None)


@contextmanager
def writing(expression: Expression) -> Iterator[None]:
    """Within it, errors name this expression as the place where they arose."""
    before = _written.set(expression)
    try:
        yield
    finally:
        _written.reset(before)


def raise_sql(condition: str, as_type: str | None = None, **parameters: str) -> str:
    """The text of a call that raises. Parameters are DuckDB texts (of any type; use `text_literal` for constants).

    >>> raise_sql("DIVIDE_BY_ZERO", config="'x'")
    "error('pyrdd condition DIVIDE_BY_ZERO' || chr(31) || 'config=' || coalesce(CAST('x' AS VARCHAR), 'NULL') || chr(30))"
    """
    text = text_literal(_MARK + condition)
    for name, value in parameters.items():
        text += f" || chr(31) || '{name}=' || coalesce(CAST({value} AS VARCHAR), 'NULL')"
    expression = _written.get()
    if expression is not None:
        text += f" || chr(31) || {text_literal(f'{_PLACE}={_place(expression)}')}"
    call = f"error({text} || chr(30))"
    return f"CAST({call} AS {as_type})" if as_type else call


def _place(expression: Expression) -> str:
    text = pretty_name(expression)
    return text if len(text) <= _MOST_PLACE else f"{text[: _MOST_PLACE - 3]}..."


def place_in(parameters: dict[str, str]) -> str | None:
    """Takes out of what `parse_raised` gives the expression in which the error arose."""
    return parameters.pop(_PLACE, None)


def parse_raised(text: str) -> tuple[str, dict[str, str]] | None:
    """The condition and parameters in an error's text; None if it is not one of ours."""
    match = re.search(re.escape(_MARK) + r"([\w.]+)((?:\x1f[^\x1e]*)?)\x1e", text, re.DOTALL)
    if match is None:
        return None
    fields = [f for f in match.group(2).split(_FIELD) if f]
    return match.group(1), dict(f.partition("=")[::2] for f in fields)
