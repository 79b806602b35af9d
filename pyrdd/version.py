"""pyrdd's own version, the version of PySpark whose API and answers it follows, and how a process learns to go by its name.

Here, and not in `pyrdd.alias`, because each worker asks for it when it starts, and few need what the alias loads.
"""

__version__ = "0.1.0"
SPARK_VERSION = "4.3.0"
AS_PYSPARK = "PYRDD_AS_PYSPARK"
"""The environment variable that is set while ``import pyspark`` means pyrdd: worker processes inherit it."""
