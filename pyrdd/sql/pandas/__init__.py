"""Python functions on pandas and Arrow data, under the module paths of PySpark."""
