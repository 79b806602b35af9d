"""CallSite: which line of the user's program called which operator (``reduceByKey at app.py:12``)."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from pyrdd.errors.frames import BOUNDARY, is_engine, short_name


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
    frame, inner = sys._getframe(1), None
    while frame is not None:
        name = frame.f_code.co_filename
        engine = _engine_code.get(name)
        if engine is None:
            engine = _engine_code[name] = is_engine(name)
        if not engine:
            break
        if name != BOUNDARY:
            inner = frame
        if frame.f_back is None:
            break
        frame = frame.f_back
    return CallSite(function or _operator(inner.f_code.co_qualname if inner else ""),
    frame.f_code.co_filename, frame.f_lineno)


def _operator(qualname: str) -> str:
    owner, _, name = qualname.rpartition(".")
    return owner.rpartition(".")[2] if name in ("__init__", "__new__") else name
