"""Window and WindowSpec: which rows a window function sees from each row."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, ClassVar
from typing import Literal as OneOf

from pyrdd.sql.arguments import columns
from pyrdd.sql.column import literal
from pyrdd.sql.column_text import window_text
from pyrdd.sql.expressions import Expression, SortOrder, WindowFrame, WindowSpecification

_LONG_MIN, _LONG_MAX = -(1 << 63), (1 << 63) - 1


class WindowSpec:
    """Partitioning, order and frame of a window; made by the methods of `Window` and of itself."""

    def __init__(self, specification: WindowSpecification) -> None:
        self._specification = specification

    def partitionBy(self, *cols: Any) -> WindowSpec:
        """The window with these columns as its partition: rows see those of the same values only."""
        return WindowSpec(self._specification.copy(partition=_expressions(cols)))

    def orderBy(self, *cols: Any) -> WindowSpec:
        """The window with this order of rows in a partition."""
        keys = tuple(e if isinstance(e, SortOrder) else SortOrder(e) for e in _expressions(cols))
        return WindowSpec(self._specification.copy(order=keys))

    def rowsBetween(self, start: int, end: int) -> WindowSpec:
        """The window with a frame of rows, from ``start`` to ``end`` rows after the current one (negative: before)."""
        return self._framed("rows", start, end)

    def rangeBetween(self, start: int, end: int) -> WindowSpec:
        """The window with a frame of values: rows whose key differs from the current one's by ``start`` to ``end``."""
        return self._framed("range", start, end)

    def _framed(self, kind: OneOf["rows", "range"], start: int, end: int) -> WindowSpec:
        lower: Any = "unbounded" if start <= Window._PRECEDING_THRESHOLD else _bound(start)
        upper: Any = "unbounded" if end >= Window._FOLLOWING_THRESHOLD else _bound(end)
        return WindowSpec(self._specification.copy(frame=WindowFrame(kind, lower, upper)))

    def __repr__(self) -> str:
        return f"WindowSpec({window_text(self._specification)})"


class Window:
    """Makes windows for `Column.over`.

    >>> from pyrdd.sql import Window
    >>> w = Window.partitionBy("k").orderBy("v").rowsBetween(Window.unboundedPreceding, Window.currentRow)
    >>> df = spark.createDataFrame([("a", 1), ("a", 2), ("b", 5)], ["k", "v"])
    >>> df.select("k", F.sum("v").over(w).alias("sum")).sort("k", "sum").collect()
    [Row(k='a', sum=1), Row(k='a', sum=3), Row(k='b', sum=5)]
    """

    unboundedPreceding: ClassVar[int] = _LONG_MIN
    unboundedFollowing: ClassVar[int] = _LONG_MAX
    currentRow: ClassVar[int] = 0
    _PRECEDING_THRESHOLD: ClassVar[int] = max(-sys.maxsize, _LONG_MIN)
    _FOLLOWING_THRESHOLD: ClassVar[int] = min(sys.maxsize, _LONG_MAX)

    @staticmethod
    def partitionBy(*cols: Any) -> WindowSpec:
        """A window of the rows with the same values in these columns."""
        return _EMPTY.partitionBy(*cols)

    @staticmethod
    def orderBy(*cols: Any) -> WindowSpec:
        """A window of all rows, in this order."""
        return _EMPTY.orderBy(*cols)

    @staticmethod
    def rowsBetween(start: int, end: int) -> WindowSpec:
        """A window of the rows at these distances."""
        return _EMPTY.rowsBetween(start, end)

    @staticmethod
    def rangeBetween(start: int, end: int) -> WindowSpec:
        """A window of the rows whose key is at these distances."""
        return _EMPTY.rangeBetween(start, end)


_EMPTY = WindowSpec(WindowSpecification())


def _expressions(cols: Sequence[Any]) -> tuple[Expression, ...]:
    return tuple(col.expression for col in columns(cols))


def _bound(offset: int) -> Any:
    return "current" if offset == 0 else literal(offset).expression
