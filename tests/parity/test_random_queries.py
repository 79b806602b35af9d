"""Random queries have the same answers on PySpark and on pyrdd; see `compare` for what "the same" leaves out.

Needs a Python with PySpark, which ``PYRDD_PARITY_PYTHON`` names; ``PYRDD_PARITY_SEED`` draws other queries. `explore` does the same for long, without stopping.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.parity import answers
from tests.parity.compare import ALL, Batch, Comparison, batches
from tests.parity.known import expected
from tests.parity.oracle import VARIABLE, Oracle, missing

pytestmark = pytest.mark.parity
PROGRAMS = Path(__file__).parents[1] / "rdd" / "parity_programs.py"
WITHOUT = missing()
needs_pyspark = pytest.mark.skipif(WITHOUT is not None, reason=str(WITHOUT))


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    found = Oracle()
    yield found
    found.close()


@pytest.fixture
def comparison(oracle: Oracle, monkeypatch: pytest.MonkeyPatch, contexts: Any) -> Iterator[Comparison]:
    monkeypatch.setenv("TZ", "UTC")
    contexts.stop()
    session = answers.session(importlib.import_module("pyrdd.sql"), "local")
    yield Comparison(oracle, session)
    session.stop()


@needs_pyspark
@pytest.mark.parametrize("category", sorted(ALL))
def test_random_queries_are_answered_alike(category: str, comparison: Comparison) -> None:
    @seed(int(os.environ.get("PYRDD_PARITY_SEED", "0")))
    @settings(
        max_examples=8,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # a smaller example would take minutes; `explore` finds it
        suppress_health_check=list(HealthCheck),
    )
    @given(batches(category, 12))
    def compare(batch: Batch) -> None:
        different = [d for d in comparison.differences(batch) if not expected(d)]
        assert not different, "\n".join(f"{d.how}: {d.query}\n  {d.pyspark}\n  {d.pyrdd}" for d in different)

    compare()


@needs_pyspark
def test_the_recorded_answers_of_the_programs_are_still_pysparks(tmp_path: Path) -> None:
    """`parity_answers.json`, which the default tests replay, says what PySpark says now."""
    found = tmp_path / "answers.json"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")} | {"PYTHONHASHSEED": "0"}
    command = [os.environ[VARIABLE], str(PROGRAMS), "pyspark", "local[2]", str(found)]
    subprocess.run(command, env=environment, cwd=tmp_path, check=True, capture_output=True)
    recorded = json.loads((PROGRAMS.parent / "parity_answers.json").read_text(encoding="utf-8"))
    assert json.loads(found.read_text(encoding="utf-8")) == recorded
