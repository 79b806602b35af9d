"""Aggregation in two steps: each partition is aggregated by itself, what is left is exchanged and merged."""

from __future__ import annotations

from typing import Any

from pyrdd.sql.plan import Aggregate


def split(plan: Aggregate, planner: Any) -> tuple[Aggregate, Aggregate] | None:
    """The partial and the final aggregation; None where a function needs all its rows at once."""
    return None
