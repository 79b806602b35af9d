"""CallSite: which line of the user's program called which operator (``reduceByKey at app.py:12``)."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from types import CodeType, FrameType

from pyrdd.errors.frames import BOUNDARY, is_engine, short_name
from pyrdd.errors.query_context import DataFrameQueryContext


@dataclass(frozen=True, slots=True)
class CallSite:
    """``function`` of the engine was called in ``line`` of ``file``. As text: ``function at file:line``.

    >>> str(CallSite("reduceByKey", "/home/me/app.py", 12))
    'reduceByKey at app.py:12'
    """

    function: str
    file: str
    line: int

    @property
    def location(self) -> str:
        """``app.py:12``."""
        return f"{short_name(self.file)}:{self.line}"

    def __str__(self) -> str:
        return f"{self.function} at {self.location}"


_engine_code: dict[str, bool] = {}
"""Whose file it is, by file name: `is_engine` once for each file."""


def call_site(function: str | None = None) -> CallSite:
    """The line outside the engine that led here; to be called by an operator, however deep.

    ``function`` is the operator's name: that of the outermost engine function when not given.
    """
    user, inner = _user_and_engine(sys._getframe(1))
    name = function or (_operator(inner.f_code.co_qualname) if inner is not None else "")
    return CallSite(name, user.f_code.co_filename, user.f_lineno)


def call_context() -> DataFrameQueryContext | None:
    """The same as the origin of what a DataFrame's or Column's method makes; None where origins are not wanted."""
    if not _wanted:
        return None
    # the caller is the engine's
    user, inner = _user_and_engine(sys._getframe(2))
    key = (user.f_code, user.f_lasti, None if inner is None else inner.f_code)
    known = _contexts.get(key)
    if known is None:
        if len(_contexts) >= _MOST_CONTEXTS:
            _contexts.clear()
        name = "" if inner is None else inner.f_code.co_name
        known = _contexts[key] = DataFrameQueryContext(name, user.f_code.co_filename, user.f_lineno)
    return known


_wanted = True
_MOST_CONTEXTS = 4096
_contexts: dict[tuple[CodeType, int, CodeType | None], DataFrameQueryContext] = {}
"""The contexts of calls that were made before: programs make columns in loops."""


def want_call_contexts(wanted: bool) -> None:
    """Whether `call_context` looks for the line of the program (``spark.sql.dataFrameQueryContext.enabled``)."""
    global _wanted
    _wanted = wanted


def _user_and_engine(frame: FrameType) -> tuple[FrameType, FrameType | None]:
    """The innermost frame outside the engine (or the outermost of all), and the engine's frame that it called."""
    inner = None
    while True:
        name = frame.f_code.co_filename
        engine = _engine_code.get(name)
        if engine is None:
            engine = _engine_code[name] = is_engine(name)
        if not engine:
            return frame, inner
        if name != BOUNDARY:
            inner = frame
        outer = frame.f_back
        if outer is None:
            return frame, inner
        frame = outer


def _operator(qualname: str) -> str:
    owner, _, name = qualname.rpartition(".")
    return owner.rpartition(".")[2] if name in ("__init__", "__new__") else name
