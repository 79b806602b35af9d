"""The engine assembled, under PySpark's module names (`pyspark.core.context`, `pyspark.core.rdd`, ...)."""
