"""PySpark's helpers for tracebacks; the engine's own are in `pyrdd.errors.frames`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import TracebackType
from typing import TextIO

from pyrdd.errors.frames import is_engine, walk


def print_exec(stream: TextIO) -> None:
    """Prints the exception that is being handled, with its traceback."""
    import traceback  # heavy, and needed by failing code only

    traceback.print_exception(*sys.exc_info(), file=stream)


def walk_tb(tb: TracebackType | None) -> Iterator[TracebackType]:
    """The entries of a traceback, outermost first."""
    return walk(tb)


def try_simplify_traceback(tb: TracebackType) -> TracebackType | None:
    """The traceback from its first frame outside the engine on; ``None`` when there is no such frame."""
    return next((e for e in walk(tb) if not is_engine(e.tb_frame.f_code.co_filename)), None)
