"""pyrdd's own version, and the version of PySpark whose API and answers it follows."""

__version__ = "0.1.0"
SPARK_VERSION = "4.3.0"
