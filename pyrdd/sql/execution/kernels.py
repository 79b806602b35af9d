"""Python kernels inside a query: DuckDB hands over Arrow columns, the kernel works on plain values.

An exception of a kernel cannot cross DuckDB, which keeps its text only: it is kept here under a number that the text carries.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from pyrdd.sql.arrow import to_arrow_type
from pyrdd.sql.codegen.expressions import Kernel
from pyrdd.sql.kernels.columns import OnColumns

FAILURE = "pyrdd kernel failure "
_numbers = itertools.count(1)
_failures: dict[int, tuple[BaseException, int]] = {}


def take_failure(number: int) -> tuple[BaseException, int] | None:
    """The exception kept under a number, once, and the number of the place where it arose (-1: not known)."""
    return _failures.pop(number, None)


class KernelFunction:
    """One kernel as the function of columns that DuckDB calls."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.result = to_arrow_type(kernel.result)

    def arrow_call(self, count: int) -> Callable[..., pa.Array]:
        """A function with as many positional parameters as the kernel has arguments: DuckDB counts them."""
        names = ", ".join(f"a{i}" for i in range(count))
        namespace: dict[str, Any] = {"call": self.call}
        exec(f"def kernel({names}): return call([{names}])", namespace)
        found: Callable[..., pa.Array] = namespace["kernel"]
        return found

    def call(self, columns: list[Any]) -> pa.Array:
        """The kernel on each row."""
        function = self.kernel.function
        places = columns.pop() if self.kernel.placed else None
        try:
            if isinstance(function, OnColumns):
                return function(columns)
            rows = zip(*(column.to_pylist() for column in columns), strict=True)
            if self.kernel.null_calls:
                values = [function(*row) for row in rows]
            else:
                values = [None if None in row else function(*row) for row in rows]
            return pa.array(values, self.result)
        except BaseException as error:
            number = next(_numbers)
            _failures[number] = error, -1 if places is None else places[0].as_py()
            raise RuntimeError(f"{FAILURE}{number}") from None
