"""Threads that submit jobs under the local properties of the thread that started them."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any, Protocol

from pyrdd.util import local_properties


class TaggedSession(Protocol):
    """A SparkSession, for its tags."""

    def getTags(self) -> set[str]: ...

    def addTag(self, tag: str) -> None: ...


class InheritableThread(threading.Thread):
    """A thread whose jobs have the local properties (job group, pool, tags, ...) that the starting thread
    has when it calls ``start``. What the new thread changes, the old one does not see. With ``session``,
    the session's tags are inherited too. Without a running context it is a plain thread."""

    def __init__(
        self, target: Callable[..., Any], *, session: TaggedSession | None = None, **kwargs: Any
    ) -> None:
        self._target_of_user = target
        self._session = session
        self._inherit: Callable[[], None] = _nothing
        super().__init__(target=self._run_target, **kwargs)

    def start(self) -> None:
        """Starts the thread with a copy of the calling thread's properties."""
        self._inherit = _inheritance(self._session)
        super().start()

    def _run_target(self, *args: Any, **kwargs: Any) -> Any:
        self._inherit()
        return self._target_of_user(*args, **kwargs)


def inheritable_thread_target(f: Any) -> Callable[..., Any]:
    """A thread's target that runs with the local properties which the calling thread has *now*, at the time
    of wrapping.

    ``f`` is the function, or a SparkSession (whose tags are inherited too): the result is then a decorator.

    >>> @inheritable_thread_target
    ... def target():
    ...     pass  # jobs submitted here have the properties of the thread that defined it
    >>> InheritableThread(target).start()
    """
    if hasattr(f, "getTags"):
        inherit = _inheritance(f)
        return lambda function: _after(inherit, function)
    return _after(_inheritance(None), f)


def _after(inherit: Callable[[], None], function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        inherit()
        return function(*args, **kwargs)

    return wrapped


def _inheritance(session: TaggedSession | None) -> Callable[[], None]:
    """What the child thread does first; the properties are copied here, in the parent."""
    properties = local_properties.active()
    inherited = {} if properties is None else properties.copy()
    tags = set(session.getTags()) if session is not None else set()

    def inherit() -> None:
        if properties is not None:
            properties.replace(inherited)
        if session is not None:
            for tag in tags:
                session.addTag(tag)

    return inherit


def _nothing() -> None:
    """The inheritance of a thread that was not started."""
