"""Compares for long, without stopping at the first difference.

    PYRDD_PARITY_PYTHON=... python -m tests.parity.explore casts --batches 50 --seed 7

prints each kind of difference once, with an example that can be pasted.
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import re
import time
from collections import defaultdict
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.parity import answers
from tests.parity.compare import ALL, Batch, Comparison, Difference, batches, how_different
from tests.parity.oracle import Oracle
from tests.parity.values import COLUMNS


def narrowed(case: Difference, comparison: Comparison) -> tuple[Difference, str]:
    """The same difference on the first single row that shows it, and what that row holds."""
    names = [name for columns in COLUMNS.values() for name in columns if re.search(rf"\b{name}\b", case.query)]
    if " over (" in case.query or " o " in case.query:
        return case, ""
    for n in range(case.batch.views["t"].count("), (") + 1):
        row = f" from (select * from t where rid = {n}) t"
        query = case.query.replace(" from t", row)
        ((theirs, ours),) = comparison.both(case.batch, [query])
        how = how_different(query, theirs, ours, case.batch.tolerant)
        if how is not None:
            held = comparison.both(case.batch, [f"select {', '.join(names) or 1}{row}"])[0][0]
            values = held["rows"][0] if "rows" in held else held["error"]
            return replace(case, pyspark=theirs, pyrdd=ours), f"{' '.join(names)} = {values}"
    return case, "all rows"


def text(answer: dict[str, Any]) -> str:
    if "rows" in answer:
        return f"{answer['columns']} {answer['rows']}"[:600]
    return f"{answer['error']} {answer['condition']} {' '.join(answer['message'][:400].split())}"


def show(found: dict[tuple[str, str], list[Difference]], comparison: Comparison, examples: int) -> None:
    """Print the differences, those of the same template and kind together."""
    for (template, how), cases in sorted(found.items()):
        print(f"\n### {template}   {how}   x{len(cases)}")
        for case in cases[:examples]:
            small, row = narrowed(case, comparison)
            print("  ", *case.batch.settings.values(), "|", case.query, "|", row)
            print("     pyspark ", text(small.pyspark))
            print("     pyrdd   ", text(small.pyrdd))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("categories", nargs="+")
    parser.add_argument("--batches", type=int, default=20)
    parser.add_argument("--size", type=int, default=24)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--examples", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--seconds", type=float, default=1e9)
    chosen = parser.parse_args()
    os.environ["TZ"] = "UTC"
    comparison = Comparison(Oracle(), answers.session(importlib.import_module("pyrdd.sql"), "local"))
    for category in list(ALL) if chosen.categories == ["all"] else chosen.categories:
        found: dict[tuple[str, str], list[Difference]] = defaultdict(list)
        templates = tuple(t for t in ALL[category] if chosen.only in t)
        before, start = comparison.compared, time.time()

        @seed(chosen.seed)
        @settings(
            max_examples=chosen.batches,
            deadline=None,
            phases=[Phase.generate],
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(batches(category, chosen.size, templates))
        def run(batch: Batch) -> None:
            if time.time() - start > chosen.seconds:  # noqa: B023 (runs at once)
                return
            for difference in comparison.differences(batch):
                found[difference.template, difference.how].append(difference)  # noqa: B023 (runs at once)

        run()
        show(found, comparison, chosen.examples)
        different = sum(map(len, found.values()))
        print(
            f"\n== {category}: {comparison.compared - before} compared, {comparison.errors} errors so far, {different} differ, seed {chosen.seed}, {time.time() - start:.0f} s",
            flush=True,
        )
    comparison.oracle.close()


if __name__ == "__main__":
    main()
