import json
import logging

import msgpack
import pytest
from hypothesis import given

from pyrdd.events import model
from pyrdd.events.codec import from_json, from_record, to_json, to_record
from tests.events.strategies import any_event


@given(any_event)
def test_an_event_survives_a_record_a_json_line_and_msgpack(event):
    record = to_record(event)
    assert from_record(record) == event
    assert from_json(to_json(event)) == event
    assert from_record(msgpack.unpackb(msgpack.packb(record), strict_map_key=False)) == event


@given(any_event)
def test_a_record_is_plain_and_a_line_has_no_line_break(event):
    assert json.loads(json.dumps(to_record(event)))["event"] == type(event).__name__
    assert "\n" not in to_json(event)


def test_an_unknown_kind_is_skipped_with_a_warning(caplog):
    with caplog.at_level(logging.WARNING):
        assert from_record({"event": "FromTheFuture", "time": 1}) is None
        assert from_record({"time": 1}) is None
    assert "FromTheFuture" in caplog.text


def test_unknown_fields_are_ignored_and_missing_ones_take_their_defaults():
    record = {
        "event": "ExecutorAdded",
        "time": 1,
        "executor_id": "0",
        "host": "h",
        "slots": 2,
        "colour": "red",
    }
    assert from_record(record) == model.ExecutorAdded(1, "0", "h", 2, None)


def test_a_record_without_a_needed_field_is_an_error():
    with pytest.raises(ValueError, match="JobEnd"):
        from_record({"event": "JobEnd", "time": 1})
    with pytest.raises(ValueError, match="not an event record"):
        from_json("[1]")
