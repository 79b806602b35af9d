"""PySpark's name (`pyspark.core.status`) for what lives in `pyrdd.status`."""

from pyrdd.status import SparkExecutorInfo, SparkJobInfo, SparkStageInfo, StatusTracker

__all__ = ["SparkExecutorInfo", "SparkJobInfo", "SparkStageInfo", "StatusTracker"]
