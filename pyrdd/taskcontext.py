"""TaskContext: what a running task knows about itself, and the task's account of what it did.

The executor makes one context per task attempt and binds it to the thread that runs the task; user code
reaches it through `TaskContext.get()`, the engine through the ``task`` argument of ``compute``. Nothing in it
is global to the process, so tasks that share a process (inline, in threads) do not see each other.

    TaskRunner -- start() --> [ thread: user code, accumulators, metrics ] -- finish() --> TaskReport
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from pyrdd.errors import PySparkRuntimeError
from pyrdd.metrics import TaskMetrics

if TYPE_CHECKING:
    from decimal import Decimal  # slow to import, few tasks ask

    from pyrdd.resource.information import ResourceInformation  # few tasks have resources

__all__ = ["BarrierTaskContext", "BarrierTaskInfo", "TaskContext"]

C = TypeVar("C", bound="TaskContext")


class BarrierClient(Protocol):
    """How the tasks of a barrier stage meet: both calls block until every task has made them."""

    def barrier(self) -> None:
        """Waits for the other tasks of the stage."""

    def all_gather(self, message: str) -> list[str]:
        """Waits likewise; returns every task's message, by partition."""


class _Current(threading.local):
    """The context of the task that this thread runs."""

    context: TaskContext | None = None


_current = _Current()


def current_context() -> TaskContext | None:
    """The context of the task that the calling thread runs, or ``None`` outside of tasks."""
    return _current.context


class TaskContext:
    """Contextual information about a running task, as PySpark's class of this name gives it.

    Use `get` inside of functions that run in tasks. Constructing one inside a task gives the task's own
    context.
    """

    # PySpark leaves these ``None`` in a context that no task made.
    _attemptNumber: Any = None
    _partitionId: Any = None
    _stageId: Any = None
    _taskAttemptId: Any = None
    _localProperties: Mapping[str, str] = {}
    _cpus: int = 1
    _cpuAmount: Decimal | None = None
    _resources: Mapping[str, ResourceInformation] = {}

    #: the `ExecutorEnv` of the executor that runs the task (typed loosely: it lives on a higher floor)
    env: Any = None
    #: counters of this attempt
    metrics: TaskMetrics
    #: what this attempt added to accumulators, by accumulator id
    accumulator_updates: dict[int, Any]
    #: set when somebody asked for the end of this attempt; long loops look at it
    killed: bool = False
    kill_reason: str = ""
    _listeners: list[Callable[[TaskContext], object]] | None = None

    def __new__(cls, **kwargs: Any) -> TaskContext:
        return _current.context or cls._fresh()

    def __init__(self, **kwargs: Any) -> None:
        for key, value in kwargs.items():
            if not hasattr(self, f"_{key}"):
                raise TypeError(f"__init__() got an unexpected keyword argument '{key}'")
            if value is not None:
                setattr(self, f"_{key}", value)

    @classmethod
    def _fresh(cls: type[C]) -> C:
        context = object.__new__(cls)
        context.metrics = TaskMetrics()
        context.accumulator_updates = {}
        return context

    def __reduce__(self) -> tuple[Any, ...]:
        """Travels as what a task knows about itself: its executor and its account stay behind."""
        shown = {name: value for name, value in vars(self).items() if name in _SHOWN}
        return _rebuilt, (type(self), shown)

    # --- what the executor calls ----------------------------------------------------------------------------

    @classmethod
    def start(
        cls: type[C],
        stage_id: int,
        partition: int,
        attempt: int,
        task_id: int,
        properties: Mapping[str, str] | None = None,
        env: Any = None,
    ) -> C:
        """A new context for one task attempt, bound to the calling thread until `finish`."""
        context = cls._fresh()
        context._stageId = stage_id
        context._partitionId = partition
        context._attemptNumber = attempt
        context._taskAttemptId = task_id
        if properties:
            context._localProperties = properties
        context.env = env
        _current.context = context
        return context

    @staticmethod
    def _set(context: TaskContext | None) -> TaskContext | None:
        """Binds ``context`` to the calling thread; returns the one that was bound before."""
        before, _current.context = _current.context, context
        return before

    @staticmethod
    def _clear() -> None:
        """Unbinds whatever context the calling thread has."""
        _current.context = None

    def add_completion_listener(self, listener: Callable[[TaskContext], object]) -> None:
        """Calls ``listener(context)`` when the task ends, however it ends; the last one added goes first."""
        if self._listeners is None:
            self._listeners = []
        self._listeners.append(listener)

    def finish(self, before: TaskContext | None = None) -> None:
        """Runs the completion listeners and unbinds the context (and binds ``before`` again).

        Every listener runs, also when another one raises; the first error is raised at the end.
        """
        try:
            self._complete()
        finally:
            _current.context = before

    def _complete(self) -> None:
        errors = []
        while self._listeners:
            try:
                self._listeners.pop()(self)
            except Exception as error:
                errors.append(error)
        if errors:
            raise errors[0]

    def kill(self, reason: str) -> None:
        """Asks the task to end by setting ``killed``, which the engine's loops look at; from any thread."""
        self.kill_reason = reason
        self.killed = True

    # --- PySpark's API --------------------------------------------------------------------------------------

    @classmethod
    def get(cls) -> TaskContext | None:
        """The context of the running task, or ``None`` when the calling thread runs none (the driver).

        >>> TaskContext.get() is None
        True
        """
        return _current.context

    @classmethod
    def from_json(cls: type[C], json: Mapping[str, Any]) -> C:
        """A context with the fields of a dictionary that has the names of the constructor's arguments."""
        from decimal import Decimal  # slow to import, few tasks ask

        from pyrdd.resource.information import ResourceInformation  # few tasks have resources

        context = cls._fresh()
        context.__init__(  # type: ignore[misc]  # __new__ would give the running task's context
            stageId=json["stageId"],
            partitionId=json["partitionId"],
            attemptNumber=json["attemptNumber"],
            taskAttemptId=json["taskAttemptId"],
            cpus=json["cpus"],
            cpuAmount=Decimal(json["cpuAmount"]) if "cpuAmount" in json else None,
            resources={
                name: ResourceInformation(entry["name"], entry["addresses"])
                for name, entry in json["resources"].items()
            },
            localProperties=json["localProperties"],
        )
        return context

    def stageId(self) -> int:
        """The id of the stage that the task belongs to."""
        return cast(int, self._stageId)

    def partitionId(self) -> int:
        """The index of the partition that the task computes."""
        return cast(int, self._partitionId)

    def attemptNumber(self) -> int:
        """How many attempts of this task there were before this one: 0 for the first."""
        return cast(int, self._attemptNumber)

    def taskAttemptId(self) -> int:
        """A number that no other task attempt of the same `SparkContext` has."""
        return cast(int, self._taskAttemptId)

    def getLocalProperty(self, key: str) -> str | None:
        """The local property that the submitting thread had under ``key``, or ``None``."""
        return self._localProperties.get(key)

    def cpus(self) -> int:
        """The CPUs allocated to the task, rounded up to a whole number."""
        return self._cpus

    def cpuAmount(self) -> Decimal:
        """The CPUs allocated to the task, exactly: a fraction when a fraction was requested."""
        from decimal import Decimal  # slow to import, few tasks ask

        return Decimal(self._cpus) if self._cpuAmount is None else self._cpuAmount

    def resources(self) -> dict[str, ResourceInformation]:
        """The resources allocated to the task, by name."""
        return dict(self._resources)


