"""Events that tasks in this process wait for, for `test_inline`."""

from __future__ import annotations

import contextvars
import threading

entered = threading.Event()
opened = threading.Event()
variable = contextvars.ContextVar("variable", default="unset")


def close() -> None:
    """As at the beginning."""
    entered.clear()
    opened.clear()
