"""The kernel of `shuffle`: for a seed, partition and row it gives Spark's order."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.functions.inputs import LONG

_RUNS_KEPT = 64


class Shuffle:
    """Puts the arrays of a partition's rows into random orders. Another run of the query begins anew."""

    def __init__(self, seed: int, site: str) -> None:
        self.seed, self.site = seed, site
        self._running: OrderedDict[tuple[int, int], Any] = OrderedDict()

    def __reduce__(self) -> tuple[Any, ...]:
        return Shuffle, (self.seed, self.site)

    def __call__(self, values: list[Any] | None, partition: int, run: int) -> list[Any] | None:
        if values is None:
            return None
        found = self._running.get((partition, run))
        if found is None:
            from pyrdd.sql.kernels.random_columns import Shuffler  # here: it needs numpy

            found = self._running[partition, run] = Shuffler(self.seed, partition)
            while len(self._running) > _RUNS_KEPT:
                self._running.popitem(last=False)
        order: list[Any] = found.shuffle(values)
        return order


def shuffle_text(writer: Any, array: str, seed: int, data_type: t.DataType) -> str:
    """The text of a call on an array."""
    kernel = writer._note("shuffle", Shuffle(seed, writer.fresh()), (data_type, LONG, LONG), data_type, True, False, placed=False)
    partition = "CAST(coalesce(getvariable('partition'), 0) AS BIGINT)"
    return f"{kernel}({array}, {partition}, CAST(txid_current() AS BIGINT))"
