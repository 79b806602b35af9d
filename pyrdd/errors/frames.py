"""Whose frame is it? The user's, a library's, or the engine's own.

An error message names the user's line, and a traceback shows the user's frames: the engine's are cut from
both, unless the error is in the engine. ``pyrdd.debug.fullTraceback`` keeps them.

    public action  ->  engine frames ...  ->  exception
    `hides_engine_frames` cuts the middle on the way back, so that the user's line is followed by the error
"""

from __future__ import annotations

import functools
import os
import re
import sys
from collections.abc import Callable, Iterator
from types import CodeType, TracebackType
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C", bound=Callable[..., Any])
T = TypeVar("T", bound=type[Any])

BOUNDARY = "<pyrdd>"
"""The file name of the one frame of ours that a trimmed traceback shows: Python adds it as the exception
passes."""

_ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_TOOLS = tuple(os.path.join(_ROOT, name) + os.sep for name in ("cli", "examples"))
_LIBRARY = os.path.dirname(os.path.abspath(os.__file__)) + os.sep

_full = False


def show_engine_frames(show: bool) -> None:
    """Whether tracebacks keep the engine's frames from now on (``pyrdd.debug.fullTraceback``)."""
    global _full
    _full = show


def is_engine(filename: str) -> bool:
    """Whether a frame of that file is the engine's. The commands of ``pyrdd.cli`` are programs, like the
    user's.

    >>> is_engine(__file__), is_engine("app.py")
    (True, False)
    """
    return filename == BOUNDARY or (filename.startswith(_ROOT) and not filename.startswith(_TOOLS))


def is_library(filename: str) -> bool:
    """Whether a frame of that file is in Python's own library or an installed package."""
    return (
        filename.startswith((_LIBRARY, "<frozen "))
        or f"{os.sep}site-packages{os.sep}" in filename
        or f"{os.sep}dist-packages{os.sep}" in filename
    )


_CELL = re.compile(r"<ipython-input-(\d+)-|[/\\]ipykernel_\d+[/\\]")


def short_name(filename: str) -> str:
    """How a message calls a file: its last part; a notebook's cell by its number where that is known.

    >>> [short_name(name) for name in ("/home/me/app.py", "<ipython-input-3-a1b2>", "/tmp/ipykernel_7/1.py")]
    ['app.py', 'cell [3]', 'cell']
    """
    cell = _CELL.search(filename)
    if cell is None:
        return os.path.basename(filename)
    return f"cell [{cell[1]}]" if cell[1] else "cell"


def walk(tb: TracebackType | None) -> Iterator[TracebackType]:
    """The entries of a traceback, outermost first."""
    while tb is not None:
        yield tb
        tb = tb.tb_next


def without_engine(tb: TracebackType | None, keep_innermost: bool = False) -> TracebackType | None:
    """The traceback without the engine's frames; ``None`` when nothing is left.

    With ``keep_innermost`` the frames in which the error was raised stay, also when they are the engine's.
    """
    entries = list(walk(tb))
    outside = [not is_engine(entry.tb_frame.f_code.co_filename) for entry in entries]
    last = max((i for i, mine in enumerate(outside) if mine), default=-1)
    kept = [e for i, e in enumerate(entries) if outside[i] or (keep_innermost and i > last)]
    chain: TracebackType | None = None
    for entry in reversed(kept):
        chain = TracebackType(chain, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return chain


def user_frame(tb: TracebackType | None) -> str:
    """``app.py:12 in parse``: the innermost line of the user's own code, or of the library that raised when there is none.

    Empty when the engine itself raised, whatever libraries it went through.
    """
    entries = list(walk(tb))
    outside = [e for e in entries if not is_engine(e.tb_frame.f_code.co_filename)]
    own = [e for e in outside if not is_library(e.tb_frame.f_code.co_filename)]
    raised_outside = outside[-1:] if outside and outside[-1] is entries[-1] else []
    for entry in own[-1:] or raised_outside:
        code = entry.tb_frame.f_code
        return f"{short_name(code.co_filename)}:{entry.tb_lineno} in {function_name(code)}"
    return ""


def function_name(code: CodeType) -> str:
    """How a message calls a function: ``parse``, ``lambda``, ``Parser.parse``; ``<module>`` stays."""
    return code.co_qualname.rpartition("<locals>.")[2].replace("<lambda>", "lambda")


def called(name: str, function: C) -> C:
    """The function, which is made by another, under a name of its own: in its frames too, by which messages call it."""
    shown: Any = function
    shown.__name__ = shown.__qualname__ = name
    shown.__code__ = shown.__code__.replace(co_name=name, co_qualname=name)
    return function


def hides_engine_frames(function: Callable[P, R]) -> Callable[P, R]:
    """A public function whose exceptions show the caller's line, then the error, and no frame of the engine
    between.

    Frames of the user's functions that the engine called in this process stay.
    """

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except BaseException as error:
            if not _full and not is_engine(sys._getframe(1).f_code.co_filename):
                error.__traceback__ = without_engine(error.__traceback__)
            raise

    shown: Any = call
    shown.__code__ = shown.__code__.replace(
        co_filename=BOUNDARY, co_name=function.__name__, co_qualname=function.__qualname__
    )
    return call


def hides_engine_frames_of(*names: str) -> Callable[[T], T]:
    """Class decorator: `hides_engine_frames` for the methods of those names, where the class itself
    defines them."""

    def decorate(cls: T) -> T:
        for name in names:
            if name in cls.__dict__:
                setattr(cls, name, hides_engine_frames(cls.__dict__[name]))
        return cls

    return decorate
