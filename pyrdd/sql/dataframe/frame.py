"""DataFrame: PySpark's class, assembled from topic mixins."""

from __future__ import annotations

from pyrdd.sql.dataframe.actions import Actions
from pyrdd.sql.dataframe.alignment import Alignment
from pyrdd.sql.dataframe.describing import Describing
from pyrdd.sql.dataframe.grouping import Grouping
from pyrdd.sql.dataframe.joining import Joining
from pyrdd.sql.dataframe.missing import Missing
from pyrdd.sql.dataframe.partitions import Partitions
from pyrdd.sql.dataframe.rows import Rows
from pyrdd.sql.dataframe.selecting import Selecting
from pyrdd.sql.dataframe.statistics import Statistics
from pyrdd.sql.dataframe.streams import Streams


class DataFrame(
    Selecting,
    Rows,
    Joining,
    Grouping,
    Missing,
    Statistics,
    Alignment,
    Partitions,
    Actions,
    Describing,
    Streams,
):
    """A table with named, typed columns: a lazy query, computed by the actions on it.

    Transformations check names and types at once and compute nothing. Made by `SparkSession`: ``createDataFrame``,
    ``range``, ``read``, ``sql``, ``table``.

    >>> people = spark.createDataFrame([("Alice", 11), ("Bob", 12)], ["name", "age"])
    >>> people.filter(people.age > 11).select("name").collect()
    [Row(name='Bob')]
    """

    # where PySpark has it
    __module__ = "pyrdd.sql.dataframe"
