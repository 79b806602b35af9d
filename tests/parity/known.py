"""Differences that are known, and why they stay."""

from __future__ import annotations

import re

from tests.parity.compare import Difference

# template of a query, kind of difference -> the reason
KNOWN: tuple[tuple[str, str, str], ...] = (
    (r"sentences\(", "", "of text that is not ASCII: refused by name"),
    (r"mode\(", "rows", "which of several values that are as frequent is nobody's promise"),
    (r"collect_list|first|last|listagg|string_agg", "rows", "of rows without an order between them"),
    (r"histogram_numeric", "rows", "Spark keeps 17 digits of a decimal"),
    (r" over \(order by \w+ range between \d", "pyspark fails", "Spark fails where a bound of the frame overflows"),
    (r"to_binary|try_to_binary|unbase64", "", "Java's decoder passes over characters that are not Base64"),
    (r"timestamp_seconds", "pyspark fails", "Spark fails for more than six digits behind the point"),
    (r"timestampdiff", "rows", "months between clocks before time zones"),
    (r"count_min_sketch", "pyspark fails", "decimals are taken for doubles"),
    (r'"D"', "pyspark fails", "day 366 of a year that has 365"),
    (r"\{bool\} = \{str\}|\{bool\} = \{num\}", "", "Spark does not compute an operand beside a null, nor its errors"),
    (r"", "pyspark fails: ValueError", "dates that Python cannot hold"),
    (r"", "pyspark fails: OverflowError", "dates that Python cannot hold"),
)


def expected(difference: Difference) -> bool:
    """Whether a difference is one of those that stay."""
    for answer in (difference.pyspark, difference.pyrdd):
        if answer.get("condition") == "NOT_IMPLEMENTED":
            return True  # a refusal by name
    return any(
        re.search(template, difference.template) and difference.how.startswith(how) for template, how, _ in KNOWN
    )
