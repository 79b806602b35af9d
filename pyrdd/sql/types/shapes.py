"""Rows that can be told apart by their types: inference looks at one of each shape.

The type of a value is a matter of its class, and for a collection, of the classes inside. Merging a schema into one that
holds it already changes nothing, so a row that is built like an earlier one may be passed over.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any

from pyrdd.sql.types.infer import _OF_CLASS, InferenceRules
from pyrdd.sql.types.row import Row

Shape = Callable[[Any], Any]


def distinct_shapes(rows: Iterable[Any], rules: InferenceRules) -> Iterator[Any]:
    """The rows without those whose inferred schema is surely that of an earlier one.

    >>> list(distinct_shapes([(1, "a"), (2, "b"), (None, "c"), (3, "d")], InferenceRules()))
    [(1, 'a'), (None, 'c')]
    """
    flat = _flat_classes(rules)
    # in lists, the setting of timestamps decides about maps too
    by_pair = rules.infer_dict_as_struct or rules.infer_map_from_first_pair or rules.prefer_timestamp_ntz
    shape = _shape_of(flat, maps=not by_pair)
    seen = set()
    for row in rows:
        names = _names(row)
        if names is None:
            yield row
            continue
        values = row if isinstance(row, tuple | list) else _attributes(row).values()
        classes: tuple[Any, ...] = tuple(map(type, values))
        if not flat.issuperset(classes):
            classes = tuple(map(shape, values))
        key = (type(row), names, classes)
        if key not in seen:
            seen.add(key)
            yield row


def _flat_classes(rules: InferenceRules) -> frozenset[type]:
    """The classes whose values all have one type."""
    by_value = {datetime.datetime} if rules.prefer_timestamp_ntz else set()
    return frozenset(_OF_CLASS.keys() - by_value)


def _attributes(row: Any) -> dict[str, Any]:
    return row if isinstance(row, dict) else vars(row)


def _names(row: Any) -> Hashable:
    """What besides the values decides about a row's schema; None for what inference has to look at itself."""
    if type(row) in (tuple, list):
        return ()
    if type(row) is Row:
        return tuple(getattr(row, "__fields__", ()))
    if isinstance(row, tuple | list):
        return () if hasattr(type(row), "_fields") else None
    return tuple(_attributes(row)) if isinstance(row, dict) or hasattr(row, "__dict__") else None


def _shape_of(flat: frozenset[type], maps: bool) -> Shape:
    def shape(value: Any) -> Any:
        kind = type(value)
        if kind in flat:
            return kind
        if kind is list:
            return (list, *dict.fromkeys(map(shape, value)))
        if kind is dict and maps:
            return (dict, tuple(dict.fromkeys(map(shape, value))), tuple(dict.fromkeys(map(shape, value.values()))))
        if kind is tuple or kind is Row:
            return (kind, _names(value), *map(shape, value))
        # like nothing else
        return object()

    return shape
