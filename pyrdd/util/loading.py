"""Loading many modules at once."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def load_without_collection(module: str) -> Iterator[None]:
    """The first import of a module that leads to many others, without the cyclic garbage collector: it would look at
    their classes and functions, which all stay, again and again (a seventh of the time until a session's first result)."""
    on = module not in sys.modules and gc.isenabled()
    if on:
        gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()
