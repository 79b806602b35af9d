from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pyrdd.shuffle import pressure
from pyrdd.shuffle.pressure import NoPressure, PressureMonitor


class Clock:
    """Advances only when told; looking at memory takes ``cost`` seconds."""

    def __init__(self, cost: float = 1e-5) -> None:
        self.now, self.cost = 0.0, cost

    def __call__(self) -> float:
        return self.now

    def under_pressure(self) -> bool:
        self.now += self.cost
        return False

    def spilled(self, nbytes: int) -> None:
        pass


@pytest.fixture(autouse=True)
def _real_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pressure, "FIRST_PART", 16)
    monkeypatch.setattr(pressure, "LARGEST_PART", 1 << 16)


def paced(clock: Clock, seconds_per_record: float, checks: int) -> PressureMonitor:
    monitor = PressureMonitor(clock, clock)
    for _ in range(checks):
        clock.now += monitor.part * seconds_per_record
        monitor.pressed()
    return monitor


def test_fast_records_are_asked_about_by_the_thousand_and_asking_costs_one_percent() -> None:
    clock = Clock(cost=2e-5)
    part = paced(clock, 1e-7, 20).part
    assert part * 1e-7 == pytest.approx(100 * clock.cost, rel=0.1)


def test_slow_records_are_asked_about_one_by_one() -> None:
    assert paced(Clock(), 1.0, 5).part == 1


def test_records_that_turn_slow_shrink_the_part_at_once() -> None:
    clock = Clock()
    monitor = paced(clock, 1e-7, 20)
    clock.now += 10.0
    monitor.pressed()
    assert monitor.part < 10


def test_a_part_grows_by_a_bounded_factor_and_has_a_largest_size() -> None:
    clock = Clock()
    assert paced(clock, 0.0, 1).part == 16 * pressure.GROWTH
    assert paced(clock, 0.0, 30).part == pressure.LARGEST_PART


def test_one_slow_look_does_not_silence_the_monitor() -> None:
    clock = Clock(cost=60.0)
    assert paced(clock, 1e-3, 10).part <= pressure.LONGEST_INTERVAL / 1e-3


@pytest.mark.parametrize("n", [0, 1, 15, 16, 17, 100])
def test_parts_put_together_are_the_records(n: int) -> None:
    parts = [list(part) for part in PressureMonitor(NoPressure()).parts(range(n))]
    assert [x for part in parts for x in part] == list(range(n))
    assert all(parts)


def test_parts_pull_no_record_before_it_is_needed() -> None:
    pulled: list[int] = []

    def records() -> Iterator[int]:
        for i in range(100):
            pulled.append(i)
            yield i

    parts = PressureMonitor(NoPressure()).parts(records())
    assert pulled == []
    next(next(parts))
    assert pulled == [0]


def test_an_error_of_the_records_passes_through() -> None:
    def records() -> Iterator[int]:
        yield 1
        raise KeyError("mine")

    consume: Callable[[Any], Any] = lambda parts: [list(part) for part in parts]  # noqa: E731
    with pytest.raises(KeyError, match="mine"):
        consume(PressureMonitor(NoPressure()).parts(records()))
