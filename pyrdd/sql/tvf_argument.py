"""TableValuedFunctionArgument: what a table-valued function takes, a Column or a table."""

from __future__ import annotations


class TableValuedFunctionArgument:
    """The common base of `Column` and `TableArg`."""
