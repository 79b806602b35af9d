"""What the code that runs now is about: the piece of the user's text, or the user's call, that it works on.

Whoever works on a part of a query says so (`about`); trees that are made meanwhile remember it, and so do errors.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyrdd.errors.exceptions.base import QueryContext

_current: ContextVar[QueryContext | None] = ContextVar("pyrdd_origin", default=None)

current_origin = _current.get
"""The innermost origin that is being worked on, or None."""


class about:
    """Within ``with about(origin)`` that origin is the current one; None changes nothing. A class, for it is entered for
    each node of a tree."""

    __slots__ = ("_origin", "_token")

    def __init__(self, origin: QueryContext | None) -> None:
        self._origin = origin

    def __enter__(self) -> None:
        if self._origin is not None:
            self._token = _current.set(self._origin)

    def __exit__(self, *error: object) -> None:
        if self._origin is not None:
            _current.reset(self._token)