_SHOWN = frozenset(
    "_attemptNumber _partitionId _stageId _taskAttemptId _localProperties "
    "_cpus _cpuAmount _resources _addresses".split()
)


def _rebuilt(kind: type[C], shown: dict[str, Any]) -> C:
    context = kind._fresh()
    vars(context).update(shown)
    return context


class BarrierTaskContext(TaskContext):
    """The context of a task in a barrier stage: all tasks of the stage run at the same time and can meet."""

    _barrier_client: BarrierClient | None = None
    _addresses: Sequence[str] = ()

    def meet_through(self, client: BarrierClient, addresses: Sequence[str]) -> None:
        """Called by the executor: how this task meets the others, and all tasks' addresses by partition.

        Without it, ``env.barrier`` is the client and the local property ``addresses`` has the addresses.
        """
        self._barrier_client, self._addresses = client, addresses

    @classmethod
    def get(cls) -> BarrierTaskContext:
        """The context of the running barrier task; raises `PySparkRuntimeError` elsewhere."""
        context = _current.context
        if not isinstance(context, BarrierTaskContext):
            raise PySparkRuntimeError(errorClass="NOT_IN_BARRIER_STAGE", messageParameters={})
        return context

    def barrier(self) -> None:
        """Blocks until every task of the stage has called `barrier` (each must call it equally often)."""
        self._client("barrier").barrier()

    def allGather(self, message: str = "") -> list[str]:
        """Blocks like `barrier`; returns all messages, by partition. ``TypeError`` unless a ``str``."""
        if not isinstance(message, str):
            raise TypeError("Argument `message` must be of type `str`")
        return self._client("allGather").all_gather(message)

    def getTaskInfos(self) -> list[BarrierTaskInfo]:
        """One `BarrierTaskInfo` for each task of the stage, by partition."""
        self._client("getTaskInfos")
        addresses = self._addresses or self._localProperties.get("addresses", "").split(",")
        return [BarrierTaskInfo(address.strip()) for address in addresses]

    def _client(self, func_name: str) -> BarrierClient:
        client: BarrierClient | None = self._barrier_client or getattr(self.env, "barrier", None)
        if client is None:
            raise PySparkRuntimeError(
                errorClass="CALL_BEFORE_INITIALIZE",
                messageParameters={"func_name": func_name, "object": "BarrierTaskContext"},
            )
        return client


class BarrierTaskInfo:
    """Where a task of a barrier stage runs: ``address`` is ``host:port`` of its executor.

    >>> BarrierTaskInfo("10.0.0.1:4040").address
    '10.0.0.1:4040'
    """

    def __init__(self, address: str) -> None:
        self.address = address
