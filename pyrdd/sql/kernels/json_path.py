"""get_json_object, json_tuple, and what looks at one level of a JSON text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from pyrdd.sql.kernels.json_text import JsonError, Liberties, Number, Object, parse, write

# A step is a key, an index, or a wildcard of an array or an object.
_KEY, _INDEX, _EACH, _EACH_FIELD = "key", "index", "each", "each field"
_Step = tuple[str, Any]
_STEP = re.compile(r"\.\*|\['\*'\]|\[\*\]|\[(\d+)\]|\['([^'?]+)'\]|\.([^.\[]+)", re.ASCII)
_ALLOWED = Liberties(non_numeric=False, control_characters=True)
_RAW, _QUOTED, _FLAT = "raw", "quoted", "flat"


@lru_cache(512)
def parse_path(path: str) -> tuple[_Step, ...] | None:
    """The steps of a path such as ``$.a[0]['b'][*]``, or ``None`` for text that is none."""
    if not path.startswith("$"):
        return None
    steps: list[_Step] = []
    at = 1
    while at < len(path):
        match = _STEP.match(path, at)
        if match is None:
            return None
        steps.append(_step(match))
        at = match.end()
    return tuple(steps)


def _step(match: re.Match[str]) -> _Step:
    if match[0] == "[*]":
        return _EACH, None
    if match[1] is not None:
        return _INDEX, int(match[1])
    name = match[2] or match[3]
    return (_EACH_FIELD, None) if name is None or name == "*" else (_KEY, name)


def get_json_object(text: str, path: str) -> str | None:
    """What the path leads to: a string as it is, anything else as compact JSON; ``None`` for nothing, for null, for a
    wrong path and for wrong JSON.

    >>> get_json_object('{"a": [{"b": 1}, {"b": 2}]}', "$.a[*].b")
    '[1,2]'
    """
    steps = parse_path(path)
    if steps is None:
        return None
    try:
        value = parse(text, _ALLOWED)
    except JsonError:
        return None
    if value is None and steps:
        return None
    found = _follow(value, steps, _RAW)
    return "".join(found) if found else None


def _follow(value: Any, steps: Sequence[_Step], style: str) -> list[str]:
    """The texts that the steps lead to."""
    if not steps:
        return _text(value, style)
    (kind, argument), rest = steps[0], steps[1:]
    if isinstance(value, Object):
        return _follow_key(value, argument, rest, style) if kind == _KEY else []
    if not isinstance(value, list):
        return []
    if kind == _INDEX:
        if argument >= len(value):
            return []
        return _follow(value[argument], rest, _QUOTED if rest and rest[0][0] == _EACH else style)
    return _follow_each(value, rest, style) if kind == _EACH else []


def _text(value: Any, style: str) -> list[str]:
    if style == _RAW and isinstance(value, str) and not isinstance(value, Number):
        return [value]
    if style == _FLAT and isinstance(value, list) and not isinstance(value, Object):
        return [text for item in value for text in _text(item, _FLAT)]
    return [write(value)]


def _follow_key(value: Object, name: str, rest: Sequence[_Step], style: str) -> list[str]:
    for key, item in value:
        if key == name and item is not None:
            found = _follow(item, rest, style)
            if found:
                return found
    return []


def _follow_each(value: list[Any], rest: Sequence[_Step], style: str) -> list[str]:
    if rest and rest[0][0] == _EACH:
        found = [text for item in value for text in _follow(item, rest[1:], _FLAT)]
        return [_array(found)]
    inner = _QUOTED if style == _RAW else style
    found = [text for item in value for text in _follow(item, rest, inner)]
    if style == _QUOTED:
        return [_array(found)] if found else []
    if style == _FLAT:
        return [_array(found)] if len(found) > 1 else found
    return [_array(found)] if len(found) > 1 else found


def _array(texts: Sequence[str]) -> str:
    return "[" + ",".join(texts) + "]"


def json_tuple(text: str, names: Sequence[str]) -> list[str | None]:
    """The values of these keys of an object, as `get_json_object` shows them.

    >>> json_tuple('{"a": 1, "b": "x"}', ["b", "c"])
    ['x', None]
    """
    try:
        value = parse(text, _ALLOWED)
    except JsonError:
        value = None
    found: dict[str, str | None] = {}
    if isinstance(value, Object):
        for key, item in value:
            if key in names:
                found.setdefault(key, None if item is None else _text(item, _RAW)[0])
    return [found.get(name) for name in names]


def json_array_length(text: str) -> int | None:
    """The number of elements of the outermost array; ``None`` for anything else."""
    try:
        value = parse(text, _ALLOWED)
    except JsonError:
        return None
    return len(value) if isinstance(value, list) and not isinstance(value, Object) else None


def json_object_keys(text: str) -> list[str] | None:
    """The keys of the outermost object; ``None`` for anything else."""
    try:
        value = parse(text, _ALLOWED)
    except JsonError:
        return None
    return [key for key, _ in value] if isinstance(value, Object) else None
