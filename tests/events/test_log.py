from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd.events.codec import to_json
from pyrdd.events.log import EventLogWriter, replay
from pyrdd.events.model import JobEnd
from pyrdd.events.state import Retention, fold
from tests.events.strategies import application


@given(st.integers(0, 2**32), st.integers(0, 6))
def test_replaying_the_log_gives_an_equal_state(tmp_path_factory, seed, limit):
    events = list(application(Random(seed)))
    with EventLogWriter(str(tmp_path_factory.mktemp("log")), "app-1") as writer:
        for event in events:
            writer(event)
    retention = Retention(jobs=limit, stages=limit, tasks=limit, dead_executors=limit)
    assert list(replay(writer.path)) == events
    assert fold(replay(writer.path), retention) == fold(events, retention)


def test_the_log_is_readable_while_it_is_written_and_renamed_at_the_end(tmp_path):
    writer = EventLogWriter(str(tmp_path / "new"), "app/1")
    writer(JobEnd(1, 7))
    assert [each.name for each in (tmp_path / "new").iterdir()] == ["app_1.inprogress"]
    assert list(replay(writer.path)) == [JobEnd(1, 7)]
    assert writer.close() == writer.close() == str(tmp_path / "new" / "app_1")
    writer(JobEnd(2, 8))
    assert [each.name for each in (tmp_path / "new").iterdir()] == ["app_1"]
    assert list(replay(writer.path)) == [JobEnd(1, 7)]


@pytest.mark.parametrize("cut", [1, 10, 25])
def test_a_last_line_cut_off_by_a_crash_is_left_out(tmp_path, cut):
    writer = EventLogWriter(str(tmp_path), "app")
    writer(JobEnd(1, 7))
    writer(JobEnd(2, 8))
    path = writer.close()
    data = (tmp_path / "app").read_bytes()
    (tmp_path / "app").write_bytes(data[:-cut])
    assert list(replay(path)) == [JobEnd(1, 7)]


def test_a_damaged_line_in_the_middle_is_an_error_that_names_it(tmp_path):
    path = EventLogWriter(str(tmp_path), "app").close()
    with open(path, "a") as log:
        log.write("{oops\n" + to_json(JobEnd(2, 8)) + "\n")
    with pytest.raises(ValueError, match="line 2"):
        list(replay(path))


def test_another_file_is_no_event_log(tmp_path):
    (tmp_path / "other").write_text("hello\n")
    with pytest.raises(ValueError, match="not an event log"):
        list(replay(str(tmp_path / "other")))
    with pytest.raises(FileNotFoundError):
        list(replay(str(tmp_path / "none")))
