"""Partition transforms: how `DataFrameWriterV2.partitionedBy` derives partitions from a column."""

from __future__ import annotations

from pyrdd.errors import PySparkTypeError
from pyrdd.sql.column import Column, ColumnOrName, call, column_or_name


def years(col: ColumnOrName) -> Column:
    """Partitions by the year of a date or timestamp."""
    return call("years", column_or_name(col))


def months(col: ColumnOrName) -> Column:
    """Partitions by the month of a date or timestamp."""
    return call("months", column_or_name(col))


def days(col: ColumnOrName) -> Column:
    """Partitions by the day of a date or timestamp."""
    return call("days", column_or_name(col))


def hours(col: ColumnOrName) -> Column:
    """Partitions by the hour of a timestamp."""
    return call("hours", column_or_name(col))


def bucket(numBuckets: Column | int, col: ColumnOrName) -> Column:
    """Partitions by a hash of the values. Raises PySparkTypeError unless the number is an int or a Column."""
    if not isinstance(numBuckets, int | Column):
        raise PySparkTypeError(
            errorClass="NOT_COLUMN_OR_INT",
            messageParameters={"arg_name": "numBuckets", "arg_type": type(numBuckets).__name__},
        )
    return call("bucket", numBuckets, column_or_name(col))
