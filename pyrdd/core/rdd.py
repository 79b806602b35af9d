"""PySpark's name (`pyspark.core.rdd`) for what lives in `pyrdd.rdd`."""

from pyrdd.rdd import RDD, BoundedFloat, Partitioner, RDDBarrier, portable_hash

__all__ = ["RDD", "BoundedFloat", "Partitioner", "RDDBarrier", "portable_hash"]
