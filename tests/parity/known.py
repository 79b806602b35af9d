"""Differences that are known, and why they stay."""

from __future__ import annotations

import re

from tests.parity.compare import Difference

# template of a query, kind of difference -> the reason
KNOWN: tuple[tuple[str, str, str], ...] = (
    (r"mode\(|max_by|min_by", "rows", "which of several values that are as frequent, or as great, is nobody's promise"),
    (r"collect_list|first|last|listagg|string_agg", "rows", "of rows without an order between them"),
    (r"histogram_numeric", "rows", "Spark keeps 17 digits of a decimal"),
    (r"timestampdiff", "rows", "months between clocks before time zones"),
    (r" range between \d", "pyrdd fails", "without ANSI rules Spark's bounds turn around the ends of their type"),
    (r" where false", "pyspark fails", "Spark computes constants, and meets their errors, though there are no rows"),
    (r"where .* and ", "pyspark fails", "DuckDB drops a row whose left side is null, and does not meet the right side's error"),
    (r"regexp_replace\(\{str\}, ''", "rows", "Java matches between the halves of a surrogate pair, and loses the character"),
    (r"is unknown", "names", "Spark's name depends on whether analysis has rebuilt the expression"),
    (r"format_number|as decimal|%[\d.]*[ef]", "rows", "Java shows doubles with a digit too many before its version 19, and goes by them"),
    (r"", "pyspark fails: ValueError", "dates that Python cannot hold"),
    (r"", "pyspark fails: OverflowError", "dates that Python cannot hold"),
    (r"", "error: ValueError", "dates that Python cannot hold"),
    (r"", "error: OverflowError", "dates that Python cannot hold"),
)


def expected(difference: Difference) -> bool:
    """Whether a difference is one of those that stay."""
    for answer in (difference.pyspark, difference.pyrdd):
        if answer.get("condition") == "NOT_IMPLEMENTED":
            return True  # a refusal by name
    return any(
        re.search(template, difference.template) and difference.how.startswith(how) for template, how, _ in KNOWN
    )
