"""ResourceProfile: what the stages of an RDD need of executors and tasks (`RDD.withResources`)."""

from __future__ import annotations

from collections.abc import Mapping

from pyrdd.resource.requests import (
    ExecutorResourceRequest,
    ExecutorResourceRequests,
    TaskResourceRequest,
    TaskResourceRequests,
)

__all__ = ["ResourceProfile", "ResourceProfileBuilder"]


class ResourceProfile:
    """Requests for executors and for tasks, by the resource's name. Made by a `ResourceProfileBuilder`."""

    def __init__(
        self,
        _exec_req: Mapping[str, ExecutorResourceRequest] | None = None,
        _task_req: Mapping[str, TaskResourceRequest] | None = None,
    ) -> None:
        self._id: int | None = None
        self._executor_resource_requests = dict(_exec_req or {})
        self._task_resource_requests = dict(_task_req or {})

    @property
    def id(self) -> int:
        """The number that a context gave the profile; ``RuntimeError`` before a context knows it."""
        if self._id is None:
            raise RuntimeError("A resource profile has an id once an RDD of a SparkContext uses it.")
        return self._id

    @property
    def taskResources(self) -> dict[str, TaskResourceRequest]:
        """What each task needs."""
        return self._task_resource_requests

    @property
    def executorResources(self) -> dict[str, ExecutorResourceRequest]:
        """What each executor needs."""
        return self._executor_resource_requests


class ResourceProfileBuilder:
    """Collects requests for a `ResourceProfile`.

    >>> tasks = TaskResourceRequests().cpus(2)
    >>> profile = ResourceProfileBuilder().require(tasks).build
    >>> profile.taskResources["cpus"].amount
    2.0
    """

    def __init__(self) -> None:
        self._executor_resource_requests: dict[str, ExecutorResourceRequest] = {}
        self._task_resource_requests: dict[str, TaskResourceRequest] = {}

    def require(
        self, resourceRequest: ExecutorResourceRequests | TaskResourceRequests
    ) -> ResourceProfileBuilder:
        """Adds requests; one for a resource that was requested already replaces it."""
        if isinstance(resourceRequest, TaskResourceRequests):
            self._task_resource_requests.update(resourceRequest.requests)
        else:
            self._executor_resource_requests.update(resourceRequest.requests)
        return self

    def clearExecutorResourceRequests(self) -> None:
        """Forgets the executors' requests."""
        self._executor_resource_requests = {}

    def clearTaskResourceRequests(self) -> None:
        """Forgets the tasks' requests."""
        self._task_resource_requests = {}

    @property
    def taskResources(self) -> dict[str, TaskResourceRequest]:
        """The tasks' requests so far."""
        return self._task_resource_requests

    @property
    def executorResources(self) -> dict[str, ExecutorResourceRequest]:
        """The executors' requests so far."""
        return self._executor_resource_requests

    @property
    def build(self) -> ResourceProfile:
        """A profile with the requests so far (a property, as in PySpark)."""
        return ResourceProfile(self._executor_resource_requests, self._task_resource_requests)
