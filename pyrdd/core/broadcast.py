"""PySpark's name (`pyspark.core.broadcast`) for what lives in `pyrdd.storage.broadcast`."""

from pyrdd.storage.broadcast import Broadcast, BroadcastPickleRegistry

__all__ = ["Broadcast", "BroadcastPickleRegistry"]
