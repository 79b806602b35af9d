"""Python operators in the task: which module runs which operator.

python_scalar.py   UDFs of each row or batch (EvaluatePython)
python_batches.py  mapInPandas, mapInArrow
python_groups.py   applyInPandas, applyInArrow, aggregates, windows, cogroups
python_sides.py    observe, sample
python_tables.py   table functions (UDTFs)
python_types.py    what users' functions get and give, as Arrow and back
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

from pyrdd.errors import PySparkNotImplementedError
from pyrdd.sql.expressions import Attribute
from pyrdd.sql.plan import LogicalPlan

OPERATORS: dict[str, str] = {
    "EvaluatePython": "python_scalar",
    "MapBatches": "python_batches",
    "MapGroups": "python_groups",
    "CoGroup": "python_groups",
    "MapGroupsWithState": "python_groups",
    "CoGroupWithState": "python_groups",
    "Observe": "python_sides",
    "Sample": "python_sides",
    "GenerateTable": "python_tables",
}
"""The module of each operator. Its ``make(operator, columns of each input, settings)`` returns a picklable function
``(partition index, *tables of each input) -> tables``."""


def python_function(
    operator: LogicalPlan, columns: Sequence[tuple[Attribute, ...]], settings: Mapping[str, str]
) -> Callable[..., Iterator[Any]]:
    """The function that a task runs for an operator."""
    name = type(operator).__name__
    if name not in OPERATORS:
        raise PySparkNotImplementedError(errorClass="NOT_IMPLEMENTED", messageParameters={"feature": name})
    module = import_module(f"pyrdd.sql.execution.{OPERATORS[name]}")
    made: Callable[..., Iterator[Any]] = module.make(operator, columns, settings)
    return made
