import pytest

from pyrdd.conf import SparkConf
from pyrdd.events.bus import EventBus
from pyrdd.events.log import replay
from pyrdd.events.model import Event, JobStart
from pyrdd.events.observers import Observers
from pyrdd.events.state import fold

HEARD: list[Event] = []


class Ear:
    def __call__(self, event: Event) -> None:
        HEARD.append(event)


class Deaf:
    pass


def observe(**conf: str) -> list[Event]:
    bus = EventBus(synchronous=True)
    settings = {key.replace("_", "."): value for key, value in conf.items()}
    observers = Observers(bus, SparkConf(loadDefaults=False).setAll(settings.items()), "app-1")
    events: list[Event] = [JobStart(1, 7, "count", (), {})]
    for event in events:
        bus.post(event)
    bus.stop()
    observers.close()
    assert observers.state == fold(events, observers.state.retention)
    return events


def test_the_state_always_follows_the_events():
    observe()


@pytest.mark.parametrize("scheme", ["", "file:", "file://"])
def test_the_event_log_is_written_when_it_is_enabled(tmp_path, scheme):
    events = observe(spark_eventLog_enabled="true", spark_eventLog_dir=f"{scheme}{tmp_path}/logs")
    assert list(replay(str(tmp_path / "logs" / "app-1"))) == events


def test_listeners_of_the_user_hear_every_event():
    HEARD.clear()
    events = observe(spark_extraListeners=f"{__name__}.Ear")
    assert events == HEARD


def test_a_listener_that_cannot_be_called_is_refused():
    with pytest.raises(ValueError, match="Deaf"):
        observe(spark_extraListeners=f"{__name__}.Deaf")
