"""What user code raises to tell the engine something."""

from __future__ import annotations


class SkipRestOfInputTableException(Exception):
    """Raised by `eval` of a table function to be given no more rows of the current group."""


SkipRestOfInputTableException.__module__ = "pyrdd.sql.udtf"
