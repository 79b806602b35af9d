"""Codec: an event as a plain record and back, for the event log and for anything that crosses a process.

    TaskStart(time=5, task_id=1, ...)  <-->  {"event": "TaskStart", "time": 5, "task_id": 1, ...}

A record holds strings, numbers, ``None``, lists and dicts only, so that JSON and msgpack both carry it. Its
kind is the name of the event's class. Readers of another version meet kinds and fields that they do not
know, and skip them; a field that a record lacks takes its default.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, get_args, get_origin, get_type_hints

from pyrdd.events import model
from pyrdd.events.model import Event
from pyrdd.util.frozen import is_frozen

VERSION = 1

Record = dict[str, Any]
_Convert = Callable[[Any], Any]

_log = logging.getLogger(__name__)

KINDS: dict[str, type[Event]] = {
    name: cls
    for name, cls in vars(model).items()
    if isinstance(cls, type) and issubclass(cls, Event) and cls is not Event
}


def to_record(event: Event) -> Record:
    """The event as a plain dict; ``record["event"]`` is the name of its class.

    >>> to_record(model.RDDUnpersisted(time=5, rdd_id=3))
    {'event': 'RDDUnpersisted', 'time': 5, 'rdd_id': 3}
    """
    cls: Any = type(event)
    return {"event": cls.__name__, **_encoder(cls)(event)}


def from_record(record: Mapping[str, Any]) -> Event | None:
    """The event that `to_record` was given, with tuples for sequences; ``None`` (and a warning) for an
    unknown kind.

    Raises ``ValueError`` when the record lacks a field that has no default.
    """
    kind = record.get("event")
    cls: Any = KINDS.get(kind) if isinstance(kind, str) else None
    if cls is None:
        _log.warning("skipped an event of unknown kind %r", kind)
        return None
    try:
        event: Event = _decoder(cls)(record)
    except TypeError as error:
        raise ValueError(f"not a complete {kind} record: {error}") from None
    return event


def to_json(event: Event) -> str:
    """One line of the event log, without the line break."""
    return _dump_json(to_record(event))


def from_json(line: str | bytes) -> Event | None:
    """The event of one line of the log. Raises ``ValueError`` for what is not a record."""
    record = json.loads(line)
    if not isinstance(record, dict):
        raise ValueError(f"not an event record: {line!r:.60}")
    return from_record(record)


def _unpicky(value: Any) -> str:
    """Settings and names are strings by contract; a stray object must not cost the log a record."""
    return str(value)


_dump_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, default=_unpicky).encode


@cache
def _encoder(cls: Any) -> _Convert:
    """A function from an instance of ``cls`` to its record."""
    names: tuple[str, ...] = cls.__match_args__
    hints = get_type_hints(cls)
    special = tuple((name, convert) for name in names if (convert := _to_plain(hints[name])) is not None)
    values = attrgetter(*names) if len(names) > 1 else lambda event: (getattr(event, names[0]),)

    def encode(event: Any) -> Record:
        record = dict(zip(names, values(event), strict=True))
        for name, convert in special:
            record[name] = convert(record[name])
        return record

    return encode


@cache
def _decoder(cls: Any) -> _Convert:
    """A function from a record to an instance of ``cls``; unknown fields are ignored."""
    hints = get_type_hints(cls)
    converts = {name: _from_plain(hints[name]) for name in cls.__match_args__}

    def decode(record: Mapping[str, Any]) -> Any:
        known = {
            name: convert(record[name]) if convert is not None else record[name]
            for name, convert in converts.items()
            if name in record
        }
        return cls(**known)

    return decode


def _to_plain(hint: Any) -> _Convert | None:
    """How a field of this type becomes plain; ``None`` when it already is."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Sequence:
        return _list_encoder(arguments[0])
    if origin is Mapping:
        return dict
    return _encoder(hint) if is_frozen(hint) else None


def _list_encoder(item: Any) -> _Convert:
    convert = _to_plain(item)
    return list if convert is None else lambda values: list(map(convert, values))


def _from_plain(hint: Any) -> _Convert | None:
    """The inverse of `_to_plain`. JSON's keys are always strings, so integer keys are restored."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Sequence:
        return _tuple_decoder(arguments[0])
    if origin is Mapping:
        return _int_keys if arguments[0] is int else dict
    return _decoder(hint) if is_frozen(hint) else None


def _tuple_decoder(item: Any) -> _Convert:
    convert = _from_plain(item)
    return tuple if convert is None else lambda values: tuple(map(convert, values))


def _int_keys(mapping: Mapping[Any, Any]) -> dict[int, Any]:
    return {int(key): value for key, value in mapping.items()}
