"""`DataFrame.freqItems`: counters of a bounded number of values, decremented together when they run out.

After Karp, Shenker and Papadimitriou, "A simple algorithm for finding frequent elements in streams and bags" (2003).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from pyrdd.errors import IllegalArgumentException
from pyrdd.sql.types import ArrayType, Row, StructField, StructType

if TYPE_CHECKING:
    from pyrdd.sql.dataframe.frame import DataFrame

Counts = dict[Any, int]


def frequent_items(df: DataFrame, names: list[str], support: float) -> DataFrame:
    """One row of arrays, ``<name>_freqItems``."""
    if not 1e-4 <= support <= 1.0:
        raise IllegalArgumentException(f"requirement failed: Support must be in [1e-4, 1], but got {support}.")
    size = int(1 / support)
    columns = [df._attribute(name) for name in names]
    merged: list[Counts] = [{} for _ in names]
    for counts in df.select(*names).rdd.mapPartitions(partial(_counted, len(names), size)).collect():
        for mine, theirs in zip(merged, counts, strict=True):
            for key, count in theirs.items():
                _add(mine, key, count, size)
    fields = [StructField(f"{a.name}_freqItems", ArrayType(a.data_type), False) for a in columns]
    return df._session.createDataFrame([tuple(map(_values, merged))], StructType(fields), verifySchema=False)


def _counted(width: int, size: int, rows: Iterable[Row]) -> Iterator[list[Counts]]:
    made: list[Counts] = [{} for _ in range(width)]
    for row in rows:
        for counts, value in zip(made, row, strict=True):
            _add(counts, _Key.of(value), 1, size)
    yield made


def _add(counts: Counts, key: Any, count: int, size: int) -> None:
    if key in counts:
        counts[key] += count
    elif len(counts) < size:
        counts[key] = count
    else:
        least = min(counts.values(), default=0)
        if count >= least:
            counts[key] = count
        taken = min(least, count)
        kept = {k: n - taken for k, n in counts.items() if count < least or n > least}
        counts.clear()
        counts.update(kept)


class _Key(tuple[str, Any]):
    """A value that cannot be hashed itself, by its text."""

    @staticmethod
    def of(value: Any) -> Any:
        try:
            hash(value)
        except TypeError:
            return _Key((repr(value), value))
        return value

    def __hash__(self) -> int:
        return hash(self[0])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other[0] == self[0]


def _values(counts: Counts) -> list[Any]:
    return [key[1] if isinstance(key, _Key) else key for key in sorted(counts, key=_place)]


def _place(key: Any) -> tuple[int, int]:
    """Where the table of Scala's HashMap has a key: whole numbers in order, null first; others as they came."""
    if key is None:
        return 0, -1
    if isinstance(key, int):
        return key & 15, key
    return 16, 0
