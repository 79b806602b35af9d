"""PySpark's name (`pyspark.context`) for `pyrdd.core.context`."""

from pyrdd.core.context import SparkContext

__all__ = ["SparkContext"]
