"""EventBus: carries events from the scheduler to whoever observes it, and never back.

    scheduler --post--> queue --> one daemon thread --> listener, listener, ...   (tasks run elsewhere)
    scheduler --post--------------------------------> listener, listener, ...   (synchronous: run inline)

A listener is any callable that takes an event. Listeners see every event that was posted after they were
added, in the order of posting. A slow listener delays the other listeners and never the scheduler; the
queue has no bound, because a log with a hole would replay into another state.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue

from pyrdd.events.model import Event

Listener = Callable[[Event], None]

_log = logging.getLogger(__name__)


class EventBus:
    """Delivers each posted event to each listener, once and in order.

    With ``synchronous`` the posting thread calls the listeners itself, so that they have seen an event when
    `post` returns. A listener that raised ``max_errors`` times is dropped; its errors are logged and reach
    nobody else.

    >>> bus, seen = EventBus(synchronous=True), []
    >>> bus.add_listener(seen.append)
    >>> bus.post(Event(time=7))
    >>> seen
    [Event(time=7)]
    """

    def __init__(self, *, synchronous: bool = False, max_errors: int = 5) -> None:
        self._synchronous, self._max_errors = synchronous, max_errors
        self._listeners: tuple[Listener, ...] = ()
        self._errors: dict[int, int] = {}
        self._queue: SimpleQueue[Event | threading.Event] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.RLock()
        self._stopped = False

    def add_listener(self, listener: Listener) -> None:
        """Every event posted from now on goes to ``listener`` too."""
        with self._lock:
            if self._stopped:
                raise RuntimeError("the event bus is stopped")
            self._settle_before_change()
            self._listeners = (*self._listeners, listener)
            if not self._synchronous and self._thread is None:
                self._thread = threading.Thread(target=self._deliver_all, name="pyrdd-events", daemon=True)
                self._thread.start()

    def remove_listener(self, listener: Listener) -> None:
        """No event posted from now on goes to ``listener``. Unknown listeners are ignored."""
        self._settle_before_change()
        with self._lock:
            self._listeners = tuple(each for each in self._listeners if each != listener)

    def post(self, event: Event) -> None:
        """Hands ``event`` over; cheap, and raises nothing whatever the listeners do. Ignored once stopped."""
        if not self._listeners or self._stopped:
            return
        if self._synchronous:
            with self._lock:
                self._deliver(event)
        else:
            self._queue.put(event)

    def wait_until_empty(self, timeout: float | None = None) -> bool:
        """Waits until the listeners have seen all events posted so far. False when ``timeout`` seconds did
        not suffice.

        Returns at once when a listener asks: it cannot wait for itself.
        """
        thread = self._thread
        if thread is None or not thread.is_alive() or thread is threading.current_thread():
            return True
        marker = threading.Event()
        self._queue.put(marker)
        return marker.wait(timeout)

    def stop(self, timeout: float = 10.0) -> None:
        """Delivers what was posted, then ends the thread. May be called more than once."""
        with self._lock:
            already, self._stopped = self._stopped, True
            thread = self._thread
        if already or thread is None or thread is threading.current_thread():
            return
        self._queue.put(threading.Event())
        thread.join(timeout)

    def _settle_before_change(self) -> None:
        """Listeners see what was posted after they came and before they left, so the queue is emptied
        first."""
        self.wait_until_empty(timeout=10.0)

    def _deliver_all(self) -> None:
        while True:
            item = self._queue.get()
            if isinstance(item, Event):
                self._deliver(item)
                continue
            item.set()
            if self._stopped and self._queue.empty():
                return

    def _deliver(self, event: Event) -> None:
        for listener in self._listeners:
            try:
                listener(event)
            except Exception:
                self._count_error(listener)

    def _count_error(self, listener: Listener) -> None:
        errors = self._errors[id(listener)] = self._errors.get(id(listener), 0) + 1
        _log.exception("an event listener failed (%d of %d): %r", errors, self._max_errors, listener)
        if errors >= self._max_errors:
            _log.error("the listener %r is dropped", listener)
            self._listeners = tuple(each for each in self._listeners if each is not listener)
