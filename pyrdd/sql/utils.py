"""PySpark's `pyspark.sql.utils`: questions about the kind of session."""

from __future__ import annotations


def is_remote() -> bool:
    """Whether the session is a Spark Connect client: never here.

    >>> is_remote()
    False
    """
    return False
