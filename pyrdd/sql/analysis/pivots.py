"""PIVOT and UNPIVOT: columns from values, and rows from columns."""

from __future__ import annotations

from typing import NoReturn

from pyrdd.errors import PySparkNotImplementedError
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.plan import LogicalPlan, Pivot, Unpivot


def _refuse(what: str) -> NoReturn:
    raise PySparkNotImplementedError(errorClass="NOT_IMPLEMENTED", messageParameters={"feature": what})


def resolve_pivot(plan: Pivot, ctx: AnalysisContext) -> LogicalPlan:
    """PIVOT as an aggregation."""
    _refuse("PIVOT")


def resolve_unpivot(plan: Unpivot, ctx: AnalysisContext) -> LogicalPlan:
    """UNPIVOT as an expansion."""
    _refuse("UNPIVOT")
