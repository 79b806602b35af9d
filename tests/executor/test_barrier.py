"""Barrier tasks come together or fail together."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from pyrdd.executor.barrier import BarrierCall, BarrierCoordinator, BarrierGate, BarrierSyncFailed


def test_all_get_all_messages_in_partition_order_round_after_round() -> None:
    gate = BarrierGate(BarrierCoordinator().arrive)

    def task(partition: int) -> list[list[str]]:
        client = gate.client(1, 0, partition, 8)
        client.barrier()
        return [client.all_gather(f"{partition}.{epoch}") for epoch in range(20)]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(task, range(8)))
    assert answers == [[[f"{p}.{e}" for p in range(8)] for e in range(20)]] * 8


def test_a_failed_peer_fails_who_waits_and_who_comes_later() -> None:
    coordinator = BarrierCoordinator()
    gate = BarrierGate(coordinator.arrive)
    arrived = threading.Event()

    def waiting() -> None:
        def arrive(call: BarrierCall, reply: Callable[[list[str], str | None], None]) -> None:
            coordinator.arrive(call, reply)
            arrived.set()

        BarrierGate(arrive).client(1, 0, 0, 3).barrier()

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(waiting)
        assert arrived.wait(5)
        coordinator.fail(1, 0, "partition 2 was lost")
        with pytest.raises(BarrierSyncFailed, match="partition 2 was lost"):
            future.result(5)
    with pytest.raises(BarrierSyncFailed, match="partition 2 was lost"):
        gate.client(1, 0, 1, 3).barrier()


def test_another_attempt_of_the_stage_is_not_concerned() -> None:
    coordinator = BarrierCoordinator()
    coordinator.fail(1, 0, "lost")
    assert BarrierGate(coordinator.arrive).client(1, 1, 0, 1).all_gather("x") == ["x"]


def test_who_waits_too_long_fails() -> None:
    gate = BarrierGate(BarrierCoordinator(timeout=0.05).arrive)
    with pytest.raises(BarrierSyncFailed, match=r"within 0.05 seconds"):
        gate.client(1, 0, 0, 2).barrier()


def test_different_operations_in_one_round_fail_all() -> None:
    coordinator = BarrierCoordinator()
    errors: list[str | None] = []
    coordinator.arrive(BarrierCall(1, 0, 0, 2, 0, "barrier"), lambda messages, error: errors.append(error))
    coordinator.arrive(BarrierCall(1, 0, 1, 2, 0, "allGather"), lambda messages, error: errors.append(error))
    assert len(errors) == 2
    assert all(error and "allGather() while another one waits in barrier()" in error for error in errors)


def test_a_stage_that_is_over_is_forgotten() -> None:
    coordinator = BarrierCoordinator()
    errors: list[str | None] = []
    coordinator.arrive(BarrierCall(1, 0, 0, 2, 0, "barrier"), lambda messages, error: errors.append(error))
    coordinator.forget(1, 1)
    assert errors == []
    coordinator.forget(1, 0)
    assert errors == ["the stage is over"]
    assert BarrierGate(coordinator.arrive).client(1, 0, 0, 1).all_gather("again") == ["again"]
