"""PySpark's name (`pyspark.core.files`) for what lives in `pyrdd.files`."""

from pyrdd.files import SparkFiles

__all__ = ["SparkFiles"]
