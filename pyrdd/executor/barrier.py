"""Barrier: where the tasks of a barrier stage wait for each other (``BarrierTaskContext.barrier`` and
``allGather``).

    task 0 --sync(epoch 0, "a")--> |             |
    task 1 --sync(epoch 0, "b")--> | coordinator | --["a", "b"]--> both, once the last one has come
                                   |             | --an error----> both, when a peer failed or time is up

The coordinator lives in the driver. Tasks reach it through a `BarrierGate`: directly on threads, as frames
from worker processes. Backends report failed barrier tasks by `BarrierCoordinator.fail`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from pyrdd.util.frozen import frozen

DEFAULT_TIMEOUT = 365 * 24 * 3600.0

_POLL = 0.05


@frozen
class BarrierCall:
    """One task's arrival. ``operation`` is ``barrier`` or ``allGather``; ``epoch`` counts the task's calls
    from 0."""

    stage_id: int
    stage_attempt: int
    partition: int
    num_tasks: int
    epoch: int
    operation: str
    message: str = ""


class BarrierSyncFailed(RuntimeError):
    """The tasks did not come together: one failed or was killed, time was up, or they called different
    operations."""


class BarrierTransport(Protocol):
    """Carries a call to the coordinator; returns at once. ``reply(messages, error)`` is called from any
    thread."""

    def __call__(self, call: BarrierCall, reply: Callable[[list[str], str | None], None]) -> None: ...


@dataclass(slots=True)
class _Round:
    """The arrivals of one epoch so far."""

    operation: str
    arrived: dict[int, tuple[str, Callable[[list[str], str | None], None]]] = field(default_factory=dict)
    timer: threading.Timer | None = None


@dataclass(slots=True)
class _Group:
    """One attempt of a barrier stage. A failure is for good: the stage attempt cannot succeed any more."""

    epoch: int = 0
    round: _Round | None = None
    error: str | None = None


class BarrierCoordinator:
    """Brings the tasks of each (stage, attempt) together, epoch by epoch. Safe to call from any thread."""

    def __init__(self, timeout: float = DEFAULT_TIMEOUT) -> None:
        # threading cannot wait longer than this; it is decades.
        self._timeout = min(timeout, threading.TIMEOUT_MAX)
        self._lock = threading.Lock()
        self._groups: dict[tuple[int, int], _Group] = {}

    def arrive(self, call: BarrierCall, reply: Callable[[list[str], str | None], None]) -> None:
        """Notes one arrival. ``reply(messages in partition order, error)`` follows, here or later."""
        with self._lock:
            group = self._groups.setdefault((call.stage_id, call.stage_attempt), _Group())
            error = group.error or _misfit(group, call)
            done = _fail(group, error) if error else self._join(group, call, reply)
        if error:
            reply([], error)
        for answer, messages in done:
            answer(messages, error)

    def _join(self, group: _Group, call: BarrierCall, reply: _Reply) -> list[_Answer]:
        current = group.round
        if current is None:
            current = group.round = _Round(call.operation, timer=self._start_timer(call))
        current.arrived[call.partition] = (call.message, reply)
        if len(current.arrived) < call.num_tasks:
            return []
        group.epoch, group.round = group.epoch + 1, None
        if current.timer:
            current.timer.cancel()
        messages = [message for _, (message, _) in sorted(current.arrived.items(), key=lambda item: item[0])]
        return [(answer, messages) for _, answer in current.arrived.values()]

    def _start_timer(self, call: BarrierCall) -> threading.Timer | None:
        if self._timeout >= DEFAULT_TIMEOUT:
            return None
        why = f"the tasks did not all reach barrier epoch {call.epoch} within {self._timeout:g} seconds"
        timer = threading.Timer(self._timeout, self._expire, (call, why))
        timer.daemon = True
        timer.start()
        return timer

    def _expire(self, call: BarrierCall, why: str) -> None:
        with self._lock:
            group = self._groups.get((call.stage_id, call.stage_attempt))
            late = group is None or group.epoch != call.epoch
        if not late:
            self.fail(call.stage_id, call.stage_attempt, why)

    def fail(self, stage_id: int, stage_attempt: int, why: str) -> None:
        """Fails all tasks of this stage attempt that wait now or come later."""
        with self._lock:
            done = _fail(self._groups.setdefault((stage_id, stage_attempt), _Group()), why)
        for answer, messages in done:
            answer(messages, why)

    def forget(self, stage_id: int, stage_attempt: int) -> None:
        """Drops what is known of a stage attempt; who still waits fails."""
        if (stage_id, stage_attempt) in self._groups:
            self.fail(stage_id, stage_attempt, "the stage is over")
            self._groups.pop((stage_id, stage_attempt), None)

    def close(self) -> None:
        """Fails everybody who waits."""
        for stage_id, stage_attempt in list(self._groups):
            self.forget(stage_id, stage_attempt)


_Reply = Callable[[list[str], str | None], None]
_Answer = tuple[_Reply, list[str]]


def _misfit(group: _Group, call: BarrierCall) -> str | None:
    """Why this arrival does not fit the others, or ``None``."""
    if call.epoch != group.epoch:
        return f"a task came to barrier epoch {call.epoch} while the others are at epoch {group.epoch}"
    if group.round is not None and group.round.operation != call.operation:
        return f"a task called {call.operation}() while another one waits in {group.round.operation}()"
    return None


def _fail(group: _Group, why: str) -> list[_Answer]:
    current, group.round = group.round, None
    group.error = group.error or why
    if current is None:
        return []
    if current.timer:
        current.timer.cancel()
    return [(answer, []) for _, answer in current.arrived.values()]


class BarrierGate:
    """An executor's way to the coordinator (``env.barrier``): makes a client for each barrier task."""

    def __init__(self, transport: BarrierTransport) -> None:
        self._transport = transport

    def client(self, stage_id: int, stage_attempt: int, partition: int, num_tasks: int) -> BarrierTaskClient:
        """The client of one task attempt."""
        return BarrierTaskClient(self._transport, stage_id, stage_attempt, partition, num_tasks)


class BarrierTaskClient:
    """One task's side: each call blocks until all tasks have made it. The wait lets a kill of the task
    through."""

    def __init__(
        self, transport: BarrierTransport, stage_id: int, stage_attempt: int, partition: int, num_tasks: int
    ) -> None:
        self._transport = transport
        self._task = (stage_id, stage_attempt, partition, num_tasks)
        self._epoch = 0

    def barrier(self) -> None:
        """Returns when every task of the stage has called it; raises `BarrierSyncFailed`."""
        self._sync("barrier", "")

    def all_gather(self, message: str) -> list[str]:
        """The messages of all tasks, in partition order; raises `BarrierSyncFailed`."""
        return self._sync("allGather", message)

    def _sync(self, operation: str, message: str) -> list[str]:
        answered = threading.Event()
        answer: list[tuple[list[str], str | None]] = []

        def reply(messages: list[str], error: str | None) -> None:
            answer.append((messages, error))
            answered.set()

        self._transport(BarrierCall(*self._task, self._epoch, operation, message), reply)
        self._epoch += 1
        # In slices, because a task is killed by an exception that is raised between two bytecodes.
        while not answered.wait(_POLL):
            pass
        messages, error = answer[0]
        if error is not None:
            raise BarrierSyncFailed(error)
        return messages
