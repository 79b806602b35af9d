"""Aggregator: how the values of one key become one combined value (`combineByKey`'s three functions)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyrdd.util.frozen import frozen


@frozen
class Aggregator:
    """The three functions that `combineByKey` takes, named as PySpark names them.

    ``create_combiner`` turns the first value of a key into a combiner, ``merge_value`` folds a further value into
    it, ``merge_combiners`` joins two combiners that were built in different partitions. ``merge_value`` and
    ``merge_combiners`` may change and return their first argument.
    """

    create_combiner: Callable[[Any], Any]
    merge_value: Callable[[Any, Any], Any]
    merge_combiners: Callable[[Any, Any], Any]
