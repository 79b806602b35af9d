"""The exception classes, in PySpark's modules."""
