"""The schema of many rows at once: what merging each row's schema gives, found column by column where that is faster.

In a column whose values all have simple classes, only the classes matter: one value of each is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

from pyrdd.errors import PySparkTypeError
from pyrdd.sql.types.base import DataType, NullType
from pyrdd.sql.types.infer import _OF_CLASS, InferenceRules, _merge_type
from pyrdd.sql.types.row import Row
from pyrdd.sql.types.struct import StructField, StructType


def infer_rows(
    rows: Sequence[Any], names: Sequence[str] | None = None, rules: InferenceRules | None = None
) -> StructType:
    """The merged schema of the rows, of which there must be one at least. Types that no row shows are left as
    `NullType`. Raises `PySparkTypeError` when a value has no type, or a column types that do not merge.

    >>> infer_rows([(1, None), (2, "a")], ["id", "name"])
    StructType([StructField('id', LongType(), True), StructField('name', StringType(), True)])
    """
    rules = rules or InferenceRules()
    shared = _shared_names(rows, names)
    if shared is not None:
        try:
            columns = zip(*rows, strict=True)
            fields = [StructField(n, _column_type(c, rules)) for n, c in zip(shared, columns, strict=True)]
            return StructType(fields)
        except (PySparkTypeError, ValueError):
            pass  # of all mistakes, PySpark names the first in the order of the rows
    given = None if names is None else list(names)
    schemas = (rules.schema_of(row, given) for row in rows)
    return reduce(_merged, schemas)


def _merged(a: StructType, b: StructType) -> StructType:
    merged = _merge_type(a, b)
    assert isinstance(merged, StructType)
    return merged


def _shared_names(rows: Sequence[Any], names: Sequence[str] | None) -> list[str] | None:
    """The names of all the rows' fields, or None where the rows differ."""
    classes = set(map(type, rows))
    if classes <= {tuple, list}:
        width = len(rows[0])
        given = list(names or ())[:width]
        return given + [f"_{i}" for i in range(len(given) + 1, width + 1)]
    if classes == {Row} and hasattr(rows[0], "__fields__"):
        fields = list(rows[0].__fields__)
        alike = all(getattr(row, "__fields__", None) == rows[0].__fields__ for row in rows)
        return fields if alike and len(set(fields)) == len(fields) == len(rows[0]) else None
    return None


def _column_type(values: Sequence[Any], rules: InferenceRules) -> DataType:
    # a dictionary keeps the order in which the classes occur, which merging goes by
    samples = dict.fromkeys(map(type, values))
    if samples.keys() <= _OF_CLASS.keys() and not rules.prefer_timestamp_ntz:
        wanted = set(samples)
        for value in values:
            if type(value) in wanted:
                wanted.discard(type(value))
                samples[type(value)] = value
                if not wanted:
                    break
        values = list(samples.values())
    nothing: DataType = NullType()
    return reduce(_merge_type, map(rules.type_of, values), nothing)
