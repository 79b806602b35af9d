"""Cases, and the differences between two engines that answer them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.parity import answers
from tests.parity.grammar import CATEGORIES, expressions
from tests.parity.queries import QUERIES, ordered
from tests.parity.values import COLUMNS, tables

ZONES = ("UTC", "America/Los_Angeles", "Europe/Paris", "Asia/Kolkata")
EXPRESSIONS = {template for templates in CATEGORIES.values() for template in templates}
GROUP = 5
# whose answers are sums in an order that nobody promises, or come from a mathematical library
TOLERANT = {"math", "aggregates", "windows"}
ALL = {**CATEGORIES, **QUERIES}


@dataclass(frozen=True)
class Batch:
    """Queries over the same two tables, with the templates that they came from."""

    settings: dict[str, str]
    views: dict[str, str]
    queries: list[tuple[str, str]]
    tolerant: bool = False

    def request(self, queries: list[str] | None = None) -> dict[str, Any]:
        """What is sent to the server."""
        asked = [query for _, query in self.queries] if queries is None else queries
        return {"settings": self.settings, "views": self.views, "queries": asked}


@dataclass
class Difference:
    """One query that two engines answer differently."""

    template: str
    query: str
    batch: Batch
    pyspark: dict[str, Any]
    pyrdd: dict[str, Any]
    how: str = field(default="")


def _renamed() -> str:
    names = ["rid", *(name for group in COLUMNS.values() for name in group)]
    return ", ".join(f"{name} as o_{name}" for name in names)


@st.composite
def batches(draw: Any, category: str, size: int = 24, templates: tuple[str, ...] | None = None) -> Batch:
    """Queries of a category over random tables."""
    wild = draw(st.booleans())
    ansi = draw(st.sampled_from(["true", "true", "false"]))
    zone = draw(st.sampled_from(ZONES))
    views = {"t": draw(tables(wild)), "other": draw(tables(wild, 4)), "o": f"select {_renamed()} from other"}
    chosen = draw(
        st.lists(
            st.sampled_from(templates or ALL[category]),
            min_size=size,
            max_size=size,
            unique=len(templates or ALL[category]) > 2 * size,
        )
    )
    queries = []
    for template in chosen:
        made = draw(expressions(template, 1, wild))
        queries.append((template, made if category in QUERIES else f"select {made} from t"))
    return Batch(
        {"spark.sql.ansi.enabled": ansi, "spark.sql.session.timeZone": zone}, views, queries, category in TOLERANT
    )


_NUMBER = re.compile(r"(?<![\w.])-?\d+\.\d+(?:[eE][-+]?\d+)?(?!m)\b")
_DIGITS = re.compile(r"(?<![\w.])-?\d\.\d{14,}(?:[eE][-+]?\d+)?")
_IN_TEXT = re.compile(r"(?<![\w.])-?\d\.\d+E-?\d+(?![\w.])")


def _rows(answer: dict[str, Any], tolerant: bool) -> list[str]:
    """Numbers in texts by their value: Java shows some with more digits than they need before its version 19.

    With ``tolerant``, without the digits in which mathematical libraries differ.
    """

    def shown(match: re.Match[str]) -> str:
        return f"{float(match.group()):.12e}" if tolerant else repr(float(match.group()))

    def in_text(match: re.Match[str]) -> str:
        return f"{float(match.group()):.6e}"  # what single precision holds

    return [(_NUMBER if tolerant else _DIGITS).sub(shown, _IN_TEXT.sub(in_text, row)) for row in answer["rows"]]


def how_different(query: str, theirs: dict[str, Any], ours: dict[str, Any], tolerant: bool = False) -> str | None:
    """In what two answers differ, or None."""
    if "error" in theirs or "error" in ours:
        if "error" not in ours:
            return f"pyspark fails: {theirs['error']} {theirs['condition']}"
        if "error" not in theirs:
            return f"pyrdd fails: {ours['error']} {ours['condition']}"
        if theirs["condition"] is None and theirs["error"] in ours["classes"]:
            return None  # an exception of Java's or Python's own, which says less than a condition
        if theirs["error"] == "Py4JJavaError" and f"[{ours['condition']}]" in theirs["message"]:
            return None  # one that PySpark does not turn into its own class
        if (theirs["error"], theirs["condition"]) != (ours["error"], ours["condition"]):
            return f"error: {theirs['error']} {theirs['condition']} / {ours['error']} {ours['condition']}"
        return None
    if [name for name, _ in theirs["columns"]] != [name for name, _ in ours["columns"]]:
        return "names"
    if theirs["columns"] != ours["columns"]:
        return "types"
    left, right = _rows(theirs, tolerant), _rows(ours, tolerant)
    same = left == right if ordered(query) else sorted(left) == sorted(right)
    return None if same else "rows"


class Comparison:
    """pyrdd beside an oracle; counts what was compared."""

    def __init__(self, oracle: Any, spark: Any) -> None:
        self.oracle, self.spark, self.compared, self.errors = oracle, spark, 0, 0

    def both(self, batch: Batch, queries: list[str] | None = None) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """The answers of PySpark and of pyrdd."""
        request = batch.request(queries)
        self.oracle.send(request)
        ours = answers.answers(self.spark, request)
        return list(zip(self.oracle.receive(), ours, strict=True))

    def differences(self, batch: Batch) -> list[Difference]:
        """The queries of a batch that the engines answer differently."""
        suspects = self._suspects(batch)
        pairs = self.both(batch, [query for _, query in suspects]) if suspects else []
        found = []
        self.compared += len(batch.queries)
        for (template, query), (theirs, ours) in zip(suspects, pairs, strict=True):
            self.errors += "error" in theirs
            how = how_different(query, theirs, ours, batch.tolerant)
            if how is not None and not (how.startswith("error: ") and self._same_by_rows(batch, query)):
                found.append(Difference(template, query, batch, theirs, ours, how))
        return found

    def _suspects(self, batch: Batch) -> list[tuple[str, str]]:
        """The queries that are not yet known to be answered alike: expressions are tried several to a query."""
        plain = [
            case
            for case in batch.queries
            if case[1].startswith("select ") and case[1].endswith(" from t") and case[0] in EXPRESSIONS
        ]
        others = [case for case in batch.queries if case not in plain]
        groups = [plain[n : n + GROUP] for n in range(0, len(plain), GROUP)]
        joined = [
            "select " + ", ".join(query[len("select ") : -len(" from t")] for _, query in group) + " from t"
            for group in groups
        ]
        for group, query, (theirs, ours) in zip(
            groups, joined, self.both(batch, joined) if joined else [], strict=True
        ):
            if "error" in theirs or how_different(query, theirs, ours, batch.tolerant) is not None:
                others += group
        return others

    def _same_by_rows(self, batch: Batch, query: str) -> bool:
        """Whether the engines only met different rows' errors first."""
        numbers = range(batch.views["t"].count("), (") + 1)
        pairs = self.both(
            batch, [query.replace(" from t", f" from (select * from t where rid = {n}) t") for n in numbers]
        )
        return all(how_different(query, theirs, ours, batch.tolerant) is None for theirs, ours in pairs)


def oracle_named() -> bool:
    """Whether the environment names an oracle."""
    return bool(os.environ.get("PYRDD_PARITY_PYTHON"))
