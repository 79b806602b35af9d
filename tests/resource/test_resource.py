"""Resource requests and profiles: chained calls collect by name."""

from __future__ import annotations

import pytest

from pyrdd.resource import (
    ExecutorResourceRequests,
    ResourceInformation,
    ResourceProfileBuilder,
    TaskResourceRequests,
)


def test_executor_requests_are_collected_in_mebibytes() -> None:
    requests = (
        ExecutorResourceRequests()
        .cores(2)
        .memory("6g")
        .memoryOverhead("512m")
        .pysparkMemory("2048k")
        .offheapMemory("1t")
        .resource("gpu", 2, "/find.sh", "nvidia.com")
        .requests
    )
    assert {name: request.amount for name, request in requests.items()} == {
        "cores": 2,
        "memory": 6144,
        "memoryOverhead": 512,
        "pyspark.memory": 2,
        "offHeap": 1024 * 1024,
        "gpu": 2,
    }
    gpu = requests["gpu"]
    assert (gpu.resourceName, gpu.discoveryScript, gpu.vendor) == ("gpu", "/find.sh", "nvidia.com")


@pytest.mark.parametrize("amount", ["12", "", "12x"])
def test_a_size_needs_a_unit(amount: str) -> None:
    with pytest.raises(ValueError, match="invalid format"):
        ExecutorResourceRequests().memory(amount)


def test_a_profile_has_what_was_required_and_not_what_was_cleared() -> None:
    builder = ResourceProfileBuilder().require(ExecutorResourceRequests().cores(2))
    builder.require(TaskResourceRequests().cpus(1).resource("gpu", 0.5))
    profile = builder.build
    amounts = {name: request.amount for name, request in profile.taskResources.items()}
    assert amounts == {"cpus": 1.0, "gpu": 0.5}
    assert list(builder.executorResources) == list(profile.executorResources) == ["cores"]
    builder.clearExecutorResourceRequests()
    builder.clearTaskResourceRequests()
    assert (builder.executorResources, builder.taskResources) == ({}, {})
    assert list(profile.taskResources) == ["cpus", "gpu"]


def test_a_profile_has_no_id_before_a_context_gives_one() -> None:
    with pytest.raises(RuntimeError):
        _ = ResourceProfileBuilder().build.id


def test_information_has_a_name_and_addresses() -> None:
    gpu = ResourceInformation("gpu", ["0"])
    assert (gpu.name, gpu.addresses) == ("gpu", ["0"])
