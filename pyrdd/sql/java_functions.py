"""Functions that are Java classes: a catalog may name them, but no class is on any path here that a call could load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from pyrdd.errors import AnalysisException
from pyrdd.sql.analysis.problems import analysis_error
from pyrdd.sql.names import quoted_parts


@dataclass(frozen=True)
class JavaFunction:
    """A function that the catalog keeps by the name of its class. A call raises CANNOT_LOAD_FUNCTION_CLASS."""

    name: tuple[str, ...]
    class_name: str

    def __call__(self, args: Sequence[Any], ctx: Any) -> NoReturn:
        raise self.not_loadable()

    def not_loadable(self) -> AnalysisException:
        """What Spark raises where the class is not on its path."""
        return analysis_error(
            "CANNOT_LOAD_FUNCTION_CLASS", className=self.class_name, functionName=quoted_parts(self.name)
        )

    def describe(self, extended: bool) -> list[str]:
        """The lines of DESCRIBE FUNCTION."""
        lines = [f"Function: {'.'.join(self.name)}", f"Class: {self.class_name}", "Usage: N/A."]
        return [*lines, "Extended Usage:"] if extended else lines
