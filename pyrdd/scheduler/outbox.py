"""Outbox: where the parts of the scheduler put their decisions while one event is handled.

DAGScheduler.handle(event) --begin--> [parts append actions] --drain--> list[Action]
"""

from __future__ import annotations

from collections.abc import Callable

from pyrdd.events import model
from pyrdd.scheduler.messages import Action, Emit, WakeAt


def milliseconds(now: float) -> int:
    """The default wall clock: the shell's seconds as whole milliseconds."""
    return int(now * 1000)


class Outbox:
    """Collects the actions of one event; ``now`` is the event's time, ``time`` the same in wall
    milliseconds."""

    __slots__ = ("_alarm", "_wall", "act", "actions", "now", "time")

    def __init__(self, wall: Callable[[float], int] = milliseconds) -> None:
        self._wall = wall
        self._alarm: float | None = None
        self.begin(0.0)

    def begin(self, now: float) -> None:
        """Starts a new list of actions for an event at ``now``."""
        self.now, self.time = now, self._wall(now)
        self.actions: list[Action] = []
        self.act = self.actions.append
        if self._alarm is not None and now >= self._alarm:
            self._alarm = None

    def emit(self, event: model.Event) -> None:
        """Tells the listeners."""
        self.act(Emit(event))

    def wake(self, time: float) -> None:
        """Asks for a `Tick` at ``time``, unless one is due earlier: its handler will ask again for
        what it still needs."""
        if self._alarm is None or time < self._alarm:
            self._alarm = time
            self.act(WakeAt(time))
