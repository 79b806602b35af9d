"""PySpark's name (`pyspark.broadcast`) for what lives in `pyrdd.storage.broadcast`."""

from pyrdd.storage.broadcast import Broadcast

__all__ = ["Broadcast"]
