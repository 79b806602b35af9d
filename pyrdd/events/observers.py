"""Observers: who listens to an application, by its settings. Called by the context when it starts and stops.

bus --> AppState, always first
    --> event log                    spark.eventLog.enabled, spark.eventLog.dir
    --> progress bar                 spark.ui.showConsoleProgress, where there is a terminal or a notebook
    --> the user's own listeners     spark.extraListeners
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pyrdd import settings
from pyrdd.conf import SparkConf
from pyrdd.events.bus import EventBus, Listener
from pyrdd.events.state import AppState, Retention

if TYPE_CHECKING:
    from pyrdd.events.progress import ProgressReporter


class Observers:
    """The listeners of one application; ``state`` is what the status tracker reads.

    Raises ``OSError`` when the event log cannot be made, and ``ImportError``, ``AttributeError`` or
    ``ValueError`` for an extra listener that cannot be loaded.
    """

    def __init__(self, bus: EventBus, conf: SparkConf, app_id: str) -> None:
        self.state = AppState(_retention(conf))
        self._closers: list[Callable[[], object]] = []
        self._reporter: ProgressReporter | None = None
        listeners: list[Listener] = [self.state.apply, *_extra_listeners(conf)]
        if settings.EVENT_LOG.read(conf):
            from pyrdd.events.log import EventLogWriter  # most applications keep no log

            log = EventLogWriter(_log_directory(conf), app_id)
            listeners.append(log)
            self._closers.append(log.close)
        if settings.CONSOLE_PROGRESS.read(conf):
            self._add_progress(listeners, settings.CONSOLE_PROGRESS_DELAY.read(conf))
        for listener in listeners:
            bus.add_listener(listener)

    def job_returned(self) -> None:
        """To be called by the thread that waited for a job, before it gives the result to the program."""
        if self._reporter is not None:
            self._reporter.job_returned()

    def close(self) -> None:
        """Ends the log and the progress bar; to be called after the bus has stopped."""
        for close in self._closers:
            close()

    def _add_progress(self, listeners: list[Listener], period: float) -> None:
        from pyrdd.events.progress import console_progress  # not on the way of a context that shows none

        self._reporter = console_progress(self.state, period=period)
        if self._reporter is not None:
            listeners.append(self._reporter)
            self._closers.append(self._reporter.stop)


def _retention(conf: SparkConf) -> Retention:
    return Retention(settings.RETAINED_JOBS.read(conf), settings.RETAINED_STAGES.read(conf))


def _log_directory(conf: SparkConf) -> str:
    from urllib.parse import unquote, urlsplit  # only applications that keep a log

    directory = settings.EVENT_LOG_DIR.read(conf)
    return unquote(urlsplit(directory).path) if directory.startswith("file:") else directory


def _extra_listeners(conf: SparkConf) -> list[Listener]:
    return [_load(name) for name in settings.EXTRA_LISTENERS.read(conf)]


def _load(name: str) -> Listener:
    """An instance of ``module.Class``: something that can be called with an event."""
    module, _, attribute = name.rpartition(".")
    listener: Any = getattr(import_module(module), attribute)()
    if not callable(listener):
        raise ValueError(f"spark.extraListeners: an instance of {name} cannot be called with an event")
    loaded: Listener = listener
    return loaded
