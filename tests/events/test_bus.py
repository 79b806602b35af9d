import logging
import threading

import pytest

from pyrdd.events.bus import EventBus
from pyrdd.events.model import Event


@pytest.fixture(params=[True, False], ids=["synchronous", "thread"])
def bus(request):
    bus = EventBus(synchronous=request.param, max_errors=2)
    yield bus
    bus.stop()


def test_each_listener_sees_each_event_in_order(bus):
    seen: list[tuple[str, int]] = []
    bus.add_listener(lambda event: seen.append(("first", event.time)))
    bus.add_listener(lambda event: seen.append(("second", event.time)))
    for time in range(3):
        bus.post(Event(time))
    assert bus.wait_until_empty(10)
    assert seen == [(name, time) for time in range(3) for name in ("first", "second")]


def test_a_listener_sees_only_what_was_posted_while_it_was_there(bus):
    seen: list[Event] = []
    bus.add_listener(lambda event: None)
    bus.post(Event(1))
    bus.add_listener(seen.append)
    bus.post(Event(2))
    bus.remove_listener(seen.append)
    bus.post(Event(3))
    assert bus.wait_until_empty(10)
    assert seen == [Event(2)]


def test_a_failing_listener_disturbs_nobody_and_is_dropped_after_some_errors(bus, caplog):
    seen: list[Event] = []
    calls = []

    def bad(event: Event) -> None:
        calls.append(event)
        raise ValueError("bad listener")

    bus.add_listener(bad)
    bus.add_listener(seen.append)
    with caplog.at_level(logging.ERROR, "pyrdd.events.bus"):
        for time in range(5):
            bus.post(Event(time))
        assert bus.wait_until_empty(10)
    assert len(seen) == 5
    assert len(calls) == 2
    assert "bad listener" in caplog.text and "dropped" in caplog.text


def test_stop_delivers_what_was_posted_and_later_events_are_ignored(bus):
    seen: list[Event] = []
    bus.add_listener(seen.append)
    for time in range(100):
        bus.post(Event(time))
    bus.stop()
    bus.stop()
    bus.post(Event(100))
    assert len(seen) == 100
    with pytest.raises(RuntimeError):
        bus.add_listener(print)


def test_a_listener_may_post_and_may_wait_without_a_deadlock(bus):
    seen: list[int] = []

    def echo(event: Event) -> None:
        seen.append(event.time)
        if event.time < 3:
            bus.post(Event(event.time + 1))
        assert bus.wait_until_empty(10)

    bus.add_listener(echo)
    bus.post(Event(0))
    assert all(bus.wait_until_empty(10) for _ in range(4))
    assert seen[0] == 0
    assert sorted(seen) == [0, 1, 2, 3]


def test_a_slow_listener_does_not_hold_up_the_poster():
    bus, release = EventBus(), threading.Event()
    bus.add_listener(lambda event: release.wait(10) and None)
    bus.post(Event(0))
    assert not bus.wait_until_empty(0.01)
    release.set()
    assert bus.wait_until_empty(10)
    bus.stop()


def test_without_listeners_no_thread_is_started():
    bus, before = EventBus(), threading.active_count()
    bus.post(Event(0))
    assert threading.active_count() == before
    assert bus.wait_until_empty(0)
    bus.stop()
