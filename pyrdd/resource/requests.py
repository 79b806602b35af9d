"""What a stage asks of its executors and of each task: amounts of named resources, collected by chained
calls.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = [
    "ExecutorResourceRequest",
    "ExecutorResourceRequests",
    "TaskResourceRequest",
    "TaskResourceRequests",
]

_MIB_PER_UNIT = {"k": 1 / 1024, "m": 1, "g": 1024, "t": 1024 * 1024}


def _mebibytes(text: str) -> int:
    """Spark's notation of a size (``512m``, ``6g``) in MiB; ``ValueError`` when it has no unit."""
    unit = text[-1:].lower()
    if unit not in _MIB_PER_UNIT:
        raise ValueError(f"invalid format: {text}")
    return int(float(text[:-1]) * _MIB_PER_UNIT[unit])


class ExecutorResourceRequest:
    """An amount of one resource for each executor, and how to find and whose it is (``gpu`` and the like)."""

    def __init__(self, resourceName: str, amount: int, discoveryScript: str = "", vendor: str = "") -> None:
        self._name = resourceName
        self._amount = amount
        self._discovery_script = discoveryScript
        self._vendor = vendor

    @property
    def resourceName(self) -> str:
        """The kind of resource."""
        return self._name

    @property
    def amount(self) -> int:
        """How much; memory in MiB."""
        return self._amount

    @property
    def discoveryScript(self) -> str:
        """A script that finds the resource's addresses on an executor, or an empty string."""
        return self._discovery_script

    @property
    def vendor(self) -> str:
        """Whose resource it is, or an empty string."""
        return self._vendor


class ExecutorResourceRequests:
    """Requests for executors; each method adds one and returns the same object.

    >>> requests = ExecutorResourceRequests().cores(2).memory("6g").requests
    >>> requests["memory"].amount
    6144
    """

    def __init__(self, _requests: Mapping[str, ExecutorResourceRequest] | None = None) -> None:
        self._requests = dict(_requests or {})

    def memory(self, amount: str) -> ExecutorResourceRequests:
        """Memory of the executor, such as ``"6g"``."""
        return self.resource("memory", _mebibytes(amount))

    def memoryOverhead(self, amount: str) -> ExecutorResourceRequests:
        """Memory beside the executor's own."""
        return self.resource("memoryOverhead", _mebibytes(amount))

    def pysparkMemory(self, amount: str) -> ExecutorResourceRequests:
        """Memory of Python workers."""
        return self.resource("pyspark.memory", _mebibytes(amount))

    def offheapMemory(self, amount: str) -> ExecutorResourceRequests:
        """Memory outside of the managed heap."""
        return self.resource("offHeap", _mebibytes(amount))

    def cores(self, amount: int) -> ExecutorResourceRequests:
        """Cores of the executor."""
        return self.resource("cores", amount)

    def resource(
        self, resourceName: str, amount: int, discoveryScript: str = "", vendor: str = ""
    ) -> ExecutorResourceRequests:
        """Any other resource, by name."""
        self._requests[resourceName] = ExecutorResourceRequest(resourceName, amount, discoveryScript, vendor)
        return self

    @property
    def requests(self) -> dict[str, ExecutorResourceRequest]:
        """The requests so far, by the resource's name."""
        return self._requests


class TaskResourceRequest:
    """An amount of one resource for each task; fractions share one address between tasks."""

    def __init__(self, resourceName: str, amount: float) -> None:
        self._name = resourceName
        self._amount = float(amount)

    @property
    def resourceName(self) -> str:
        """The kind of resource."""
        return self._name

    @property
    def amount(self) -> float:
        """How much of it."""
        return self._amount


class TaskResourceRequests:
    """Requests for tasks; each method adds one and returns the same object.

    >>> TaskResourceRequests().cpus(2).resource("gpu", 0.5).requests["gpu"].amount
    0.5
    """

    def __init__(self, _requests: Mapping[str, TaskResourceRequest] | None = None) -> None:
        self._requests = dict(_requests or {})

    def cpus(self, amount: float) -> TaskResourceRequests:
        """CPUs of the task."""
        return self.resource("cpus", amount)

    def resource(self, resourceName: str, amount: float) -> TaskResourceRequests:
        """Any other resource, by name."""
        self._requests[resourceName] = TaskResourceRequest(resourceName, amount)
        return self

    @property
    def requests(self) -> dict[str, TaskResourceRequest]:
        """The requests so far, by the resource's name."""
        return self._requests
