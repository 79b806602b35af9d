"""Errors that generated SQL raises: a condition with its parameters, carried through DuckDB's ``error(text)``.

What a query's text does not carry is where in the user's text or program an error arises: it has the numbers of its
`Places` only, in raised texts, in calls of Python kernels, and in comments behind operators that DuckDB itself checks.
"""

from __future__ import annotations

import re
from contextvars import ContextVar, Token
from typing import Any

from pyrdd.errors import QueryContext
from pyrdd.sql.codegen.types import text_literal

_MARK = "pyrdd condition "
_FIELD = "\x1f"
_PLACE = "@"


class Places:
    """Where the errors of one query may arise: ``origins`` by number. What is written by the same key has one number, so
    that equal texts stay equal, and DuckDB computes them once."""

    def __init__(self) -> None:
        self.origins: list[QueryContext] = []
        self._numbers: dict[Any, int] = {}

    def number(self, key: Any, origin: QueryContext) -> int:
        """The number of a place."""
        known = self._numbers.get(key)
        if known is None:
            known = self._numbers[key] = len(self.origins)
            self.origins.append(origin)
        return known


_written: ContextVar[writing | None] = ContextVar("written", default=None)


class writing:
    """Within it, errors arise in an expression of that origin. ``key`` tells it from others: its function and the texts
    of its arguments."""

    __slots__ = ("_token", "key", "origin", "places")
    _token: Token[writing | None]

    def __init__(self, places: Places, origin: QueryContext | None, *key: Any) -> None:
        self.places, self.origin, self.key = places, origin, key

    def __enter__(self) -> None:
        self._token = _written.set(self)

    def __exit__(self, *error: object) -> None:
        _written.reset(self._token)


def place() -> int | None:
    """The number of what is being written, if it is known where it comes from."""
    now = _written.get()
    return None if now is None or now.origin is None else now.places.number(now.key, now.origin)


def checked_by_duckdb(left: str, operator: str, right: str, bits: int) -> str:
    """An operation on whole numbers that DuckDB checks, with its place and their size in a comment.

    >>> checked_by_duckdb("a", "+", "b", 32)
    '(a + b)'
    """
    number = place()
    return f"({left} {operator} {right})" if number is None else f"({left} {operator}/*{number},{bits}*/ {right})"


def raise_sql(condition: str, as_type: str | None = None, **parameters: str) -> str:
    """The text of a call that raises. Parameters are DuckDB texts (of any type; use `text_literal` for constants).

    >>> raise_sql("DIVIDE_BY_ZERO", config="'x'")
    "error('pyrdd condition DIVIDE_BY_ZERO' || chr(31) || 'config=' || coalesce(CAST('x' AS VARCHAR), 'NULL') || chr(30))"
    """
    text = text_literal(_MARK + condition)
    for name, value in parameters.items():
        text += f" || chr(31) || '{name}=' || coalesce(CAST({value} AS VARCHAR), 'NULL')"
    number = place()
    if number is not None:
        text += f" || chr(31) || '{_PLACE}={number}'"
    call = f"error({text} || chr(30))"
    return f"CAST({call} AS {as_type})" if as_type else call


# what raises on purpose, and Python kernels, most of which may
_RAISING = re.compile(r"\b(?:error\(|py_)")
_CHECKED = re.compile(r"/\*\d+,\d+\*/")


def may_raise(text: str) -> bool:
    """Whether a text raises an error somewhere, overflows that DuckDB itself finds aside."""
    return _RAISING.search(text) is not None


def may_fail(text: str) -> bool:
    """Whether a text may come to an error, as far as the text says."""
    return may_raise(text) or _CHECKED.search(text) is not None


def is_repeatable(text: str) -> bool:
    """Whether a text may stand twice where it stood once."""
    return len(text) < 200 and "random()" not in text and "uuid()" not in text


def place_in(parameters: dict[str, str]) -> int | None:
    """Takes out of what `parse_raised` gives the number of the place in which the error arose."""
    number = parameters.pop(_PLACE, None)
    return None if number is None else int(number)


def parse_raised(text: str) -> tuple[str, dict[str, str]] | None:
    """The condition and parameters in an error's text; None if it is not one of ours."""
    match = re.search(re.escape(_MARK) + r"([\w.]+)((?:\x1f[^\x1e]*)?)\x1e", text, re.DOTALL)
    if match is None:
        return None
    fields = [f for f in match.group(2).split(_FIELD) if f]
    return match.group(1), dict(f.partition("=")[::2] for f in fields)
