"""Where rows are: partitions, caches, checkpoints, hints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrdd.errors import IllegalArgumentException, PySparkValueError
from pyrdd.sql.arguments import columns, unpacked, wrong_item, wrong_type
from pyrdd.sql.column import Column, call
from pyrdd.sql.dataframe.handle import DataFrameHandle
from pyrdd.sql.dataframe.rows import sort_order
from pyrdd.sql.plan import Hint, Repartition, RepartitionBy
from pyrdd.storagelevel import StorageLevel

if TYPE_CHECKING:
    from pyrdd.sql.dataframe.frame import DataFrame

_HINT_TYPES = "str, float, int, Column, list[str], list[float], list[int]"


class Partitions(DataFrameHandle):
    """Operators that change where rows are, not which ones there are."""

    def repartition(self, numPartitions: Any, *cols: Any) -> DataFrame:
        """The rows dealt out to a number of partitions, or by the hash of some columns. A shuffle.

        >>> spark.range(10).repartition(3).rdd.getNumPartitions()
        3
        """
        if isinstance(numPartitions, int):
            _check_count(numPartitions)
            if not cols:
                return self._with(Repartition(numPartitions, True, self._plan))
            return self._partitioned(numPartitions, columns(cols))
        if not isinstance(numPartitions, (str, Column)):
            raise wrong_type("numPartitions", "Column or str", numPartitions)
        return self._partitioned(None, columns((numPartitions, *cols)))

    def repartitionByRange(self, numPartitions: Any, *cols: Any) -> DataFrame:
        """The rows in partitions that are ranges of some columns, in order. A shuffle, after a job that samples."""
        if isinstance(numPartitions, int):
            if not cols:
                raise PySparkValueError(
                    errorClass="CANNOT_BE_EMPTY", messageParameters={"item": "partition-by expression"}
                )
            _check_count(numPartitions)
            return self._ranged(numPartitions, columns(cols))
        if not isinstance(numPartitions, (str, Column)):
            raise wrong_type("numPartitions", "Column, int or str", numPartitions)
        return self._ranged(None, columns((numPartitions, *cols)))

    def repartitionById(self, numPartitions: int, partitionIdCol: Any) -> DataFrame:
        """The rows in the partitions that an int column numbers, modulo their count (null: the first). A shuffle.

        >>> df = spark.range(4).repartitionById(4, F.col("id").cast("int"))
        >>> [[row.id for row in rows] for rows in df.rdd.glom().collect()]
        [[0], [1], [2], [3]]
        """
        if not isinstance(numPartitions, int):
            raise wrong_type("numPartitions", "int", numPartitions)
        if numPartitions <= 0:
            raise PySparkValueError(
                errorClass="VALUE_NOT_POSITIVE",
                messageParameters={"arg_name": "numPartitions", "arg_value": str(numPartitions)},
            )
        direct = call("direct_shuffle_partition_id", columns((partitionIdCol,))[0])
        return self._partitioned(numPartitions, [direct])

    def _partitioned(self, number: int | None, keys: list[Column]) -> DataFrame:
        return self._with(RepartitionBy(tuple(key.expression for key in keys), number, self._plan))

    def _ranged(self, number: int | None, keys: list[Column]) -> DataFrame:
        return self._with(RepartitionBy(tuple(sort_order(key) for key in keys), number, self._plan))

    def coalesce(self, numPartitions: int) -> DataFrame:
        """Fewer partitions, by joining neighbours. Without a shuffle.

        >>> spark.range(10).coalesce(1).rdd.getNumPartitions()
        1
        """
        _check_count(numPartitions)
        return self._with(Repartition(numPartitions, False, self._plan))

    def hint(self, name: str, *parameters: Any) -> DataFrame:
        """The same rows with advice for the planner: how to join them (``df.hint("broadcast")``), or into which partitions
        to bring them (``df.hint("rebalance", "a")``). Unknown hints are told to the log and ignored."""
        given = unpacked(parameters)
        if not isinstance(name, str):
            raise wrong_type("name", "str", name)
        for parameter in given:
            if not isinstance(parameter, (str, float, int, Column, list)):
                raise wrong_item("parameters", given, _HINT_TYPES, parameter)
            if isinstance(parameter, list) and not all(isinstance(item, (str, float, int)) for item in parameter):
                raise wrong_item("parameters", given, _HINT_TYPES, parameter)
        args = tuple(p.expression if isinstance(p, Column) else p for p in given)
        return self._with(Hint(name, args, self._plan))

    # --- stored results -------------------------------------------------------------------------------------------

    def cache(self) -> DataFrame:
        """Stores the rows when they are computed next, in memory or else on disk; returns this DataFrame.

        >>> df = spark.range(3).cache()
        >>> df.is_cached, df.count()
        (True, 3)
        >>> _ = df.unpersist()
        """
        return self.persist()

    def persist(self, storageLevel: StorageLevel = StorageLevel.MEMORY_AND_DISK_DESER) -> DataFrame:
        """`cache` with a storage level. Later queries that contain this one read the stored rows."""
        self.is_cached = True
        self._session._cache.add(self._plan, storageLevel)
        return self._self

    def unpersist(self, blocking: bool = False) -> DataFrame:
        """Forgets stored rows; returns this DataFrame."""
        self.is_cached = False
        self._session._cache.remove(self._plan, blocking)
        return self._self

    @property
    def storageLevel(self) -> StorageLevel:
        """How the rows are stored.

        >>> spark.range(10).storageLevel
        StorageLevel(False, False, False, False, 1)
        """
        return self._session._cache.level(self._plan)

    def checkpoint(self, eager: bool = True) -> DataFrame:
        """The rows written to the checkpoint directory, as a DataFrame that has forgotten how they were computed."""
        return self._with(self._session._cache.checkpointed(self._plan, eager, local=False))

    def localCheckpoint(self, eager: bool = True, storageLevel: StorageLevel | None = None) -> DataFrame:
        """`checkpoint` in the executors' storage: faster, and lost with them."""
        return self._with(self._session._cache.checkpointed(self._plan, eager, local=True, level=storageLevel))


def _check_count(number: int) -> None:
    if number <= 0:
        raise IllegalArgumentException(f"requirement failed: Number of partitions ({number}) must be positive.")
