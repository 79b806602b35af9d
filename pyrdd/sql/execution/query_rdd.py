"""QueryRDD: the stage of a physical plan as an RDD whose records are Arrow tables, one for each partition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pyrdd.partition import Partition
from pyrdd.rdd.base import BaseRDD
from pyrdd.sql.codegen.expressions import Kernel
from pyrdd.sql.execution import database

if TYPE_CHECKING:
    from pyrdd.taskcontext import TaskContext


class QueryRDD(BaseRDD):
    """One task: the stage's DuckDB query over tables that came with it."""

    lane = "vectorised"
    ships = ("text", "tables", "kernels", "settings")

    def __init__(
        self,
        rdd_id: int,
        text: str,
        tables: Sequence[pa.Table],
        kernels: Sequence[Kernel],
        settings: Mapping[str, str],
        call_site: str = "",
    ) -> None:
        super().__init__(rdd_id, call_site=call_site)
        self.text, self.tables, self.kernels, self.settings = text, tables, kernels, settings
        self._num_partitions = 1

    def compute(self, partition: Partition, inputs: Sequence[Iterator[Any]], task: TaskContext) -> Iterator[pa.Table]:
        yield database.run(self.text, self.tables, self.kernels, self.settings)
