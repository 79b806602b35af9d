"""Kernels that take whole columns: numpy functions of doubles as functions of Arrow arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class OnColumns:
    """A function of a module of this package, of numpy arrays of doubles: called with Arrow arrays. A null in any of them
    gives null."""

    module: str
    name: str

    def __call__(self, columns: Sequence[Any]) -> Any:
        """The Arrow array of the results."""
        import numpy as np  # here: this package loads no heavy library
        import pyarrow as pa
        import pyarrow.compute as pc

        function = getattr(import_module(f"pyrdd.sql.kernels.{self.module}"), self.name)
        arrays = [c.combine_chunks() if isinstance(c, pa.ChunkedArray) else c for c in columns]
        nulls = np.zeros(len(arrays[0]), bool)
        values = []
        for array in arrays:
            if array.null_count:
                nulls |= np.asarray(pc.is_null(array))
                array = pc.fill_null(array, 1.0)
            values.append(array.to_numpy(zero_copy_only=False))
        return pa.array(function(*values), pa.float64(), mask=nulls if nulls.any() else None)
