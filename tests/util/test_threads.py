from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from pyrdd.util import InheritableThread, inheritable_thread_target, local_properties
from pyrdd.util.local_properties import LocalProperties

POOL = "spark.scheduler.pool"


@pytest.fixture
def properties() -> Iterator[LocalProperties]:
    before = local_properties.active()
    made = LocalProperties()
    local_properties.activate(made)
    yield made
    local_properties.activate(before)


class Session:
    """A session's tags: different in each thread."""

    def __init__(self) -> None:
        self._threads = threading.local()

    def getTags(self) -> set[str]:
        return set(getattr(self._threads, "tags", ()))

    def addTag(self, tag: str) -> None:
        self._threads.tags = self.getTags() | {tag}


def run(thread: threading.Thread) -> None:
    thread.start()
    thread.join()


def test_properties_belong_to_one_thread(properties: LocalProperties) -> None:
    seen: list[str | None] = []
    properties.set(POOL, "fast")
    run(threading.Thread(target=lambda: seen.append(properties.get(POOL))))
    assert (properties.get(POOL), seen) == ("fast", [None])


def test_setting_none_removes_a_property(properties: LocalProperties) -> None:
    properties.set(POOL, "fast")
    properties.set(POOL, None)
    properties.set("never.set", None)
    assert properties.copy() == {}


def test_a_copy_does_not_follow_later_changes(properties: LocalProperties) -> None:
    properties.set(POOL, "fast")
    copy = properties.copy()
    properties.set(POOL, "slow")
    assert copy == {POOL: "fast"}


def test_an_inheritable_thread_has_the_properties_at_its_start(properties: LocalProperties) -> None:
    seen: list[str | None] = []
    thread = InheritableThread(lambda: seen.append(properties.get(POOL)))
    properties.set(POOL, "fast")
    run(thread)
    assert seen == ["fast"]


def test_what_an_inheritable_thread_changes_its_parent_does_not_see(properties: LocalProperties) -> None:
    properties.set(POOL, "fast")
    run(InheritableThread(lambda: properties.set(POOL, "slow")))
    assert properties.get(POOL) == "fast"


def test_an_inheritable_target_has_the_properties_at_its_wrapping(properties: LocalProperties) -> None:
    seen: list[str | None] = []
    properties.set(POOL, "fast")

    @inheritable_thread_target
    def target() -> None:
        seen.append(properties.get(POOL))

    properties.set(POOL, "slow")
    run(threading.Thread(target=target))
    assert seen == ["fast"]
    assert target.__name__ == "target"


def test_a_sessions_tags_are_inherited_too(properties: LocalProperties) -> None:
    session, seen = Session(), list[set[str]]()
    session.addTag("etl")
    run(InheritableThread(lambda: seen.append(session.getTags()), session=session))
    target = inheritable_thread_target(session)(lambda: seen.append(session.getTags()))
    run(threading.Thread(target=target))
    assert seen == [{"etl"}, {"etl"}]


def test_without_a_context_an_inheritable_thread_is_a_plain_thread() -> None:
    before = local_properties.active()
    local_properties.activate(None)
    seen: list[int] = []
    run(InheritableThread(seen.append, args=(1,), name="t"))
    run(threading.Thread(target=inheritable_thread_target(seen.append), args=(2,)))
    local_properties.activate(before)
    assert seen == [1, 2]
