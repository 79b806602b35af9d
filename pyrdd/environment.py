"""The environment variables that a program's processes find their way by."""

from __future__ import annotations

AS_PYSPARK = "PYRDD_AS_PYSPARK"
"""Set while ``import pyspark`` means pyrdd (see `pyrdd.alias`): worker processes inherit it."""

ENGINE = "PYRDD_ENGINE"
"""What runs a program that imports pyrdd: ``pyrdd``, or ``pyspark`` (see `pyrdd.handover`)."""

SUBMITTED = "PYRDD_SUBMIT_CONF"
"""The settings of ``pyrdd submit``, as JSON: defaults of each `SparkConf`."""
